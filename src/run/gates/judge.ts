import { FEWEST_FOR_INTERVAL, wholeThreshold } from '../../bench/comparison/verdict.ts';
import { startupBytes } from '../../bench/memory/types.ts';
import type { RatioEstimate } from '../../bench/types.ts';
import type { RunRecord, TargetResult } from '../types.ts';
import type { Gate } from './parse.ts';

/** What a gate says of a run: one a target for what is measured there. */
export interface GateResult {
  readonly gate: string;
  readonly target?: string | undefined;
  readonly passed: boolean;
  /** False: it lets the run pass because what it asks for was not measured. */
  readonly judged: boolean;
  /** A sentence without its full stop. */
  readonly why: string;
}

type Answer = Pick<GateResult, 'passed' | 'judged' | 'why'>;
const passes = (why: string): Answer => ({ passed: true, judged: true, why });
const fails = (why: string): Answer => ({ passed: false, judged: true, why });
const silent = (why: string): Answer => ({ passed: true, judged: false, why });

const percent = (ratio: number) => `${ratio >= 1 ? '+' : '−'}${Math.abs((ratio - 1) * 100).toFixed(1)}%`;
const range = ({ ratio, low, high }: RatioEstimate) => `${percent(ratio)}, from ${percent(low)} to ${percent(high)}`;
const bytes = (n: number) => `${n < 0 ? '−' : '+'}${Math.abs(n).toLocaleString('en-US')} bytes`;

/**
 * Asks each gate. One that cannot answer because the run came to no result (the patch does not apply, an interpreter
 * does not build, the run was broken off) fails; one whose measurement a target does not offer passes, and says so.
 */
export function judgeGates(record: RunRecord, gates: readonly Gate[]): readonly GateResult[] {
  return gates.flatMap((gate): GateResult[] => {
    const { name, text, limit } = gate;
    if (name === 'drift') return [{ gate: text, ...drift(record) }];
    const broken = withoutResult(record);
    if (broken !== undefined) return [{ gate: text, ...broken }];
    return record.targets.map((target) => ({
      ...{ gate: text, target: target.target },
      ...(notBuilt(target) ?? JUDGES[name](target, limit)),
    }));
  });
}

/** Of both sides. */
const allPatches = ({ sides, patches }: RunRecord) => [...(sides?.[0].patches ?? []), ...patches];

function drift(record: RunRecord): Answer {
  const drifted = allPatches(record).filter(({ verdict }) => verdict === 'drifted' || verdict === 'conflict');
  if (drifted.length === 0) return passes('every change fits the sources');
  const said = drifted.map(
    ({ recipe, origin, verdict, why }) =>
      `${recipe.id}: ${origin !== undefined && verdict === 'drifted' ? 'does not apply' : verdict}${why ? `: ${why}` : ''}`,
  );
  return fails(said.join('; '));
}

function withoutResult(record: RunRecord): Answer | undefined {
  const { targets, state } = record;
  const without = allPatches(record).find(({ verdict }) => verdict !== 'applies');
  if (without !== undefined) {
    const isOut = without.origin !== undefined && without.verdict === 'drifted';
    const how = isOut ? 'does not apply' : `is ${without.verdict.replace('-', ' ')}`;
    const why = `nothing was built, for ${without.recipe.id} ${how}`;
    return without.verdict === 'drifted' || without.verdict === 'conflict' ? fails(why) : silent(why);
  }
  if (state === 'failed' || state === 'stopped') return fails('the run did not come to its end');
  return targets.length === 0 ? fails('the run has no result') : undefined;
}

const notBuilt = ({ buildFailure }: TargetResult): Answer | undefined =>
  buildFailure && fails(`it does not build: ${buildFailure[0]?.message ?? 'see the log'}`);

type Judge = (target: TargetResult, limit: number) => Answer;

function tests({ tests }: TargetResult): Answer {
  if (tests === undefined) return silent('CPython’s tests were not run');
  if (tests.unexpected === 0) return passes('they end as before, but for what is declared');
  const names = tests.rows.filter(({ verdict }) => verdict === 'unexpected').map(({ test }) => test);
  return fails(`not declared: ${names.join(', ')}`);
}

