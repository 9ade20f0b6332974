import { realpath } from 'node:fs/promises';
import path from 'node:path';
import type { Context } from '../../system/context.ts';
import { UserError } from '../../system/diagnostic.ts';
import { installCommand } from '../../targets/install.ts';
import { toolchainPackages } from '../../targets/toolchain.ts';
import { findProgram, searchFolders } from '../../targets/tools.ts';
import type { Toolchain } from '../../targets/types.ts';

/** Absolute paths of the programs. */
export type ClangTools = Readonly<Record<'clang' | keyof ReturnType<typeof toolNames>, string>>;

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

/** The programs of LLVM that a compiler comes with: `clang-14` has `lld-link-14` beside it, or on the path. */
export function toolNames(clang: string) {
  const suffix = /-\d+$/.exec(path.basename(clang))?.[0] ?? '';
  return {
    lldLink: `lld-link${suffix}`,
    llvmLib: `llvm-lib${suffix}`,
    llvmDlltool: `llvm-dlltool${suffix}`,
    llvmRc: `llvm-rc${suffix}`,
    llvmMl: `llvm-ml${suffix}`,
  };
}
