import { suiteOf, suiteWords } from '../../bench/suites/list.ts';
import { bytesRounded, change, count, dateTime, integer, interval, list, signedBytes } from '../../document/format.ts';
import type { Tone } from '../../document/tone.ts';
import type { Cell, Table, Trend } from '../../document/types.ts';
import type { History, HistoryEntry, HistoryTarget } from '../../run/history.ts';
import type { ReportView, Section } from '../view.ts';

/** One recipe series on one CPython and target: what belongs on one line of a trend. */
interface Series {
  readonly name: string;
  readonly points: readonly { readonly entry: HistoryEntry; readonly target: HistoryTarget }[];
}

/** How a change developed from run to run: a table a series, and its trend drawn. */
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
        : [
            {
              id: 'skipped',
              title: 'Left out',
              blocks: [
                { kind: 'text' as const, lines: skipped.map(({ line, why }) => `Line ${line} is no run: ${why}`) },
              ],
            },
          ]),
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
    const minor = entry.python.version.split('.').slice(0, 2).join('.');
    // Times of other suites and machines are not points of one trend.
    const suite =
      target.suite === undefined || target.suite === suiteOf(undefined).name ? '' : `, ${suiteWords(target.suite)}`;
    const machine = many ? `, ${machineOf(entry)}` : '';
    return `${recipes || 'no recipe'} on ${entry.python.flavour} ${minor}, ${target.target}${suite}${machine}`;
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
  const columns: readonly Column[] = [
    // The day, and where there are several on one, the time without the year.
    {
      title: 'ended',
      cell: ({ entry }) => ({
        text: days.size === series.points.length ? day(entry) : dateTime(entry.at).slice(5).replace(' UTC', ''),
      }),
    },
    { title: 'base', cell: ({ entry }) => ({ text: entry.python.base.slice(0, 8) }) },
    { title: 'time', align: 'right', cell: ({ target }) => timeCell(target) },
    {
      title: '95% interval',
      align: 'right',
      cell: ({ target: { geometricMean: mean } }) => ({ text: mean === undefined ? '' : interval(mean) }),
    },
    {
      title: 'start-up',
      align: 'right',
      cell: ({ target }) => {
        const memory = target.memoryBytes?.pass;
        return { text: memory === undefined ? '' : signedBytes(memory.patched - memory.baseline) };
      },
    },
    {
      title: 'growth',
      align: 'right',
      cell: ({ target: { growthBytes: growth } }) => ({
        text: growth === undefined ? '' : bytesRounded(growth.patched - growth.baseline),
      }),
    },
    {
      title: 'instr.',
      align: 'right',
      cell: ({ target: { instructions } }) => ({ text: instructions === undefined ? '' : change(instructions.ratio) }),
    },
    { title: 'tests', cell: ({ target }) => ({ text: counts(target) }) },
  ];
  const used = columns.filter(({ cell }) => series.points.some((point) => cell(point).text !== ''));
  const rows = series.points.map((point) => used.map(({ cell }) => cell(point)));
  const trends: Trend[] = [
    {
      title: `Time, ${series.name}`,
      convention: 'Geometric mean of all tests, patched against baseline, with its 95% interval: + is slower.',
      points: series.points.flatMap(({ entry, target }) =>
        target.geometricMean === undefined ? [] : [{ label: pointLabel(entry), ...target.geometricMean }],
      ),
    },
    {
      title: `Instructions, ${series.name}`,
      convention: 'All tests together, patched against baseline: + is more.',
      points: series.points.flatMap(({ entry, target }) =>
        target.instructions === undefined ? [] : [{ label: pointLabel(entry), ...target.instructions }],
      ),
    },
  ];
  return {
    id: `series-${index + 1}`,
    title: series.name,
    open: true,
    blocks: [
      ...trends.filter(({ points }) => points.length > 0).map((trend) => ({ kind: 'trend' as const, trend })),
      {
        kind: 'table',
        table: {
          caption: count(series.points.length, 'run'),
          columns: used.map(({ cell: _, ...column }) => column),
          rows,
          note: 'start-up: live bytes of the started interpreter, patched less baseline. growth: resident memory after 20 000 functions were called once, patched less baseline. instr.: executed instructions.',
        },
      },
    ],
  };
}

type Column = Table['columns'][number] & { readonly cell: (point: Series['points'][number]) => Cell };

const day = ({ at }: HistoryEntry) => dateTime(at).slice(0, 10);

function timeCell({ geometricMean: mean, builds, threshold }: HistoryTarget): Cell {
  if (mean === undefined) return { text: builds ? 'not measured' : 'does not build' };
  return { text: change(mean.ratio), tone: TONE(mean.low, mean.high, threshold ?? 0.01) };
}

const pointLabel = ({ at, run }: HistoryEntry) => `${dateTime(at)}, ${run}`;

function counts({ counts, testsUnexpected }: HistoryTarget): string {
  const speed = ['slower', 'faster'].flatMap((verdict) =>
    (counts?.[verdict] ?? 0) > 0 ? [`${integer(counts?.[verdict] ?? 0)} ${verdict}`] : [],
  );
  const unexpected = (testsUnexpected ?? 0) > 0 ? [`${integer(testsUnexpected ?? 0)} of CPython’s fail`] : [];
  return list([...speed, ...unexpected]);
}
