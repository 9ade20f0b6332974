import { forVersion } from '../../targets/for-version.ts';
import { runnerFor } from '../../targets/runner.ts';
import type { Toolchain } from '../../targets/types.ts';
import { buildEnvironment } from '../environment.ts';
import { CONTROL_SEED } from '../layouts.ts';
import { compilerInputs, planned } from '../plan.ts';
import type { BuildOptions, BuildPlan, BuildRequest } from '../types.ts';
import { configureCommand, flagsBehindOpt, quirksFor, siteFile } from './command.ts';
import { CORE_MODULES } from './modules.ts';

/** Changes with what builds are made like: entries of another number are not hits. */
const SCHEMA = 1;

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
  const { checkout, patches, variant } = request;
  const target = forVersion(request.target, checkout.version);
  const options: BuildOptions =
    target.modules?.set === 'static' ? { ...request.options, modules: 'core' } : request.options;
  const quirks = quirksFor(checkout.version, toolchain.cc);
  const patchOptions = patches.flatMap((patch) => patch.buildOptions);
  const buildTriplet = buildPython?.toolchain.cc.triplet;
  const { version } = checkout;
  const configure = configureCommand({ version, target, toolchain, options, quirks, patchOptions, buildTriplet });
  const behindOpt = flagsBehindOpt({ version, target, options });
  const site = siteFile(target, quirks);
  const env = buildEnvironment(toolchain, quirks, sourceDateEpoch);
  // What of a target reaches its builds beside configure's command and answers.
  const { modules, goals, run } = target;
  return planned(
    { request: { ...request, target, options }, toolchain, quirks, configure, site, env, buildPython },
    {
      schema: SCHEMA,
      // The baseline once more: the same in all but its folder and the order in which its objects are linked, so the variant itself has to be in the fingerprint.
      ...(variant === 'control' ? { variant, linkOrder: CONTROL_SEED } : {}),
      configure,
      site,
      modules: options.modules === 'all' ? 'all' : [...CORE_MODULES].join(' '),
      ...(buildPython === undefined ? {} : { cross: { modules, goals, run: runnerFor(target).ofBuild ?? run } }),
      ...(behindOpt.length === 0 ? {} : { behindOpt }),
      pgo: options.pgo,
      launcher: options.launcher,
      quirks: quirks.map((quirk) => quirk.id),
      compiler: await compilerInputs(toolchain.cc),
      make: toolchain.make.version,
      env,
    },
  );
}
