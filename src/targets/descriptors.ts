import { UserError } from '../system/diagnostic.ts';
import { byCodeUnit } from '../system/hash.ts';
import { nearestSettings } from './settings.ts';
import type { TargetDescriptor } from './types.ts';

/**
 * A target as it is on the machine that Forkwright runs on: on Windows what its `windows:` says takes the place of what
 * it says elsewhere, each member as a whole.
 */
function onPlatform({ windows, ...elsewhere }: TargetDescriptor, platform: NodeJS.Platform): TargetDescriptor {
  if (platform !== 'win32') return elsewhere;
  const said = Object.entries(windows ?? {}).filter(([, value]) => value !== undefined);
  return { ...elsewhere, ...Object.fromEntries(said) };
}

export const HOST: TargetDescriptor = {
  name: 'host',
  title: 'this machine',
  driver: 'configure-make',
  run: { runner: 'native' },
  limits: [],
};

/** What is built for when nothing is said: this machine, which on Windows means CPython's own Windows build. */
export function defaultTarget(platform: NodeJS.Platform = process.platform): string {
  return platform === 'win32' ? 'msvc-x64' : HOST.name;
}

/**
 * All targets: the built-in ones and those of the `forkwright.yml` that is nearest above `folder`, a user's own taking the
 * place of a built-in of the same name. Sorted by name.
 * @param platform of the machine that Forkwright runs on.
 * @throws UserError for a file that is not right, with the place of each problem.
 */
export async function allTargets(
  folder = process.cwd(),
  platform: NodeJS.Platform = process.platform,
): Promise<readonly TargetDescriptor[]> {
  const { builtInTargets, userTargets } = await import('./load.ts');
  const builtIn = [HOST, ...(await builtInTargets())];
  const byName = new Map([...builtIn, ...(await userTargets(folder, builtIn))].map((target) => [target.name, target]));
  return [...byName.values()].map((target) => onPlatform(target, platform)).sort((a, b) => byCodeUnit(a.name, b.name));
}

/** The target called `name`. @throws UserError `target/unknown`, with the names there are; and as `allTargets`. */
export async function resolveTarget(
  name: string,
  folder = process.cwd(),
  platform: NodeJS.Platform = process.platform,
): Promise<TargetDescriptor> {
  // To load what reads and checks descriptors takes longer than a lookup in the store.
  if (name === HOST.name && (await nearestSettings(folder)) === undefined) return HOST;
  const targets = await allTargets(folder, platform);
  const found = targets.find((target) => target.name === name);
  if (found !== undefined) return found;
  throw new UserError({
    code: 'target/unknown',
    message: `there is no target called "${name}"`,
    hint: `the targets are: ${targets.map((target) => target.name).join(', ')}; \`forkwright targets\` describes them`,
  });
}
