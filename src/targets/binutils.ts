import path from 'node:path';
import type { Context } from '../system/context.ts';
import { factsOf } from './drivers.ts';
import { expand, toolchainEnvironment } from './environment.ts';
import { findProgram, searchFolders } from './tools.ts';
import type { BinutilName, TargetDescriptor } from './types.ts';

export const BINUTILS: readonly BinutilName[] = ['ar', 'ranlib', 'readelf', 'strip', 'nm', 'size'];

/** The folders in which a target's programs are looked for: its toolchain's own, then those of every search. */
export function targetFolders(target: TargetDescriptor, ctx: Pick<Context, 'env'>): readonly string[] {
  const values = toolchainEnvironment(target, ctx);
  const own = (target.toolchain?.folders ?? []).map((folder) => expand(folder, values)).filter(path.isAbsolute);
  return [...new Set([...own, ...searchFolders(ctx)])];
}

/** What a program of the target's toolchain is called. */
export function binutilName(target: TargetDescriptor, name: BinutilName): string {
  const prefix = target.toolchain?.prefix ?? (target.host === undefined ? '' : `${target.host}-`);
  return target.toolchain?.tools?.[name] ?? `${prefix}${name}`;
}

/** The target's own programs that look into object files, by absolute path; those that are not there are left out. */
export async function findBinutils(
  target: TargetDescriptor,
  ctx: Pick<Context, 'env'>,
): Promise<Readonly<Partial<Record<BinutilName, string>>>> {
  if (!factsOf(target).binutils) return {};
  const folders = targetFolders(target, ctx);
  const found = await Promise.all(
    BINUTILS.map(async (name) => [name, await findProgram(binutilName(target, name), folders)] as const),
  );
  return Object.fromEntries(found.filter(([, file]) => file !== undefined));
}
