import path from 'node:path';
import { runFolder } from '../run/folder.ts';
import { type Gate, judgeGates } from '../run/gates/index.ts';
import type { StageName } from '../run/request.ts';
import type { RunRecord } from '../run/types.ts';
import { UserError } from '../system/diagnostic.ts';
import { runStep } from '../system/events.ts';
import type { DoneMany } from './many.ts';
import { openSeries, type Series } from './prefixes.ts';
import { freshFolder, type WorkContext } from './request.ts';
import { begin, carryOut } from './run.ts';
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

export type Verdict = 'before' | 'after' | 'undecided';

/** What was asked of some of the changes of a series. */
export interface Asked {
  /** `after`: it is so with these changes; `before`: it is not. */
  readonly verdict: Verdict;
  readonly why: string;
  /** Relative to the folder of all of them. */
  readonly folder: string;
}

/** A question that is asked of sets of a series' changes, each against none of them. */
export interface Question {
  readonly series: Series;
  readonly dir: string;
  readonly runs: DoneMany['runs'];
  /** At most how likely it is that one of the answers so far is wrong; 0 for exact measures (Bonferroni). */
  error(): number;
  /** @param name of the run's folder. @param which the changes that are made, by their places in the series. */
  ask(title: string, name: string, which: readonly number[]): Promise<Asked>;
}

/**
 * Looks up a series, to ask whether a gate fails with some of its changes: exact measures once; noisy ones with more pairs
 * until the interval lies on one side of the limit.
 * @param title of the folder that is made where the options do not name one.
 * @throws UserError
 */
export async function openQuestion(
  names: readonly string[],
  gate: Gate,
  title: string,
  options: RunOptions,
  ctx: WorkContext,
): Promise<Question> {
  const series = await openSeries(names, options, ctx);
  const { dir } = await freshFolder(options.out, title);
  const runs: DoneMany['runs'][number][] = [];
  const byChance = BY_CHANCE.has(gate.name);
  let decided = 0;
  const ask: Question['ask'] = (asked, name, which) =>
    runStep(ctx.emit, { id: `ask/${name}`, title: asked }, async (step) => {
      for (let doubled = 0; ; doubled++) {
        const pairs = (options.pairs ?? 16) * 2 ** doubled;
        const own = byChance ? { ...options, pairs } : options;
        const called = doubled === 0 ? name : `${name}-${pairs}-pairs`;
        const member = series.member(called, [], which, { stages: STAGES[gate.name], options: own });
        const begun = await begin(await member.prepare(ctx), runFolder(path.join(dir, called)));
        const { record, folder } = await carryOut(begun, options, ctx);
        const { verdict, why } = answer(record, gate);
        if (verdict === 'undecided' && byChance && doubled < DOUBLED && isMeasured(record)) continue;
        runs.push({ name: called, folder, record });
        if (verdict !== 'undecided') decided++;
        step.note(`${verdict === 'after' ? 'it is so' : verdict === 'before' ? 'not so' : 'cannot be told'}: ${why}`);
        return { verdict, why, folder: path.relative(dir, folder) };
      }
    });
  return { series, dir, runs, error: () => (byChance ? decided * ERROR : 0), ask };
}

const isMeasured = (record: RunRecord) => record.targets.some(({ speed }) => speed?.geometricMean !== undefined);

/** @throws UserError where the state before the first change does not build: nothing can be said of the changes then. */
function refuseBaseline({ targets }: RunRecord): void {
  const broken = targets.find(
    ({ buildFailure, builds }) => buildFailure !== undefined && !builds.some(({ variant }) => variant === 'baseline'),
  );
  if (broken === undefined) return;
  throw new UserError({
    code: 'bisect/baseline',
    message: `the state before the first change does not build on ${broken.target}: ${broken.buildFailure?.[0]?.message ?? 'see its log'}`,
    hint: 'begin with a state that builds: `forkwright build` shows what is missing',
  });
}

/** Why a run has come to no result: nothing was built of what was asked. */
function noResult({ sides, patches, state, targets }: RunRecord): string | undefined {
  const all = [...(sides?.[0].patches ?? []), ...patches];
  const without = all.find(({ verdict }) => verdict !== 'applies');
  if (without !== undefined) return `${without.recipe.id} does not apply (${without.verdict.replaceAll('-', ' ')})`;
  if (state !== 'finished') return 'the run did not come to its end';
  return targets.length === 0 ? 'nothing was built' : undefined;
}

function answer(record: RunRecord, gate: Gate): { readonly verdict: Verdict; readonly why: string } {
  refuseBaseline(record);
  const none = noResult(record);
  if (none !== undefined) return { verdict: 'undecided', why: none };
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
