import { UserError } from '../../system/diagnostic.ts';
import { canonicalJson, fingerprint, sha256 } from '../../system/hash.ts';
import { forVersion } from '../../targets/for-version.ts';
import type { Toolchain } from '../../targets/types.ts';
import { buildEnvironment } from '../environment.ts';
import { CONTROL_SEED } from '../link-order.ts';
import { type BuildPlan, finalChanges, identity, KEY_LENGTH } from '../plan.ts';
import type { BuildRequest } from '../types.ts';
import { CLANG_CL } from './clang-cl.ts';
import { shimFiles } from './runtime.ts';
import { findSysroot } from './sysroot.ts';

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
  const asked = options.configure.length > 0 ? options.configure : request.patches.flatMap((one) => one.buildOptions);
  if (asked.length > 0)
    throw notHere(`CPython's Windows build has no configure: ${asked.join(' ')} means nothing to it`);
  if (options.pgo) throw notHere('profile-guided optimisation of a Windows build needs Microsoft’s own tools');
  const changes = finalChanges(request);
  const sysroot = await findSysroot(target.toolchain?.sysroot || undefined);
  const env = buildEnvironment(toolchain, [], sourceDateEpoch);
  const configure = [...toolchain.cc.command, ...(options.cflags?.split(/\s+/).filter((one) => one !== '') ?? [])];
  const inputs = {
    schema: SCHEMA,
    ...(variant === 'control' ? { variant, linkOrder: { seed: CONTROL_SEED, of: 'objects' } } : {}),
    python: checkout.version.text,
    tree: checkout.base.treeHash,
    changes: changes.map((change) => ({ path: change.path, sha256: sha256(Buffer.from(change.after, 'latin1')) })),
    driver: target.driver,
    target: target.name,
    configure,
    flags: CLANG_CL,
    sysroot: { ...sysroot, files: await Promise.all(sysroot.libraries.map(identity)) },
    // Our own headers and start-up code, of this version of the program.
    ...(sysroot.kind === 'mingw' ? { shim: sha256(canonicalJson(await shimFiles())) } : {}),
    ...(buildPython === undefined ? {} : { buildPython: buildPython.key }),
    modules: options.modules,
    launcher: options.launcher,
    compiler: {
      path: toolchain.cc.path,
      version: toolchain.cc.version,
      triplet: toolchain.cc.triplet,
      ...(await identity(toolchain.cc.path)),
    },
    make: toolchain.make.version,
    env,
  };
  const print = fingerprint(inputs);
  return {
    request: { ...request, target },
    toolchain,
    quirks: [],
    changes,
    configure,
    site: undefined,
    env,
    inputs,
    fingerprint: print,
    key: print.slice(0, KEY_LENGTH),
    ...(buildPython === undefined ? {} : { buildPython }),
  };
}

function notHere(message: string): UserError {
  return new UserError({ code: 'build/no-such-option', message, hint: 'leave the option out for this target' });
}
