import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { type BundlePlan, type PlanRequest, planBundle, planText, SIDES } from '../../bench/bundle/plan.ts';
import { preloadCounter } from '../../bench/memory/counter.ts';
import { linkedCounter } from '../../bench/memory/linked.ts';
import { noTests, testMatcher } from '../../bench/planning.ts';
import { suiteInputs, suiteOf } from '../../bench/suites/list.ts';
import type { BenchSettings } from '../../bench/types.ts';
import { type Build, VARIANTS, type Variant } from '../../builds/types.ts';
import { type Checkout, openCheckout } from '../../checkout/index.ts';
import { type ArchiveFile, writeArchive } from '../../system/archive.ts';
import { assetPath } from '../../system/assets.ts';
import type { Context } from '../../system/context.ts';
import { UserError } from '../../system/diagnostic.ts';
import { runStep, type Step } from '../../system/events.ts';
import { writeFileAtomic } from '../../system/files.ts';
import { byCodeUnit, sha256 } from '../../system/hash.ts';
import { factsOf } from '../../targets/drivers.ts';
import { forVersion } from '../../targets/for-version.ts';
import { targetFor } from '../../targets/resolve.ts';
import { runnerFor } from '../../targets/runner.ts';
import { findToolchain } from '../../targets/toolchain.ts';
import type { TargetDescriptor } from '../../targets/types.ts';
import { loadRequest, type RunFolder, readRunRecord } from '../folder.ts';
import type { RunRequest } from '../request.ts';
import { compared, ofVariant } from '../stages/stage.ts';
import type { RunRecord } from '../types.ts';
import { consoleFiles, isPs3dev } from './console.ts';
import { installed } from './library.ts';
import { readme } from './readme.ts';
import { type BundleCounter, commandScript, shellScript } from './run-script.ts';

export interface BundleRequest {
  readonly folder: RunFolder;
  readonly target: string;
  /** A `.tar.gz` or `.zip`, or a folder that is new or empty. Absent: `forkwright-RUN-TARGET.tar.gz` in the current folder. */
  readonly output?: string | undefined;
  /** What is measured otherwise than the run was asked to. */
  readonly settings: Partial<BenchSettings>;
  readonly withTests: boolean;
  readonly forkwright: string;
  readonly ctx: Context;
}

type Sides = readonly { readonly variant: Variant; readonly build: Build }[];

/**
 * Packs both variants of a run for a machine that cannot be reached: interpreters, library, tests, and a script that
 * measures them by a plan. The same run and settings give the same bytes.
 * @returns `file`: absolute; `bytes`: of all files together, before they are compressed; `remarks`: what is missing in
 * it, and why, as sentences.
 * @throws UserError when the run has no such target, it was not built, or its builds have left the store.
 */
export async function makeBundle(request: BundleRequest) {
  const { folder, ctx } = request;
  const record = await readRunRecord(folder);
  const asked = await loadRequest(folder);
  const sides = builtFor(record, request);
  return runStep(ctx.emit, { id: 'bundle', title: `Bundle for ${request.target}` }, async (step) => {
    const checkout = await openCheckout(asked.checkout, ctx);
    const target = forVersion(await targetFor(request.target, ctx, { sysroot: asked.sysroot }), checkout.version);
    const packed = await pack(request, { record, asked, sides, checkout, target, step });
    const name = `forkwright-${record.id}-${request.target}`.replaceAll(/[^\w.+-]+/g, '-');
    const file = path.resolve(request.output ?? `${name}.tar.gz`);
    step.progress('writing');
    await writeArchive(file, packed.files, name, new Date(record.startedAt));
    await writeFileAtomic(folder.bundle(packed.planSha256), packed.text);
    const bytes = packed.files.reduce((sum, { data }) => sum + data.length, 0);
    return { file, ...packed, files: packed.files.length, bytes };
  });
}

function builtFor(record: RunRecord, { folder, target }: BundleRequest): Sides {
  const result = record.targets.find((one) => one.target === target);
  const named = record.targets.map((one) => one.target).join(', ') || 'none';
  if (result === undefined) {
    throw new UserError({
      code: 'run/no-such-target',
      message: `the run has no target ${target}; it has: ${named}`,
      place: { file: folder.dir },
      hint: `start a run for it: forkwright build RECIPE --checkout DIR --target ${target}`,
    });
  }
  const sides = [...result.builds].sort((a, b) => VARIANTS.indexOf(a.variant) - VARIANTS.indexOf(b.variant));
  if (!['baseline', 'patched'].every((variant) => sides.some((side) => side.variant === variant))) {
    throw new UserError({
      code: 'run/not-built',
      message: `baseline and patched were not both built for ${target}`,
      place: { file: folder.dir },
      hint: `see why: forkwright report ${folder.dir}`,
    });
  }
  const found = sides.find(({ build }) => build.interpreter !== undefined);
  if (found !== undefined) {
    throw new UserError({
      code: 'run/bundle-interpreter',
      message: `${found.variant} was built elsewhere: what belongs to it beside ${path.basename(found.build.python)} is not known here`,
      place: { file: found.build.python },
      hint: 'a bundle is made of builds: start a run of its sources',
    });
  }
  return sides;
}

interface Packing {
  readonly record: RunRecord;
  readonly asked: RunRequest;
  readonly sides: Sides;
  readonly checkout: Checkout;
  readonly target: TargetDescriptor;
  readonly step: Pick<Step, 'progress'>;
}

