import type { PcbuildPlan } from '../pcbuild/index.ts';

/** Which Visual C++ a tree is written for: what the compiler calls itself, and the C library. */
export interface VisualC {
  /** For `-fms-compatibility-version`. */
  readonly version: string;
  readonly library: 'ucrt' | 'msvcr90';
}

/** As CPython's own releases for Windows were made: 2.7 by Visual C++ 2008, 3.9 by one of the 2019s. */
const VISUAL_C: Readonly<Record<VisualC['library'], VisualC>> = {
  msvcr90: { version: '15.00', library: 'msvcr90' },
  ucrt: { version: '19.28', library: 'ucrt' },
};

/** What the projects of a plan ask for by their PlatformToolset. */
export function visualCOf(plan: Pick<PcbuildPlan, 'properties'>): VisualC {
  return VISUAL_C[plan.properties.PlatformToolset === 'v90' ? 'msvcr90' : 'ucrt'];
}
