import type { LiveMemory, MemoryPoint, StartupMemory, VariantMemory } from '../../bench/memory/types.ts';
import { bytes, bytesRounded, integer, list } from '../../document/format.ts';
import { present, type Some, text } from '../../document/say.ts';
import type { RunRecord, TargetResult } from '../../run/types.ts';
import { sentence, withStop } from '../answers.ts';
import { type Answer, answer, type Section, section } from '../view.ts';
import { pointBlocks, quoted, type Sides, signedOrSame, typeNames } from './memory-tables.ts';

type Claims = Pick<RunRecord, 'patches'>;

/** The recipes' own claims that were published about it: `the published claim: some 50k on a PlayStation 3`. */
function claimed({ patches }: Claims): string | undefined {
  const claims = patches.flatMap(({ expect }) => expect?.startupClaim ?? []);
  return claims.length === 0 ? undefined : `the published claim: ${list(claims)}`;
}

/** The same in brackets, behind a figure. */
export function claimBehind(record: Claims): string {
  const claim = claimed(record);
  return claim === undefined ? '' : ` (${claim})`;
}

function sidesOf(point: MemoryPoint | undefined): Sides | undefined {
  const { baseline, patched } = point?.variants ?? {};
  return baseline === undefined || patched === undefined ? undefined : { baseline, patched };
}

/** Bytes that the patched interpreter holds more than the baseline (negative: less), by the best account that there is. */
function differenceAt(point: MemoryPoint | undefined): number | undefined {
  const sides = sidesOf(point);
  const figure = (side: VariantMemory | undefined) => side?.exact?.bytes ?? side?.pymalloc?.bytes;
  const [before, after] = [figure(sides?.baseline), figure(sides?.patched)];
  return before === undefined || after === undefined ? undefined : after - before;
}

const pointOf = ({ points }: StartupMemory, name: MemoryPoint['name']) => points.find((point) => point.name === name);

/** `saves 41 824 B`, `takes 160 B more`, `the same` */
const saves = (difference: number) =>
  difference === 0
    ? 'takes as much as before'
    : difference < 0
      ? `saves ${bytes(-difference)}`
      : `takes ${bytes(difference)} more`;

/** `saves 41 824 B at start-up`; `undefined` when it could not be measured on both. */
export function memoryInShort(memory: StartupMemory): string | undefined {
  const difference = differenceAt(pointOf(memory, 'pass'));
  return difference === undefined ? undefined : `${saves(difference)} at start-up`;
}

/** `41 824 B less at start-up`; `undefined` when it could not be measured on both. */
export function startupInShort(memory: StartupMemory): string | undefined {
  const difference = differenceAt(pointOf(memory, 'pass'));
  if (difference === undefined) return undefined;
  const size = bytes(Math.abs(difference));
  return `${difference === 0 ? 'the same' : `${size} ${difference < 0 ? 'less' : 'more'}`} at start-up`;
}

/** @returns `undefined` when it was not asked for. */
export function memoryAnswer({ memory }: TargetResult, record: Claims): Answer | undefined {
  if (memory === undefined) return undefined;
  const difference = differenceAt(pointOf(memory, 'pass'));
  const short = startupInShort(memory);
  if (difference === undefined || short === undefined) {
    const [problem] = memory.problems;
    return answer('Memory', 'unknown', 'not measured', problem && sentence(problem.why));
  }
  const claim = claimed(record);
  const imports = differenceAt(pointOf(memory, 'imports'));
  return answer('Memory', difference < 0 ? 'good' : difference > 0 ? 'bad' : 'plain', short, [
    claim && sentence(claim),
    imports !== undefined && `After ${code(memory, 'imports')}: ${signedOrSame(imports)}.`,
    seen(pointOf(memory, 'pass')),
  ]);
}

const code = (memory: StartupMemory, name: MemoryPoint['name']) => quoted(pointOf(memory, name)?.code ?? name);

