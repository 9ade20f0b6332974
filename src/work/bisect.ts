import path from 'node:path';
import { type Gate, judgeGates } from '../run/gates/index.ts';
import type { StageName } from '../run/request.ts';
import type { RunRecord } from '../run/types.ts';
import { runStep } from '../system/events.ts';
import { writeJson } from '../system/files.ts';
import type { DoneMany } from './many.ts';
import { first, openSeries } from './prefixes.ts';
import { freshFolder, type WorkContext } from './request.ts';
import type { RunOptions } from './run-options.ts';

/** What must be measured for a gate to answer. */
const STAGES: Readonly<Record<Gate['name'], readonly StageName[]>> = {
  build: ['build'],
  conditions: ['build'],
  drift: ['build'],
  size: ['build'],
  tests: ['build', 'tests'],
  'startup-memory': ['build', 'memory'],
  growth: ['build', 'growth'],
  instructions: ['build', 'instructions'],
  regression: ['build', 'speed'],
  'test-regression': ['build', 'speed'],
};
/** Gates that answer by an interval: each answer may be wrong. */
const BY_CHANCE: ReadonlySet<Gate['name']> = new Set(['regression', 'test-regression']);
/** How often a one-sided answer of a 95% interval is wrong. */
const ERROR = 0.025;
/** Pairs are doubled so often before a step is given up. */
const DOUBLED = 2;

type StepVerdict = 'before' | 'after' | 'undecided';

export interface BisectStep {
  /** How many of the changes were made. */
  readonly changes: number;
  /** `after`: it is so with these changes, so the first that does it is among them. */
  readonly verdict: StepVerdict;
  readonly why: string;
  /** Relative to the bisection's folder. */
  readonly folder: string;
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
): Promise<{ readonly folder: string; readonly result: Bisection; readonly runs: DoneMany['runs'] }> {
  const series = await openSeries(names, options, ctx);
  const count = series.names.length;
  const { dir } = await freshFolder(options.out, `bisect-${gate.name}`);
  const steps: BisectStep[] = [];
  const runs: DoneMany['runs'][number][] = [];
  const known = new Map<number, StepVerdict>([[0, 'before']]);
  const result = (): Bisection => ({
    ...{ schemaVersion: 1, when: gate.text, names: series.names, titles: series.titles, steps },
    ...foundBy(known, count),
    error: BY_CHANCE.has(gate.name) ? steps.filter(({ verdict }) => verdict !== 'undecided').length * ERROR : 0,
  });
  const ask = async (at: number): Promise<StepVerdict> => {
    const title = `After ${at} of ${count} changes (${series.names[at - 1]})`;
    return runStep(ctx.emit, { id: `bisect/${at}`, title }, async (step) => {
      for (let doubled = 0; ; doubled++) {
        const pairs = (options.pairs ?? 16) * 2 ** doubled;
        const own = BY_CHANCE.has(gate.name) ? { ...options, pairs } : options;
        const name = doubled === 0 ? `${at}-${series.names[at - 1]}` : `${at}-${series.names[at - 1]}-${pairs}-pairs`;
        const member = series.member(name, [], first(at), { stages: STAGES[gate.name], options: own });
        const { record, folder } = await member.run(path.join(dir, name), ctx);
        const { verdict, why } = answer(record, gate);
        if (verdict === 'undecided' && BY_CHANCE.has(gate.name) && doubled < DOUBLED && isMeasured(record)) continue;
        steps.push({ changes: at, verdict, why, folder: path.relative(dir, folder) });
        runs.push({ name, folder, record });
        known.set(at, verdict);
        step.note(`${verdict === 'after' ? 'it is so' : verdict === 'before' ? 'not yet' : 'cannot be told'}: ${why}`);
        await writeJson(path.join(dir, 'bisect.json'), result());
        return verdict;
      }
    });
  };
  if ((await ask(count)) === 'after') {
    for (let next = nextOf(known, count); next !== undefined; next = nextOf(known, count)) await ask(next);
  }
  return { folder: dir, result: result(), runs };
}

const isMeasured = (record: RunRecord) => record.targets.some(({ speed }) => speed?.geometricMean !== undefined);

function answer(record: RunRecord, gate: Gate): { readonly verdict: StepVerdict; readonly why: string } {
  const results = judgeGates(record, [gate]);
  const why = results.map((one) => one.why).join('; ');
  const notBuilt = record.targets.some(({ buildFailure }) => buildFailure !== undefined);
  if (notBuilt && gate.name !== 'build') return { verdict: 'undecided', why };
  const failed = results.find(({ passed, judged }) => judged && !passed);
  if (failed !== undefined) return { verdict: 'after', why: failed.why };
  if (results.some(({ judged }) => !judged)) return { verdict: 'undecided', why };
  // Not proven to be slower is not the same as proven not to be.
  const open = record.targets.some(({ speed }) => (speed?.geometricMean?.high ?? 0) > 1 + gate.limit);
  return { verdict: gate.name === 'regression' && open ? 'undecided' : 'before', why };
}

const last = (known: ReadonlyMap<number, StepVerdict>) =>
  Math.max(...[...known].flatMap(([at, v]) => (v === 'before' ? at : [])));

/** The place nearest to the middle of those of which nothing is known; `undefined` when there is none between both ends. */
export function nextOf(known: ReadonlyMap<number, StepVerdict>, count: number): number | undefined {
  const from = last(known);
  const to = Math.min(...[...known].flatMap(([at, v]) => (v === 'after' && at > from ? at : [])), count);
  const open = Array.from({ length: Math.max(0, to - from - 1) }, (_, i) => from + 1 + i).filter(
    (at) => !known.has(at),
  );
  const middle = (from + to) / 2;
  return open.sort((a, b) => Math.abs(a - middle) - Math.abs(b - middle) || a - b)[0];
}

/** From the first change that may have done it to the last one. */
export function foundBy(known: ReadonlyMap<number, StepVerdict>, count: number): Pick<Bisection, 'found'> {
  if (known.get(count) !== 'after') return {};
  const from = last(known);
  const to = Math.min(...[...known].flatMap(([at, v]) => (v === 'after' && at > from ? at : [])));
  return { found: { from: from + 1, to } };
}
