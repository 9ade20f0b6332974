import type { SourceFile, SourceTree } from '../checkout/types.ts';
import { UserError } from '../system/diagnostic.ts';
import type { CompiledEdit } from './compile.ts';
import { matchingFiles } from './matching-files.ts';

const C_FILE = /\.[ch]$/;

/**
 * The C files that the user names beside the recipe's own.
 * @throws UserError for a glob that names none of the tree: a spelling mistake must not pass as "nothing to do there".
 */
export async function includedFiles(
  tree: SourceTree,
  globs: readonly string[],
  known: readonly SourceFile[],
): Promise<SourceFile[]> {
  const own = new Set(known.map((file) => file.path));
  const found = new Map<string, SourceFile>();
  for (const glob of globs) {
    if (!/^[\x21-\x7e]+$/.test(glob)) {
      throw new UserError({
        code: 'patch/bad-include',
        message:
          glob === ''
            ? '--include without a file'
            : `--include ${JSON.stringify(glob)}: the patch's header cannot hold this name`,
        hint: "name a file or a glob; '?' stands for a space or any other character",
      });
    }
    const names = await matchingFiles(tree, [glob]);
    const files = (await Promise.all(names.map((name) => tree.read(name)))).filter((file) => file !== undefined);
    if (!files.some((file) => C_FILE.test(file.path))) {
      throw new UserError({
        code: 'patch/nothing-included',
        message: `--include ${glob}: no C file of the tree has that name`,
        hint: "name a file or a glob relative to the tree's top, such as Modules/_mine.c or 'Python/fork_*.c'",
      });
    }
    for (const file of files) if (C_FILE.test(file.path) && !own.has(file.path)) found.set(file.path, file);
  }
  return [...found.values()];
}

/** The edits as they are made in included files: those that say what becomes of a use, without the limit to files. */
export function includedOf(edits: readonly CompiledEdit[]): CompiledEdit[] {
  return edits.filter((edit) => edit.anywhere).map((edit) => ({ ...edit, concerns: (f) => C_FILE.test(f) }));
}
