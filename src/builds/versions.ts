import type { PythonVersion } from '../checkout/types.ts';

type Release = Pick<PythonVersion, 'major' | 'minor' | 'micro'>;

/** Whether `version` is at least `text`: `2.7.9`, `3.4`. Pre-releases count as the release that they lead to. */
export function atLeast(version: Release, text: string): boolean {
  const [major = 0, minor = 0, micro = 0] = text.split('.').map(Number);
  const steps = [version.major - major, version.minor - minor, version.micro - micro];
  return (steps.find((step) => step !== 0) ?? 0) >= 0;
}

/** Whether `from` <= `version` < `below`; a missing end is open. */
export function inRange(version: Release, range: { readonly from?: string; readonly below?: string }): boolean {
  return (
    (range.from === undefined || atLeast(version, range.from)) &&
    (range.below === undefined || !atLeast(version, range.below))
  );
}
