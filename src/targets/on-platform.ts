import type { TargetDescriptor } from './types.ts';

/**
 * A target as it is on the machine that Forkwright runs on: on Windows what its `windows:` says takes the place of what
 * it says elsewhere, each member as a whole.
 */
export function onPlatform(target: TargetDescriptor, platform: NodeJS.Platform): TargetDescriptor {
  const { windows, ...elsewhere } = target;
  if (platform !== 'win32' || windows === undefined) return elsewhere;
  const said = Object.entries(windows).filter(([, value]) => value !== undefined);
  return { ...elsewhere, ...Object.fromEntries(said) };
}
