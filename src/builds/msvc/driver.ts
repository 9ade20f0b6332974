import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { folderTree, overlayTree } from '../../checkout/index.ts';
import type { Context } from '../../system/context.ts';
import { UserError } from '../../system/diagnostic.ts';
import type { Step } from '../../system/events.ts';
import { withFileProblems, writeFileAtomic } from '../../system/files.ts';
import { sha256, sha256File } from '../../system/hash.ts';
import { type ProcessResult, runProcess } from '../../system/process.ts';
import { forVersion } from '../../targets/for-version.ts';
import { requirements } from '../../targets/requirements.ts';
import { runnerFor } from '../../targets/runner.ts';
import { toolchainPackages } from '../../targets/toolchain.ts';
import type { Requirement, TargetDescriptor } from '../../targets/types.ts';
import { buildPythonRequest } from '../build-python.ts';
import { type Driver, type Failed, logged, type Made, type Place, type Work } from '../driver.ts';
import { commandEnvironment, toolsOf, withoutRoot } from '../environment.ts';
import { launcherLog, tellLauncherTrouble } from '../launcher-trouble.ts';
import { CONTROL_SEED, shuffledBy } from '../layouts.ts';
import type { LogState } from '../log-follow.ts';
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
import type { BuildPlan } from '../types.ts';
import { type ClangClOptions, clangCl, findClangTools } from './clang-cl.ts';
import { placeRunners, planMsvc, runsScripts } from './plan.ts';
import { buildableHere, chosenProjects, visualCOf } from './projects.ts';
import { linkDllLayouts } from './relink.ts';
import { linkIcons, linkSystemLibraries, runtimeCommands, shimFiles } from './runtime.ts';
import { type Sysroot, targetSysroot } from './sysroot.ts';

const COMMAND_LIMIT_MS = 5 * 60_000;
const NINJA_LIMIT_MS = 2 * 60 * 60_000;

interface MsvcPlace extends Place {
  readonly obj: string;
  /** Where the interpreter is built: CPython's own place for it, from which it finds its library. */
  readonly output: string;
  readonly shim: string;
}

/** CPython's Windows projects, read and built by clang in cl mode, lld-link and ninja. */
export const pcbuild: Driver<MsvcPlace> = {
  steps: ['configure', 'make'],
  requirements: async (target, ctx) => [...(await requirements(target, ctx)), await sysrootRequirement(target)],
  async way(target) {
    const found = await targetSysroot(target).catch(userError);
    if (found instanceof UserError) return { kind: 'none', text: found.message };
    const { kind, title, includes } = found;
    const where = kind === 'sdk' ? target.toolchain?.sysroot : includes.join(', ');
    return { kind, text: `on Linux by clang in cl mode and lld-link, with ${title} in ${where}` };
  },
  async plan(request, planning, ctx) {
    forVersion(request.target, request.checkout.version);
    await runnerFor(request.target).check?.(request.target.name, ctx);
    const [toolchain, epoch] = await Promise.all([planning.toolchain(request), planning.epoch(request.checkout)]);
    const scripts = await runsScripts(request.checkout);
    return planMsvc(request, toolchain, epoch, scripts ? await planning.plan(buildPythonRequest(request)) : undefined);
  },
  async place(plan, entry, _, ctx) {
    const { root, src } = entry;
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
    const env = { ...commandEnvironment({ env: plan.env, root, tools: toolsOf(plan) }, ctx), ...launched };
    return { ...entry, env, shim, obj: at('obj'), output: path.join(src, 'PCbuild', 'amd64') };
  },
  make,
  layouts: linkDllLayouts,
};

