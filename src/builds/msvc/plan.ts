import { chmod, mkdir } from 'node:fs/promises';
import path from 'node:path';
import { readLatin1 } from '../../checkout/latin1.ts';
import type { Checkout } from '../../checkout/types.ts';
import type { Context } from '../../system/context.ts';
import { writeFileAtomic } from '../../system/files.ts';
import { canonicalJson, sha256 } from '../../system/hash.ts';
import { quoted } from '../../system/quote.ts';
import { forVersion } from '../../targets/for-version.ts';
import { runnerFor } from '../../targets/runner.ts';
import type { Toolchain } from '../../targets/types.ts';
import { BUILD_PYTHON, placeBuildPython } from '../build-python.ts';
import { buildEnvironment } from '../environment.ts';
import { CONTROL_SEED } from '../layouts.ts';
import type { PcProject } from '../pcbuild/index.ts';
import { compilerInputs, identity, noSuchOption, planned, refuseConfigure } from '../plan.ts';
import type { BuildPlan, BuildRequest } from '../types.ts';
import { CLANG_CL } from './clang-cl.ts';
import { shimFiles } from './runtime.ts';
import { targetSysroot } from './sysroot.ts';

/** Changes with how these builds are made: entries of another number are not hits. */
const SCHEMA = 3;

/**
 * A build of CPython's Windows projects: its environment and its fingerprint. Makes nothing.
 * @param buildPython the plan of the interpreter that runs here, for versions whose build runs scripts.
 * @throws UserError when the version cannot be built, the sysroot is not there, or options are for another driver.
 */
export async function planMsvc(
  request: BuildRequest,
  toolchain: Toolchain,
  sourceDateEpoch: number,
  buildPython?: BuildPlan,
): Promise<BuildPlan> {
  const { checkout, options, variant } = request;
  const target = forVersion(request.target, checkout.version);
  refuseConfigure(request);
  if (options.pgo) throw noSuchOption('profile-guided optimisation of a Windows build needs Microsoft’s own tools');
  const sysroot = await targetSysroot(target);
  const env = buildEnvironment(toolchain, [], sourceDateEpoch);
  const configure = [...toolchain.cc.command, ...(options.cflags?.split(/\s+/).filter((one) => one !== '') ?? [])];
  return planned(
    { request: { ...request, target }, toolchain, quirks: [], configure, env, buildPython },
    {
      schema: SCHEMA,
      ...(variant === 'control' ? { variant, linkOrder: { seed: CONTROL_SEED, of: 'objects' } } : {}),
      configure,
      flags: CLANG_CL,
      sysroot: { ...sysroot, files: await Promise.all(sysroot.libraries.map(identity)) },
      // Our own headers and start-up code, of this version of the program.
      ...(sysroot.kind === 'mingw' ? { shim: sha256(canonicalJson(await shimFiles())) } : {}),
      modules: options.modules,
      launcher: options.launcher,
      compiler: await compilerInputs(toolchain.cc),
      make: toolchain.make.version,
      env,
    },
  );
}

/** What makes the frozen modules, from 3.11 on; 3.11 and 3.12 run a script of theirs besides. */
const GENERATOR = 'PCbuild/_freeze_module.vcxproj';

/** Whether the Windows build of a tree needs a Python of this machine for what the tree does not have. */
export async function runsScripts({ root }: Checkout): Promise<boolean> {
  return /\$\(PythonForBuild\)[^\r\n]*deepfreeze/.test((await readLatin1(path.join(root, GENERATOR))) ?? '');
}

/**
 * What runs programs on the way to a build: a script that starts one of the target's under its runner, and the build
 * python. Both have names in the build's folder that are the same for all variants.
 * @returns `undefined` when no project needs them.
 */
export async function placeRunners(
  plan: BuildPlan,
  projects: readonly PcProject[],
  root: string,
  buildPython: string | undefined,
  ctx: Context,
): Promise<{ readonly wine: string; readonly python: string } | undefined> {
  if (!projects.some(({ steps }) => steps.some(({ kind }) => kind === 'run' || kind === 'python'))) return undefined;
  const runner = runnerFor(plan.request.target);
  await runner.prepare?.(undefined, ctx);
  const { file, env = {} } = runner.command({ python: 'PROGRAM' }, []);
  const assignments = Object.entries(env).map(([name, value]) => quoted(`${name}=${value}`));
  const wine = path.join(root, 'run', 'target');
  await mkdir(path.dirname(wine));
  // Its output goes through a pipe: what writes into a file does not start under Wine.
  await writeFileAtomic(wine, `#!/bin/sh\nexec env ${assignments.join(' ')} ${quoted(file)} "$@" </dev/null\n`);
  await chmod(wine, 0o755);
  if (buildPython !== undefined) await placeBuildPython(plan, root, buildPython);
  return { wine, python: path.join(root, BUILD_PYTHON, 'python') };
}
