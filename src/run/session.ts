import { readFile } from 'node:fs/promises';
import { type Compared, samplesOfEach } from '../bench/comparison/session.ts';
import { suiteInputs, suiteOf } from '../bench/suites/list.ts';
import type { Interpreter, Measured, SpeedComparison } from '../bench/types.ts';
import type { Build, BuildResult, Variant } from '../builds/types.ts';
import type { Context } from '../system/context.ts';
import { UserError } from '../system/diagnostic.ts';
import { runStep, type Step } from '../system/events.ts';
import { writeFileAtomic } from '../system/files.ts';
import { canonicalJson } from '../system/hash.ts';
import { runnerFor } from '../targets/runner.ts';
import type { TargetDescriptor } from '../targets/types.ts';
import { declaredBy } from './declared.ts';
import type { RunFolder } from './folder.ts';
import { inLayouts } from './layouts.ts';
import type { PreparedRun } from './prepare.ts';
import { startedAs } from './run-target.ts';
import { isLinkedInOrders, sessionSettings, speed } from './stages/speed.ts';
import { isFound, whyNot } from './stages/stage.ts';
import type { RunRecord } from './types.ts';

/** A run that is built, and whose speed is measured together with others'. */
export interface SessionRun {
  readonly name: string;
  readonly folder: RunFolder;
  readonly prepared: PreparedRun;
  readonly record: RunRecord;
}

/** Two runs' patched interpreters, compared with each other: places in the list of runs. */
export type Neighbours = readonly (readonly [number, number])[];

export interface NeighbourResult {
  readonly target: string;
  readonly from: string;
  readonly to: string;
  readonly speed: SpeedComparison;
}

interface Party {
  readonly interpreter: Interpreter<Measured>;
  readonly build: Build;
}

/**
 * Measures the interpreters of several runs in one session for each target: what two runs have in common, the baseline
 * as a rule, is there once. Puts into each run's folder its own part of the samples, from which its speed stage goes on. The samples of the whole lie
 * in the session's folder; a session that was stopped goes on there.
 * @returns how neighbours compare, and the runs whose part of the samples was not there yet as it is.
 * @throws UserError, Cancelled
 */
export async function measureTogether(
  runs: readonly SessionRun[],
  neighbours: Neighbours,
  folder: RunFolder,
  ctx: Context,
): Promise<{ readonly neighbours: readonly NeighbourResult[]; readonly renewed: ReadonlySet<SessionRun> }> {
  const results: NeighbourResult[] = [];
  const renewed = new Set<SessionRun>();
  const names = new Set(runs.flatMap(({ record }) => record.targets.map(({ target }) => target)));
  for (const name of names) {
    const id = `session/${name}`;
    const title = `Speed on ${name}, all in one session`;
    results.push(
      ...(await runStep(ctx.emit, { id, title }, (step) =>
        onTarget(runs, neighbours, name, folder, renewed, step, ctx),
      )),
    );
  }
  return { neighbours: results, renewed };
}

