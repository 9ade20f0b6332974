import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Context } from '../../system/context.ts';
import type { Step } from '../../system/events.ts';
import { withFileProblems, writeFileAtomic } from '../../system/files.ts';
import { sha256, sha256File } from '../../system/hash.ts';
import type { ProcessResult } from '../../system/process.ts';
import { quoted } from '../../system/quote.ts';
import { forVersion } from '../../targets/for-version.ts';
import { whileConfiguring } from '../../targets/launcher.ts';
import { requirements } from '../../targets/requirements.ts';
import { runnerFor } from '../../targets/runner.ts';
import { findProgram } from '../../targets/tools.ts';
import { buildPythonRequest, placeBuildPython } from '../build-python.ts';
import { type Driver, type Failed, findInterpreter, logged, type Made, type Place, type Work } from '../driver.ts';
import { commandEnvironment, toolsOf, withoutRoot } from '../environment.ts';
import { launcherLog, tellLauncherTrouble } from '../launcher-trouble.ts';
import { CONTROL_SEED } from '../layouts.ts';
import type { LogState } from '../log-follow.ts';
import type { Share } from '../schedule.ts';
import type { Build, BuildOptions, BuildPlan } from '../types.ts';
import { flagsBehindOpt, interpreterGoals, quirksFor } from './command.ts';
import { baselineOf, keepManifest, startFrom } from './from-baseline.ts';
import { linkProgramLayouts, shuffleLinkOrder } from './layouts.ts';
import { missingModules, writeModuleSetup } from './modules.ts';
import { planBuild } from './plan.ts';
import { configureFingerprint, configureOnce } from './store.ts';

const CONFIGURE_LIMIT_MS = 30 * 60_000;
/** With profile-guided optimisation the tests of CPython run in between. */
const MAKE_LIMIT_MS = 4 * 60 * 60_000;

/** Compile commands of a whole build, counted in the logs of 2.7.18 and 3.9.2 with all optional libraries there: for a progress row. */
const COMPILES: Readonly<Record<'2' | '3', Readonly<Record<BuildOptions['modules'], number>>>> = {
  2: { all: 211, core: 153 },
  3: { all: 254, core: 160 },
};

interface ConfigurePlace extends Place {
  readonly obj: string;
}

export const configureMake: Driver<ConfigurePlace> = {
  steps: ['configure', 'make'],
  requirements,
  quirks: quirksFor,
  async plan(request, planning, ctx) {
    const common = () => Promise.all([planning.toolchain(request), planning.epoch(request.checkout)]);
    if (request.target.host === undefined) return planBuild(request, ...(await common()));
    // A version that is refused needs no compiler.
    forVersion(request.target, request.checkout.version);
    await runnerFor(request.target).check?.(request.target.name, ctx);
    return planBuild(request, ...(await common()), await planning.plan(buildPythonRequest(request)));
  },
  baselineOf,
  async place(plan, entry, { buildPython }, ctx) {
    const { root } = entry;
    const obj = path.join(root, 'obj');
    await withFileProblems(`write to ${root}`, async () => {
      await mkdir(obj);
      await mkdir(path.join(root, 'home'));
      if (plan.site !== undefined) await writeFile(path.join(root, 'config.site'), plan.site);
      if (buildPython !== undefined) await placeBuildPython(plan, root, buildPython);
    });
    const site = plan.site === undefined ? {} : { CONFIG_SITE: '../config.site' };
    const env = { ...commandEnvironment({ env: plan.env, root, tools: toolsOf(plan) }, ctx), ...site };
    return { ...entry, obj, env };
  },
  make,
  layouts: linkProgramLayouts,
};

async function make(plan: BuildPlan, place: ConfigurePlace, work: Work, ctx: Context): Promise<Made | Failed> {
  const { obj, logs } = place;
  const { launcher } = plan.request.options;
  const { baseline } = work;
  const started = performance.now();
  const taken = baseline && (await startFrom(baseline, plan, place));
  const durationMs = Math.round(performance.now() - started);
  const configured =
    taken === undefined ? await configureWhole(plan, place, work, ctx) : { how: 'reused' as const, durationMs };
  if (configured.how === 'failed')
    return { step: 'configure', result: configured.failure, logs: { 'config.log': path.join(obj, 'config.log') } };
  if (configured.how === 'reused') {
    await writeFileAtomic(logs.configure, 'configure was not run: the result of an equal configure was reused\n');
  }

  const command = await makeCommand(plan, obj, work.share, ctx);
  const own = { ...place, env: { ...place.env, ...launcherLog(launcher, path.dirname(logs.make)) } };
  const made = await run('make', await confined(command, work.share, plan), plan, own, work.step, MAKE_LIMIT_MS, ctx);
  await taken?.restore();
  if (made.exitCode !== 0) return { step: 'make', result: made };
  await tellLauncherTrouble(launcher, logs.make, ctx);
  const python = await findInterpreter(obj);
  if (python === undefined) return { step: 'make', result: made };
  await keepManifest(plan, place.root, obj);
  const isControl = plan.request.variant === 'control';
  const linkOrder = isControl ? await otherLayout(plan, place, python, work.step, ctx) : undefined;
  return {
    obj,
    python,
    commands: { configure: plan.configure, make: command },
    pyconfigSha256: await sha256File(path.join(obj, 'pyconfig.h')),
    makefileSha256: sha256(withoutRoot(await readFile(path.join(obj, 'Makefile'), 'latin1'), place.root)),
    missingModules: missingModules(await readFile(logs.make, 'latin1')),
    ...(linkOrder === undefined ? {} : { linkOrder }),
    configureReused: configured.how === 'reused',
    ...(taken && baseline ? { objectsFrom: { key: baseline.key, files: taken.files } } : {}),
    durationsMs: { configure: configured.durationMs, make: made.durationMs },
  };
}

