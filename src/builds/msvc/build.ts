import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { folderTree, makeTree, overlayTree } from '../../checkout/index.ts';
import type { Context } from '../../system/context.ts';
import type { Step } from '../../system/events.ts';
import { withFileProblems, writeFileAtomic, writeJson } from '../../system/files.ts';
import { sha256, sha256File } from '../../system/hash.ts';
import { type ProcessResult, runProcess } from '../../system/process.ts';
import { buildFile } from '../build-file.ts';
import { commandEnvironment, toolsOf, withoutRoot } from '../environment.ts';
import { describeFailure } from '../failure.ts';
import { checkInterpreter } from '../interpreter-check.ts';
import { launcherLog, tellLauncherTrouble } from '../launcher-trouble.ts';
import { CONTROL_SEED, shuffledBy } from '../link-order.ts';
import { followLog } from '../log-follow.ts';
import {
  type BuildRoots,
  knownFiles,
  objectsOf,
  type PcbuildPlan,
  readPcbuild,
  withGeneratedApart,
  withReferences,
  writeNinja,
} from '../pcbuild/index.ts';
import type { BuildPlan } from '../plan.ts';
import type { Share } from '../schedule.ts';
import { newEntry } from '../store.ts';
import type { Build, BuildFailure } from '../types.ts';
import { buildableHere } from './buildable.ts';
import { type ClangClOptions, clangCl } from './clang-cl.ts';
import { visualCOf } from './flavour.ts';
import { chosenProjects } from './projects.ts';
import { placeRunners } from './run-here.ts';
import { linkIcons, linkSystemLibraries, runtimeCommands, shimFiles } from './runtime.ts';
import { findSysroot, type Sysroot } from './sysroot.ts';
import { findClangTools } from './tools.ts';

const COMMAND_LIMIT_MS = 5 * 60_000;
const NINJA_LIMIT_MS = 2 * 60 * 60_000;

export interface MsvcWork {
  readonly share: Share;
  /** The interpreter of this machine that runs CPython's own scripts, absolute, where the version needs one. */
  readonly buildPython?: string | undefined;
  readonly step: Step;
}

interface Place {
  readonly root: string;
  readonly src: string;
  readonly obj: string;
  /** Where the interpreter is built: CPython's own place for it, from which it finds its library. */
  readonly output: string;
  readonly shim: string;
  readonly env: Readonly<Record<string, string>>;
  readonly logs: Readonly<Record<'configure' | 'make' | 'check', string>>;
}

/**
 * Makes a build of CPython's Windows projects at its final place: sources, the projects read, what stands in for Visual
 * C++'s own libraries, ninja, a first start of the interpreter. `build.json` is written last.
 * @throws UserError for what is not the variant's fault (disk full, a tool that is missing); Cancelled.
 */
