import type { ImportedBenchmark, ImportedComparison, ImportedRow } from '../../bench/import/types.ts';
import { change, count, dateTime, decimal, list, percent } from '../../document/format.ts';
import { type Block, type Cell, type Fact, right } from '../../document/types.ts';
import { VERDICTS } from '../../document/verdicts.ts';
import type { ImportRecord } from '../../run/import-record.ts';
import { forest } from '../sections/speed.ts';
import { overallSpeed, speedInShort, speedSentences } from '../speed-verdict.ts';
import { usualBlocks } from '../usual.ts';
import type { ReportView, Section } from '../view.ts';
import { SIGN_CONVENTION } from '../words.ts';

/** One process a side cannot tell noise from change: said at the top, not in a footnote. */
const NO_VERDICT =
  'One process a side: there is no interval and no verdict. Two processes of one interpreter differ like this, too: the same program measured twice this way seems changed in many tests.';

/** What can honestly be said of results that were measured elsewhere. */
export function importView(record: ImportRecord): ReportView {
  const { comparisons, alone, samples } = record;
  return {
    title: `Imported results: ${list([
      ...comparisons.map(() => 'a pybench comparison'),
      ...samples.map(() => 'samples'),
      ...alone.map(() => 'a benchmark'),
    ])}`,
    status: { tone: 'unknown', word: comparisons.length > 0 ? 'NO VERDICT' : 'IMPORTED' },
    headline: [
      ...comparisons.map(headline),
      ...(comparisons.length > 0 ? [NO_VERDICT] : []),
      ...samples.map(({ source, speed }) => `${source}: ${speedInShort(speed)}.`),
    ],
    changed: samples.map(({ speed }) => {
      const overall = overallSpeed(speed);
      return {
        label: 'Speed',
        tone: overall === undefined ? ('unknown' as const) : VERDICTS[overall].tone,
        short: speedInShort(speed),
        more: speedSentences(speed),
      };
    }),
    targets: [],
    sections: [
      ...comparisons.map(comparisonSection),
      ...samples.map(samplesSection),
      ...alone.map(aloneSection),
      conditions(record),
    ],
    footer: `Forkwright ${record.forkwright}, import ${record.id}, ${dateTime(record.importedAt)}`,
  };
}

function headline({ totals, geometricMean, rows, conditionsDiffer }: ImportedComparison): string {
  const both = rows.filter(({ minDifference }) => minDifference !== undefined).length;
  const doubt = conditionsDiffer.length === 0 ? '' : ` The two were not measured alike: ${list(conditionsDiffer)}.`;
  if (geometricMean === undefined) return `No test can be compared.${doubt}`;
  const total = totals?.minDifference === undefined ? '' : `, pybench’s total ${change(1 + totals.minDifference, 1)}`;
  return `${count(both, 'test')}: ${change(geometricMean, 1)} by the geometric mean of the minima${total} (+ is slower).${doubt}`;
}

function comparisonSection(comparison: ImportedComparison, index: number): Section {
  const { baseline, patched, rows, totals, conditionsDiffer } = comparison;
  const step = Math.max(baseline.stepMs ?? 0, patched.stepMs ?? 0);
  const blocks: Block[] = [
    { kind: 'text', tone: 'attention', lines: [NO_VERDICT] },
    ...(conditionsDiffer.length === 0
      ? []
      : [
          {
            kind: 'text' as const,
            tone: 'attention' as const,
            lines: conditionsDiffer.map((one) => `Differs: ${one}.`),
          },
        ]),
    {
      kind: 'table',
      table: {
        caption: 'Differences of the times as told (text: whole ms), patched against baseline',
        columns: [{ title: 'test' }, right('min. ms'), right('diff'), right('avg. ms'), right('diff'), { title: '' }],
        rows: [...rows, ...(totals === undefined ? [] : [totals])].map((row) => cells(row, step)),
        note: `${SIGN_CONVENTION}${step > 0 ? ` The report rounds to ${step} ms: “±” is what that alone can make of a difference of the minima.` : ''}`,
      },
    },
  ];
  return { id: `comparison-${index + 1}`, title: `${patched.source} against ${baseline.source}`, open: true, blocks };
}

