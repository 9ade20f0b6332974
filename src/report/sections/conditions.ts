import type { SampleHeader, SpeedComparison } from '../../bench/types.ts';
import { bytesRounded, count, dateTime, decimal, duration, integer, percent } from '../../document/format.ts';
import type { Block, Fact } from '../../document/types.ts';
import { isImported } from '../../run/bundle/imported.ts';
import type { RunRecord, TargetResult } from '../../run/types.ts';
import { sentence } from '../answers.ts';
import type { Section } from '../view.ts';

/** How it was measured: enough for somebody else to do it again and doubt it properly. */
export function conditionsSection(record: RunRecord): Section {
  const measured = record.targets.filter((target) => target.speed !== undefined);
  const [brought, here] = [measured.filter(isImported), measured.filter((target) => !isImported(target))];
  return {
    id: 'conditions',
    title: 'How it was measured',
    blocks: [
      ...(here.length > 0 ? [{ kind: 'text' as const, lines: METHOD }] : []),
      ...(brought.length > 0 ? [{ kind: 'text' as const, lines: byBundle(brought.map(({ target }) => target)) }] : []),
      { kind: 'facts', facts: [...sources(record), ...machine(record)] },
      ...measured.flatMap((target): Block[] => (target.speed === undefined ? [] : speedFacts(target, target.speed))),
    ],
  };
}

const METHOD = [
  'Baseline and patched ran as pairs of processes that were alive at the same time, with the same hash seed, environment and path length. In each pair the tests came in a shuffled order, and each test ran in alternating blocks (ABBA or BAAB at random) after a warm-up that was thrown away.',
  'The process is the sample: rounds inside one process resemble each other, and counting them as independent would find changes where there are none.',
];

const byBundle = (targets: readonly string[]) => [
  `On ${targets.join(', ')}, measured elsewhere by bundle, the interpreters of a pair ran one after the other, with the same hash seed and path length, in an order that was drawn beforehand (ABBA or BAAB; AB or BA where a person starts them); each ran all tests in the pair’s shuffled order, a warm-up before each.`,
];

function sources(record: RunRecord): Fact[] {
  const { checkout } = record;
  const base = checkout.base;
  const from =
    base.kind === 'git'
      ? `git ${base.describe ?? base.commit.slice(0, 12)} (${base.commit})${base.dirty ? ', with local changes' : ''}`
      : base.kind === 'tarball'
        ? `${base.name}, sha256 ${base.sha256.slice(0, 16)}`
        : `a folder, tree ${base.treeHash.slice(0, 16)}`;
  return [
    { name: 'Sources', value: `${checkout.flavour.name} ${checkout.pythonVersion}, ${from}` },
    { name: 'Checkout', value: checkout.root, code: true },
    ...(checkout.localChanges.length > 0
      ? [{ name: 'Local changes', value: `${checkout.localChanges.join(', ')} (part of the baseline, too)` }]
      : []),
  ];
}

function machine(record: RunRecord): Fact[] {
  const { machine: m } = record;
  const load = m.loadAverage.map((n) => n.toFixed(2)).join(' ');
  const stages = Object.entries(record.timingsMs).map(([stage, ms]) => `${stage} ${duration(ms)}`);
  const took =
    record.finishedAt === undefined
      ? ''
      : `, took ${duration(Date.parse(record.finishedAt) - Date.parse(record.startedAt))}`;
  return [
    {
      name: 'Machine',
      value: `${m.os}, ${m.arch}, ${m.cpu}, ${count(m.cores, 'core')}, ${bytesRounded(m.memoryBytes)} of memory`,
    },
    { name: 'Load at the start', value: load === '' ? 'not known' : load },
    { name: 'Started', value: `${dateTime(record.startedAt)}${took}` },
    ...(stages.length > 0 ? [{ name: 'Time spent', value: stages.join(', ') }] : []),
    { name: 'Command', value: record.commandLine.join(' '), code: true },
  ];
}