/** Configures the empty object folder, or takes what an equal configure made. */
async function configureWhole(plan: BuildPlan, place: ConfigurePlace, work: Work, ctx: Context) {
  const { src, obj } = place;
  await writeModuleSetup(plan, src, obj);
  const print = await configureFingerprint(plan, src, obj);
  return configureOnce(print, plan.key, obj, ctx, async () => {
    const away = whileConfiguring(plan.request.options.launcher);
    const own = { ...place, env: { ...place.env, ...away } };
    const result = await run('configure', plan.configure, plan, own, work.step, CONFIGURE_LIMIT_MS, ctx);
    return result.exitCode === 0 ? undefined : result;
  });
}

/**
 * The control's last link once more, with its objects in another order: the noise floor then holds what the layout of the
 * code alone does to speed, and not only the machine's noise.
 */
async function otherLayout(
  plan: BuildPlan,
  { obj, env }: ConfigurePlace,
  python: string,
  step: Step,
  ctx: Context,
): Promise<Build['linkOrder']> {
  step.progress('linking in another order');
  const place = { obj, env, make: plan.toolchain.make.path, path: plan.toolchain.path };
  const order = await shuffleLinkOrder(place, CONTROL_SEED, python, ctx);
  const text = 'the control could not be linked in another order: its noise floor does not hold the layout of the code';
  if (order === undefined) ctx.emit({ type: 'message', level: 'warning', text });
  return order;
}

/** Runs a step with its output in its log, and the log's last line on the progress row. */
function run(
  name: 'configure' | 'make',
  [file = '', ...args]: readonly string[],
  plan: BuildPlan,
  { obj, env, logs }: ConfigurePlace,
  step: Step,
  timeoutMs: number,
  ctx: Context,
): Promise<ProcessResult> {
  const { checkout, options } = plan.request;
  const expected = COMPILES[checkout.version.major === 2 ? 2 : 3][options.modules];
  const tell = ({ lastLine, compiled }: LogState) => {
    const of = name === 'make' && compiled > 0 ? [Math.min(compiled, expected), expected] : [];
    step.progress(`${name}: ${lastLine}`, ...of);
  };
  return logged({ file, args, cwd: obj, env, timeoutMs, logFile: logs[name] }, tell, ctx);
}

/** `make`, or for the core modules only the interpreter and what it needs to start. */
async function makeCommand(plan: BuildPlan, obj: string, share: Share, ctx: Context): Promise<readonly string[]> {
  const jobs = share.jobs > 1 ? [`-j${share.jobs}`] : [];
  const { target, options } = plan.request;
  const goals = target.goals ?? [];
  // Only the default target of a configure with --enable-optimizations profiles.
  const makefile = await readFile(path.join(obj, 'Makefile'), 'latin1');
  const behind = flagsBehindOpt({ version: plan.request.checkout.version, target, options });
  const own = /^OPT=[ \t]*(.*?)\s*$/m.exec(makefile)?.[1] ?? '';
  const opt = behind.length === 0 ? [] : [`OPT=${[own, ...behind].join(' ')}`];
  const whole = goals.length === 0 ? [] : ['all'];
  const first = options.modules === 'all' || options.pgo ? whole : interpreterGoals(makefile);
  return ['make', ...jobs, ...opt, ...(await runShared(plan, makefile, ctx)), ...first, ...goals];
}

/**
 * What the Makefile puts before the interpreter that it has just made, where that is another machine's. From 2.7.4 and 3.3.0b2 on
 * `PYTHON_FOR_BUILD` does that work here; older ones start the new interpreter itself, so its runner has to.
 */
async function runShared(
  { request: { target } }: BuildPlan,
  makefile: string,
  ctx: Context,
): Promise<readonly string[]> {
  if (target.host === undefined || /^PYTHON_FOR_BUILD=/m.test(makefile)) return [];
  // As the Makefile's rules call it, and behind what the runner is told, where they name it themselves.
  const runner = (await runnerFor(target).restart?.('./python', './python', ctx))?.slice(0, -1) ?? [];
  return runner.length === 0 ? [] : [`RUNSHARED=${runner.map(quoted).join(' ')}`];
}

async function confined(command: readonly string[], share: Share, plan: BuildPlan): Promise<readonly string[]> {
  const [, ...args] = command;
  const make = [plan.toolchain.make.path, ...args];
  if (share.cpus === undefined) return make;
  const taskset = await findProgram('taskset', plan.toolchain.path);
  return taskset === undefined ? make : [taskset, '-c', share.cpus, ...make];
}
