import type { SpeedComparison } from '../../bench/types.ts';
import { change, count, dateTime, decimal, integer, interval, list, percent } from '../../document/format.ts';
import { fact, facts, table } from '../../document/say.ts';
import { right } from '../../document/types.ts';
import { allowedFalseAlarms, brokenPromises, type SelfTestRecord, sessionsOf } from '../../run/self-test-record.ts';
import { machineFacts, pybenchOf } from '../sections/conditions.ts';
import { usualCounts } from '../speed-verdict.ts';
import { type Answer, answer, openSection, type ReportView, type Section, section } from '../view.ts';

type Run = SelfTestRecord['result']['runs'][number];

/** What a planted 5% must reach, and how narrow the whole's interval must be (issue: 80%, ±1%). */
const POWER_GOAL = 0.8;
const POWER_SIZE = 0.05;
const WIDTH_GOAL = 0.01;
/** With fewer, an interval is hardly more than the smallest and the largest. */
const FEWEST_PAIRS = 6;

export function selfTestView(record: SelfTestRecord): ReportView {
  const identical = record.result.runs.filter(({ planted }) => planted === 0);
  const broken = brokenPromises(record);
  const unfinished = record.state !== 'finished';
  return {
    title: `Self-test: CPython ${record.python.version} against itself`,
    status: unfinished
      ? { tone: 'attention', word: record.state.toUpperCase() }
      : broken.length === 0
        ? { tone: 'good', word: 'OK' }
        : { tone: 'bad', word: 'NOT OK' },
    headline: [headline(record, identical)],
    changed: [
      ...(identical.length === 0 ? [] : [falseAlarms(identical), wholeAnswer(identical)]),
      ...record.result.power.map(powerAnswer),
      ...usualAnswers(identical),
    ],
    targets: [],
    sections: [runsSection(record), ...flaggedSection(identical), conditions(record)],
    footer: `Forkwright ${record.forkwright}, self-test ${record.id}, ${dateTime(record.finishedAt ?? record.startedAt)}`,
  };
}

function headline(record: SelfTestRecord, identical: readonly Run[]): string {
  if (identical.length === 0) return 'Nothing was measured yet.';
  const { flagged, tests } = totals(identical);
  const alarms = `Of ${count(tests, 'comparison')} of a test with itself, ${integer(flagged)} (${percent(flagged / tests)}) ${flagged === 1 ? 'was' : 'were'} called faster or slower, though nothing was.`;
  const power = record.result.power.map((p) => `${percent(p.found)} of the tests at ${percent(p.planted)}`);
  return power.length === 0 ? alarms : `${alarms} Planted slowdowns were found in ${list(power)}.`;
}

function totals(runs: readonly Run[]) {
  return {
    tests: runs.reduce((sum, run) => sum + run.tests, 0),
    flagged: runs.reduce((sum, run) => sum + run.flagged.length, 0),
    suites: sessionsOf(runs.filter(({ flagged }) => flagged.length > 0)),
  };
}

function falseAlarms(runs: readonly Run[]): Answer {
  const { tests, flagged, suites } = totals(runs);
  const sessions = sessionsOf(runs);
  const allowed = allowedFalseAlarms(sessions);
  return answer(
    'False alarms',
    flagged <= allowed ? 'good' : 'bad',
    `${integer(flagged)} of ${integer(tests)} (${percent(flagged / tests)})`,
    `In ${integer(suites)} of ${count(sessions, 'repetition')}. Promised: false discoveries held at 5%, and in ${count(sessions, 'repetition')} at most ${count(allowed, 'test')} in all.`,
  );
}

function wholeAnswer(runs: readonly Run[]): Answer {
  const means = runs.flatMap(({ comparison }) => comparison.geometricMean ?? []);
  if (means.length === 0) return answer('Whole', 'unknown', 'could not be compared');
  const pairs = Math.min(...runs.map(({ comparison }) => comparison.pairs));
  if (pairs < FEWEST_PAIRS) return answer('Whole', 'unknown', `${count(pairs, 'pair')} are too few for an interval`);
  const halves = means.map(({ low, high }) => (high - low) / 2);
  const widest = Math.max(...halves);
  const covered = means.filter(({ low, high }) => low <= 1 && high >= 1).length;
  return answer(
    'Whole',
    widest <= WIDTH_GOAL ? 'good' : 'attention',
    `geometric mean known to ±${percent(widest)} or better`,
    `Its 95% interval holds 1, the truth, in ${integer(covered)} of ${count(means.length, 'comparison')}; half its width is ${percent(Math.min(...halves))} to ${percent(widest)} (aim: ${percent(WIDTH_GOAL)}).`,
  );
}