async function make(plan: BuildPlan, place: MsvcPlace, work: Work, ctx: Context): Promise<Made | Failed> {
  const { request, toolchain } = plan;
  const { checkout, target, variant } = request;
  const { root, src, obj, output, logs } = place;
  const began = performance.now();
  work.step.progress('reading the projects');
  const read = await readPcbuild(overlayTree(folderTree(checkout, ctx), plan.changes));
  const sysroot = await targetSysroot(target);
  const { plan: projects, without, said } = buildableHere(withGeneratedApart(read), sysroot);
  const names = chosenProjects(projects, request.options.modules);
  const prepared = await prepare(plan, projects, names, said, sysroot, work.buildPython, place, ctx);
  if (typeof prepared !== 'string') return { step: 'configure', result: prepared };
  const configure = Math.round(performance.now() - began);

  const command = ['ninja', '-f', 'build.ninja', '-j', String(work.share.jobs), ...names];
  const { launcher } = request.options;
  const env = { ...place.env, ...launcherLog(launcher, path.dirname(logs.make)) };
  const ninja = { file: toolchain.make.path, args: command.slice(1), cwd: root, env, timeoutMs: NINJA_LIMIT_MS };
  const made = await logged({ ...ninja, logFile: logs.make }, (state) => tellNinja(state, work.step), ctx);
  if (made.exitCode !== 0) return { step: 'make', result: made };
  await tellLauncherTrouble(launcher, logs.make, ctx);
  const core = projects.projects.find(({ name }) => name === 'pythoncore');
  const objects = core === undefined ? 0 : objectsOf(core).length;
  const lacking = projects.skipped.filter(({ reason }) => reason === 'externals');
  return {
    obj,
    python: path.join(output, 'python.exe'),
    commands: { configure: plan.configure, make: command },
    pyconfigSha256: await pyconfigSha256(projects, src),
    makefileSha256: sha256(withoutRoot(prepared, root)),
    missingModules: [...lacking.map(({ name }) => name), ...without],
    ...(variant === 'control' ? { linkOrder: { seed: CONTROL_SEED, objects, how: 'objects' } } : {}),
    configureReused: false,
    durationsMs: { configure, make: made.durationMs },
  };
}

function tellNinja({ lastLine }: LogState, step: Step): void {
  const [, done, all, what] = /^\[(\d+)\/(\d+)\] (.*)$/.exec(lastLine) ?? [];
  if (what !== undefined) step.progress(`make: ${what}`, Number(done), Number(all));
}

/** The headers and libraries of Windows, for `doctor`: not a program, so not among those that the target names. */
async function sysrootRequirement(target: TargetDescriptor): Promise<Requirement> {
  const common = {
    need: 'headers and libraries of Windows',
    why: 'what CPython includes and links there: mingw-w64’s, or a Microsoft SDK’s (--sysroot)',
    optional: false,
  };
  const found = await targetSysroot(target).catch(userError);
  const own = target.toolchain?.sysroot;
  if (found instanceof UserError) {
    const install = found.diagnostics.flatMap(({ message, hint }) => [message, ...(hint === undefined ? [] : [hint])]);
    return { ...common, install: install.join('; '), packages: own ? [] : toolchainPackages(target) };
  }
  const { title, kind, includes } = found;
  const where = (kind === 'sdk' ? own : includes[0]) ?? '';
  return { ...common, found: { name: kind, path: where, version: title }, packages: [] };
}

function userError(error: unknown): UserError {
  if (error instanceof UserError) return error;
  throw error;
}

/** The configuration: a file of the sources, from 3.13 on made of `pyconfig.h.in`. */
async function pyconfigSha256(projects: PcbuildPlan, src: string): Promise<string> {
  const made = knownFiles(projects, ['pythoncore']).find(({ path: at }) => /(?:^|\/)pyconfig\.h$/.test(at.path));
  return made === undefined ? sha256File(path.join(src, 'PC', 'pyconfig.h')) : sha256(Buffer.from(made.text, 'latin1'));
}

/**
 * Everything before ninja.
 * @param said lines for the log.
 * @returns the text of the ninja file with all objects in the projects' order, or how a command ended that failed.
 */
async function prepare(
  plan: BuildPlan,
  projects: PcbuildPlan,
  names: readonly string[],
  said: readonly string[],
  sysroot: Sysroot,
  buildPython: string | undefined,
  { root, src, obj, output, shim, env, logs }: MsvcPlace,
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
    const libraries = projects.projects.flatMap(({ link }) => link.libraries);
    const named = libraries.flatMap((library) => (library.kind === 'named' ? [library.name] : []));
    await linkSystemLibraries(named, mingw, lib);
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
  const text = (options: ClangClOptions) => writeNinja(projects, clangCl(options), roots, names);
  const ordered = text(inOrder);
  const shuffled: ClangClOptions = { ...inOrder, order: (objects) => shuffledBy(objects, CONTROL_SEED) };
  const written = request.variant === 'control' ? text(shuffled) : ordered;
  await writeFile(path.join(root, 'build.ninja'), written, 'latin1');
  return ordered;
}

/** The date that the interpreter tells of itself: the sources', so that equal sources give equal programs. */
function dateOf(epoch: number): readonly string[] {
  const [, day = '', month = '', year = '', time = ''] = new Date(epoch * 1000).toUTCString().split(' ');
  const date = `${month} ${day.replace(/^0/, ' ')} ${year}`;
  return ['-Wno-builtin-macro-redefined', `-D__DATE__="${date}"`, `-D__TIME__="${time}"`];
}
