import type { Context } from '../system/context.ts';
import { installCommand } from './install.ts';
import type { Requirement, Tool } from './types.ts';

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
