import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { assetPath } from '../system/assets.ts';
import { UserError } from '../system/diagnostic.ts';
import { byCodeUnit } from '../system/hash.ts';
import { parseTarget, parseTargets } from './parse.ts';
import { nearestSettings } from './settings.ts';
import type { TargetDescriptor } from './types.ts';

/** The targets that come with Forkwright: a YAML file each. */
export async function builtInTargets(): Promise<readonly TargetDescriptor[]> {
  const folder = assetPath('targets/targets');
  const names = (await readdir(folder)).filter((name) => name.endsWith('.yaml')).sort(byCodeUnit);
  return Promise.all(
    names.map(async (name) => {
      const file = path.join(folder, name);
      const { targets, diagnostics } = parseTarget(file, await readFile(file));
      if (targets === undefined) throw new UserError(diagnostics);
      return targets[0] as TargetDescriptor;
    }),
  );
}

/**
 * The targets of the `forkwright.yml` that is nearest above `folder`; none when there is no such file.
 * @param known those that a user's may extend.
 * @throws UserError with every problem of the file, each with its place.
 */
export async function userTargets(
  folder: string,
  known: readonly TargetDescriptor[],
): Promise<readonly TargetDescriptor[]> {
  const settings = await nearestSettings(folder);
  if (settings === undefined) return [];
  const { targets, diagnostics } = parseTargets(settings.file, settings.bytes, known);
  if (targets === undefined) throw new UserError(diagnostics);
  return targets;
}
