import { UserError } from '../system/diagnostic.ts';
import { byCodeUnit } from '../system/hash.ts';
import type { TargetDescriptor } from './types.ts';

/** This machine, with its own compiler. */
export const HOST: TargetDescriptor = {
  name: 'host',
  title: 'this machine',
  driver: 'configure-make',
  runner: 'native',
  limits: [],
};

/** The targets that come with Forkwright. */
export const BUILT_IN_TARGETS: readonly TargetDescriptor[] = [HOST];

/** The built-in targets and the user's, a user's own taking the place of a built-in of the same name. Sorted by name. */
export function allTargets(userTargets: readonly TargetDescriptor[] = []): readonly TargetDescriptor[] {
  const byName = new Map([...BUILT_IN_TARGETS, ...userTargets].map((target) => [target.name, target]));
  return [...byName.values()].sort((a, b) => byCodeUnit(a.name, b.name));
}

/**
 * The target called `name`.
 * @throws UserError `target/unknown`, with the names there are.
 */
export function resolveTarget(name: string, userTargets: readonly TargetDescriptor[] = []): TargetDescriptor {
  const targets = allTargets(userTargets);
  const found = targets.find((target) => target.name === name);
  if (found !== undefined) return found;
  throw new UserError({
    code: 'target/unknown',
    message: `there is no target called "${name}"`,
    hint: `the targets are: ${targets.map((target) => target.name).join(', ')}; \`forkwright targets\` describes them`,
  });
}
