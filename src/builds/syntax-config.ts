import { copyFile, mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { epochOf, makeTree } from '../checkout/make-tree.ts';
import { checkoutFiles } from '../checkout/open.ts';
import type { Checkout } from '../checkout/types.ts';
import type { Context } from '../system/context.ts';
import { UserError } from '../system/diagnostic.ts';
import { runStep } from '../system/events.ts';
import { runProcess } from '../system/process.ts';
import { checkCompiler, findToolchain } from '../targets/toolchain.ts';
import type { TargetDescriptor, Toolchain } from '../targets/types.ts';
import { configureFingerprint } from './configure/inputs.ts';
import { configureOnce } from './configure/once.ts';
import { planBuild } from './configure/plan.ts';
import { expandRoot } from './environment.ts';
import { entryFolder, findBuild, newEntry, withEntryLock } from './store.ts';
import type { BuildPlan } from './types.ts';

const CONFIGURE_LIMIT_MS = 30 * 60_000;

/** A compiler, and the environment that it is run in. */
export interface SyntaxCompiler {
  readonly cc: Toolchain['cc'];
  readonly env: Readonly<Record<string, string>>;
}

/**
 * Puts the pyconfig.h of the unpatched checkout into a folder: from the store, or by running configure once, whose result
 * is kept for this and for builds.
 * @throws UserError when there is no compiler, or configure fails.
 */
export async function provideConfig(
  checkout: Checkout,
  target: TargetDescriptor,
  folder: string,
  ctx: Context,
): Promise<SyntaxCompiler> {
  const toolchain = await findToolchain(target, ctx);
  await checkCompiler(toolchain.cc, ctx);
  const options = { pgo: false, modules: 'all', configure: [], launcher: 'none' } as const;
  const request = { variant: 'baseline', checkout, patches: [], target, options } as const;
  const plan = await planBuild(request, toolchain, await epochOf(checkout, ctx));
  const take = (obj: string) => copyFile(path.join(obj, 'pyconfig.h'), path.join(folder, 'pyconfig.h'));
  const build = await findBuild(plan.key, ctx);
  if (build !== undefined) await take(build.obj);
  else await withEntryLock(plan.key, ctx, () => configureAndTake(plan, take, ctx));
  return { cc: toolchain.cc, env: expandRoot(plan.env, folder) };
}

/** At the place where the build would be made, as its path stands in what configure writes. */
async function configureAndTake(plan: BuildPlan, take: (obj: string) => Promise<void>, ctx: Context): Promise<void> {
  const known = await findBuild(plan.key, ctx);
  if (known !== undefined) return take(known.obj);
  const root = await newEntry(plan.key, ctx);
  try {
    const obj = path.join(root, 'obj');
    await mkdir(obj);
    const { checkout } = plan.request;
    const print = await configureFingerprint(plan, checkout.root, obj, await checkoutFiles(checkout, ctx));
    await configureOnce(print, plan.key, obj, ctx, () => configure(plan, obj, ctx));
    await take(obj);
  } finally {
    // Half an entry is no hit, but it would lie there until it is built.
    await rm(entryFolder(ctx.cacheDir, plan.key), { recursive: true, force: true });
  }
}

async function configure(plan: BuildPlan, obj: string, ctx: Context): Promise<undefined> {
  const { checkout } = plan.request;
  const root = path.dirname(obj);
  const title = `configure CPython ${checkout.version.text} for the compile checks (kept for the next time)`;
  return runStep(ctx.emit, { id: 'syntax/configure', title }, async () => {
    await makeTree(checkout, [], path.join(root, 'src'), ctx);
    await mkdir(path.join(root, 'home'), { recursive: true });
    if (plan.site !== undefined) await writeFile(path.join(root, 'config.site'), plan.site);
    const site = plan.site === undefined ? {} : { CONFIG_SITE: '../config.site' };
    const env = { ...expandRoot(plan.env, root), ...site };
    const [file = '', ...args] = plan.configure;
    const result = await runProcess(file, args, { cwd: obj, env, timeoutMs: CONFIGURE_LIMIT_MS, signal: ctx.signal });
    if (result.exitCode === 0) return undefined;
    // Thrown inside the step, so that the step is seen to fail.
    throw new UserError({
      code: 'build/configure-failed',
      message: 'configure of the unpatched tree fails, so its files cannot be compiled here',
      place: { file: path.join(checkout.root, 'configure') },
      detail: `${result.stdout}${result.stderr}`.trim().split('\n').slice(-5),
      hint: 'leave --verify out, or see `forkwright doctor`',
    });
  });
}
