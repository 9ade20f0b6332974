import { canonicalJson, sha256 } from '../../system/hash.ts';
import { forVersion } from '../../targets/for-version.ts';
import type { Toolchain } from '../../targets/types.ts';
import { buildEnvironment } from '../environment.ts';
import { CONTROL_SEED } from '../link-order.ts';
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
