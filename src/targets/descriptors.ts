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
  return (await foundTargets(folder, platform)).map(({ target }) => target);
}

/** A target, and the configuration file that describes it, for one that is not built in. */
interface FoundTarget {
  readonly target: TargetDescriptor;
  readonly file?: string | undefined;
}

async function foundTargets(folder: string, platform: NodeJS.Platform): Promise<readonly FoundTarget[]> {
  const { builtInTargets, userTargets } = await import('./load.ts');
  const builtIn = [HOST, ...(await builtInTargets())];
  const { file, targets } = await userTargets(folder, builtIn);
  const all: readonly FoundTarget[] = [
    ...builtIn.map((target) => ({ target })),
    ...targets.map((target) => ({ target, file })),
  ];
  const byName = new Map(all.map((found) => [found.target.name, found]));
  return [...byName.values()]
    .map((found) => ({ ...found, target: onPlatform(found.target, platform) }))
    .sort((a, b) => byCodeUnit(a.target.name, b.target.name));
}

/** The target called `name`. @throws UserError `target/unknown`, with the names there are; and as `allTargets`. */
export async function resolveTarget(
  name: string,
  folder = process.cwd(),
  platform: NodeJS.Platform = process.platform,
): Promise<TargetDescriptor> {
  return (await findTarget(name, folder, platform)).target;
}

/** As `resolveTarget`, with the file that describes it. */
export async function findTarget(name: string, folder: string, platform: NodeJS.Platform): Promise<FoundTarget> {
  // To load what reads and checks descriptors takes longer than a lookup in the store.
  if (name === HOST.name && (await nearestSettings(folder)) === undefined) return { target: HOST };
  const targets = await foundTargets(folder, platform);
  const found = targets.find(({ target }) => target.name === name);
  if (found !== undefined) return found;
  throw new UserError({
    code: 'target/unknown',
    message: `there is no target called "${name}"`,
    hint: `the targets are: ${targets.map(({ target }) => target.name).join(', ')}; \`forkwright targets\` describes them`,
  });
}