/** What is left when chance is taken out: which garbage was collected by then, and what lies in free lists. */
function held(memory: StartupMemory): string[] {
  const told = memory.points.flatMap((point) => {
    const sides = sidesOf(point);
    const [before, after] = [sides?.baseline.collected?.bytes, sides?.patched.collected?.bytes];
    return before === undefined || after === undefined
      ? []
      : [`${signedOrSame(after - before)} after ${quoted(point.code)}`];
  });
  return told.length === 0
    ? []
    : [`When gc.collect() has emptied the free lists and no garbage is left to chance: ${list(told)}.`];
}

/** Whether the operating system sees the difference: pymalloc gives back whole arenas or nothing. */
function seen(point: MemoryPoint | undefined): string[] {
  const sides = sidesOf(point);
  const own = (side: VariantMemory | undefined) => side?.resident?.ownBytes ?? side?.resident?.bytes;
  const [before, after] = [own(sides?.baseline), own(sides?.patched)];
  const [was, is] = [sides?.baseline.taken, sides?.patched.taken];
  const parts: string[] = [];
  if (before !== undefined && after !== undefined) {
    const size = `${bytesRounded(Math.abs(after - before))} ${after < before ? 'less' : 'more'} in use`;
    parts.push(`the operating system sees ${after === before ? 'nothing of it' : size}`);
  }
  if (was !== undefined && is !== undefined && was.arenas > 0) {
    const arenas = `${bytesRounded(is.arenaBytes)} in arenas`;
    const same = was.arenaBytes === is.arenaBytes;
    const reserves = same ? `the same ${arenas}` : `${arenas} instead of ${bytesRounded(was.arenaBytes)}`;
    parts.push(`pymalloc reserves ${reserves}`);
  }
  return parts.length === 0 ? [] : [`As it runs, with pymalloc: ${list(parts)}.`];
}

export function memorySection(target: TargetResult, record: Claims): Section | undefined {
  const { memory } = target;
  if (memory === undefined) return undefined;
  const short = memoryInShort(memory);
  const imports = differenceAt(pointOf(memory, 'imports'));
  const more = imports === undefined ? '' : ` After ${code(memory, 'imports')} it ${saves(imports)}.`;
  const names = typeNames(target.builds[0]?.build.pythonVersion);
  return section(`${target.target}-memory`, 'Memory at start-up', [
    short !== undefined &&
      text([`The change ${short}${claimBehind(record)}.${more}`, held(memory), seen(pointOf(memory, 'pass'))]),
    memory.points.map((point) => {
      const sides = sidesOf(point);
      return sides && pointBlocks(point, sides, names);
    }),
    { kind: 'text', lines: present<string>(remarks(memory)) },
  ]);
}

function remarks(memory: StartupMemory): Some<string> {
  const { exact, taken, pymalloc, resident } = memory.methods;
  const how = present<string>([
    exact && `live bytes: ${exact}`,
    taken && `with pymalloc: ${taken}`,
    pymalloc && `pymalloc’s own account: ${pymalloc}`,
    resident && `resident: ${resident}`,
  ]);
  const problems = memory.problems.map(
    ({ variant, why }) => `Not measured${variant === undefined ? '' : ` on ${variant}`}: ${withStop(why)}`,
  );
  return [
    how.length > 0 && `Method. ${how.map(sentence).join(' ')}`,
    exact !== undefined && repeats(memory),
    [...new Set(problems)],
  ];
}

/** The first thing to ask of a figure that is called exact. */
function repeats({ points, repeats: n }: StartupMemory): string {
  const spreads = points.flatMap(({ variants }) =>
    Object.values(variants).flatMap(({ exact, collected, taken }) =>
      [exact, collected, taken].flatMap((live: LiveMemory | undefined) => live?.spreadBytes ?? []),
    ),
  );
  return spreads.length === 0
    ? `Each figure of live bytes comes from ${integer(n)} processes, which agree to the byte.`
    : `Each figure of live bytes is the median of ${integer(n)} processes; they differ by up to ${bytes(Math.max(...spreads))}.`;
}