export async function buildMsvc(plan: BuildPlan, work: MsvcWork, ctx: Context): Promise<Build | BuildFailure> {
  const { request, toolchain } = plan;
  const { checkout, target, variant } = request;
  const place = await preparePlace(plan, ctx);
  const { root, src, obj, output, logs } = place;
  const clock = stopwatch();
  work.step.progress('copying the sources');
  await makeTree(checkout, plan.changes, src, ctx);
  const tree = clock();

  work.step.progress('reading the projects');
  const read = await readPcbuild(overlayTree(folderTree(checkout, ctx), plan.changes), {
    configuration: 'Release',
    platform: 'x64',
  });
  const sysroot = await findSysroot(target.toolchain?.sysroot || undefined);
  const { plan: projects, without, said } = buildableHere(withGeneratedApart(read), sysroot);
  const names = chosenProjects(projects, request.options.modules);
  const failed = (step: BuildFailure['step'], result: ProcessResult) =>
    describeFailure(plan, step, result, root, step === 'check' ? logs : { configure: logs.configure, make: logs.make });
  const what = { projects, names, said, sysroot, buildPython: work.buildPython };
  const prepared = await prepare(plan, what, place, ctx);
  if (typeof prepared !== 'string') return failed('configure', prepared);
  const configure = clock();

  const command = ['ninja', '-f', 'build.ninja', '-j', String(work.share.jobs), ...names];
  const { launcher } = request.options;
  const env = { ...place.env, ...launcherLog(launcher, path.dirname(logs.make)) };
  const made = await ninja(toolchain.make.path, command.slice(1), { ...place, env }, work.step, ctx);
  if (made.exitCode !== 0) return failed('make', made);
  await tellLauncherTrouble(launcher, logs.make, ctx);

  work.step.progress('starting the interpreter');
  const python = path.join(output, 'python.exe');
  const wrong = await checkInterpreter({ python }, src, target, checkout.version, ctx);
  if (wrong !== undefined) {
    const { result, problem } = wrong;
    await writeFileAtomic(logs.check, `${python} ${problem}\n${result.stdout}${result.stderr}\n`);
    return failed('check', result);
  }
  const core = projects.projects.find(({ name }) => name === 'pythoncore');
  const objects = core === undefined ? 0 : objectsOf(core).length;
  const build: Build = {
    schemaVersion: 1,
    key: plan.key,
    fingerprint: plan.fingerprint,
    inputs: plan.inputs,
    target: target.name,
    pythonVersion: checkout.version.text,
    root,
    src,
    obj,
    python,
    pythonSha256: await sha256File(python),
    commands: { configure: plan.configure, make: command },
    env: plan.env,
    pyconfigSha256: await pyconfigSha256(projects, src),
    makefileSha256: sha256(withoutRoot(prepared, root)),
    compiler: { path: toolchain.cc.path, version: toolchain.cc.version },
    tools: toolsOf(plan),
    quirks: [],
    missingModules: [
      ...projects.skipped.filter(({ reason }) => reason === 'externals').map(({ name }) => name),
      ...without,
    ],
    ...(variant === 'control' ? { linkOrder: { seed: CONTROL_SEED, objects, how: 'objects' } } : {}),
    configureReused: false,
    durationsMs: { tree, configure, make: made.durationMs },
    logs: { configure: logs.configure, make: logs.make },
  };
  await writeJson(buildFile(root), build);
  return build;
}

/** @returns a function that tells the whole milliseconds since it was last called. */
function stopwatch(): () => number {
  let last = performance.now();
  return () => {
    const before = last;
    last = performance.now();
    return Math.round(last - before);
  };
}

async function preparePlace(plan: BuildPlan, ctx: Context): Promise<Place> {
  const root = await newEntry(plan.key, ctx);
  const at = (...names: readonly string[]) => path.join(root, ...names);
  const shim = at('shim');
  await withFileProblems(`write to ${root}`, async () => {
    for (const folder of ['obj', 'home', 'lib', 'icons']) await mkdir(at(folder));
    for (const { name, text } of await shimFiles()) {
      await mkdir(path.dirname(path.join(shim, name)), { recursive: true });
      await writeFile(path.join(shim, name), text, 'latin1');
    }
  });
  const launched = plan.toolchain.launcher?.name === 'ccache' ? { CCACHE_COMPILERTYPE: 'clang-cl' } : {};
  return {
    root,
    src: at('src'),
    obj: at('obj'),
    output: at('src', 'PCbuild', 'amd64'),
    shim,
    env: { ...commandEnvironment({ env: plan.env, root, tools: toolsOf(plan) }, ctx), ...launched },
    logs: { configure: at('logs', 'configure.log'), make: at('logs', 'make.log'), check: at('logs', 'check.log') },
  };
}

/** The configuration: a file of the sources, from 3.13 on made of `pyconfig.h.in`. */
async function pyconfigSha256(projects: PcbuildPlan, src: string): Promise<string> {
  const made = knownFiles(projects, ['pythoncore']).find(({ path: at }) => /(?:^|\/)pyconfig\.h$/.test(at.path));
  return made === undefined ? sha256File(path.join(src, 'PC', 'pyconfig.h')) : sha256(Buffer.from(made.text, 'latin1'));
}

/** What is to be built, and with what. */
interface Prepared {
  readonly projects: PcbuildPlan;
  readonly names: readonly string[];
  /** Lines for the log. */
  readonly said: readonly string[];
  readonly sysroot: Sysroot;
  readonly buildPython: string | undefined;
}