function powerAnswer({ planted, found }: { readonly planted: number; readonly found: number }): Answer {
  const goal = planted >= POWER_SIZE;
  return answer(
    `Planted ${percent(planted)}`,
    !goal ? 'plain' : found >= POWER_GOAL ? 'good' : 'attention',
    `found in ${percent(found)} of the tests`,
    goal && `Aim: ${percent(POWER_GOAL)} of the tests at ${percent(POWER_SIZE)}.`,
  );
}

function usualAnswers(runs: readonly Run[]): Answer[] {
  const usual = runs.flatMap(({ comparison }) => usualCounts(comparison) ?? []);
  if (usual.length === 0) return [];
  const sum = (key: 'tests' | 'pooledT' | 'minimum') => usual.reduce((total, one) => total + one[key], 0);
  return [
    answer(
      'Usual methods',
      'plain',
      `would have flagged ${integer(sum('pooledT'))} of ${integer(sum('tests'))} (${percent(sum('pooledT') / sum('tests'))})`,
      `A t test over all blocks at 5%, from the same samples, though nothing differs. The minima of the two sides, as pybench’s own table compares them, differ by more than 1% for ${integer(sum('minimum'))}.`,
    ),
  ];
}

function runsSection(record: SelfTestRecord): Section {
  const rows = record.result.runs.map((run) => {
    const mean = run.comparison.geometricMean;
    const usual = usualCounts(run.comparison);
    return [
      run.planted === 0 ? 'none' : percent(run.planted),
      `${record.settings.seed + run.repetition - 1}${run.copy === undefined ? '' : `, copy ${run.copy}`}`,
      integer(run.comparison.pairs),
      `${integer(run.flagged.length)}/${integer(run.tests)}`,
      mean === undefined ? '' : change(mean.ratio),
      mean === undefined ? '' : interval(mean),
      usual === undefined ? '' : `${integer(usual.pooledT)}/${integer(usual.tests)}`,
      run.load.map((load) => load.toFixed(0)).join('–'),
      (run.measuringMs / 60_000).toFixed(1),
    ];
  });
  const note =
    'flagged: tests called faster or slower. pooled t: tests that a t test over all blocks would call changed. load: the machine’s load average when the run began and ended. min.: minutes that the measuring took.';
  return openSection('runs', 'Runs', table('Every run', COLUMNS.map(right), rows, note));
}

const COLUMNS = ['planted', 'seed', 'pairs', 'flagged', 'whole', '95% interval', 'pooled t', 'load', 'min.'];

function flaggedSection(runs: readonly Run[]): Section[] {
  const rows = runs.flatMap((run) =>
    run.comparison.tests
      .filter(({ test }) => run.flagged.includes(test))
      .map((row) => [
        row.test,
        row.verdict,
        row.estimate === undefined ? '' : `${change(row.estimate.ratio)} ${interval(row.estimate)}`,
        `repetition ${run.repetition}${run.copy === undefined ? '' : `, copy ${run.copy}`}`,
      ]),
  );
  if (rows.length === 0) return [];
  const alarms = table('Called changed though nothing was', ['test', 'verdict', 'change', 'where'], rows);
  return [openSection('flagged', 'False alarms', alarms)];
}

function conditions(record: SelfTestRecord): Section {
  const { settings, pybench, python } = record;
  const first: SpeedComparison | undefined = record.result.runs[0]?.comparison;
  const disturbing = record.disturbances.filter(({ disturbs }) => disturbs).map(({ id, state }) => `${id} (${state})`);
  return section(
    'conditions',
    'How it was measured',
    facts([
      fact('Interpreter', `${python.command.join(' ')} (${python.origin})`, { code: true }),
      fact('pybench', pybench && pybenchOf(pybench)),
      Object.entries(first?.pins ?? {}).map(([name, value]) => ({ name, value })),
      machineFacts(record),
      fact('Disturbs', disturbing.length === 0 ? 'nothing that was seen' : disturbing.join(', ')),
      fact(
        'Schedule',
        `${count(settings.pairs, 'pair')}, blocks of ${decimal(settings.blockMs)} ms, ${count(settings.repeats, 'mirrored sequence')} a test, seeds from ${settings.seed}`,
      ),
      fact('Clock', first?.clock === 'wall' ? 'wall-clock time' : 'CPU time of the process'),
      fact('Samples', 'samples/', { code: true }),
      fact('Command', record.commandLine.join(' '), { code: true }),
    ]),
  );
}