async function onTarget(
  runs: readonly SessionRun[],
  neighbours: Neighbours,
  name: string,
  folder: RunFolder,
  renewed: Set<SessionRun>,
  step: Step,
  ctx: Context,
): Promise<readonly NeighbourResult[]> {
  const table = partiesOf(runs, name);
  const [first] = table.runs;
  const skipped = (why: string) => {
    step.outcome('skipped');
    step.note(why);
    return [];
  };
  if (first === undefined) return skipped('nothing to measure');
  const { target, run } = first;
  const cannot = whyNot(speed, target, run.record.targets.find((one) => one.target === name)?.builds ?? []);
  if (cannot !== undefined) return skipped(cannot);
  const { request, checkout } = run.prepared;
  const baseline = table.parties[0]?.build;
  if (baseline === undefined) throw new Error('a session without a baseline');
  const needs = suiteInputs(request.bench, { checkout, baseline, ctx });
  // Where there is none, each run's own stage says why.
  const suite = await suiteOf(request.bench.suite)
    .prepare(needs)
    .catch((error) => {
      if (error instanceof UserError && (request.bench.pybench ?? request.bench.pyperformance) === undefined)
        return undefined;
      throw error;
    });
  if (suite === undefined) return skipped('there is no suite to be had');
  for (const { build } of table.parties) await runnerFor(target).prepare?.(build, ctx);
  const plain = table.parties.map(({ interpreter }) => interpreter);
  const settings = sessionSettings(request);
  const linked = isLinkedInOrders(request, target) && !isFound(table.parties);
  const { measureSamples } = await import('../bench/measure.ts');
  const lines = await measureSamples({
    interpreters: linked
      ? await inLayouts<Measured>(table.parties, target, settings.pairs, ['control'], ctx, step)
      : plain,
    ...{ suite, settings, samplesFile: folder.samples(name), ctx, step },
  });
  const { compare } = await import('../bench/comparison/compare.ts');
  const partyOf = (at: number) => {
    const own = runs[at];
    const measured = table.runs.find(({ run }) => run === own)?.compared.patched;
    // What the checkout has already is the baseline.
    const isStock = own?.record.patches.every(({ verdict }) => verdict === 'already-applied');
    const variant = measured ?? (isStock ? ('baseline' as const) : undefined);
    return own === undefined || variant === undefined ? [] : [{ name: own.name, variant }];
  };
  const between = neighbours.flatMap(([a, b]) => partyOf(a).flatMap((from) => partyOf(b).map((to) => ({ from, to }))));
  const comparisons: readonly Compared[] = [
    ...table.runs.map(({ compared }) => compared),
    ...between.map(({ from, to }) => ({ baseline: from.variant, patched: to.variant, declared: {} })),
  ];
  const each = samplesOfEach(lines, comparisons);
  for (const [i, { run }] of table.runs.entries()) {
    const file = run.folder.samples(name);
    const text = (each[i] ?? []).map((line) => `${JSON.stringify(line)}\n`).join('');
    if ((await readFile(file, 'utf8').catch(() => '')) === text) continue;
    await writeFileAtomic(file, text);
    renewed.add(run);
  }
  step.note(`${plain.length} interpreters, ${settings.pairs} rounds`);
  return between.map(({ from, to }, i) => ({
    ...{ target: name, from: from.name, to: to.name },
    speed: compare(each[table.runs.length + i] ?? []),
  }));
}

/** The interpreters of all runs on a target, the first run's baseline first and its control last; and what is compared with what. */
function partiesOf(runs: readonly SessionRun[], name: string) {
  const parties: Party[] = [];
  const known = new Map<string, Measured>();
  let control: Party | undefined;
  const members: { run: SessionRun; target: TargetDescriptor; compared: Compared }[] = [];
  for (const run of runs) {
    const { prepared, record } = run;
    const builds = record.targets.find((one) => one.target === name)?.builds ?? [];
    const of = (variant: Variant) => {
      const side = variant === 'patched' ? prepared : prepared.baseline;
      const result: BuildResult | undefined = builds.find((one) => one.variant === variant);
      const target = side.targets.find((one) => one.name === name);
      if (result === undefined || target === undefined) return undefined;
      const interpreter = startedAs(result, runnerFor(target), side.settings);
      return { interpreter, build: result.build, target };
    };
    const [baseline, patched] = [of('baseline'), of('patched')];
    if (baseline === undefined || patched === undefined) continue;
    const identity = ({ interpreter: { buildKey, command, env } }: Party) => canonicalJson([buildKey, command, env]);
    const add = (one: Party, variant: Measured): Measured => {
      parties.push({ build: one.build, interpreter: { ...one.interpreter, variant } });
      known.set(identity(one), variant);
      return variant;
    };
    const next = (): Measured => {
      const others = parties.length;
      return others === 0 ? 'baseline' : others === 1 ? 'patched' : `patched-${others}`;
    };
    const from = known.get(identity(baseline)) ?? add(baseline, next());
    // Never one that is there: what equals another variant is compared with it as such.
    const to = add(patched, next());
    if (members.length === 0) control = of('control');
    const patches = prepared.series.flatMap(({ result }) => (result.verdict === 'applies' ? [result.patch] : []));
    const compared: Compared = { baseline: from, patched: to, declared: declaredBy(patches) };
    members.push({ run, target: patched.target, compared });
  }
  const all =
    control === undefined ? [] : [{ ...control, interpreter: { ...control.interpreter, variant: 'control' as const } }];
  return { runs: members, parties: [...parties, ...all] };
}
