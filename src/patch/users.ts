import { findConditionals } from '../c/conditionals.ts';
import { definitionsOf } from '../c/definitions.ts';
import { columnAt, lineAt, lineText, tokens } from '../c/lex.ts';
import { CSource } from '../c/source.ts';
import { type Struct, structsOf } from '../c/structs.ts';
import { hasEnding } from '../checkout/file-paths.ts';
import type { SourceTree } from '../checkout/types.ts';
import type { Diagnostic } from '../system/diagnostic.ts';
import { originalLine } from './gone.ts';
import { besideEachOther } from './layout-evidence.ts';
import { type LayoutChange, type LayoutUsers, layoutOf, layoutUsers } from './layout-users.ts';
import { pastedBy, pasting } from './pasting.ts';
import { type Dropped, isCompiled, type OwnFile, SOURCE_ENDINGS, sourcesWith } from './sources.ts';

export interface Users {
  /** In code that is compiled: it would not build without the identifier. */
  readonly code: readonly Diagnostic[];
  /** In comments only, or what may depend on it. */
  readonly mentions: readonly Diagnostic[];
}

const isSource = hasEnding(SOURCE_ENDINGS);

/**
 * Looks for users of what goes in all source files of a tree.
 * @param tree as it is after the edits.
 * @param own the recipe's files: they are not read again.
 */
export async function usersOf(tree: SourceTree, dropped: Dropped, own: readonly OwnFile[]): Promise<Users> {
  const { name, struct } = dropped;
  const code: Diagnostic[] = [];
  const mentions: Diagnostic[] = [];
  const look = (path: string, text: string, before?: string) => {
    if (!text.includes(name)) return;
    for (const { offset, comment } of occurrences(text, name)) {
      const mention = comment || !isCompiled(path);
      (mention ? mentions : code).push({
        code: `patch/other-${mention ? 'mention' : 'user'}`,
        message: `${name} is ${before === undefined ? '' : 'still '}${mention ? 'mentioned' : 'used'} ${
          before === undefined ? "outside of the recipe's files" : 'here'
        }`,
        place: {
          file: path,
          line: before === undefined ? lineAt(text, offset) : originalLine(text, offset, before),
          column: columnAt(text, offset),
          length: name.length,
        },
        detail: [lineText(text, offset)],
        hint: mention
          ? 'look whether it is still true'
          : `the tree would not compile: ${before === undefined ? 'change that place too, or let the recipe do so with --include FILE' : 'add an edit for this place to the recipe'}`,
      });
    }
  };
  const mine = own.filter((f) => isSource(f.path));
  for (const f of mine) look(f.path, f.after, f.before);
  const isNamed = `\\b${name}\\b`;
  const sought = new RegExp(`${isNamed}|${pasting(name)}${struct === undefined ? '' : `|${layoutOf(struct)}`}`);
  const sources = await sourcesWith(tree, sought, own);
  for (const { path, text } of sources) look(path, text);
  const files = [...mine.map(({ path, after }) => ({ path, text: after })), ...sources];
  code.push(...(await pastedBy(tree, name, files, true)));
  if (struct !== undefined) {
    const index = ({ fields }: Struct) => {
      const at = fields.findIndex((f) => f.name === name);
      return at < 0 ? undefined : at;
    };
    const change = { struct, how: `without ${name}`, index, isHandled: () => false, side: 'after' } as const;
    const layout = await layoutUsers(tree, change, mine, sources);
    code.push(...layout.problems);
    mentions.push(...layout.warnings);
  }
  return { code, mentions };
}

/** What depends on the layout of a struct that gets members. @param tree as it is before the edits. */
export async function layoutUsersOf(
  tree: SourceTree,
  change: LayoutChange,
  own: readonly OwnFile[],
): Promise<LayoutUsers> {
  const definitions = own.flatMap((f) => structsOf(f.before));
  const index = (s: Struct) => (s.names.includes(change.struct) ? change.index(s) : undefined);
  const beside = definitions.flatMap((s) => besideEachOther(s, index(s) ?? 0) ?? []);
  const others = await sourcesWith(tree, new RegExp([layoutOf(change.struct), ...beside].join('|')), own);
  return layoutUsers(
    tree,
    change,
    own.filter((f) => isSource(f.path)),
    others,
  );
}

/**
 * Who defines a name that a recipe brings, for all of the program to see.
 * @param tree as it is before the edits.
 */
export async function definedTwice(tree: SourceTree, name: string): Promise<readonly Diagnostic[]> {
  const files = await sourcesWith(tree, new RegExp(`\\b${name}\\b`), []);
  return files.flatMap(({ path, text }) =>
    !isCompiled(path)
      ? []
      : definitionsOf(new CSource(path, text), name)
          .filter((d) => !d.isStatic && (d.kind === 'function' || d.kind === 'variable'))
          .map(({ at }) => ({
            code: 'patch/defined-twice',
            message: `${name} is defined here already`,
            place: { file: path, line: lineAt(text, at), column: columnAt(text, at), length: name.length },
            detail: [lineText(text, at)],
            hint: 'give the new one another name',
          })),
  );
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