function cells(row: ImportedRow, step: number): Cell[] {
  const both = (a: number | undefined, b: number | undefined) =>
    `${a === undefined ? '–' : decimal(a)} → ${b === undefined ? '–' : decimal(b)}`;
  const diff = (value: number | undefined) => (value === undefined ? 'n/a' : change(1 + value, 1));
  const least = Math.min(row.minBaselineMs ?? 0, row.minPatchedMs ?? 0);
  const rounding = step > 0 && least > 0 && row.test !== 'Totals' ? `±${percent(step / least)}` : '';
  return [
    { text: row.test },
    { text: both(row.minBaselineMs, row.minPatchedMs) },
    { text: diff(row.minDifference) },
    { text: both(row.avgBaselineMs, row.avgPatchedMs) },
    { text: diff(row.avgDifference) },
    { text: row.note ?? rounding },
  ];
}

function samplesSection({ source, speed, torn }: ImportRecord['samples'][number], index: number): Section {
  const warnings = [
    ...(torn ? ['the last line of the file was torn, and is left out'] : []),
    ...(speed.warnings ?? []),
  ];
  return {
    id: `samples-${index + 1}`,
    title: source,
    open: true,
    blocks: [
      ...(warnings.length === 0 ? [] : [{ kind: 'text' as const, tone: 'attention' as const, lines: warnings }]),
      { kind: 'forest', forest: forest(source, speed) },
      ...usualBlocks(speed),
    ],
  };
}

function aloneSection(benchmark: ImportedBenchmark, index: number): Section {
  return {
    id: `alone-${index + 1}`,
    title: benchmark.source,
    open: true,
    blocks: [
      { kind: 'text', lines: ['A benchmark by itself: name another to compare it with (--baseline, --patched).'] },
      {
        kind: 'table',
        table: {
          caption: count(benchmark.tests.length, 'test'),
          columns: [{ title: 'test' }, right('minimum, ms'), right('average, ms')],
          rows: benchmark.tests.map(({ test, minMs, avgMs }) => [
            { text: test },
            { text: decimal(minMs) },
            { text: decimal(avgMs) },
          ]),
        },
      },
    ],
  };
}

function conditions(record: ImportRecord): Section {
  const sides = [
    ...record.comparisons.flatMap(({ baseline, patched }) => [
      ['Baseline', baseline] as const,
      ['Patched', patched] as const,
    ]),
    ...record.alone.map((one) => ['Benchmark', one] as const),
  ];
  const facts: Fact[] = [
    ...sides.map(([name, one]) => ({ name, value: describe(one) })),
    ...record.samples.map(({ source, header }) => ({
      name: 'Samples',
      value: `${source}, measured ${dateTime(header.startedAt)}, seed ${header.settings.seed}`,
    })),
    { name: 'Command', value: record.commandLine.join(' '), code: true },
  ];
  return { id: 'conditions', title: 'Where it comes from', open: true, blocks: [{ kind: 'facts', facts }] };
}

function describe(one: Omit<ImportedBenchmark, 'tests'>): string {
  const known: readonly (string | undefined)[] = [
    `${one.source} (${one.form === 'pybench-pickle' ? 'a pickle' : 'a printed report'} of pybench ${one.version ?? ''})`,
    one.pythonVersion === undefined ? undefined : `${one.implementation ?? 'Python'} ${one.pythonVersion}`,
    one.compiler,
    one.platform,
    one.rounds === undefined ? undefined : `${count(one.rounds, 'round')}, warp ${one.warp ?? '?'}`,
    one.timer,
  ];
  return known.filter((part) => part !== undefined).join(', ');
}
