import { readdir, readFile, rm, utimes } from 'node:fs/promises';
import path from 'node:path';
import { epochOf, makeTree } from '../checkout/make-tree.ts';
import { checkoutFiles } from '../checkout/open.ts';
import type { Checkout } from '../checkout/types.ts';
import type { Regenerate, Remade } from '../patch/regenerate.ts';
import type { FileChange } from '../patch/types.ts';
import type { Context } from '../system/context.ts';
import { type Diagnostic, UserError } from '../system/diagnostic.ts';
import { runStep, type Step } from '../system/events.ts';
import { byCodeUnit, fingerprint } from '../system/hash.ts';
import { type ProcessResult, runProcess } from '../system/process.ts';
import { HOST } from '../targets/descriptors.ts';
import { detectLauncher } from '../targets/launcher.ts';
import { checkCompiler, findToolchain } from '../targets/toolchain.ts';
import { buildAll } from './build-all.ts';
import { configureMake } from './configure/driver.ts';
import { planBuild } from './configure/plan.ts';
import { configureFingerprint, configureOnce } from './configure/store.ts';
import { KEY_LENGTH } from './plan.ts';
import { newEntry, withEntryLock } from './store.ts';
import type { BuildRequest } from './types.ts';

const CONFIGURE_LIMIT_MS = 30 * 60_000;
/** A target may build the interpreter first. */
const TARGET_LIMIT_MS = 60 * 60_000;
/** As many of the last lines of a failing command are shown. */
const SHOWN_LINES = 12;
/** What running the tree's own Python leaves behind. */
const LEFT_BEHIND = /(?:^|\/)__pycache__\/|\.py[co]$/;

/**
 * Runs CPython's own generators for recipes: targets of make, in copies of the checkout below the cache, by the interpreter
 * that the unpatched checkout builds. The targets run twice, with and without the recipe: what they change without it is not
 * the recipe's. Nothing is written to the checkout.
 */
export function regenerator(checkout: Checkout, ctx: Context): Regenerate {
  return async (earlier, files, targets) => {
    const request = await hostRequest(checkout, ctx);
    const [outcome] = await buildAll([request], ctx, { buildPythonFor: 'regenerate' });
    if (outcome?.ok !== true) return { problems: outcome?.failure.diagnostics ?? [] };
    const { python } = outcome.build;
    try {
      const before = await remake(request, earlier, targets, python, 'without the recipe', ctx);
      const after = await remake(request, [...earlier, ...files], targets, python, 'with the recipe', ctx);
      return { before, after };
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      return { problems: error.diagnostics };
    }
  };
}

async function hostRequest(checkout: Checkout, ctx: Context): Promise<BuildRequest> {
  const launcher = (await detectLauncher(ctx))?.name ?? 'none';
  const options = { pgo: false, modules: 'core', configure: [], launcher } as const;
  return { variant: 'baseline', checkout, patches: [], target: HOST, options };
}

