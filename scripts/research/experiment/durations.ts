import { duration, integer } from '../../../src/document/format.ts';
import type { Extract } from './extract.ts';
import { verdictMs } from './figures.ts';
import { table } from './markdown.ts';

const STAGES: readonly [string, string][] = [
  ['size', 'size'],
  ['tests', 'CPython’s tests'],
  ['growth', 'growth'],
  ['memory', 'memory'],
  ['instructions', 'instructions'],
  ['speed', 'pybench'],
];

/** What a quick and a full verdict take, builds apart. */
export function durations(extracts: readonly Extract[], quick: Extract | undefined): string[] {
  const all = quick === undefined ? extracts : [...extracts, quick];
  const rows = all.map((extract) => [
    `${extract.python}, ${settings(extract)}`,
    ...STAGES.map(([stage]) => time(extract.timingsMs[`host/${stage}`])),
    `**${duration(verdictMs(extract))}**`,
    load(extract),
  ]);
  return [
    table(['', ...STAGES.map(([, title]) => title), 'all', 'load, CPU left'], rows, 'right'),
    'Wall time on this machine, with the load, and the share of a CPU that the measured processes got. The builds are apart, as they come from the store the second time:',
    table(
      ['build', ...extracts.map(({ python }) => python)],
      (['baseline', 'patched', 'control'] as const)
        .map((variant) => [variant, ...extracts.map((extract) => built(extract, variant))])
        .filter(([, ...cells]) => cells.some((cell) => cell !== '–')),
      'right',
    ),
  ];
}

const time = (ms: number | undefined) => (ms === undefined ? '–' : duration(ms));

/** `full, 32 pairs, control` */
export function settings({ options, header, speed, builds }: Extract): string {
  const words = [options.includes('--quick') ? '`--quick`' : 'full', `${integer(speed.pairs)} pairs`];
  if (builds.some(({ variant }) => variant === 'control')) words.push('control');
  if (header.settings.tests !== undefined) words.push(`only tests like \`${header.settings.tests}\``);
  return words.join(', ');
}

function load({ machine, cpuShare }: Extract): string {
  return `${machine.loadAverage[0]?.toFixed(1) ?? '–'} on ${integer(machine.cores)} cores, ${Math.round(cpuShare * 100)}%`;
}

function built({ builds }: Extract, variant: string): string {
  const build = builds.find((own) => own.variant === variant);
  if (build === undefined) return '–';
  return duration(build.buildMs);
}
