import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { makeTree } from '../../checkout/index.ts';
import type { Context } from '../../system/context.ts';
import type { Step } from '../../system/events.ts';
import { withFileProblems, writeFileAtomic, writeJson } from '../../system/files.ts';
import { canonicalJson, sha256, sha256File } from '../../system/hash.ts';
import { type ProcessResult, runProcess } from '../../system/process.ts';
import { thisSystem, type WindowsSystem } from '../../targets/visual-studio/system.ts';
import { buildFile } from '../build-file.ts';
import { expandRoot } from '../environment.ts';
import { describeFailure } from '../failure.ts';
import { checkInterpreter } from '../interpreter-check.ts';
import { followLog } from '../log-follow.ts';
import type { BuildPlan } from '../plan.ts';
import type { Share } from '../schedule.ts';
import { newEntry } from '../store.ts';
import type { Build, BuildFailure } from '../types.ts';
import { cmdLine, jobArguments } from './build-bat.ts';
import { findMsbuildErrors } from './output.ts';
import { findProducts, modulesNotBuilt } from './products.ts';

/** With profiles the tests of CPython are run in between. */
const LIMIT_MS = { plain: 2 * 60 * 60_000, pgo: 6 * 60 * 60_000 };

export interface MsbuildWork {
  readonly share: Share;
  readonly step: Step;
}

interface Place {
  readonly plan: BuildPlan;
  readonly root: string;
  readonly pcbuild: string;
  readonly log: string;
}

/**
 * Makes a build at its final place by CPython's own script: sources, build.bat, a first start of the interpreter.
 * `build.json` is written last.
 * @param system the machine; tests give a stand-in.
 * @throws UserError for what is not the variant's fault; Cancelled.
 */
export async function buildMsbuild(
  plan: BuildPlan,
  work: MsbuildWork,
  ctx: Context,
  system: WindowsSystem = thisSystem(ctx),
): Promise<Build | BuildFailure> {
  const { request, toolchain } = plan;
  const { checkout, target } = request;
  const root = await newEntry(plan.key, ctx);
  const [src, pcbuild] = [path.join(root, 'src'), path.join(root, 'src', 'PCbuild')];
  const logs = { make: path.join(root, 'logs', 'make.log'), check: path.join(root, 'logs', 'check.log') };
  const began = performance.now();
  work.step.progress('copying the sources');
  await makeTree(checkout, plan.changes, src, ctx);
  await withFileProblems(`write to ${root}`, () => carriageReturns(pcbuild, system));
  const tree = Math.round(performance.now() - began);

  const failed = (step: BuildFailure['step'], result: ProcessResult) =>
    describeFailure(plan, step, result, root, step === 'check' ? logs : { make: logs.make }, {
      findErrors: findMsbuildErrors,
      folder: path.join('src', 'PCbuild'),
    });
  const [, ...args] = plan.configure;
  const command = [...args, ...jobArguments(work.share.jobs)];
  const made = await script(command, { plan, root, pcbuild, log: logs.make }, work.step, system.env, ctx);
  const products = await findProducts(src, system);
  // Old scripts tell nothing by how they end.
  if (made.exitCode !== 0 || products === undefined) return failed('make', made);

  work.step.progress('starting the interpreter');
  const { python } = products;
  const wrong = await checkInterpreter({ python }, src, target, checkout.version, ctx);
  if (wrong !== undefined) {
    const { result, problem } = wrong;
    await writeFileAtomic(logs.check, `${python} ${problem}\n${result.stdout}${result.stderr}\n`);
    return failed('check', result);
  }
  const projects = await projectFiles(pcbuild, system);
  const build: Build = {
    schemaVersion: 1,
    key: plan.key,
    fingerprint: plan.fingerprint,
    inputs: plan.inputs,
    target: target.name,
    pythonVersion: checkout.version.text,
    root,
    src,
    obj: products.folder,
    python,
    pythonSha256: await sha256File(python),
    commands: { configure: [], make: ['PCbuild\\build.bat', ...args] },
    env: plan.env,
    pyconfigSha256: await pyconfigHash(src, system),
    makefileSha256: sha256(canonicalJson(projects)),
    compiler: { path: toolchain.cc.path, version: toolchain.cc.version },
    tools: [toolchain.make],
    quirks: [],
    missingModules: modulesNotBuilt(projects, await system.list(products.folder)),
    configureReused: false,
    durationsMs: { tree, configure: 0, make: made.durationMs },
    logs: { make: logs.make },
  };
  await writeJson(buildFile(root), build);
  return build;
}

/** Runs build.bat with its output in its log, and the log's last line on the progress row. */
async function script(
  args: readonly string[],
  { plan, root, pcbuild, log }: Place,
  step: Step,
  env: WindowsSystem['env'],
  ctx: Context,
): Promise<ProcessResult> {
  const shell = env.ComSpec ?? path.win32.join(env.SystemRoot ?? 'C:\\Windows', 'System32', 'cmd.exe');
  const stop = followLog(log, ({ lastLine }) => step.progress(`make: ${lastLine.trim()}`));
  try {
    return await runProcess(shell, cmdLine(path.join(pcbuild, 'build.bat'), args), {
      cwd: pcbuild,
      env: expandRoot(plan.env, root),
      timeoutMs: plan.request.options.pgo ? LIMIT_MS.pgo : LIMIT_MS.plain,
      signal: ctx.signal,
      logFile: log,
      verbatim: true,
    });
  } finally {
    await stop();
  }
}

/** Scripts for cmd.exe end their lines with CR LF, or it loses its way at labels: in a checkout of bare LF they do not. */
async function carriageReturns(pcbuild: string, system: Pick<WindowsSystem, 'list'>): Promise<void> {
  for (const name of await system.list(pcbuild)) {
    if (!/\.bat$/i.test(name)) continue;
    const file = path.join(pcbuild, name);
    const text = await readFile(file, 'latin1');
    const ended = text.replace(/\r?\n/g, '\r\n');
    if (ended !== text) await writeFile(file, ended, 'latin1');
  }
}

/** The projects and what they import: what stands for a Makefile. */
async function projectFiles(pcbuild: string, system: Pick<WindowsSystem, 'list'>) {
  const names = (await system.list(pcbuild)).filter((name) => /\.(vcxproj|props|targets|proj)$/i.test(name)).sort();
  return Promise.all(names.map(async (name) => ({ name, text: await readFile(path.join(pcbuild, name), 'latin1') })));
}

/** From 3.13 on it is made by the build, of PC/pyconfig.h.in. */
async function pyconfigHash(src: string, system: Pick<WindowsSystem, 'isFile'>): Promise<string> {
  const candidates = ['pyconfig.h', 'pyconfig.h.in'].map((name) => path.join(src, 'PC', name));
  for (const file of candidates) if (await system.isFile(file)) return sha256File(file);
  return sha256('');
}
