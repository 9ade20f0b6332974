import { mkdir } from 'node:fs/promises';
import { type Checkout, folderTree, openCheckout } from '../checkout/index.ts';
import { generateSeries } from '../patch/index.ts';
import type { SeriesItem } from '../patch/series.ts';
import type { GeneratedPatch } from '../patch/types.ts';
import { findRecipe, resolveParams } from '../recipe/index.ts';
import type { Context } from '../system/context.ts';
import { Cancelled } from '../system/diagnostic.ts';
import { runStep } from '../system/events.ts';
import { withFileProblems, writeJson } from '../system/files.ts';
import { forVersion } from '../targets/for-version.ts';
import { targetFor } from '../targets/resolve.ts';
import { runnerFor } from '../targets/runner.ts';
import { keepImported } from './bundle/imported.ts';
import type { RunFolder } from './folder.ts';
import { openJournal } from './journal.ts';
import { describeMachine } from './machine.ts';
import { applicable, keepPatch, writeSeries } from './patch-stage.ts';
import { planRun } from './plan.ts';
import { portFor } from './port.ts';
import { readRunRecord } from './read-record.ts';
import type { RunRequest } from './request.ts';
import { runTarget } from './target-stage.ts';
import type { RunPatch, RunRecord, TargetResult } from './types.ts';
import { runVerdict } from './verdict.ts';

export interface RunInputs {
  readonly request: RunRequest;
  readonly folder: RunFolder;
  readonly recipeFolders: readonly string[];
  readonly commandLine: readonly string[];
  readonly forkwright: string;
  readonly ctx: Context;
}

/**
 * The main job: recipes → patches → builds → CPython's tests → growth → instructions → pybench, for each target. `run.json` is rewritten
 * after each stage, so what is done can be read at any time. A resumed run finds its builds in the store, its finished
 * stages in the journal, and its samples in their file.
 * @returns the finished record; its verdict says whether the answer is yes.
 * @throws UserError, Cancelled (the record says `stopped` then).
 */
export async function runPipeline(inputs: RunInputs): Promise<RunRecord> {
  const { request, folder, ctx } = inputs;
  ctx.emit({ type: 'plan', steps: planRun(request) });
  // A resumed run is still the one that was begun, and adds to the times that it has spent before.
  const before = await readRunRecord(folder).catch(() => undefined);
  const startedAt = before?.startedAt ?? new Date().toISOString();
  const commandLine = before?.commandLine ?? inputs.commandLine;
  const timingsMs: Record<string, number> = { ...before?.timingsMs };
  const timed = async <T>(name: string, body: () => Promise<T>): Promise<T> => {
    const began = performance.now();
    try {
      return await body();
    } finally {
      timingsMs[name] = Math.round((timingsMs[name] ?? 0) + performance.now() - began);
    }
  };

  const asked = await Promise.all(request.targets.map((name) => targetFor(name, ctx, request)));
  const checkout = await timed('checkout', () => openStep(request.checkout, ctx));
  // What a target refuses is said before anything is made.
  for (const target of asked) {
    forVersion(target, checkout.version);
    if (target.run.runner === 'ssh') await runnerFor(target).prepare?.(undefined, ctx);
  }
  const patches: RunPatch[] = [];
  const targets: TargetResult[] = [];
  // Once: its load is that of the start, not of the run's own work.
  const machine = before?.machine ?? describeMachine();
  const save = async (state: RunRecord['state']): Promise<RunRecord> => {
    const over = state === 'running' ? {} : { finishedAt: new Date().toISOString() };
    const record: RunRecord = {
      schemaVersion: 1,
      id: folder.name,
      forkwright: inputs.forkwright,
      startedAt,
      ...over,
      state,
      commandLine,
      checkout: {
        root: checkout.root,
        pythonVersion: checkout.version.text,
        flavour: checkout.flavour,
        base: checkout.base,
        localChanges: checkout.localChanges,
      },
      machine,
      patches,
      targets,
      verdict: runVerdict(patches, targets),
      timingsMs,
    };
    await writeJson(folder.record, record);
    return record;
  };

  try {
    const ready = await timed('patch', () => patchStep(inputs, checkout, patches));
    await save('running');
    if (ready === undefined) return await save('finished');
    const journal = await openJournal(folder);
    for (const [index, given] of asked.entries()) {
      const target = forVersion(given, checkout.version);
      const update = async (result: TargetResult) => {
        targets[index] = keepImported(before?.targets[index], result);
        await save('running');
      };
      const tree = folderTree(checkout, ctx);
      const ported = await portFor(target, ready.items, ready.patches, tree, folder, inputs.recipeFolders);
      await runTarget({ target, checkout, ...ported, request, folder, journal, update, timed, ctx });
    }
    return await save('finished');
  } catch (error) {
    // Whatever ended it, what is known so far is kept; a failure to save must not hide why.
    await save(error instanceof Cancelled ? 'stopped' : 'failed').catch(() => {});
    throw error;
  }
}

async function openStep(dir: string, ctx: Context): Promise<Checkout> {
  return runStep(ctx.emit, { id: 'checkout', title: 'Checkout' }, async (step) => {
    const checkout = await openCheckout(dir, ctx);
    const changes = checkout.localChanges.length;
    step.note(
      `${checkout.flavour.name} ${checkout.version.text}${changes === 0 ? '' : `, with ${changes} uncommitted change${changes === 1 ? '' : 's'}`}`,
    );
    return checkout;
  });
}

/** Generates the patches and keeps them in the run folder. @returns `undefined` when one does not apply. */
async function patchStep(
  { request, folder, recipeFolders, ctx }: RunInputs,
  checkout: Checkout,
  patches: RunPatch[],
): Promise<{ readonly items: readonly SeriesItem[]; readonly patches: readonly GeneratedPatch[] } | undefined> {
  return runStep(ctx.emit, { id: 'patch', title: 'Patch' }, async (step) => {
    await withFileProblems('make the run folder', () => mkdir(folder.patches, { recursive: true }));
    const items = await Promise.all(
      request.recipes.map(async ({ name, params }) => {
        const found = await findRecipe(name, recipeFolders);
        const recipe = request.include === undefined ? found : { ...found, include: request.include };
        return { recipe, params: resolveParams(recipe, stringified(params)) };
      }),
    );
    const results = await generateSeries(items, folderTree(checkout, ctx));
    for (const { recipe, params, result } of results) {
      patches.push(await keepPatch(folder, recipe, params, result));
      if (result.verdict === 'applies') {
        for (const diagnostic of result.warnings) ctx.emit({ type: 'diagnostic', severity: 'warning', diagnostic });
      }
      if (result.verdict === 'drifted' || result.verdict === 'conflict') {
        for (const diagnostic of result.problems) ctx.emit({ type: 'diagnostic', severity: 'error', diagnostic });
      }
    }
    const ready = applicable(results.map(({ result }) => result));
    if (ready === undefined) step.note(patches.map((patch) => patch.verdict).join(', '));
    else {
      await writeSeries(folder, ready);
      step.note(ready.map((patch) => `+${patch.insertions} −${patch.deletions}`).join(', '));
    }
    return ready === undefined ? undefined : { items, patches: ready };
  });
}

const stringified = (params: Readonly<Record<string, string | number | boolean>>): Record<string, string> =>
  Object.fromEntries(Object.entries(params).map(([name, value]) => [name, String(value)]));
