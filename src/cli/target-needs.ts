import { sysrootRequirement } from '../builds/way.ts';
import type { Context } from '../system/context.ts';
import { requirements } from '../targets/requirements.ts';
import type { Requirement, TargetDescriptor } from '../targets/types.ts';

/** All that building for a target and running it needs here: its programs, then what its driver looks for itself. */
export async function targetNeeds(target: TargetDescriptor, ctx: Context): Promise<readonly Requirement[]> {
  const [programs, sysroot] = await Promise.all([requirements(target, ctx), sysrootRequirement(target)]);
  return [...programs, ...sysroot];
}
