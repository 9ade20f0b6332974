import { measureSize } from '../../bench/size/measure.ts';
import type { BuildResult } from '../../builds/types.ts';
import { runStep } from '../../system/events.ts';
import type { TargetStage } from '../target-stage.ts';
import type { TargetResult } from '../types.ts';

/** Compares the sizes of the builds: about a second, so it is always done. */
export async function measureTargetSize(
  { target, ctx }: TargetStage,
  built: readonly BuildResult[],
): Promise<Pick<TargetResult, 'size' | 'sizeSkipped'>> {
  const [baseline, patched] = (['baseline', 'patched'] as const).map(
    (variant) => built.find((one) => one.variant === variant)?.build,
  );
  if (baseline === undefined || patched === undefined) return {};
  return runStep(ctx.emit, { id: `${target.name}/size`, title: `Size on ${target.name}` }, async (step) => {
    const size = await measureSize({ baseline, patched, target, ctx });
    if (typeof size !== 'string') return { size };
    step.outcome('skipped');
    return { sizeSkipped: size };
  });
}
