import { suiteWords } from '../../bench/suites/list.ts';
import type { SpeedComparison, TestRow } from '../../bench/types.ts';
import { change, count, integer, percent } from '../../document/format.ts';
import { joined, type Some, text } from '../../document/say.ts';
import type { Forest, ForestRow } from '../../document/types.ts';
import type { TargetResult } from '../../run/types.ts';
import { sentence, skippedSection } from '../answers.ts';
import { overallSpeed, SIGN_CONVENTION, usualBlocks, verdictWord } from '../speed-verdict.ts';
import { type Section, section } from '../view.ts';
import { benchmarkMemory } from './benchmark-memory.ts';

export function speedSection(target: TargetResult): Section | undefined {
  const { speed } = target;
  const id = `${target.target}-speed`;
  if (speed === undefined) return skippedSection(id, 'Speed', target.speedSkipped);
  return section(id, `Speed: ${suiteWords(speed.suite)}`, [
    text(reading(speed, controlWords(target))),
    text((speed.warnings ?? []).map(sentence), 'attention'),
    { kind: 'forest', forest: forest(target.target, speed) },
    benchmarkMemory(speed),
    usualBlocks(speed),
  ]);
}

function reading(speed: SpeedComparison, control: string): Some<string> {
  return [
    overallSpeed(speed) === 'inconclusive' &&
      'The interval of the whole reaches beyond what counts as a change: more pairs (option --pairs) would settle it.',
    `A test counts as changed when its whole interval lies beyond ${percent(speed.threshold)} and its q is under ${percent(speed.falseDiscoveryRate)}. ${ofControl(speed, control)}`,
  ];
}

/** What the control is: of an interpreter that was built elsewhere there is no second build. */
const controlWords = ({ builds }: TargetResult): string =>
  builds.some(({ variant, build }) => variant === 'control' && build.interpreter !== undefined)
    ? 'The baseline, measured against itself (the same file, so the same layout of its code),'
    : 'The baseline, built a second time and measured alongside,';

/** What is known of the noise: what the baseline, built a second time, seemed to change by. */
function ofControl({ noiseFloor, controlFlagged, controlMean, tests }: SpeedComparison, control: string): string {
  if (noiseFloor === undefined) return 'No second baseline was measured, so the noise of this machine is not known.';
  const whole = controlMean === undefined ? '' : ` (the whole by ${change(controlMean.ratio)})`;
  const alarms =
    controlFlagged === undefined
      ? ''
      : ` Without it, ${integer(controlFlagged)} of its ${count(tests.length, 'test')} would be called changed.`;
  if (noiseFloor === 0) {
    return `${control} cannot be told from the first in 95% of the tests${whole}.`;
  }
  return `${control} seemed to change by up to ${percent(noiseFloor)}${whole}: that is noise.${alarms}`;
}

/**
 * The rows of the chart: those that the recipe declared first, then the others by size of the change; what has no
 * estimate (missing, failed) comes last, and nothing is left out.
 */
export function forest(target: string, speed: SpeedComparison): Forest {
  const group = (title: string, declared: TestRow['declared']) => ({
    title,
    rows: speed.tests
      .filter((row) => row.declared === declared)
      .sort(byEffect)
      .map(forestRow),
  });
  const declared = [group('Declared slower', 'slower'), group('Declared faster', 'faster')].filter(
    ({ rows }) => rows.length > 0,
  );
  const groups = [...declared, group(declared.length > 0 ? 'Other tests' : 'Tests', undefined)].filter(
    ({ rows }) => rows.length > 0,
  );
  return {
    title: `${speed.suite} on ${target}: change of time, test by test`,
    description: `${count(speed.tests.length, 'test')} with 95% intervals, from ${count(speed.pairs, 'pair')} of processes. What lies in the band (±${percent(speed.threshold)}) does not count as a change.`,
    convention: SIGN_CONVENTION,
    mean: speed.geometricMean,
    groups,
    threshold: speed.threshold,
    noiseFloor: speed.noiseFloor,
    extent: extent(speed),
    note: 'After a verdict, “< 1%” says that a larger change is ruled out, “~40 pairs” how many would settle it. The interval is a 95% bootstrap interval over pairs of processes. q is the sign-flip test’s p, adjusted for the number of tests (Benjamini-Hochberg). Times are the smallest of a block of rounds.',
  };
}

const effect = (row: TestRow) => (row.estimate === undefined ? -1 : Math.abs(Math.log(row.estimate.ratio)));

function byEffect(a: TestRow, b: TestRow): number {
  return effect(b) - effect(a) || (a.test < b.test ? -1 : a.test > b.test ? 1 : 0);
}

/** Ends of the axis that have round ticks. */
const EXTENTS = [0.02, 0.03, 0.04, 0.05, 0.06, 0.08, 0.1, 0.12, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.6, 0.8];

/** Wide enough for all intervals, but for at most three outliers that would flatten the rest. */
function extent(speed: SpeedComparison): number {
  const ends = speed.tests
    .flatMap(({ estimate }) => (estimate === undefined ? [] : [Math.max(estimate.high - 1, 1 - estimate.low)]))
    .filter(Number.isFinite)
    .sort((a, b) => b - a);
  const outliers = ends.slice(0, 3).findLastIndex((end, i) => end > 2 * (ends[i + 1] ?? end)) + 1;
  const wanted = Math.max(ends[outliers] ?? 0, speed.threshold * 2.5);
  return EXTENTS.find((nice) => nice >= wanted) ?? 1;
}

function forestRow(row: TestRow): ForestRow {
  return {
    test: row.test,
    verdict: row.verdict,
    word: verdictWord(row),
    estimate: row.estimate,
    q: row.q,
    baselineMs: row.minBaselineMs,
    patchedMs: row.minPatchedMs,
    detail: detail(row),
    remark: remark(row),
    notable: row.declared !== undefined || !['no-change', 'inconclusive'].includes(row.verdict),
  };
}

function detail(row: TestRow): string {
  if (row.declared !== undefined && row.declared === row.verdict) return 'as declared';
  if (row.verdict === 'no-change' && row.bound !== undefined) return `< ${percent(row.bound)}`;
  if (row.verdict === 'inconclusive' && row.pairsToSettle !== undefined) return `~${count(row.pairsToSettle, 'pair')}`;
  return '';
}

/** The recipe said the opposite. */
const contradicts = (row: TestRow) =>
  (row.declared === 'slower' && row.verdict === 'faster') || (row.declared === 'faster' && row.verdict === 'slower');

function remark(row: TestRow): string {
  return joined([contradicts(row) && `against what was declared: ${row.declared}`, row.note], '; ');
}
