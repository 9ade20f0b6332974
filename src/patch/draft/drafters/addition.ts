import type { Node } from '../../../c/parser.ts';
import { codeChildren, type View } from '../../../c/view.ts';
import type { Edit } from '../../../recipe/schema.ts';
import { declaredNames } from '../../edits/keep-branch.ts';
import { type Code, patternOf } from '../code.ts';
import type { Group } from '../groups.ts';
import { structNames } from '../structs.ts';

/** Members, rows of tables and functions that come in: lines in which nothing else changes. */
export function* additionEdits(group: Group, code: Code): Iterable<Iterable<Edit>> {
  if (group.removed !== '') return;
  yield functions(group);
  const compared = code.around(group);
  for (const d of compared?.differences ?? []) {
    if (d.kind !== 'inserted' || compared === undefined) continue;
    const parent = d.nodes[0]?.parent;
    if (parent?.type === 'field_declaration_list') yield members(group, d.before, d.after, parent);
    if (parent?.type === 'initializer_list') yield rows(group, compared.old, d.before, d.after, parent);
  }
}

/** A function or a declaration, beside the one before it or the one behind, or at an end of the file. */
function* functions({ file, start, end, added }: Group): Iterable<Edit> {
  const text = added.trim();
  const assignment = file.source.assignmentFor(start) ?? new Map();
  const units = file.source.units(assignment);
  const before = nameIn(units.findLast((u) => u.end <= start)?.keys);
  const after = nameIn(units.find((u) => u.start >= end)?.keys);
  if (before !== undefined) yield { kind: 'add-function', text, after: before };
  if (after !== undefined) yield { kind: 'add-function', text, before: after };
  for (const at of ['start', 'end'] as const) yield { kind: 'add-function', text, at };
}

const nameIn = (keys: readonly string[] = []): string | undefined =>
  keys.flatMap((key) => /^(?:\w+ )?(\w+)(?:\(\))?$/.exec(key)?.[1] ?? [])[0];

function* members(group: Group, before: Node | undefined, after: Node | undefined, list: Node): Iterable<Edit> {
  const declare = unindentedAll(group.added);
  for (const struct of structNames(list)) {
    for (const [where, node] of [
      ['after', before],
      ['before', after],
    ] as const) {
      const name = node === undefined ? undefined : declaredNames(node)[0];
      if (name !== undefined) yield { kind: 'add-field', struct, declare, [where]: name } as Edit;
    }
    for (const at of ['end', 'start'] as const) yield { kind: 'add-field', struct, declare, at };
  }
}

function* rows(
  group: Group,
  view: View,
  before: Node | undefined,
  after: Node | undefined,
  list: Node,
): Iterable<Edit> {
  let declarator: Node | null = list.parent;
  while (declarator !== null && declarator.type !== 'init_declarator') declarator = declarator.parent;
  const table = declarator === null ? undefined : nameOf(declarator);
  if (table === undefined) return;
  const text = unindentedAll(group.added);
  yield { kind: 'add-row', table, text, at: 'end' };
  for (const [where, node] of [
    ['after', before],
    ['before', after],
  ] as const) {
    if (node === undefined || node.parent?.type !== 'initializer_list') continue;
    const [first] = node.type === 'initializer_list' ? codeChildren(node).filter((n) => n.isNamed) : [];
    if (first?.type === 'string_literal')
      yield { kind: 'add-row', table, text, [where]: `{${patternOf(view, first)}, ...}` } as Edit;
    yield { kind: 'add-row', table, text, [where]: patternOf(view, node) } as Edit;
  }
}

function nameOf(declarator: Node): string | undefined {
  let node: Node | null = declarator;
  while (node !== null && node.type !== 'identifier')
    node = node.childForFieldName('declarator') ?? node.namedChildren[0] ?? null;
  return node?.text;
}

/** Lines without the indentation that they have in common. */
export function unindentedAll(lines: string): string {
  const all = lines.replace(/\r?\n$/, '').split(/\r?\n/);
  const indents = all.filter((l) => l.trim() !== '').map((l) => /^[ \t]*/.exec(l)?.[0] ?? '');
  const least = indents.reduce((a, b) => (b.length < a.length ? b : a), indents[0] ?? '');
  return all.map((l) => (l.startsWith(least) ? l.slice(least.length) : l)).join('\n');
}

/** More lines than one as a block of YAML has them: with the last line break, which is none of their own. */
export const asBlock = (lines: string): string => (lines.includes('\n') ? `${lines}\n` : lines);
