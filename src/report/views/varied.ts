import { startupBytes } from '../../bench/memory/types.ts';
import { change, list, signedBytes } from '../../document/format.ts';
import { text } from '../../document/say.ts';
import type { Block } from '../../document/types.ts';
import type { RunRecord, TargetResult } from '../../run/types.ts';
import { SIGN_CONVENTION } from '../speed-verdict.ts';
import { openSection, type ReportView, type Section } from '../view.ts';
import { severalView } from './several.ts';

/** A run of several that differ in one thing, by what tells it from the others. */
export interface VariedRun {
  readonly name: string;
  readonly record: RunRecord;
}

/** Several runs that differ in a value or a change: side by side, with a curve of each measure, and which of them nothing beats. */
export function variedView(runs: readonly VariedRun[]): ReportView {
  const view = severalView(
    runs.map(({ record }) => record),
    runs.map(({ name }) => name),
  );
  const targets = [...new Set(runs.flatMap(({ record }) => record.targets.map(({ target }) => target)))];
  return {
    ...view,
    sections: [...targets.flatMap((target) => curves(target, runs, targets.length > 1)), ...view.sections],
  };
}

interface Point {
  readonly name: string;
  /** Bytes of the started interpreter, patched less baseline. */
  readonly bytes: number | undefined;
  readonly mean: { readonly ratio: number; readonly low: number; readonly high: number } | undefined;
}

function pointOf({ name, record }: VariedRun, target: string): Point {
  const found: TargetResult | undefined = record.targets.find((one) => one.target === target);
  const [startup] = startupBytes(found?.memory);
  return { name, bytes: startup && startup.patched - startup.baseline, mean: found?.speed?.geometricMean };
}

function curves(target: string, runs: readonly VariedRun[], isOneOfSeveral: boolean): Section[] {
  const points = runs.map((run) => pointOf(run, target));
  const where = isOneOfSeveral ? ` on ${target}` : '';
  const blocks: Block[] = [];
  const timed = points.flatMap(({ name, mean }) => (mean === undefined ? [] : [{ label: name, ...mean }]));
  if (timed.length > 1) {
    const title = `Time over all tests${where}`;
    blocks.push({ kind: 'trend', trend: { title, convention: SIGN_CONVENTION, points: timed } });
  }
  const sized = points.flatMap(({ name, bytes }) => (bytes === undefined ? [] : [{ name, bytes }]));
  if (sized.length > 1) {
    const least = Math.min(...sized.map(({ bytes }) => bytes));
    // A bar has no negative length: each begins at the best of them.
    const bars = sized.map(({ name, bytes }) => ({ label: name, value: bytes - least, text: signedBytes(bytes) }));
    const note = 'Patched less baseline, in bytes; a bar shows how much more it is than the least of them.';
    blocks.push({ kind: 'bars', bars: { title: `Memory at start-up${where}`, bars, note } });
  }
  const best = unbeaten(points);
  if (best !== undefined) blocks.push(...text(best));
  return blocks.length === 0 ? [] : [openSection(`${target}-curves`, `What it does${where}`, blocks)];
}

/**
 * The Pareto set of memory against time: those than which no other takes at most as much memory and, with its whole
 * interval, less time. Intervals that touch beat nobody.
 */
function unbeaten(points: readonly Point[]): string | undefined {
  const both = points.flatMap(({ name, bytes, mean }) =>
    bytes === undefined || mean === undefined ? [] : [{ name, bytes, mean }],
  );
  if (both.length < 2) return undefined;
  const beats = (a: (typeof both)[number], b: (typeof both)[number]) => a.bytes <= b.bytes && a.mean.high < b.mean.low;
  const best = both.filter((one) => !both.some((other) => beats(other, one)));
  const told = best.map(({ name, bytes, mean }) => `${name} (${signedBytes(bytes)}, ${change(mean.ratio)} time)`);
  return `Not beaten in both memory and time: ${list(told, 12)}.`;
}
