import { realpath } from 'node:fs/promises';
import type { Context } from '../../system/context.ts';
import { UserError } from '../../system/diagnostic.ts';
import { installCommand } from '../../targets/install.ts';
import { toolchainPackages } from '../../targets/toolchain.ts';
import { findProgram, searchFolders } from '../../targets/tools.ts';
import type { Toolchain } from '../../targets/types.ts';
import { type ClangTools, toolNames } from './clang-cl.ts';

/**
 * The programs of LLVM that belong to a toolchain's compiler.
 * @throws UserError `target/no-binutils` naming those that are not installed.
 */
export async function findClangTools({ cc, target }: Toolchain, ctx: Context): Promise<ClangTools> {
  const names = Object.entries(toolNames(cc.command[0] ?? cc.path));
  const files = await Promise.all(names.map(([, name]) => findProgram(name, searchFolders(ctx))));
  const lacking = names.flatMap(([, name], index) => (files[index] === undefined ? [name] : []));
  if (lacking.length > 0) {
    throw new UserError({
      code: 'target/no-binutils',
      message: `the toolchain of the target ${target.name} lacks ${lacking.join(', ')}`,
      hint: `install it: ${await installCommand(toolchainPackages(target), ctx)}`,
    });
  }
  const found = Object.fromEntries(names.map(([key], index) => [key, files[index]])) as Omit<ClangTools, 'clang'>;
  // It starts the clang that lies beside it, which where it is installed has that name.
  return { ...found, clang: cc.path, llvmRc: await realpath(found.llvmRc) };
}