function regression({ speed, speedSkipped, bench }: TargetResult, limit: number): Answer {
  const mean = speed?.geometricMean;
  if (speed === undefined || mean === undefined) return silent(`speed was not measured${because(speedSkipped)}`);
  if (speed.pairs < FEWEST_FOR_INTERVAL) return silent(`${speed.pairs} pairs are too few for an interval`);
  // A limit within the machine's own noise would fail by chance.
  const counts = Math.max(limit, wholeThreshold(speed));
  // Two files of the same interpreter may differ by some percent, by where they lie in memory.
  const oneLayout = bench !== undefined && bench.header.layouts === undefined && speed.controlMean === undefined;
  const doubt = oneLayout ? '; in one link layout and without a control some percent may be the layout’s' : '';
  if (mean.low > 1 + counts) return fails(`slower by more than ${(counts * 100).toFixed(1)}%: ${range(mean)}${doubt}`);
  return passes(mean.high > 1 + counts && mean.ratio > 1 ? `not proven: ${range(mean)}` : range(mean));
}

function testRegression({ speed, speedSkipped }: TargetResult, limit: number): Answer {
  if (speed === undefined) return silent(`speed was not measured${because(speedSkipped)}`);
  const slower = speed.tests.filter(
    ({ verdict, estimate, declared }) =>
      verdict === 'slower' && declared !== 'slower' && estimate !== undefined && estimate.low > 1 + limit,
  );
  if (slower.length === 0) return passes('no test that was not declared');
  const said = slower.map(({ test, estimate }) => `${test} ${estimate === undefined ? '' : range(estimate)}`);
  return fails(said.join('; '));
}

function instructions({ instructions, instructionsSkipped }: TargetResult, limit: number): Answer {
  const total = instructions?.total;
  if (instructions === undefined || total === undefined)
    return silent(`instructions were not counted${because(instructionsSkipped)}`);
  const counts = Math.max(limit, instructions.threshold);
  const said = `${((total.ratio - 1) * 100).toFixed(2)}%`;
  return total.low > 1 + counts ? fails(`${said} more, over the limit in every layout`) : passes(said);
}

function startupMemory({ memory }: TargetResult, limit: number): Answer {
  const points = startupBytes(memory);
  if (points.length === 0) return silent('the exact bytes at start-up were not measured');
  const more = points.filter(({ baseline, patched }) => patched - baseline > limit);
  const told = more.length > 0 ? more : points;
  const said = told.map(({ point, baseline, patched }) => `${point}: ${bytes(patched - baseline)}`);
  return (more.length > 0 ? fails : passes)(said.join('; '));
}

function growth({ growth }: TargetResult, limit: number): Answer {
  const { baseline, patched } = growth?.growth ?? {};
  if (baseline === undefined || patched === undefined) return silent('the growth was not measured');
  const more = patched.grownBytes - baseline.grownBytes;
  return (more > limit ? fails : passes)(bytes(more));
}

function size({ size, sizeSkipped }: TargetResult, limit: number): Answer {
  if (size === undefined) return silent(`the size was not compared${because(sizeSkipped)}`);
  const sum = (side: 'baseline' | 'patched') =>
    size.files.reduce((n, { [side]: file }) => n + file.text + file.data + file.bss, 0);
  const more = sum('patched') - sum('baseline');
  return (more > limit ? fails : passes)(bytes(more));
}

const because = (why: string | undefined) => (why === undefined ? '' : `: ${why}`);

const JUDGES: Readonly<Record<Exclude<Gate['name'], 'drift'>, Judge>> = {
  build: () => passes('it builds'),
  conditions: ({ conditionsDiffer, builds }) =>
    conditionsDiffer.length === 0 && builds.some(({ build }) => build.interpreter !== undefined)
      ? silent('an interpreter was built elsewhere: nothing proves its conditions')
      : conditionsDiffer.length === 0
        ? passes('they are identical')
        : fails(conditionsDiffer.join('; ')),
  tests,
  regression,
  'test-regression': testRegression,
  instructions,
  'startup-memory': startupMemory,
  growth,
  size,
};
