import type { ImportedBenchmark, ImportedComparison, ImportedRow } from '../../bench/import/types.ts';
import { change, count, dateTime, decimal, list, percent } from '../../document/format.ts';
import { fact, facts, table, text } from '../../document/say.ts';
import { type Cell, right } from '../../document/types.ts';
import type { ImportRecord } from '../../run/import-record.ts';
import { speedAnswer } from '../answers.ts';
import { forest } from '../sections/speed.ts';
import { SIGN_CONVENTION, speedInShort, usualBlocks } from '../speed-verdict.ts';
import { openSection, type ReportView, type Section } from '../view.ts';
import { pyperfFacts, pyperfHeadline, pyperfSection } from './import-pyperf.ts';

/** One process a side cannot tell noise from change: said at the top, not in a footnote. */
const NO_VERDICT =
  'One process a side: there is no interval and no verdict. Two processes of one interpreter differ like this, too: the same program measured twice this way seems changed in many tests.';

export function importView(record: ImportRecord): ReportView {
  const { comparisons, alone, pyperf, samples } = record;
  const compared = pyperf.filter(({ patched }) => patched !== undefined);
  return {
    title: `Imported results: ${list([
      ...comparisons.map(() => 'a pybench comparison'),
      ...pyperf.map(({ patched }) => (patched === undefined ? 'a file of pyperf' : 'two files of pyperf')),
      ...samples.map(() => 'samples'),
      ...alone.map(() => 'a benchmark'),
    ])}`,
    status: { tone: 'unknown', word: comparisons.length + compared.length > 0 ? 'NO VERDICT' : 'IMPORTED' },
    headline: [
      ...comparisons.map(headline),
      ...(comparisons.length > 0 ? [NO_VERDICT] : []),
      ...compared.map(pyperfHeadline),
      ...samples.map(({ source, speed }) => `${source}: ${speedInShort(speed)}.`),
    ],
    changed: samples.map(({ speed }) => speedAnswer({ speed })),
    targets: [],
    sections: [
      ...comparisons.map(comparisonSection),
      ...samples.map(samplesSection),
      ...alone.map(aloneSection),
      ...pyperf.map(pyperfSection),
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
  return openSection(`comparison-${index + 1}`, `${patched.source} against ${baseline.source}`, [
    text(NO_VERDICT, 'attention'),
    text(
      conditionsDiffer.map((one) => `Differs: ${one}.`),
      'attention',
    ),
    table(
      'Differences of the times as told (text: whole ms), patched against baseline',
      ['test', right('min. ms'), right('diff'), right('avg. ms'), right('diff'), ''],
      [...rows, ...(totals === undefined ? [] : [totals])].map((row) => cells(row, step)),
      `${SIGN_CONVENTION}${step > 0 ? ` The report rounds to ${step} ms: “±” is what that alone can make of a difference of the minima.` : ''}`,
    ),
  ]);
}

function cells(row: ImportedRow, step: number): Cell[] {
  const both = (a: number | undefined, b: number | undefined) =>
    `${a === undefined ? '–' : decimal(a)} → ${b === undefined ? '–' : decimal(b)}`;
  const diff = (value: number | undefined) => (value === undefined ? 'n/a' : change(1 + value, 1));
  const least = Math.min(row.minBaselineMs ?? 0, row.minPatchedMs ?? 0);
  const rounding = step > 0 && least > 0 && row.test !== 'Totals' ? `±${percent(step / least)}` : '';
  return [
    row.test,
    both(row.minBaselineMs, row.minPatchedMs),
    diff(row.minDifference),
    both(row.avgBaselineMs, row.avgPatchedMs),
    diff(row.avgDifference),
    row.note ?? rounding,
  ];
}

function samplesSection({ source, speed, torn }: ImportRecord['samples'][number], index: number): Section {
  return openSection(`samples-${index + 1}`, source, [
    text([torn && 'the last line of the file was torn, and is left out', speed.warnings], 'attention'),
    { kind: 'forest', forest: forest(source, speed) },
    usualBlocks(speed),
  ]);
}

function aloneSection({ source, tests }: ImportedBenchmark, index: number): Section {
  return openSection(`alone-${index + 1}`, source, [
    text('A benchmark by itself: name another to compare it with (--baseline, --patched).'),
    table(
      count(tests.length, 'test'),
      ['test', right('minimum, ms'), right('average, ms')],
      tests.map(({ test, minMs, avgMs }) => [test, decimal(minMs), decimal(avgMs)]),
    ),
  ]);
}

function conditions({ comparisons, alone, pyperf, samples, commandLine }: ImportRecord): Section {
  return openSection(
    'conditions',
    'Where it comes from',
    facts([
      comparisons.map(({ baseline, patched }) => [
        fact('Baseline', describe(baseline)),
        fact('Patched', describe(patched)),
      ]),
      alone.map((one) => fact('Benchmark', describe(one))),
      pyperf.flatMap(pyperfFacts),
      samples.map(({ source, header }) =>
        fact('Samples', `${source}, measured ${dateTime(header.startedAt)}, seed ${header.settings.seed}`),
      ),
      fact('Command', commandLine.join(' '), { code: true }),
    ]),
  );
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
