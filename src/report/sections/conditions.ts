import type { SampleHeader, SpeedComparison } from '../../bench/types.ts';
import { bytesRounded, count, dateTime, decimal, duration, integer, percent } from '../../document/format.ts';
import { fact, facts, type Some, text } from '../../document/say.ts';
import type { Block, Fact } from '../../document/types.ts';
import { isImported } from '../../run/bundle/imported.ts';
import type { RunRecord, TargetResult } from '../../run/types.ts';
import { isElsewhereBuilt, sentence } from '../answers.ts';
import { type Section, section } from '../view.ts';

/** How it was measured: enough for somebody else to do it again and doubt it properly. */
export function conditionsSection(record: RunRecord): Section {
  const measured = record.targets.filter((target) => target.speed !== undefined);
  const [brought, here] = [measured.filter(isImported), measured.filter((target) => !isImported(target))];
  const blocks: Some<Block>[] = [
    here.length > 0 && text(here.some(isElsewhereBuilt) ? METHOD_ELSEWHERE : METHOD),
    brought.length > 0 && text(byBundle(brought.map(({ target }) => target))),
    facts([sources(record), wholeRun(record)]),
    measured.map((target) => target.speed && speedFacts(target, target.speed)),
  ];
  return section('conditions', 'How it was measured', blocks);
}

const METHOD = [
  'Baseline and patched ran as pairs of processes that were alive at the same time, with the same hash seed, environment and path length. In each pair the tests came in a shuffled order, and each test ran in alternating blocks (ABBA or BAAB at random) after a warm-up that was thrown away.',
  'The process is the sample: rounds inside one process resemble each other, and counting them as independent would find changes where there are none.',
];

/** Where the interpreters lie is the user's choice: the length of their paths may differ, too. */
const METHOD_ELSEWHERE = METHOD.map((one) =>
  one.replace('hash seed, environment and path length', 'hash seed and environment'),
);

const byBundle = (targets: readonly string[]) =>
  `On ${targets.join(', ')}, measured elsewhere by bundle, the interpreters of a pair ran one after the other, with the same hash seed and path length, in an order that was drawn beforehand (ABBA or BAAB; AB or BA where a person starts them); each ran all tests in the pair’s shuffled order, a warm-up before each.`;

function sources(record: RunRecord): Some<Fact> {
  const { checkout } = record;
  const base = checkout.base;
  const from =
    base.kind === 'git'
      ? `git ${base.describe ?? base.commit.slice(0, 12)} (${base.commit})${base.dirty ? ', with local changes' : ''}`
      : base.kind === 'tarball'
        ? `${base.name}, sha256 ${base.sha256.slice(0, 16)}`
        : base.kind === 'interpreter'
          ? `an interpreter that was built elsewhere, fingerprint ${base.treeHash.slice(0, 16)}`
          : `a folder, tree ${base.treeHash.slice(0, 16)}`;
  const local = checkout.localChanges.join(', ');
  return [
    fact('Sources', `${checkout.flavour.name} ${checkout.pythonVersion}, ${from}`),
    fact(base.kind === 'interpreter' ? 'Interpreter' : 'Checkout', checkout.root, { code: true }),
    local !== '' && fact('Local changes', `${local} (part of the baseline, too)`),
  ];
}

export const machineFacts = ({ machine: m }: Pick<RunRecord, 'machine'>): Fact[] => [
  ...fact(
    'Machine',
    `${m.os}, ${m.arch}, ${m.cpu}, ${count(m.cores, 'core')}, ${bytesRounded(m.memoryBytes)} of memory`,
  ),
  ...fact('Load at the start', m.loadAverage.map((n) => n.toFixed(2)).join(' ') || 'not known'),
];

export const pybenchOf = ({ version, converted, origin, sha256 }: NonNullable<SpeedComparison['pybench']>): string =>
  `${version}${converted ? ', converted to Python 3 by lib2to3' : ''}, from ${origin}, sha256 ${sha256.slice(0, 16)}`;

