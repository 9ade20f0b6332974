import { count } from '../../../src/document/format.ts';
import { applying, compile, generate, measure, type Questions } from './ask.ts';
import { readRecords, type VersionRecord, writeRecords } from './records.ts';

export const STEPS = ['generate', 'compile', 'run'] as const;
export type Step = (typeof STEPS)[number];

export interface Plan extends Questions {
  readonly file: string;
  /** What the page calls the clone. */
  readonly clone: string;
  /** All releases of the clone, in their order. */
  readonly refs: readonly string[];
  /** Which of them are asked. */
  readonly only: (ref: string) => boolean;
  readonly steps: readonly Step[];
  /** Asks again what is recorded. */
  readonly again: boolean;
  readonly say: (text: string) => void;
}

/** Refs that are asked for at once: an interruption loses no more. */
const AT_ONCE = 20;
/** What is built and measured, by preference: the first that applies. */
const MEASURED = ['remove-zombieframe', 'small-freelists', 'method-cache-size', 'arena-size'];
/** Measured though it is not the last of its minor version: what was published was measured on it. */
const ALSO = 'v3.3.0a3';

/** `3.9` of `v3.9.7`, with what a fork's tag has behind its version. */
const minorOf = (ref: string): string => {
  const [, minor = ref, rest = ''] = /^v?(\d+\.\d+)(?:\.\d+)?(.*)$/.exec(ref) ?? [];
  return minor + rest;
};

/** The last of each minor version first, then the first ones, then the others: what is most likely to differ. */
export function inOrder(refs: readonly string[]): readonly string[] {
  const families = Map.groupBy(refs, minorOf);
  const rank = (ref: string) => {
    const family = families.get(minorOf(ref)) ?? [];
    return ref === family.at(-1) ? 0 : ref === family[0] ? 1 : 2;
  };
  return refs.toSorted((a, b) => rank(a) - rank(b));
}

/** One of each minor version. */
export const measuredRefs = (refs: readonly string[]): readonly string[] =>
  inOrder(refs).filter(
    (ref, index, all) => ref === ALSO || all.findIndex((r) => minorOf(r) === minorOf(ref)) === index,
  );

/** Asks what is not recorded yet, and records each answer as it comes. */
export async function verifyVersions(plan: Plan): Promise<void> {
  const { file, clone, again, say } = plan;
  const recorded = (ref: string) => readRecords(file).find((record) => record.ref === ref);
  const missing = (among: readonly string[], step: Step, member: 'generated' | 'compiled' | 'measured') =>
    plan.steps.includes(step)
      ? among.filter((ref) => plan.only(ref) && (again || recorded(ref)?.[member] === undefined))
      : [];
  // Read anew each time: another process may record other steps meanwhile.
  const keep = async (ref: string, found: Partial<VersionRecord>) => {
    const { python = '' } = recorded(ref) ?? {};
    const others = readRecords(file).filter((record) => record.ref !== ref);
    await writeRecords(file, [...others, { ...recorded(ref), ref, clone, python, ...found }]);
  };
  const toGenerate = missing(inOrder(plan.refs), 'generate', 'generated');
  for (let at = 0; at < toGenerate.length; at += AT_ONCE) {
    say(`generate: ${at} of ${count(toGenerate.length, 'release')} done`);
    const found = await generate(plan, toGenerate.slice(at, at + AT_ONCE));
    for (const [ref, answer] of found) await keep(ref, answer);
  }
  const toCompile = missing(inOrder(plan.refs), 'compile', 'compiled');
  for (const [at, ref] of toCompile.entries()) {
    const { generated } = recorded(ref) ?? {};
    if (generated === undefined) continue;
    say(`compile ${ref}: ${at} of ${toCompile.length} done`);
    await keep(ref, { compiled: await compile(plan, ref, applying(generated)) });
  }
  const toMeasure = missing(measuredRefs(plan.refs), 'run', 'measured');
  for (const [at, ref] of toMeasure.entries()) {
    const { generated } = recorded(ref) ?? {};
    const recipe = generated && MEASURED.find((name) => applying(generated).includes(name));
    if (recipe === undefined) continue;
    say(`run ${ref} ${recipe}: ${at} of ${toMeasure.length} done`);
    await keep(ref, { measured: await measure(plan, ref, recipe) });
  }
}
