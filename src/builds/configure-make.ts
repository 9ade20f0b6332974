import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { makeTree } from '../checkout/make-tree.ts';
import type { Context } from '../system/context.ts';
import type { Step } from '../system/events.ts';
import { withFileProblems, writeFileAtomic, writeJson } from '../system/files.ts';
import { sha256, sha256File } from '../system/hash.ts';
import { type ProcessResult, runProcess } from '../system/process.ts';
import { whileConfiguring } from '../targets/launcher-environment.ts';
import { findProgram } from '../targets/tools.ts';
import { writeWrapper } from '../targets/wrapper.ts';
import { buildFile } from './build-file.ts';
import { placeBuildPython } from './build-python.ts';
import { flagsBehindOpt } from './configure-command.ts';
import { configureFingerprint } from './configure-inputs.ts';
import type { ConfigureOnce } from './configure-once.ts';
import { commandEnvironment, toolsOf, withoutRoot } from './environment.ts';
import { expectedCompiles } from './expected.ts';
import { describeFailure } from './failure.ts';
import { checkInterpreter, findInterpreter } from './interpreter-check.ts';
import { launcherLog, tellLauncherTrouble } from './launcher-trouble.ts';
import { CONTROL_SEED, type LinkOrder, shuffleLinkOrder } from './link-order.ts';
import { followLog } from './log-follow.ts';
import { missingModules } from './missing-modules.ts';
import { writeModuleSetup } from './modules.ts';
import type { BuildPlan } from './plan.ts';
import type { Share } from './schedule.ts';
import { newEntry } from './store.ts';
import type { Build, BuildFailure } from './types.ts';

const CONFIGURE_LIMIT_MS = 30 * 60_000;
/** With profile-guided optimisation the tests of CPython run in between. */
const MAKE_LIMIT_MS = 4 * 60 * 60_000;

export interface Work {
  readonly share: Share;
  /** For a cross build: the interpreter that runs here. */
  readonly buildPython?: string | undefined;
  readonly configureOnce: ConfigureOnce;
  readonly step: Step;
}

/** Where a build's parts lie, and its environment with the folder written out. */
interface Place {
  readonly root: string;
  readonly src: string;
  readonly obj: string;
  readonly env: Readonly<Record<string, string>>;
  readonly logs: Readonly<Record<'configure' | 'make' | 'check', string>>;
}

/**
 * Makes a build at its final place: sources, configure, make, a first start of the interpreter. `build.json` is written
 * last, so that whatever happens before leaves no hit.
 * @throws UserError for what is not the variant's fault (disk full, cache not writable); Cancelled.
 */
export async function configureMake(plan: BuildPlan, work: Work, ctx: Context): Promise<Build | BuildFailure> {
  const place = await preparePlace(plan, ctx);
  if (work.buildPython !== undefined) await placeBuildPython(plan, place.root, work.buildPython);
  const { root, src, obj } = place;
  work.step.progress('copying the sources');
  const treeStarted = performance.now();
  await makeTree(plan.request.checkout, plan.changes, src, ctx);
  const tree = Math.round(performance.now() - treeStarted);

  await writeModuleSetup(plan, src, obj);
  const configured = await work.configureOnce(await configureFingerprint(plan, src, obj), plan.key, obj, async () => {
    const [file = '', ...args] = plan.configure;
    const env = { ...place.env, ...whileConfiguring(plan.request.options.launcher) };
    const where = { ...place, env };
    const result = await logged('configure', file, args, plan, where, work.step, CONFIGURE_LIMIT_MS, ctx);
    return result.exitCode === 0 ? undefined : failed(plan, 'configure', result, place);
  });
  if (configured.how === 'failed') return configured.failure;
  if (configured.how === 'reused') {
    await writeFileAtomic(place.logs.configure, 'configure was not run: the result of an equal configure was reused\n');
  }

  const make = await makeCommand(plan, obj, work.share);
  const [file = '', ...args] = await confined(make, work.share, plan);
  const { launcher } = plan.request.options;
  const env = { ...place.env, ...launcherLog(launcher, path.dirname(place.logs.make)) };
  const made = await logged('make', file, args, plan, { ...place, env }, work.step, MAKE_LIMIT_MS, ctx);
  if (made.exitCode !== 0) return failed(plan, 'make', made, place);
  await tellLauncherTrouble(launcher, place.logs.make, ctx);

  work.step.progress('starting the interpreter');
  const python = await findInterpreter(obj);
  if (python === undefined) return failed(plan, 'make', made, place);
  const linkOrder =
    plan.request.variant === 'control' ? await otherLayout(plan, place, python, work.step, ctx) : undefined;
  const { target, checkout } = plan.request;
  const wrapper = await writeWrapper(python, target, ctx);
  const wrong = await checkInterpreter({ python, wrapper }, src, target, checkout.version, ctx);
  if (wrong !== undefined) {
    const { result, problem } = wrong;
    await writeFileAtomic(place.logs.check, `${python} ${problem}\n${result.stdout}${result.stderr}\n`);
    return failed(plan, 'check', result, place);
  }
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
    ...(wrapper === undefined ? {} : { wrapper }),
    pythonSha256: await sha256File(python),
    commands: { configure: plan.configure, make },
    env: plan.env,
    ...(await madeFiles(place)),
    compiler: { path: plan.toolchain.cc.path, version: plan.toolchain.cc.version },
    tools: toolsOf(plan),
    quirks: plan.quirks.map(({ id, why }) => ({ id, why })),
    missingModules: missingModules(await readFile(place.logs.make, 'latin1')),
    ...(linkOrder === undefined ? {} : { linkOrder }),
    configureReused: configured.how === 'reused',
    durationsMs: { tree, configure: configured.durationMs, make: made.durationMs },
    logs: { configure: place.logs.configure, make: place.logs.make },
  };
  await writeJson(buildFile(root), build);
  return build;
}

