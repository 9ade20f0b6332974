import type { PlannedStep } from '../system/events.ts';
import type { Asked } from './asked.ts';
import { variantsOf } from './request.ts';
import { STAGES } from './stages/list.ts';
import { isWanted, rowOf, type Stage } from './stages/stage.ts';

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