/** What the targets make of the checkout with some changes. @throws UserError when configure or a target fails. */
async function remake(
  request: BuildRequest,
  changes: readonly FileChange[],
  targets: readonly string[],
  python: string,
  how: string,
  ctx: Context,
): Promise<readonly Remade[]> {
  const { checkout } = request;
  // The modules as the tree has them: core ones that are linked in twice fail where a generator is linked by itself.
  const whole: BuildRequest = { ...request, options: { ...request.options, modules: 'all' } };
  const toolchain = await findToolchain(request.target, ctx, request.options.launcher);
  await checkCompiler(toolchain.cc, ctx);
  const last = [...new Map(changes.map((change) => [change.path, change])).values()];
  const plan = await planBuild(whole, toolchain, await epochOf(checkout, ctx));
  const key = fingerprint({ build: plan.fingerprint, changes: last.map((c) => [c.path, c.after]), targets }).slice(
    0,
    KEY_LENGTH,
  );
  return withEntryLock(key, ctx, async () => {
    const root = await newEntry(key, ctx);
    const title = `make ${targets.join(' ')} ${how}: CPython ${checkout.version.text}`;
    try {
      return await runStep(ctx.emit, { id: `regenerate/${key}`, title }, async (step) => {
        const log = path.join(root, 'logs', 'make.log');
        const work = { share: { jobs: ctx.jobs }, step };
        const at = { root, src: path.join(root, 'src'), logs: { configure: log, make: log, check: log } };
        const place = await configureMake.place(plan, at, work, ctx);
        const { src } = place;
        const obj = path.join(root, 'obj');
        step.progress('copying the sources');
        await makeTree(checkout, last, src, ctx);
        // Newer than everything else: what make makes of them is old.
        for (const change of last) if (change.is !== 'removed') await touch(path.join(src, change.path));
        const env = { ...place.env, PYTHON_FOR_REGEN: python };
        const print = fingerprint({ configure: await configureFingerprint(plan, src, obj), python });
        const run = (args: readonly string[], timeoutMs: number) =>
          command(args, { cwd: obj, env, timeoutMs }, step, ctx);
        const configured = await configureOnce(print, key, obj, ctx, () =>
          failed(run(plan.configure, CONFIGURE_LIMIT_MS)),
        );
        if (configured.how === 'failed') throw refused('configure', configured.failure);
        const made: Remade[] = [];
        for (const target of targets) {
          const jobs = target === 'regen-all' ? [] : [`-j${ctx.jobs}`];
          const goal = [toolchain.make.path, ...jobs, `PYTHON_FOR_REGEN=${python}`, target];
          const failure = await failed(run(goal, TARGET_LIMIT_MS));
          if (failure !== undefined) throw refused(`make ${target}`, failure);
          made.push(...(await changed(checkout, src, [...last, ...made], target, ctx)));
        }
        return made;
      });
    } finally {
      // Half an entry is no hit, but it would lie there until it is built.
      await rm(root, { recursive: true, force: true });
    }
  });
}

async function touch(file: string): Promise<void> {
  const now = new Date();
  await utimes(file, now, now);
}

const failed = async (running: Promise<ProcessResult>): Promise<ProcessResult | undefined> => {
  const result = await running;
  return result.exitCode === 0 ? undefined : result;
};

function command(
  [file = '', ...args]: readonly string[],
  how: { readonly cwd: string; readonly env: Readonly<Record<string, string>>; readonly timeoutMs: number },
  step: Step,
  ctx: Context,
): Promise<ProcessResult> {
  step.progress([path.basename(file), args.at(-1)].join(' '));
  return runProcess(file, args, { ...how, signal: ctx.signal, encoding: 'latin1' });
}

function refused(what: string, { stdout, stderr, timedOut }: ProcessResult): UserError {
  const diagnostic: Diagnostic = {
    code: 'build/regenerate-failed',
    message: `${what} ${timedOut ? 'was stopped at its time limit' : 'failed'}, so what it would make is not in the patch`,
    detail: `${stdout}\n${stderr}`.trimEnd().split('\n').slice(-SHOWN_LINES),
    hint: 'correct what the recipe changes, or the target that it asks for',
  };
  return new UserError(diagnostic);
}

/** The files of a copy that are not as the checkout with the changes has them. */
async function changed(
  checkout: Checkout,
  src: string,
  changes: readonly { readonly path: string; readonly after: string; readonly is?: string | undefined }[],
  target: string,
  ctx: Context,
): Promise<readonly Remade[]> {
  const listed = new Set(await checkoutFiles(checkout, ctx));
  const wanted = new Map(changes.map((change) => [change.path, change]));
  const entries = await readdir(src, { recursive: true, withFileTypes: true });
  const out: Remade[] = [];
  for (const entry of entries) {
    if (!entry.isFile()) continue;
    const file = path.relative(src, path.join(entry.parentPath, entry.name)).replaceAll(path.sep, '/');
    if (LEFT_BEHIND.test(file)) continue;
    const now = await readFile(path.join(src, file), 'latin1');
    const change = wanted.get(file);
    if (change !== undefined ? change.after === now : listed.has(file) && (await isSame(checkout, file, now))) continue;
    out.push({ path: file, after: now, target });
  }
  return out.sort((a, b) => byCodeUnit(a.path, b.path));
}

async function isSame(checkout: Checkout, file: string, text: string): Promise<boolean> {
  return (await readFile(path.join(checkout.root, file), 'latin1')) === text;
}
