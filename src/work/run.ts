import path from 'node:path';
import type { CommandContext, Outcome } from '../cli/frame.ts';
import { type AllOptions, RUNS_DIR, requestFrom, startFolder } from '../cli/run-request.ts';
import { paragraph } from '../cli/table.ts';
import { headline, runStatus } from '../report/headline.ts';
import { renderTerminal } from '../report/terminal/render.ts';
import { writeReports } from '../report/write.ts';
import { latestRunFolder, loadRequest, type RunFolder, runFolder, saveRequest } from '../run/folder.ts';
import { withRunLock } from '../run/lock.ts';
import { runPipeline } from '../run/pipeline.ts';
import type { RunRequest, StageName } from '../run/request.ts';
import type { RunRecord } from '../run/types.ts';
import { Cancelled, UserError } from '../system/diagnostic.ts';
import { packageVersion } from '../system/version.ts';
import { recipeFolders } from './recipe-folders.ts';
import { refuseStrayOptions } from './refuse-stray-options.ts';

/** Starts a run in a folder of its own and carries it out. */
export async function performRun(
  recipes: readonly string[],
  options: AllOptions,
  stages: readonly StageName[],
  ctx: CommandContext,
): Promise<Outcome> {
  const request = await requestFrom(recipes, options, stages, ctx);
  const { openCheckout } = await import('../checkout/index.ts');
  const { findRecipe, resolveParams } = await import('../recipe/index.ts');
  const { targetFor } = await import('../targets/resolve.ts');
  const { runnerFor } = await import('../targets/runner.ts');
  // What is wrong with the request is said before a folder is made for it.
  for (const { name, params } of request.recipes) {
    const recipe = await findRecipe(name, recipeFolders(options.recipesDir));
    resolveParams(recipe, Object.fromEntries(Object.entries(params).map(([key, value]) => [key, String(value)])));
  }
  const targets = await Promise.all(request.targets.map((name) => targetFor(name, ctx, request)));
  refuseStrayOptions(request, targets);
  for (const target of targets) {
    if (target.run.runner === 'ssh') await runnerFor(target).prepare?.(undefined, ctx);
  }
  await openCheckout(request.checkout, ctx);
  const folder = await startFolder(request, options.out);
  return carryOut(request, folder, options.recipesDir, ctx, options.history);
}

/** Continues a run: what it finished is taken from its folder and the store. */
export async function resumeRun(
  recipes: readonly string[],
  dir: string | true,
  recipesDir: readonly string[],
  ctx: CommandContext,
  stages?: readonly StageName[],
  history?: string,
): Promise<Outcome> {
  if (recipes.length > 0) {
    throw new UserError({
      code: 'cli/resume-recipes',
      message: 'a run is resumed with the recipes that it was started with',
      hint: `leave out ${recipes.join(' ')}, or start a new run`,
    });
  }
  const folder = dir === true ? await latestRunFolder(path.resolve(RUNS_DIR)) : runFolder(dir);
  const known = await loadRequest(folder);
  const request = stages === undefined ? known : { ...known, stages: [...new Set([...known.stages, ...stages])] };
  if (request !== known) await saveRequest(folder, request);
  return carryOut(request, folder, recipesDir, ctx, history);
}

async function carryOut(
  request: RunRequest,
  folder: RunFolder,
  recipesDir: readonly string[],
  ctx: CommandContext,
  history?: string,
): Promise<Outcome> {
  const shown = path.relative(process.cwd(), folder.dir);
  const dir = shown === '' || shown.startsWith('..') ? folder.dir : shown;
  let record: RunRecord;
  try {
    record = await withRunLock(folder, async () =>
      runPipeline({
        request,
        folder,
        recipeFolders: recipeFolders(recipesDir),
        commandLine: ['forkwright', ...process.argv.slice(2)],
        forkwright: packageVersion(),
        ctx,
      }),
    );
  } catch (error) {
    if (error instanceof Cancelled) throw new Cancelled(`stopped; continue with: forkwright run --resume ${dir}`);
    throw error;
  }
  await writeReports(folder.dir, record);
  const { writeRunReview } = await import('./review/of-run.ts');
  const review = await writeRunReview(folder.dir, request, record, recipeFolders(recipesDir), ctx);
  if (history !== undefined) {
    const { appendHistory, historyEntry } = await import('../run/history.ts');
    await appendHistory(path.resolve(history), historyEntry(record));
  }
  const text = renderTerminal(record, {
    width: ctx.terminal.width,
    color: ctx.terminal.colorOut,
    verbose: ctx.verbose,
  });
  return {
    exitCode: runExitCode(record),
    data: { folder: folder.dir, record },
    text: `${text.trimEnd()}\n\n${inShort(record, ctx.terminal.width)}\nReport: ${path.join(dir, 'report.html')}\n${review === undefined ? '' : `Review: ${path.join(dir, 'review.html')}\n`}`,
  };
}

/** 1 when the answer is no; 2 when not even the baseline builds here, which says nothing about the change. */
export function runExitCode(record: RunRecord): 0 | 1 | 2 {
  if (record.verdict.ok) return 0;
  const withoutBaseline = record.targets.some(
    (target) => target.buildFailure !== undefined && !target.builds.some(({ variant }) => variant === 'baseline'),
  );
  return withoutBaseline ? 2 : 1;
}

/** The answer once more: the report is longer than a screen, and its first lines have scrolled away. */
function inShort(record: RunRecord, width: number): string {
  return paragraph(`${runStatus(record).word}: ${headline(record).join(' ')}`, width);
}
