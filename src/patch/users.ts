import { findConditionals } from '../c/conditionals.ts';
import { columnAt, lineAt, lineText, tokens } from '../c/lex.ts';
import type { SourceTree } from '../checkout/types.ts';
import type { Diagnostic } from '../system/diagnostic.ts';
import { originalLine } from './gone.ts';

/** Uses of an identifier that a recipe takes out. */
export interface Users {
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

/**
 * Looks for an identifier in all source files of a tree.
 * @param own the recipe's files: they are not read again.
 */
export async function usersOf(
  tree: SourceTree,
  identifier: string,
  own: readonly { readonly path: string; readonly before: string; readonly after: string }[],
): Promise<Users> {
  const code: Diagnostic[] = [];
  const mentions: Diagnostic[] = [];
  const look = (path: string, text: string, before?: string) => {
    if (!text.includes(identifier)) return;
    for (const { offset, comment } of occurrences(text, identifier)) {
      const mention = comment || !isCompiled(path);
      (mention ? mentions : code).push({
        code: `patch/other-${mention ? 'mention' : 'user'}`,
        message: `${identifier} is ${before === undefined ? '' : 'still '}${mention ? 'mentioned' : 'used'} ${
          before === undefined ? "outside of the recipe's files" : 'here'
        }`,
        place: {
          file: path,
          line: before === undefined ? lineAt(text, offset) : originalLine(text, offset, before),
          column: columnAt(text, offset),
          length: identifier.length,
        },
        detail: [lineText(text, offset)],
        hint: mention
          ? 'look whether it is still true'
          : `the tree would not compile: ${before === undefined ? 'change that place too, or let the recipe do so with --include FILE' : 'add an edit for this place to the recipe'}`,
      });
    }
  };
  const isSource = (file: string) => SOURCE_ENDINGS.some((ending) => file.endsWith(ending));
  for (const f of own) if (isSource(f.path)) look(f.path, f.after, f.before);
  const holding = await tree.filesContaining?.(identifier, SOURCE_ENDINGS);
  const mine = new Set(own.map((f) => f.path));
  const files = (holding ?? (await tree.list()).filter(isSource)).filter((f) => !mine.has(f));
  for (let i = 0; i < files.length; i += AT_ONCE) {
    for (const file of await Promise.all(files.slice(i, i + AT_ONCE).map((f) => tree.read(f))))
      if (file !== undefined) look(file.path, file.text);
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