/**
 * The control's last link once more, with its objects in another order: the noise floor then holds what the layout of the
 * code alone does to speed, and not only the machine's noise.
 */
async function otherLayout(
  plan: BuildPlan,
  { obj, env }: Place,
  python: string,
  step: Step,
  ctx: Context,
): Promise<LinkOrder | undefined> {
  step.progress('linking in another order');
  const place = { obj, env, make: plan.toolchain.make.path, path: plan.toolchain.path };
  const order = await shuffleLinkOrder(place, CONTROL_SEED, python, ctx);
  if (order === undefined) {
    const text =
      'the control could not be linked in another order: its noise floor does not hold the layout of the code';
    ctx.emit({ type: 'message', level: 'warning', text });
  }
  return order;
}

async function preparePlace(plan: BuildPlan, ctx: Context): Promise<Place> {
  const root = await newEntry(plan.key, ctx);
  const [src, obj, logs] = ['src', 'obj', 'logs'].map((name) => path.join(root, name)) as [string, string, string];
  await withFileProblems(`write to ${root}`, async () => {
    await mkdir(obj);
    await mkdir(path.join(root, 'home'));
    if (plan.site !== undefined) await writeFile(path.join(root, 'config.site'), plan.site);
  });
  const site = plan.site === undefined ? {} : { CONFIG_SITE: '../config.site' };
  const log = (name: string) => path.join(logs, `${name}.log`);
  return {
    root,
    src,
    obj,
    env: { ...commandEnvironment({ env: plan.env, root, tools: toolsOf(plan) }, ctx), ...site },
    logs: { configure: log('configure'), make: log('make'), check: log('check') },
  };
}

/** Runs a step with its output in its log, and the log's last line on the progress row. */
async function logged(
  name: 'configure' | 'make',
  file: string,
  args: readonly string[],
  plan: BuildPlan,
  place: Place,
  step: Step,
  timeoutMs: number,
  ctx: Context,
): Promise<ProcessResult> {
  const logFile = place.logs[name];
  const expected = expectedCompiles(plan.request.checkout.version, plan.request.options.modules);
  const stop = followLog(logFile, ({ lastLine, compiled }) =>
    name === 'make' && compiled > 0
      ? step.progress(`${name}: ${lastLine}`, Math.min(compiled, expected), expected)
      : step.progress(`${name}: ${lastLine}`),
  );
  try {
    return await runProcess(file, args, { cwd: place.obj, env: place.env, timeoutMs, signal: ctx.signal, logFile });
  } finally {
    await stop();
  }
}

function failed(
  plan: BuildPlan,
  step: BuildFailure['step'],
  result: ProcessResult,
  place: Place,
): Promise<BuildFailure> {
  const { configure, make, check } = place.logs;
  const configLog = { 'config.log': path.join(place.obj, 'config.log') };
  const logs =
    step === 'configure'
      ? { configure, ...configLog }
      : step === 'make'
        ? { configure, make }
        : { configure, make, check };
  return describeFailure(plan, step, result, place.root, logs);
}

/**
 * `make`, or for the core modules only the interpreter and the file that tells it where its build folder is (2.7 and
 * 3.2 or later: without it `site` finds no _sysconfigdata).
 */
async function makeCommand(plan: BuildPlan, obj: string, share: Share): Promise<readonly string[]> {
  const jobs = share.jobs > 1 ? [`-j${share.jobs}`] : [];
  const { target, options } = plan.request;
  const goals = target.goals ?? [];
  // Only the default target of a configure with --enable-optimizations profiles.
  const makefile = await readFile(path.join(obj, 'Makefile'), 'latin1');
  const behind = flagsBehindOpt({ version: plan.request.checkout.version, target, options });
  const own = /^OPT=[ \t]*(.*?)\s*$/m.exec(makefile)?.[1] ?? '';
  const opt = behind.length === 0 ? [] : [`OPT=${[own, ...behind].join(' ')}`];
  if (options.modules === 'all' || options.pgo)
    return ['make', ...jobs, ...opt, ...(goals.length === 0 ? [] : ['all', ...goals])];
  const interpreter = /^BUILDPYTHON=\s*python\$\(BUILDEXE\)/m.test(makefile)
    ? `python${/^BUILDEXE=[ \t]*(\S*)/m.exec(makefile)?.[1] ?? ''}`
    : 'python';
  const builddir = /^pybuilddir\.txt:/m.test(makefile) ? ['pybuilddir.txt'] : [];
  return ['make', ...jobs, ...opt, interpreter, ...builddir, ...goals];
}

/** The command on the share's CPUs alone, where taskset is there. */
async function confined(command: readonly string[], share: Share, plan: BuildPlan): Promise<readonly string[]> {
  const [, ...args] = command;
  const make = [plan.toolchain.make.path, ...args];
  if (share.cpus === undefined) return make;
  const taskset = await findProgram('taskset', plan.toolchain.path);
  return taskset === undefined ? make : [taskset, '-c', share.cpus, ...make];
}

async function madeFiles({ root, obj }: Place): Promise<Pick<Build, 'pyconfigSha256' | 'makefileSha256'>> {
  return {
    pyconfigSha256: await sha256File(path.join(obj, 'pyconfig.h')),
    makefileSha256: sha256(withoutRoot(await readFile(path.join(obj, 'Makefile'), 'latin1'), root)),
  };
}
