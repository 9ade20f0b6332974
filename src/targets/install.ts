import type { Context } from '../system/context.ts';
import { findProgram, searchFolders } from './tools.ts';

/**
 * How to install Debian packages, as a command where apt-get is, in words elsewhere: other distributions name their
 * packages differently.
 */
export async function installCommand(packages: readonly string[], ctx: Pick<Context, 'env'>): Promise<string> {
  const apt = await findProgram('apt-get', searchFolders(ctx));
  if (apt === undefined) {
    return `with this system's package manager, what Debian calls ${packages.join(', ')}`;
  }
  const sudo = process.getuid?.() === 0 ? '' : 'sudo ';
  return `${sudo}apt-get install ${packages.join(' ')}`;
}