function wholeRun(record: RunRecord): Some<Fact> {
  const stages = Object.entries(record.timingsMs).map(([stage, ms]) => `${stage} ${duration(ms)}`);
  const took =
    record.finishedAt === undefined
      ? ''
      : `, took ${duration(Date.parse(record.finishedAt) - Date.parse(record.startedAt))}`;
  return [
    machineFacts(record),
    fact('Started', `${dateTime(record.startedAt)}${took}`),
    stages.length > 0 && fact('Time spent', stages.join(', ')),
    fact('Command', record.commandLine.join(' '), { code: true }),
  ];
}

function speedFacts(target: TargetResult, speed: SpeedComparison): Block[] {
  const planted = Object.entries(speed.planted ?? {}).map(([variant, by]) => `${variant} by ${percent(by)}`);
  const all: Some<Fact>[] = [
    planted.length > 0 && fact('Slowed down on purpose', planted.join(', '), { tone: 'attention' }),
    fact('Where', target.elsewhere && sentence(target.elsewhere)),
    fact('Suite', `${speed.suite}, ${count(speed.tests.length, 'test')}`),
    fact('pybench', speed.pybench && pybenchOf(speed.pybench)),
    Object.entries(speed.pins ?? {}).map(([name, value]) => ({ name, value })),
    fact('Clock', speed.clock === 'cpu' ? 'CPU time of the process' : 'wall-clock time'),
    fact('Pairs of processes', `${integer(speed.pairs)} of ${integer(speed.pairsPlanned)} planned`),
    target.bench && headerFacts(target.bench.header),
    fact(
      'Counts as a change',
      `beyond ${percent(speed.threshold)}, with false discoveries held at ${percent(speed.falseDiscoveryRate)}`,
    ),
    fact(
      'Noise floor',
      speed.noiseFloor === undefined
        ? 'not measured (no second baseline)'
        : `${percent(speed.noiseFloor)}, ${controlLayout(target)}`,
    ),
    fact('Samples', target.bench?.samples, { code: true }),
  ];
  return [...text(`Speed on ${target.target}:`), facts(all)];
}

/** Whether the control's noise holds what the layout of the code alone does. */
function controlLayout(target: TargetResult): string {
  if (target.bench?.header.layouts?.control !== undefined) return 'of a second baseline in link orders of its own';
  if (target.builds.some(({ variant, build }) => variant === 'control' && build.interpreter !== undefined))
    return 'of the baseline against itself, the same file: it holds what the machine does, and not what another layout of the code would';
  const order = target.builds.find(({ variant }) => variant === 'control')?.build.linkOrder;
  if (order === undefined) return 'of a second baseline with the same layout of its code';
  return `of a second baseline with another layout of its code (${integer(order.objects)} objects linked in another order, seed ${order.seed})`;
}

function headerFacts({ settings, workers, clock, pinnedCpu, uncalibrated, layouts }: SampleHeader): Some<Fact> {
  const timer = workers.baseline?.clocks[clock];
  const step = timer?.resolution == null ? '' : `, smallest step seen ${decimal(timer.resolution * 1e6)} µs`;
  return [
    fact('Seed', `${settings.seed} (order of tests and blocks, hash seeds)`),
    fact('Blocks', `of about ${decimal(settings.blockMs)} ms`),
    fact('Timer', timer && `${timer.name}${step}`),
    fact(
      'Layout of the code',
      layouts?.baseline === undefined
        ? 'one link: a single test may owe its change to where the linker put the code'
        : `${count(layouts.baseline, 'link order')}, one a pair, the same for both sides`,
    ),
    fact('Pinned to CPU', pinnedCpu === undefined ? 'no' : String(pinnedCpu)),
    fact('Only tests like', settings.tests, { code: true }),
    uncalibrated.length > 0 && fact('Calibration not subtracted', `${uncalibrated.join(', ')} (they vanish in it)`),
  ];
}
