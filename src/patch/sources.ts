import { hasEnding } from '../checkout/file-paths.ts';
import { holds, type Sought } from '../checkout/sought.ts';
import type { SourceFile, SourceTree } from '../checkout/types.ts';

/** Folders without code of the interpreter: their C is tests' or tools' data. */
const NOT_COMPILED = /^(?:Doc|Misc|Demo|Lib\/(?:test|lib2to3|idlelib|distutils\/tests)|Mac\/Demo)\//;
/** Whether a file's C would be code of the interpreter or its modules. */
export const isCompiled = (file: string): boolean => !NOT_COMPILED.test(file);

/** What is compiled into an interpreter or its extension modules, in forks too: C++, Cython, assembler, generated parts. */
export const SOURCE_ENDINGS = [
  ...['.c', '.h', '.cc', '.cpp', '.cxx', '.c++', '.hh', '.hpp', '.hxx', '.h++', '.inc', '.inl', '.ipp', '.tcc'],
  ...['.m', '.mm', '.s', '.S', '.asm', '.def', '.pyx', '.pxd', '.pxi', '.y', '.l', '.rs'],
];
const AT_ONCE = 64;

/** An identifier that goes. */
export interface Dropped {
  readonly name: string;
  /** Of which struct it is a member, by its typedef's name or its tag. */
  readonly struct?: string;
}

/** A file of the recipe's. */
export interface OwnFile {
  readonly path: string;
  readonly before: string;
  readonly after: string;
}

/** The source files of a tree that hold what is sought, but for those that are known. */
export async function sourcesWith(
  tree: SourceTree,
  sought: Sought,
  known: readonly { readonly path: string }[],
): Promise<readonly SourceFile[]> {
  const isKnown = new Set(known.map((f) => f.path));
  const holding = await tree.filesContaining?.(sought, SOURCE_ENDINGS);
  const files = (holding ?? (await tree.list()).filter(hasEnding(SOURCE_ENDINGS))).filter((f) => !isKnown.has(f));
  const out: SourceFile[] = [];
  for (let i = 0; i < files.length; i += AT_ONCE) {
    for (const file of await Promise.all(files.slice(i, i + AT_ONCE).map((f) => tree.read(f))))
      if (file !== undefined && holds(file.text, sought)) out.push(file);
  }
  return out;
}
