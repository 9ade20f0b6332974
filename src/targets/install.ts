import type { Context } from '../system/context.ts';
import { findProgram, searchFolders } from './tools.ts';
import type { Requirement, Tool } from './types.ts';

/**
 * How to install Debian packages, as a command where apt-get is, in words elsewhere: other distributions name their
 * packages differently.
 */
export async function installCommand(packages: readonly string[], ctx: Pick<Context, 'env'>): Promise<string> {
  const apt = await findProgram('apt-get', searchFolders(ctx));
  if (apt === undefined) return `with this system's package manager, what Debian calls ${packages.join(', ')}`;
  return `${process.getuid?.() === 0 ? '' : 'sudo '}apt-get install ${packages.join(' ')}`;
}

/** A requirement that Debian's packages bring: with the command that installs them where it is not `found`. */
export async function requirement(
  need: string,
  why: string,
  optional: boolean,
  found: Tool | undefined,
  packages: readonly string[],
  ctx: Pick<Context, 'env'>,
): Promise<Requirement> {
  const install = found === undefined ? await installCommand(packages, ctx) : undefined;
  return { need, why, optional, found, install, packages };
}
