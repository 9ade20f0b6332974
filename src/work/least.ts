import path from 'node:path';
import type { Gate } from '../run/gates/index.ts';
import { writeJson } from '../system/files.ts';
import { type Asked, openQuestion } from './question.ts';
import type { WorkContext } from './request.ts';
import type { RunOptions } from './run-options.ts';

export interface LeastStep extends Asked {
  /** Which of the changes were made, counted from 1. */
  readonly changes: readonly number[];
}

export interface LeastSet {
  readonly schemaVersion: 1;
  readonly when: string;
  readonly names: readonly string[];
  readonly titles: readonly string[];
  readonly steps: readonly LeastStep[];
  /** The changes, counted from 1, none of which can be left out; absent: not even all of them do it. */
  readonly found?: readonly number[] | undefined;
  /** At most how likely it is that one of the steps answered wrongly; 0 for exact measures. */
  readonly error: number;
}

/**
 * Finds a least set of a series' changes with which a gate fails: none of them can be left out alone. A set that does not
 * apply or build counts as one with which it does not fail.
 * @throws UserError, Cancelled
 */
export async function leastSet(
  names: readonly string[],
  gate: Gate,
  options: RunOptions,
  ctx: WorkContext,
): Promise<{ readonly folder: string; readonly result: LeastSet }> {
  const { series, dir, error, ask } = await openQuestion(names, gate, `least-${gate.name}`, options, ctx);
  const steps: LeastStep[] = [];
  const result = (found?: readonly number[]): LeastSet => ({
    ...{ schemaVersion: 1, when: gate.text, names: series.names, titles: series.titles, steps },
    ...(found === undefined ? {} : { found: found.map((i) => i + 1) }),
    error: error(),
  });
  const all = series.names.map((_, i) => i);
  const fails = async (which: readonly number[]): Promise<boolean> => {
    const name = `${String(steps.length + 1).padStart(3, '0')}-${which.length}-changes`;
    const asked = await ask(`With ${which.length} of ${all.length} changes`, name, which);
    steps.push({ changes: which.map((i) => i + 1), ...asked });
    await writeJson(path.join(dir, 'least.json'), result());
    return asked.verdict === 'after';
  };
  const found = (await fails(all)) ? await reduce(all, fails) : undefined;
  await writeJson(path.join(dir, 'least.json'), result(found));
  return { folder: dir, result: result(found) };
}

/**
 * Delta debugging (Zeller and Hildebrandt, Simplifying and Isolating Failure-Inducing Input, 2002, figure 6: ddmin): leaves
 * parts out, in halves, then in smaller ones, until no single member can be.
 * @param all with which `fails` is true. No set is asked twice.
 */
export async function reduce(
  all: readonly number[],
  fails: (which: readonly number[]) => Promise<boolean>,
): Promise<readonly number[]> {
  const known = new Map<string, boolean>([[all.join(), true]]);
  const ask = async (which: readonly number[]): Promise<boolean> => {
    const key = which.join();
    const answer = known.get(key) ?? (which.length > 0 && (await fails(which)));
    known.set(key, answer);
    return answer;
  };
  let current = all;
  for (let parts = 2; current.length >= 2; ) {
    const size = Math.ceil(current.length / parts);
    const chunks = Array.from({ length: Math.ceil(current.length / size) }, (_, i) =>
      current.slice(i * size, (i + 1) * size),
    );
    const rest = (chunk: readonly number[]) => current.filter((one) => !chunk.includes(one));
    const smaller = (await firstOf(chunks, ask)) ?? (await firstOf(chunks.map(rest), ask));
    if (smaller === undefined && parts >= current.length) return current;
    parts =
      smaller === undefined
        ? Math.min(current.length, parts * 2)
        : Math.max(2, chunks.includes(smaller) ? 2 : parts - 1);
    current = smaller ?? current;
  }
  return current;
}

async function firstOf<T>(all: readonly T[], is: (one: T) => Promise<boolean>): Promise<T | undefined> {
  for (const one of all) if (await is(one)) return one;
  return undefined;
}
