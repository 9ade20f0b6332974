import { suiteOf, suiteWords } from '../../bench/suites/list.ts';
import { bytesRounded, change, count, dateTime, integer, interval, list, signedBytes } from '../../document/format.ts';
import { table, text } from '../../document/say.ts';
import {
  type Block,
  type Cell,
  type Column,
  type Estimate,
  right,
  type Tone,
  type Trend,
} from '../../document/types.ts';
import type { History, HistoryEntry, HistoryTarget } from '../../run/history.ts';
import { openSection, type ReportView, type Section, section } from '../view.ts';

interface Series {
  readonly name: string;
  readonly points: readonly { readonly entry: HistoryEntry; readonly target: HistoryTarget }[];
}

type MeasuredColumn = readonly [Column, (point: Series['points'][number]) => Cell];

export function historyView(history: History, file: string): ReportView {
  const series = seriesOf(history.entries);
  const { entries, skipped } = history;
  const last = entries.at(-1);
  const span = entries.length < 2 ? '' : `, ${dateTime(entries[0]?.at ?? '')} to ${dateTime(last?.at ?? '')}`;
  return {
    title: `History: ${count(entries.length, 'run')}${span}`,
    status: last?.ok === false ? { tone: 'bad', word: 'LAST NOT OK' } : { tone: 'good', word: 'LAST OK' },
    headline: series.map(headline),
    changed: [],
    targets: [],
    sections: [
      ...series.map(seriesSection),
      ...(skipped.length === 0
        ? []
        : [section('skipped', 'Left out', text(skipped.map(({ line, why }) => `Line ${line} is no run: ${why}`)))]),
    ],
    footer: `${file}, ${dateTime(last?.at ?? '')}`,
  };
}

function seriesOf(entries: readonly HistoryEntry[]): Series[] {
  const points = entries.flatMap((entry) => entry.targets.map((target) => ({ entry, target })));
  const machineOf = ({ machine: { cpu, arch } }: HistoryEntry) => `${cpu}, ${arch}`;
  const many = new Set(entries.map(machineOf)).size > 1;
  const grouped = Map.groupBy(points, ({ entry, target }) => {
    const recipes = entry.recipes.map(({ id }) => id).join(' + ');
    const what = entry.sides === undefined ? recipes || 'no change' : `${entry.sides[1]} against ${entry.sides[0]}`;
    const minor = entry.python.version.split('.').slice(0, 2).join('.');
    // Times of other suites and machines are not points of one trend.
    const suite =
      target.suite === undefined || target.suite === suiteOf(undefined).name ? '' : `, ${suiteWords(target.suite)}`;
    const machine = many ? `, ${machineOf(entry)}` : '';
    return `${what} on ${entry.python.flavour} ${minor}, ${target.target}${suite}${machine}`;
  });
  return [...grouped].map(([name, own]) => ({
    name,
    points: own.toSorted((a, b) => (a.entry.at < b.entry.at ? -1 : a.entry.at > b.entry.at ? 1 : 0)),
  }));
}

function headline({ name, points }: Series): string {
  const measured = points.flatMap(({ target }) => target.geometricMean ?? []);
  const first = measured[0];
  const last = measured.at(-1);
  if (first === undefined || last === undefined) return `${name}: speed was not measured.`;
  const now = `${change(last.ratio)} time ${interval(last)}`;
  if (measured.length === 1) return `${name}: ${now}.`;
  // Intervals that do not touch: more than chance, whatever else changed between the runs.
  const moved = last.low > first.high ? 'slower than at first' : last.high < first.low ? 'faster than at first' : '';
  return `${name}: ${now}, ${moved === '' ? 'not told apart from the first run' : `${moved} (${change(first.ratio)})`}.`;
}

const TONE = (low: number, high: number, threshold: number): Tone =>
  low > 1 + threshold ? 'bad' : high < 1 / (1 + threshold) ? 'good' : 'plain';

function seriesSection(series: Series, index: number): Section {
  const days = new Set(series.points.map(({ entry }) => day(entry)));
  const oneADay = days.size === series.points.length;
  const columns: readonly MeasuredColumn[] = [
    // The day, and where there are several on one, the time without the year.
    ['ended', ({ entry }) => (oneADay ? day(entry) : dateTime(entry.at).slice(5).replace(' UTC', ''))],
    ...COLUMNS,
  ];
  const used = columns.filter(([, cell]) => series.points.some((point) => cell(point) !== ''));
  const points = (of: (target: HistoryTarget) => Estimate | undefined) =>
    series.points.flatMap(({ entry, target }) => {
      const measured = of(target);
      return measured === undefined ? [] : [{ label: `${dateTime(entry.at)}, ${entry.run}`, ...measured }];
    });
  const trends: Trend[] = [
    {
      title: `Time, ${series.name}`,
      convention: 'Geometric mean of all tests, patched against baseline, with its 95% interval: + is slower.',
      points: points(({ geometricMean }) => geometricMean),
    },
    {
      title: `Instructions, ${series.name}`,
      convention: 'All tests together, patched against baseline: + is more.',
      points: points(({ instructions }) => instructions),
    },
  ];
  return openSection(`series-${index + 1}`, series.name, [
    trends.filter((trend) => trend.points.length > 0).map((trend): Block => ({ kind: 'trend', trend })),
    table(
      count(series.points.length, 'run'),
      used.map(([column]) => column),
      series.points.map((point) => used.map(([, cell]) => cell(point))),
      'start-up: live bytes of the started interpreter, patched less baseline. growth: resident memory after 20 000 functions were called once, patched less baseline. instr.: executed instructions.',
    ),
  ]);
}

const COLUMNS: readonly MeasuredColumn[] = [
  ['base', ({ entry }) => entry.python.base.slice(0, 8)],
  [right('time'), ({ target }) => timeCell(target)],
  [right('95% interval'), ({ target: { geometricMean: mean } }) => (mean === undefined ? '' : interval(mean))],
  [
    right('start-up'),
    ({ target: { memoryBytes } }) =>
      memoryBytes?.pass === undefined ? '' : signedBytes(memoryBytes.pass.patched - memoryBytes.pass.baseline),
  ],
  [
    right('growth'),
    ({ target: { growthBytes: growth } }) =>
      growth === undefined ? '' : bytesRounded(growth.patched - growth.baseline),
  ],
  [right('instr.'), ({ target: { instructions } }) => (instructions === undefined ? '' : change(instructions.ratio))],
  ['tests', ({ target }) => counts(target)],
];

const day = ({ at }: HistoryEntry) => dateTime(at).slice(0, 10);

function timeCell({ geometricMean: mean, builds, threshold }: HistoryTarget): Cell {
  if (mean === undefined) return builds ? 'not measured' : 'does not build';
  return { text: change(mean.ratio), tone: TONE(mean.low, mean.high, threshold ?? 0.01) };
}

function counts({ counts, testsUnexpected }: HistoryTarget): string {
  const speed = ['slower', 'faster'].flatMap((verdict) =>
    (counts?.[verdict] ?? 0) > 0 ? [`${integer(counts?.[verdict] ?? 0)} ${verdict}`] : [],
  );
  const unexpected = (testsUnexpected ?? 0) > 0 ? [`${integer(testsUnexpected ?? 0)} of CPython’s fail`] : [];
  return list([...speed, ...unexpected]);
}
