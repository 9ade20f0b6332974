import path from 'node:path';
import { folderTree, overlayTree } from '../../checkout/index.ts';
import type { Context } from '../../system/context.ts';
import { UserError } from '../../system/diagnostic.ts';
import { tooLong } from '../../system/paths.ts';
import { forVersion } from '../../targets/for-version.ts';
import type { TargetDescriptor, Toolchain } from '../../targets/types.ts';
import {
  requireVisualStudio,
  thisSystem,
  type VisualStudio,
  type WindowsSystem,
} from '../../targets/visual-studio/find.ts';
import { chooseToolset, type PlatformToolset } from '../../targets/visual-studio/toolset.ts';
import { ROOT } from '../environment.ts';
import { finalChanges, noSuchOption, planned, refuseConfigure } from '../plan.ts';
import { entryFolder } from '../store.ts';
import type { BuildPlan, BuildRequest } from '../types.ts';
import { buildBatArguments, buildBatEnvironment, cmdCanTake, readBuildBat } from './build-bat.ts';

/** Changes with how these builds are made: entries of another number are not hits. */
const SCHEMA = 1;

/** How deep MSBuild's own files lie below a tree: PCbuild\obj\313amd64_Release\_testinternalcapi\….tlog\…. */
const DEEPEST = 'PCbuild/obj/'.padEnd(120, 'x');

/**
 * A build of CPython's Windows projects by Visual Studio: its command, its environment and its fingerprint. Makes nothing.
 * @param system the machine; tests give a stand-in.
 * @throws UserError when there is no Visual Studio, or none that can take the version, or options are for another driver.
 */
export async function planMsbuild(
  request: BuildRequest,
  sourceDateEpoch: number,
  ctx: Context,
  system: WindowsSystem = thisSystem(ctx),
): Promise<BuildPlan> {
  const { checkout, options, variant } = request;
  const target = forVersion(request.target, checkout.version);
  refuseConfigure(request);
  const studios = await requireVisualStudio(system);
  const toolsets = studios.flatMap((studio) => studio.toolsets);
  const toolset = chooseToolset(checkout.version, toolsets);
  if ('code' in toolset) throw new UserError(toolset);
  const tree = overlayTree(folderTree(checkout, ctx), finalChanges(request));
  const bat = readBuildBat((await tree.read('PCbuild/build.bat'))?.text ?? '');
  if (bat === undefined)
    throw new UserError({
      code: 'build/no-build-bat',
      message: 'PCbuild\\build.bat is not there, or takes no platform and configuration',
      place: { file: checkout.root },
      hint: 'Forkwright drives the build script that CPython has from 2.7.9 and 3.5 on',
    });
  if (options.pgo && !bat.pgo)
    throw noSuchOption(`PCbuild\\build.bat of CPython ${checkout.version.text} has no --pgo`);
  const externals = options.externals ?? false;
  const toolchain = toolchainOf(target, toolset, studios);
  const python =
    bat.findsPython && !externals
      ? await findPythonForBuild(oldestPython((await tree.read('PCbuild/find_python.bat'))?.text ?? ''), system)
      : undefined;
  const cflags = options.cflags?.trim() ?? '';
  const env = {
    ...buildBatEnvironment(system.env, { msbuild: toolchain.make.path, python }),
    // What it calls itself must not depend on a repository that the cache happens to lie in.
    GIT_CEILING_DIRECTORIES: ROOT,
    // What the compiler is told behind all that the projects say (learn.microsoft.com/cpp/build/reference/cl-environment-variables).
    ...(cflags === '' ? {} : { _CL_: cflags }),
  };
  // But for how many jobs there are.
  const args = buildBatArguments(bat, { toolset: toolset.name, externals, pgo: options.pgo });
  const configure = ['PCbuild\\build.bat', ...args];
  const plan = planned(
    { request: { ...request, target }, toolchain, quirks: [], configure, env },
    {
      schema: SCHEMA,
      ...(variant === 'control' ? { variant } : {}),
      build: configure,
      cflags,
      toolset: toolset.version,
      msbuild: toolchain.make.version,
      pythonForBuild: python,
      epoch: sourceDateEpoch,
    },
  );
  refusePlaces(entryFolder(ctx.cacheDir, plan.key), await tree.list());
  return plan;
}