function speedFacts(target: TargetResult, speed: SpeedComparison): Block[] {
  const clock = speed.clock === 'cpu' ? 'CPU time of the process' : 'wall-clock time';
  const planted = Object.entries(speed.planted ?? {}).map(([variant, by]) => `${variant} by ${percent(by)}`);
  const facts: Fact[] = [
    ...(planted.length > 0
      ? [{ name: 'Slowed down on purpose', value: planted.join(', '), tone: 'attention' as const }]
      : []),
    ...(target.elsewhere === undefined ? [] : [{ name: 'Where', value: sentence(target.elsewhere) }]),
    { name: 'Suite', value: `${speed.suite}, ${count(speed.tests.length, 'test')}` },
    ...(speed.pybench === undefined
      ? []
      : [
          {
            name: 'pybench',
            value: `${speed.pybench.version}${speed.pybench.converted ? ', converted to Python 3 by lib2to3' : ''}, from ${speed.pybench.origin}, sha256 ${speed.pybench.sha256.slice(0, 16)}`,
          },
        ]),
    ...Object.entries(speed.pins ?? {}).map(([name, value]) => ({ name, value })),
    { name: 'Clock', value: clock },
    { name: 'Pairs of processes', value: `${integer(speed.pairs)} of ${integer(speed.pairsPlanned)} planned` },
    ...(target.bench === undefined ? [] : headerFacts(target.bench.header)),
    {
      name: 'Counts as a change',
      value: `beyond ${percent(speed.threshold)}, with false discoveries held at ${percent(speed.falseDiscoveryRate)}`,
    },
    {
      name: 'Noise floor',
      value:
        speed.noiseFloor === undefined
          ? 'not measured (no second baseline)'
          : `${percent(speed.noiseFloor)}, ${controlLayout(target)}`,
    },
    ...(target.bench === undefined ? [] : [{ name: 'Samples', value: target.bench.samples, code: true }]),
  ];
  return [
    { kind: 'text', lines: [`Speed on ${target.target}:`] },
    { kind: 'facts', facts },
  ];
}

/** Whether the control's noise holds what the layout of the code alone does. */
function controlLayout(target: TargetResult): string {
  if (target.bench?.header.layouts?.control !== undefined) return 'of a second baseline in link orders of its own';
  const order = target.builds.find(({ variant }) => variant === 'control')?.build.linkOrder;
  if (order === undefined) return 'of a second baseline with the same layout of its code';
  return `of a second baseline with another layout of its code (${integer(order.objects)} objects linked in another order, seed ${order.seed})`;
}

/** What was asked for, and what the workers said of themselves. */
function headerFacts({ settings, workers, clock, pinnedCpu, uncalibrated, layouts }: SampleHeader): Fact[] {
  const timer = workers.baseline?.clocks[clock];
  const step = timer?.resolution == null ? '' : `, smallest step seen ${decimal(timer.resolution * 1e6)} µs`;
  return [
    { name: 'Seed', value: `${settings.seed} (order of tests and blocks, hash seeds)` },
    { name: 'Blocks', value: `of about ${decimal(settings.blockMs)} ms` },
    ...(timer === undefined ? [] : [{ name: 'Timer', value: `${timer.name}${step}` }]),
    {
      name: 'Layout of the code',
      value:
        layouts?.baseline === undefined
          ? 'one link: a single test may owe its change to where the linker put the code'
          : `${count(layouts.baseline, 'link order')}, one a pair, the same for both sides`,
    },
    { name: 'Pinned to CPU', value: pinnedCpu === undefined ? 'no' : String(pinnedCpu) },
    ...(settings.tests === undefined ? [] : [{ name: 'Only tests like', value: settings.tests, code: true }]),
    ...(uncalibrated.length === 0
      ? []
      : [{ name: 'Calibration not subtracted', value: `${uncalibrated.join(', ')} (they vanish in it)` }]),
  ];
}
