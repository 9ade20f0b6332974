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
  const names = toolNames(cc.command[0] ?? cc.path);
  const find = (name: string) => findProgram(name, searchFolders(ctx));
  const [lldLink, llvmLib, llvmDlltool, llvmRc, llvmMl] = await Promise.all([
    find(names.lldLink),
    find(names.llvmLib),
    find(names.llvmDlltool),
    find(names.llvmRc),
    find(names.llvmMl),
  ]);
  if (
    lldLink === undefined ||
    llvmLib === undefined ||
    llvmDlltool === undefined ||
    llvmRc === undefined ||
    llvmMl === undefined
  ) {
    const found = { lldLink, llvmLib, llvmDlltool, llvmRc, llvmMl };
    const lacking = Object.entries(names).flatMap(([key, name]) => (found[key as keyof typeof found] ? [] : [name]));
    throw new UserError({
      code: 'target/no-binutils',
      message: `the toolchain of the target ${target.name} lacks ${lacking.join(', ')}`,
      hint: `install it: ${await installCommand(toolchainPackages(target), ctx)}`,
    });
  }
  // It starts the clang that lies beside it, which where it is installed has that name.
  return { clang: cc.path, lldLink, llvmLib, llvmDlltool, llvmRc: await realpath(llvmRc), llvmMl };
}
