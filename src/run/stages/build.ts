import { copyFile, mkdir } from 'node:fs/promises';
import path from 'node:path';
import { buildAll } from '../../builds/build-all.ts';
import { compareConditions } from '../../builds/conditions.ts';
import type { BuildOutcome, BuildRequest, BuildResult } from '../../builds/types.ts';
import type { GeneratedPatch } from '../../patch/types.ts';
import type { Context } from '../../system/context.ts';
import { runStep } from '../../system/events.ts';
import type { TargetDescriptor } from '../../targets/types.ts';

/** Builds the variants of a target, and keeps their logs with the run: the store may be cleaned. */
export async function buildVariants(
  requests: readonly BuildRequest[],
  target: TargetDescriptor,
  logs: string,
  ctx: Context,
): Promise<readonly BuildOutcome[]> {
  const id = `${target.name}/build`;
  return runStep(ctx.emit, { id, title: `Build for ${target.name}` }, async (step) => {
    const outcomes = await buildAll(requests, ctx, { parent: id });
    if (outcomes.every((outcome) => outcome.ok && outcome.hit)) step.outcome('hit');
    for (const outcome of outcomes) await keepLogs(outcome, logs, target);
    for (const outcome of outcomes) {
      if (outcome.ok) continue;
      for (const diagnostic of outcome.failure.diagnostics)
        ctx.emit({ type: 'diagnostic', severity: 'error', diagnostic });
    }
    return outcomes;
  });
}

async function keepLogs(outcome: BuildOutcome, folder: string, target: TargetDescriptor): Promise<void> {
  const logs = outcome.ok ? outcome.build.logs : outcome.failure.logs;
  await mkdir(folder, { recursive: true });
  for (const [name, file] of Object.entries(logs)) {
    await copyFile(file, path.join(folder, `${target.name}-${outcome.variant}-${name}.log`)).catch((error) => {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    });
  }
}

/** What differs in how the variants were built, beside what the patches ask for. */
export function conditionsDiffer(
  [baseline, ...others]: readonly BuildResult[],
  patches: readonly GeneratedPatch[],
): readonly string[] {
  if (baseline?.variant !== 'baseline') return [];
  const asked = patches.flatMap((patch) => patch.buildOptions);
  return others.flatMap((other) =>
    compareConditions(baseline.build, other.build, other.variant === 'patched' ? asked : []),
  );
}
