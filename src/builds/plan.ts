import { stat } from 'node:fs/promises';
import { byCodeUnit, fingerprint, sha256 } from '../system/hash.ts';
import { forVersion } from '../targets/for-version.ts';
import type { TargetDescriptor, Toolchain } from '../targets/types.ts';
import { configureCommand, flagsBehindOpt, siteFile } from './configure-command.ts';
import { CORE_MODULES } from './core-modules.ts';
import { buildEnvironment } from './environment.ts';
import { CONTROL_SEED } from './link-order.ts';
import { quirksFor } from './quirks.ts';
import type { BuildOptions, BuildRequest, Quirk } from './types.ts';

/** A file as a variant's patches leave it. */
export interface ChangedSource {
  readonly path: string;
  readonly after: string;
}

/** Everything that is decided about a build before anything is made. */
export interface BuildPlan {
  readonly request: BuildRequest;
  readonly toolchain: Toolchain;
  readonly quirks: readonly Quirk[];
  readonly changes: readonly ChangedSource[];
  readonly configure: readonly string[];
  readonly site: string | undefined;
  /** With `$ROOT` for the build's folder. */
  readonly env: Readonly<Record<string, string>>;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly fingerprint: string;
  readonly key: string;
  /** Of a cross build: the same version for this machine, which must be there before it is made. */
  readonly buildPython?: BuildPlan | undefined;
}

/** Changes with what builds are made like: entries of another number are not hits. */
const SCHEMA = 1;

/** A build's key is this many hex digits of its fingerprint. */
export const KEY_LENGTH = 16;

/**
 * Works out a build's command, environment and fingerprint. Makes nothing; asks the file system only for the compiler's
 * size and time, which tell a replaced compiler that calls itself the same version.
 * @param buildPython the plan of the interpreter that runs here: needed for every other machine's.
 * @throws UserError when the options or the target do not go with the version.
 */
export async function planBuild(
  request: BuildRequest,
  toolchain: Toolchain,
  sourceDateEpoch: number,
  buildPython?: BuildPlan,
): Promise<BuildPlan> {
  const { checkout, patches } = request;
  const target = forVersion(request.target, checkout.version);
  const options: BuildOptions =
    target.modules?.set === 'static' ? { ...request.options, modules: 'core' } : request.options;
  const quirks = quirksFor(checkout.version, toolchain.cc);
  const changes = finalChanges(request);
  const patchOptions = patches.flatMap((patch) => patch.buildOptions);
  const buildTriplet = buildPython?.toolchain.cc.triplet;
  const configure = configureCommand({
    version: checkout.version,
    target,
    toolchain,
    options,
    quirks,
    patchOptions,
    buildTriplet,
  });
  const behindOpt = flagsBehindOpt({ version: checkout.version, target, options });
  const site = siteFile(target, quirks);
  const env = buildEnvironment(toolchain, quirks, sourceDateEpoch);
  const inputs = {
    schema: SCHEMA,
    // The baseline once more: the same in all but its folder and the order in which its objects are linked, so the variant itself has to be in the fingerprint.
    ...(request.variant === 'control' ? { variant: 'control', linkOrder: CONTROL_SEED } : {}),
    python: checkout.version.text,
    tree: checkout.base.treeHash,
    changes: changes.map((change) => ({
      path: change.path,
      sha256: sha256(Buffer.from(change.after, 'latin1')),
    })),
    driver: target.driver,
    target: target.name,
    configure,
    site,
    modules: options.modules === 'all' ? 'all' : [...CORE_MODULES].join(' '),
    ...(buildPython === undefined ? {} : { buildPython: buildPython.key, cross: crossInputs(target) }),
    ...(behindOpt.length === 0 ? {} : { behindOpt }),
    pgo: options.pgo,
    launcher: options.launcher,
    quirks: quirks.map((quirk) => quirk.id),
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
    request: { ...request, target, options },
    toolchain,
    quirks,
    changes,
    configure,
    site,
    env,
    inputs,
    fingerprint: print,
    key: print.slice(0, KEY_LENGTH),
    ...(buildPython === undefined ? {} : { buildPython }),
  };
}

/** What of a target reaches its builds beside configure's command and answers. */
function crossInputs({ modules, goals, run }: TargetDescriptor) {
  // Which machine it is does not matter to the build: what an emulator's would have beside it does.
  return { modules, goals, run: run.runner === 'ssh' ? { runner: run.runner } : run };
}

/** The files that the variant's patches change, as the last of them leaves each, sorted by path. */
export function finalChanges(request: BuildRequest): readonly ChangedSource[] {
  const byPath = new Map<string, ChangedSource>();
  for (const patch of request.patches) {
    for (const { path, after } of patch.files) byPath.set(path, { path, after });
  }
  return [...byPath.values()].sort((a, b) => byCodeUnit(a.path, b.path));
}

/** What tells a file that was replaced: its size in bytes, and when it was changed in seconds since 1970. */
export async function identity(file: string): Promise<{ readonly bytes: number; readonly modified: number }> {
  const { size, mtimeMs } = await stat(file);
  return { bytes: size, modified: Math.floor(mtimeMs / 1000) };
}
