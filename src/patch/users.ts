import { findConditionals } from '../c/conditionals.ts';
import { columnAt, lineAt, lineText, tokens } from '../c/lex.ts';
import type { SourceTree } from '../checkout/types.ts';
import type { Diagnostic } from '../system/diagnostic.ts';

/** Uses of an identifier outside of the recipe's files. */
export interface OtherUsers {
  /** In code that is compiled: it would not build without the identifier. */
  readonly code: readonly Diagnostic[];
  /** In comments only. */
  readonly mentions: readonly Diagnostic[];
}

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

/** Looks for an identifier in all source files of a tree but some. */
export async function otherUsers(
  tree: SourceTree,
  identifier: string,
  known: ReadonlySet<string>,
): Promise<OtherUsers> {
  const holding = await tree.filesContaining?.(identifier, SOURCE_ENDINGS);
  const isSource = (file: string) => SOURCE_ENDINGS.some((ending) => file.endsWith(ending));
  const files = (holding ?? (await tree.list()).filter(isSource)).filter((f) => !known.has(f));
  const code: Diagnostic[] = [];
  const mentions: Diagnostic[] = [];
  for (let i = 0; i < files.length; i += AT_ONCE) {
    for (const file of await Promise.all(files.slice(i, i + AT_ONCE).map((f) => tree.read(f)))) {
      if (file === undefined || !file.text.includes(identifier)) continue;
      for (const { offset, comment } of occurrences(file.text, identifier)) {
        const mention = comment || !isCompiled(file.path);
        (mention ? mentions : code).push({
          code: mention ? 'patch/other-mention' : 'patch/other-user',
          message: `${identifier} is ${mention ? 'mentioned' : 'used'} outside of the recipe's files`,
          place: {
            file: file.path,
            line: lineAt(file.text, offset),
            column: columnAt(file.text, offset),
            length: identifier.length,
          },
          detail: [lineText(file.text, offset)],
          hint: mention
            ? 'look whether it is still true'
            : 'the tree would not compile: change that place too, or let the recipe do so with --include FILE',
        });
      }
    }
  }
  return { code, mentions };
}

function occurrences(text: string, identifier: string): { offset: number; comment: boolean }[] {
  const out: { offset: number; comment: boolean }[] = [];
  const word = new RegExp(`\\b${identifier}\\b`, 'g');
  const dead = zeroGroups(text);
  for (const t of tokens(text)) {
    const piece = text.slice(t.start, t.end);
    if (t.kind === 'word' ? piece !== identifier : t.kind !== 'comment' || !piece.includes(identifier)) continue;
    for (const m of piece.matchAll(word)) {
      const offset = t.start + m.index;
      out.push({ offset, comment: t.kind === 'comment' || dead.some(([s, e]) => s <= offset && offset < e) });
    }
  }
  return out;
}

/** Code under `#if 0`. */
function zeroGroups(text: string): [number, number][] {
  return findConditionals(text).groups.flatMap((g) => {
    const first = g.branches[0];
    const never = first?.condition?.kind === 'constant' && !first.condition.value;
    return first !== undefined && never ? [[first.bodyStart, first.bodyEnd] as [number, number]] : [];
  });
}
