import type { Variant } from '../builds/types.ts';
import type { PlannedStep } from '../system/events.ts';
import type { RunRequest } from './request.ts';
import { suiteName } from './stages/speed.ts';

/** The rows of the progress list: few, in the order in which they run. The stages emit steps with these ids. */
export function planRun(request: RunRequest): readonly PlannedStep[] {
  const many = request.targets.length > 1;
  const has = (stage: RunRequest['stages'][number]) => request.stages.includes(stage);
  return [
    { id: 'checkout', title: 'Checkout' },
    { id: 'patch', title: 'Patch' },
    ...request.targets.flatMap((target) => {
      const of = many ? ` for ${target}` : '';
      return [
        {
          id: `${target}/build`,
          title: `Build${of}`,
          children: variantsOf(request).map((variant) => ({ id: `build/${target}/${variant}`, title: variant })),
        },
        { id: `${target}/size`, title: `Size${of}` },
        ...(has('tests') && request.cpythonTests !== 'none'
          ? [{ id: `${target}/tests`, title: `CPython’s own tests${of}` }]
          : []),
        ...(has('growth') ? [{ id: `${target}/growth`, title: `Memory growth${of}` }] : []),
        ...(has('memory') ? [{ id: `${target}/memory`, title: `Start-up memory${of}` }] : []),
        ...(has('instructions') && request.bench.instructions !== 'off'
          ? [{ id: `${target}/instructions`, title: `Instructions${of}` }]
          : []),
        ...(has('speed') ? [{ id: `${target}/speed`, title: `${suiteName(request)} on both${of}` }] : []),
      ];
    }),
  ];
}

/** The interpreters that a request needs. `control` is the baseline built a second time and linked in another order, for the noise floor. */
export function variantsOf(request: RunRequest): readonly Variant[] {
  const control = request.bench.control && request.stages.includes('speed');
  return control ? ['baseline', 'patched', 'control'] : ['baseline', 'patched'];
}
