import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { Once } from '../bench/once.ts';
import { regenerator } from '../builds/regenerate.ts';
import { writeSettings } from '../change/settings.ts';
import type { Checkout } from '../checkout/types.ts';
import type { GeneratedPatch } from '../patch/types.ts';
import type { Context } from '../system/context.ts';
import { Cancelled } from '../system/diagnostic.ts';
import { type PlannedStep, runStep, type Step } from '../system/events.ts';
import { withFileProblems, writeJson } from '../system/files.ts';
import type { Asked } from './asked.ts';
import { keepImported } from './bundle/imported.ts';
import { type RunFolder, readRunRecord } from './folder.ts';
import { openJournal } from './journal.ts';
import { applicable, keepPatch, portFor, writeSeries } from './port.ts';
import type { PreparedRun, PreparedSide } from './prepare.ts';
import { variantsOf } from './request.ts';
import { runTarget } from './run-target.ts';
import { STAGES } from './stages/list.ts';
import { isWanted, rowOf, type Stage } from './stages/stage.ts';
import { describeMachine, type RunPatch, type RunRecord, type TargetResult } from './types.ts';
import { runVerdict } from './verdict.ts';

interface RunInputs {
  readonly prepared: PreparedRun;
  readonly folder: RunFolder;
  readonly commandLine: readonly string[];
  readonly forkwright: string;
  /** Absent: all that there are. */
  readonly stages?: readonly Stage[];
  /** The run is to go on later with what is not among these: its record says `stopped`. */
  readonly pauses?: boolean;
  /** For interpreters that other runs have, too. */
  readonly once?: Once | undefined;
  readonly ctx: Context;
}

/**
 * The main job: changes → patches → builds → the stages, for each target. `run.json` is rewritten
 * after each stage, so what is done can be read at any time. A resumed run finds its builds in the store, its finished
 * stages in the journal, and its samples in their file.
 * @returns the finished record, whose verdict says whether the answer is yes.
 * @throws UserError, Cancelled (the record says `stopped` then).
 */
export async function runPipeline(inputs: RunInputs): Promise<RunRecord> {
  const { prepared, folder, stages = STAGES, ctx } = inputs;
  const { request, checkout, tree } = prepared;
  ctx.emit({ type: 'plan', steps: planRun(request, stages) });
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

  for (const [name, ms] of Object.entries(prepared.timesMs)) timingsMs[name] = Math.round((timingsMs[name] ?? 0) + ms);
  await tellCheckouts(prepared, ctx);
  const patches: RunPatch[] = [];
  const baselinePatches: RunPatch[] = [];
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
      checkout: factsOf(prepared.baseline.checkout),
      ...(request.sides === undefined ? {} : { sides: sidesOf(prepared, baselinePatches, patches) }),
      machine,
      patches,
      targets,
      verdict: runVerdict([...baselinePatches, ...patches], targets),
      timingsMs,
    };
    await writeJson(folder.record, record);
    return record;
  };

  try {
    const ready = await timed('patch', () => patchStep(inputs, { patched: patches, baseline: baselinePatches }));
    await save('running');
    if (ready === undefined) return await save('finished');
    const journal = await openJournal(folder);
    for (const [index, target] of prepared.targets.entries()) {
      const update = async (result: TargetResult) => {
        targets[index] = keepImported(before?.targets[index], result);
        await save('running');
      };
      const { settings, found, recipeFolders } = prepared;
      const remake = regenerator(checkout, ctx);
      const ported = await portFor(target, prepared.items, ready.patched, tree, folder, recipeFolders, remake);
      const baseline = request.sides && sideOfTarget(prepared.baseline, index, ready.baseline);
      const common = { request, folder, journal, stages, update, once: inputs.once, timed, ctx };
      await runTarget({ target, checkout, settings, found, baseline, ...ported, ...common });
    }
    return await save(inputs.pauses ? 'stopped' : 'finished');
  } catch (error) {
    // Whatever ended it, what is known so far is kept; a failure to save must not hide why.
    await save(error instanceof Cancelled ? 'stopped' : 'failed').catch(() => {});
    throw error;
  }
}

const factsOf = ({ root, version, flavour, base, localChanges }: Checkout) => ({
  ...{ root, pythonVersion: version.text, flavour, base, localChanges },
});