function toolchainOf(
  target: TargetDescriptor,
  { name, version, installation }: PlatformToolset,
  studios: readonly VisualStudio[],
): Toolchain {
  const bin = path.win32.join(installation.folder, 'VC', 'Tools', 'MSVC', version, 'bin', 'Hostx64', 'x64');
  const msbuild = studios.find((studio) => studio.installation === installation)?.msbuild;
  if (msbuild === undefined) throw new Error(`${installation.name} has no MSBuild`);
  return {
    target,
    cc: {
      name: 'cl',
      path: path.win32.join(bin, 'cl.exe'),
      version: `Microsoft Visual C++ ${version} (${name})`,
      family: 'unknown',
      major: Number.parseInt(version, 10),
      triplet: 'x86_64-pc-windows-msvc',
      command: ['cl'],
    },
    make: { name: 'MSBuild', path: msbuild, version: `${installation.name} ${installation.version}` },
    binutils: {},
    env: {},
    path: [],
  };
}

/** What cmd.exe or MSBuild cannot work in is said before anything is made. */
function refusePlaces(root: string, files: readonly string[]): void {
  const src = path.join(root, 'src');
  const refused = (code: string, message: string) => {
    const hint = 'choose another folder for builds: set FORKWRIGHT_CACHE=C:\\fw, or give --cache C:\\fw';
    return new UserError({ code, message, hint });
  };
  if (!cmdCanTake(src))
    throw refused('build/path', `cmd.exe cannot work in ${src}: its name has one of the characters % ! "`);
  if (tooLong(src, [...files, DEEPEST]).length === 0) return;
  const why = 'what lies deepest in it would have more than the 259 characters that compilers take on Windows';
  throw refused('build/path-too-long', `the folder ${src} has too long a name: ${why}`);
}

/** Prints version and path; works in every Python. */
const ASK = 'import sys; sys.stdout.write("%d %d %s" % (sys.version_info[0], sys.version_info[1], sys.executable))';

/** The oldest Python that find_python.bat takes. */
function oldestPython(findPythonBat: string): readonly [number, number] {
  const [, major, minor] = /version_info\[:2\] >= \((\d+), ?(\d+)\)/.exec(findPythonBat) ?? [];
  return major === undefined ? [3, 8] : [Number(major), Number(minor)];
}

/**
 * The Python that generates sources in a build, absolute. Looked for here, for the script itself would fetch one from the
 * net when it finds none.
 * @throws UserError `build/no-python-for-build`
 */
async function findPythonForBuild(
  oldest: readonly [number, number],
  system: Pick<WindowsSystem, 'run' | 'env'>,
): Promise<string> {
  const [major, minor] = oldest;
  const own = system.env.PYTHON_FOR_BUILD;
  for (const [file = '', ...args] of [own ? [own] : [], ['py', '-3'], ['python']]) {
    const answer = file === '' ? '' : await system.run(file, [...args, '-E', '-c', ASK]);
    const [, hasMajor, hasMinor, python] = /^(\d+) (\d+) (.+)$/.exec(answer?.trim() ?? '') ?? [];
    const enough = Number(hasMajor) > major || (Number(hasMajor) === major && Number(hasMinor) >= minor);
    if (python !== undefined && enough) return python;
  }
  throw new UserError({
    code: 'build/no-python-for-build',
    message: `this version's build runs a Python ${major}.${minor} or later to generate sources, and there is none here (looked for py and python)`,
    hint: 'install one (python.org, winget), name it in PYTHON_FOR_BUILD, or let CPython’s own script fetch one with --externals',
  });
}
