import type { PyperfComparison, PyperfRow } from '../../bench/import/types.ts';
import { bytesRounded, change, count, dateTime, list } from '../../document/format.ts';
import { fact, table, text } from '../../document/say.ts';
import { type Cell, type Fact, right } from '../../document/types.ts';
import { SIGN_CONVENTION } from '../speed-verdict.ts';
import { openSection, type Section } from '../view.ts';

/** Of two files: what the means say, and why that is no verdict. */
export function pyperfHeadline({ geometricMean, rows, reasons, conditionsDiffer }: PyperfComparison): string {
  const both = rows.filter(({ ratio }) => ratio !== undefined).length;
  const whole =
    geometricMean === undefined ? '' : `, ${change(geometricMean, 1)} by the geometric mean of the times (+ is slower)`;
  const doubt =
    conditionsDiffer.length === 0
      ? ''
      : ` The two differ in ${list(conditionsDiffer.map((one) => one.replace(/:.*/s, '')))}.`;
  return `${count(both, 'benchmark')} on both sides${whole}. No verdict: ${(reasons[0] ?? '').replace(/:.*/s, '')}.${doubt} For a verdict, let forkwright measure both (--suite pyperformance).`;
}

export function pyperfSection(
  { baseline, patched, rows, reasons, conditionsDiffer }: PyperfComparison,
  index: number,
): Section {
  const notes = [...baseline.notes, ...(patched?.notes ?? [])];
  const title = patched === undefined ? baseline.source : `${patched.source} against ${baseline.source}`;
  const remarks = text(
    [...conditionsDiffer.map((one) => `Differs: ${one}.`), ...notes.map((one) => `${one}.`)],
    'attention',
  );
  if (patched === undefined) {
    return openSection(`pyperf-${index + 1}`, title, [
      text('A file by itself: name another to compare it with (--baseline, --patched).'),
      remarks,
      table(
        count(rows.length, 'benchmark'),
        ['benchmark', right('mean'), right('processes'), right('values')],
        rows.map(({ test, unit, baseline: side }) => [
          test,
          amount(side?.mean, unit),
          String(side?.processes ?? 0),
          String(side?.values ?? 0),
        ]),
      ),
    ]);
  }
  return openSection(`pyperf-${index + 1}`, title, [
    text(`No verdict: ${reasons.join('; ')}.`, 'attention'),
    remarks,
    table(
      'Means of the processes’ means, patched against baseline',
      [
        'benchmark',
        right('mean'),
        right('difference'),
        right('95% of the processes’ scatter'),
        right('processes (values)'),
        '',
      ],
      rows.map(cells),
      `${SIGN_CONVENTION} Each process counts once, however many values it has.`,
    ),
  ]);
}

function cells({ test, unit, baseline, patched, ratio, low, high, note }: PyperfRow): Cell[] {
  const interval = low === undefined || high === undefined ? '' : `${change(low, 1)} to ${change(high, 1)}`;
  const sized = (side: PyperfRow['baseline']) => (side === undefined ? '–' : `${side.processes} (${side.values})`);
  return [
    test,
    `${amount(baseline?.mean, unit)} → ${amount(patched?.mean, unit)}`,
    ratio === undefined ? 'n/a' : change(ratio, 1),
    interval,
    `${sized(baseline)}, ${sized(patched)}`,
    note ?? '',
  ];
}

const SCALES = [
  [1, 's'],
  [1e-3, 'ms'],
  [1e-6, 'µs'],
  [1e-9, 'ns'],
] as const;

/** A mean in its own unit: `1.23 ms`, `15.2 MiB`. */
function amount(value: number | undefined, unit: string): string {
  if (value === undefined) return '–';
  if (unit === 'byte') return bytesRounded(value);
  if (unit !== 'second') return `${Number(value.toPrecision(4))}`;
  const [factor, word] = SCALES.find(([least]) => value >= least) ?? [1e-9, 'ns'];
  return `${Number((value / factor).toPrecision(3))} ${word}`;
}

export function pyperfFacts({ baseline, patched }: PyperfComparison): Fact[] {
  return [baseline, patched].flatMap((side, index) => {
    if (side === undefined) return [];
    const { facts, dates, source } = side;
    const known = [
      source,
      facts.python_version === undefined ? undefined : `Python ${facts.python_version}`,
      facts.cpu_model_name,
      facts.platform,
      dates === undefined
        ? undefined
        : `measured ${dateTime(new Date(dates[0]).toISOString())} to ${dateTime(new Date(dates[1]).toISOString())}`,
    ];
    const name = patched === undefined ? 'File of pyperf' : index === 0 ? 'Baseline' : 'Patched';
    return fact(name, known.filter((part) => part !== undefined).join(', '));
  });
}