function sidesOf(
  { baseline, ...patched }: PreparedRun,
  ...patches: readonly [readonly RunPatch[], readonly RunPatch[]]
): RunRecord['sides'] {
  const facts = ({ name = '', checkout, settings }: PreparedSide, own: readonly RunPatch[]) => ({
    ...{ name, checkout: factsOf(checkout), patches: own },
    settings: settings === undefined ? [] : writeSettings(settings),
  });
  return [facts(baseline, patches[0]), facts(patched, patches[1])];
}

function sideOfTarget(
  { targets, checkout, settings, found }: PreparedSide,
  index: number,
  patches: readonly GeneratedPatch[],
) {
  const target = targets[index];
  if (target === undefined) throw new Error('a side without this target');
  return { target, checkout, settings, patches, found };
}

/** The step of what was opened before the run had a folder. */
async function tellCheckouts({ checkout, baseline }: PreparedRun, ctx: Context): Promise<void> {
  await runStep(ctx.emit, { id: 'checkout', title: 'Checkout' }, async (step) => {
    const all = [...new Set([baseline.checkout, checkout])];
    step.note(all.map(describe).join(' and '));
  });
}

function describe({ flavour, version, localChanges }: Checkout): string {
  const changes = localChanges.length;
  const also = changes === 0 ? '' : `, with ${changes} uncommitted change${changes === 1 ? '' : 's'}`;
  return `${flavour.name} ${version.text}${also}`;
}

interface BySide<T> {
  readonly baseline: T;
  readonly patched: T;
}

/** Keeps the patches in the run folder. @returns them when all apply. */
async function patchStep(
  { prepared, folder, ctx }: RunInputs,
  patches: BySide<RunPatch[]>,
): Promise<BySide<readonly GeneratedPatch[]> | undefined> {
  return runStep(ctx.emit, { id: 'patch', title: 'Patch' }, async (step) => {
    const own = path.join(folder.patches, 'baseline');
    const baseline = await keepSeries(
      { ...folder, patches: own },
      prepared.baseline.series,
      patches.baseline,
      ctx,
      step,
    );
    const patched = await keepSeries(folder, prepared.series, patches.patched, ctx, step);
    return baseline === undefined || patched === undefined ? undefined : { baseline, patched };
  });
}

async function keepSeries(
  folder: RunFolder,
  series: PreparedSide['series'],
  patches: RunPatch[],
  ctx: Context,
  step: Step,
): Promise<readonly GeneratedPatch[] | undefined> {
  if (series.length === 0) return [];
  await withFileProblems('make the run folder', () => mkdir(folder.patches, { recursive: true }));
  for (const made of series) {
    const { result } = made;
    patches.push(await keepPatch(folder, made));
    if (result.verdict === 'applies') {
      for (const diagnostic of result.warnings) ctx.emit({ type: 'diagnostic', severity: 'warning', diagnostic });
    }
    if (result.verdict === 'drifted' || result.verdict === 'conflict') {
      for (const diagnostic of result.problems) ctx.emit({ type: 'diagnostic', severity: 'error', diagnostic });
    }
  }
  const ready = applicable(series.map(({ result }) => result));
  if (ready === undefined) step.note(patches.map((patch) => patch.verdict).join(', '));
  else {
    await writeSeries(folder, ready);
    step.note(ready.map((patch) => `+${patch.insertions} −${patch.deletions}`).join(', '));
  }
  return ready;
}

/** The rows of the progress list: few, in the order in which they run. The stages emit steps with these ids. */
export function planRun(
  request: Asked & { readonly stages: readonly string[] },
  stages: readonly Stage[] = STAGES,
): readonly PlannedStep[] {
  return [
    { id: 'checkout', title: 'Checkout' },
    { id: 'patch', title: 'Patch' },
    ...request.targets.flatMap((target) => {
      const of = request.targets.length > 1 ? ` for ${target}` : '';
      return [
        {
          id: `${target}/build`,
          title: `Build${of}`,
          children: variantsOf(request).map((variant) => ({ id: `build/${target}/${variant}`, title: variant })),
        },
        ...stages
          .filter((stage) => isWanted(stage, request))
          .map((stage) => ({ id: `${target}/${stage.name}`, title: `${rowOf(stage, request)}${of}` })),
      ];
    }),
  ];
}