async function pack(request: BundleRequest, packing: Packing) {
  const { ctx, folder } = request;
  const { record, asked, sides, target, step } = packing;
  const files: ArchiveFile[] = [];
  const interpreters: Record<string, Uint8Array> = {};
  const planned: PlanRequest['sides'][number][] = [];
  const windows = factsOf(target).windows;
  for (const { variant, build } of sides) {
    step.progress(`packing ${variant}`);
    const side = SIDES[variant];
    const own = await installed(build, side, { withTests: request.withTests, windows, resume: resumeOf(folder) });
    const python = own[0];
    if (python === undefined) throw new Error('an installation without its interpreter');
    interpreters[side] = python.data;
    planned.push({ variant, buildKey: build.key, pythonVersion: build.pythonVersion, sha256: sha256(python.data) });
    files.push(...own);
  }
  const {
    pybench: _,
    pyperformance: __,
    suite: ___,
    control: ____,
    instructions: _____,
    layouts: ______,
    ...own
  } = asked.bench;
  const settings = { ...own, ...request.settings };
  const suite = await suiteFiles(packing, settings, ctx);
  const byHand = isPs3dev(target);
  const counted = windows
    ? without('no counter is made for Windows')
    : await counterFiles(packing, ctx).catch((error) => {
        // A counter is a gain, not a condition.
        if (error instanceof UserError) return without(error.message);
        throw error;
      });
  const { counter, noCounter } = counted;
  const plan = planBundle({
    run: record.id,
    target: request.target,
    suite: suite.name,
    identity: suite.identity,
    settings,
    sides: planned,
    tests: suite.tests,
    // Where a person starts each process, half as many are enough work.
    mirrored: !byHand,
    memory: counter !== undefined,
  });
  const text = planText(plan);
  const shared = files.some(({ name }) => /\/libpython[^/]*\.so/.test(name));
  const consoles = byHand ? await consoleFiles(target, interpreters, ctx) : { files: [], said: [] };
  const asset = async (name: string, as: string) => ({ name: as, data: await readFile(assetPath(name)) });
  const told = readme({
    plan,
    title: target.title,
    how: runnerFor(target).how,
    baseline: ofVariant(sides, 'baseline').build,
    ...{ counter, noCounter },
    start: windows ? 'windows' : byHand ? 'by hand' : 'shell',
    console: consoles.said,
    limits: target.limits,
  });
  files.push(
    ...suite.files,
    ...counted.files,
    ...consoles.files,
    await asset('bench/worker.py', 'worker.py'),
    await asset('bench/bundle/run.py', 'run.py'),
    { name: 'plan.json', data: Buffer.from(text) },
    windows
      ? { name: 'run.cmd', data: Buffer.from(commandScript(plan)) }
      : { name: 'run.sh', data: Buffer.from(shellScript(plan, counter, shared)), executable: true },
    { name: 'README.txt', data: Buffer.from(told) },
    ...(byHand ? await Promise.all(planned.map((one) => asset('bench/bundle/sitecustomize.py', starterOf(one)))) : []),
  );
  files.push({ name: 'manifest.json', data: Buffer.from(manifest(request.forkwright, record, plan, files)) });
  const remarks = [...(noCounter === undefined ? [] : [`memory is not counted: ${noCounter}`]), ...consoles.said];
  return { files, plan, planSha256: sha256(text), text, remarks };
}

const resumeOf = (folder: RunFolder) => `forkwright run --resume ${folder.dir}`;

async function suiteFiles({ asked, checkout, sides }: Packing, settings: BenchSettings, ctx: Context) {
  const { name, pack } = suiteOf(asked.bench.suite);
  if (typeof pack === 'object') throw new UserError({ code: `run/bundle-${name}`, ...pack });
  const baseline = ofVariant(sides, 'baseline').build;
  const packed = await pack(suiteInputs(asked.bench, { checkout, baseline, ctx }));
  const tests = packed.tests.filter(testMatcher(settings.tests));
  if (tests.length > 0) return { ...packed, name, tests };
  throw noTests(settings.tests);
}

interface CounterFiles {
  readonly counter?: BundleCounter;
  readonly noCounter?: string;
  readonly files: readonly ArchiveFile[];
}

const without = (why: string): CounterFiles => ({ noCounter: why, files: [] });

async function counterFiles({ sides, target, step }: Packing, ctx: Context): Promise<CounterFiles> {
  step.progress('the counter of memory');
  const toolchain = await findToolchain(target, ctx);
  const preloaded = await preloadCounter(toolchain, ctx);
  if (typeof preloaded !== 'string') {
    const data = await readFile(preloaded.file);
    return { counter: 'preloaded', files: [{ name: 'counter.so', data, executable: true }] };
  }
  const files: ArchiveFile[] = [];
  for (const { variant, build } of compared(sides)) {
    const linked = await linkedCounter(build, toolchain, ctx);
    if (linked.file === undefined) return without(`${preloaded}, and ${linked.why}`);
    files.push({ name: `${SIDES[variant]}/bin/counted`, data: await readFile(linked.file), executable: true });
  }
  return { counter: 'linked', files };
}

/** Where a program takes no arguments, the interpreter itself asks for the next step when it starts: its site module. */
function starterOf({ variant, pythonVersion }: PlanRequest['sides'][number]): string {
  const [major, minor] = pythonVersion.split('.');
  return `${SIDES[variant]}/lib/python${major}.${minor}/sitecustomize.py`;
}

function manifest(forkwright: string, record: RunRecord, plan: BundlePlan, files: readonly ArchiveFile[]): string {
  const sorted = files.toSorted((a, b) => byCodeUnit(a.name, b.name));
  const hashes = Object.fromEntries(sorted.map(({ name, data }) => [name, sha256(data)]));
  const { id: run, startedAt, checkout } = record;
  const { target, sides, pybench } = plan;
  const about = { run, startedAt, target, pythonVersion: checkout.pythonVersion, sides, pybench };
  return `${JSON.stringify({ schemaVersion: 1, forkwright, ...about, files: hashes }, undefined, 1)}\n`;
}