/**
 * Everything before ninja.
 * @returns the text of the ninja file with all objects in the projects' order, or how a command ended that failed.
 */
async function prepare(
  plan: BuildPlan,
  { projects, names, said, sysroot, buildPython }: Prepared,
  { root, src, obj, output, shim, env, logs }: Place,
  ctx: Context,
): Promise<ProcessResult | string> {
  const { request, toolchain } = plan;
  const visualC = visualCOf(projects);
  const tools = await findClangTools(toolchain, ctx);
  const [lib, icons] = [path.join(root, 'lib'), path.join(root, 'icons')];
  const lines = [
    `${names.length} projects: ${names.join(' ')}`,
    ...projects.skipped.flatMap(({ diagnostics }) => diagnostics.map(({ message }) => message)),
    ...said,
    '',
  ];
  await writeFileAtomic(logs.configure, lines.join('\n'));
  await linkIcons(src, icons);
  const [mingw] = sysroot.libraries;
  if (sysroot.kind === 'mingw' && mingw !== undefined) {
    const named = projects.projects.flatMap(({ link }) => link.libraries);
    await linkSystemLibraries(
      named.flatMap((library) => (library.kind === 'named' ? [library.name] : [])),
      mingw,
      lib,
    );
    for (const [file, ...args] of runtimeCommands(visualC, tools, { shim, mingw, folder: lib })) {
      const options = { cwd: root, env, timeoutMs: COMMAND_LIMIT_MS, signal: ctx.signal, logFile: logs.configure };
      const result = await runProcess(file, args, options);
      if (result.exitCode !== 0) return result;
    }
  }
  const { launcher } = toolchain;
  const run = await placeRunners(plan, withReferences(projects, names), root, buildPython, ctx);
  const inOrder: ClangClOptions = {
    tools,
    visualC,
    sysroot,
    shim,
    libraries: sysroot.kind === 'mingw' ? [lib] : [],
    icons,
    run,
    folder: root,
    launcher: launcher === undefined ? undefined : [launcher.path],
    cflags: [...dateOf(Number(plan.env.SOURCE_DATE_EPOCH)), ...plan.configure.slice(toolchain.cc.command.length)],
  };
  const roots: BuildRoots = { source: src, intermediate: obj, output, externals: path.join(root, 'externals') };
  for (const { path: at, text } of knownFiles(projects, names)) {
    const file = path.join(roots[at.root], at.path);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, text, 'latin1');
  }
  await mkdir(output, { recursive: true });
  const text = (options: ClangClOptions) => writeNinja(projects, clangCl(options), roots, { projects: names });
  const ordered = text(inOrder);
  const isControl = request.variant === 'control';
  await writeFile(
    path.join(root, 'build.ninja'),
    isControl ? text({ ...inOrder, order: (objects) => shuffledBy(objects, CONTROL_SEED) }) : ordered,
    'latin1',
  );
  return ordered;
}

/** The date that the interpreter tells of itself: the sources', so that equal sources give equal programs. */
function dateOf(epoch: number): readonly string[] {
  const [, day = '', month = '', year = '', time = ''] = new Date(epoch * 1000).toUTCString().split(' ');
  const date = `${month} ${day.replace(/^0/, ' ')} ${year}`;
  return ['-Wno-builtin-macro-redefined', `-D__DATE__="${date}"`, `-D__TIME__="${time}"`];
}

/** Runs ninja with its output in its log, and what it does on the progress row. */
async function ninja(
  file: string,
  args: readonly string[],
  { root, env, logs }: Place,
  step: Step,
  ctx: Context,
): Promise<ProcessResult> {
  const stop = followLog(logs.make, ({ lastLine }) => {
    const [, done, all, what] = /^\[(\d+)\/(\d+)\] (.*)$/.exec(lastLine) ?? [];
    if (what !== undefined) step.progress(`make: ${what}`, Number(done), Number(all));
  });
  try {
    return await runProcess(file, args, {
      cwd: root,
      env,
      timeoutMs: NINJA_LIMIT_MS,
      signal: ctx.signal,
      logFile: logs.make,
    });
  } finally {
    await stop();
  }
}
