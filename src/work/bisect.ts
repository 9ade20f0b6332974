import path from 'node:path';
import type { Gate } from '../run/gates/index.ts';
import { writeJson } from '../system/files.ts';
import { first } from './prefixes.ts';
import { type Asked, openQuestion, type Verdict } from './question.ts';
import type { WorkContext } from './request.ts';
import type { RunOptions } from './run-options.ts';

export interface BisectStep extends Asked {
  /** How many of the changes were made. */
  readonly changes: number;
}

export interface Bisection {
  readonly schemaVersion: 1;
  readonly when: string;
  readonly names: readonly string[];
  readonly titles: readonly string[];
  readonly steps: readonly BisectStep[];
  /** The change, counted from 1, after which it is so; several where steps between could not be decided; absent: none. */
  readonly found?: { readonly from: number; readonly to: number } | undefined;
  /** At most how likely it is that one of the steps answered wrongly; 0 for exact measures. */
  readonly error: number;
}

/**
 * Finds the first change of a series after which a gate fails, by halves: exact measures once a step; noisy ones with
 * more pairs until the interval lies on one side of the limit. That no step is wrong is as likely as the errors of all
 * steps together leave (Bonferroni). A step that cannot be decided (it does not build) is passed over.
 * @throws UserError, Cancelled
 */
export async function bisect(
  names: readonly string[],
  gate: Gate,
  options: RunOptions,
  ctx: WorkContext,
): Promise<{ readonly folder: string; readonly result: Bisection }> {
  const { series, dir, error, ask } = await openQuestion(names, gate, `bisect-${gate.name}`, options, ctx);
  const count = series.names.length;
  const steps: BisectStep[] = [];
  const known = new Map<number, Verdict>([[0, 'before']]);
  const result = (): Bisection => ({
    ...{ schemaVersion: 1, when: gate.text, names: series.names, titles: series.titles, steps },
    ...foundBy(known, count),
    error: error(),
  });
  const step = async (at: number): Promise<void> => {
    const last = series.names[at - 1];
    const asked = await ask(`After ${at} of ${count} changes (${last})`, `${at}-${last}`, first(at));
    steps.push({ changes: at, ...asked });
    known.set(at, asked.verdict);
    await writeJson(path.join(dir, 'bisect.json'), result());
  };
  await step(count);
  if (known.get(count) === 'after') {
    for (let next = nextOf(known, count); next !== undefined; next = nextOf(known, count)) await step(next);
  }
  return { folder: dir, result: result() };
}

const last = (known: ReadonlyMap<number, Verdict>) =>
  Math.max(...[...known].flatMap(([at, v]) => (v === 'before' ? at : [])));

/** The place nearest to the middle of those of which nothing is known; `undefined` when there is none between both ends. */
export function nextOf(known: ReadonlyMap<number, Verdict>, count: number): number | undefined {
  const from = last(known);
  const to = Math.min(...[...known].flatMap(([at, v]) => (v === 'after' && at > from ? at : [])), count);
  const open = Array.from({ length: Math.max(0, to - from - 1) }, (_, i) => from + 1 + i).filter(
    (at) => !known.has(at),
  );
  const middle = (from + to) / 2;
  return open.sort((a, b) => Math.abs(a - middle) - Math.abs(b - middle) || a - b)[0];
}

/** From the first change that may have done it to the last one. */
export function foundBy(known: ReadonlyMap<number, Verdict>, count: number): Pick<Bisection, 'found'> {
  if (known.get(count) !== 'after') return {};
  const from = last(known);
  const to = Math.min(...[...known].flatMap(([at, v]) => (v === 'after' && at > from ? at : [])));
  return { found: { from: from + 1, to } };
}
