import { diffArrays } from 'diff';
import { tokens } from '../../c/lex.ts';
import type { Node, Parser } from '../../c/parser.ts';
import { assignmentKey, type CSource, type Range } from '../../c/source.ts';
import { codeChildren, endOf, functionName, functionOf, openView, startOf, type View } from '../../c/view.ts';
import { plain } from '../pattern.ts';
import { similarity } from '../port/lines.ts';
import type { Group } from './groups.ts';

/** What differs between the trees of the old code and of the new, as small as it can be. */
export type Difference =
  | { readonly kind: 'replaced'; readonly old: Node; readonly now: Node }
  | { readonly kind: 'removed'; readonly old: Node }
  /** Siblings that come in: between which of the old ones. */
  | {
      readonly kind: 'inserted';
      readonly nodes: readonly Node[];
      readonly before: Node | undefined;
      readonly after: Node | undefined;
    };

/** A stretch of C as it was and as it is, and what differs. */
export interface Compared {
  readonly old: View;
  readonly now: View;
  readonly differences: readonly Difference[];
}

/** A longer unit is a table that a generator wrote. */
const LONGEST = 100_000;

/** The C of a patch's files, parsed once. */
export class Code {
  readonly #parser: Parser;
  readonly #views = new Map<CSource, Map<string, View>>();
  readonly #compared = new Map<View, Map<View, Compared>>();

  constructor(parser: Parser) {
    this.#parser = parser;
  }

  /** The code around a group, before and after; `undefined` where one of them cannot be read, or they are not the same unit. */
  around(group: Group): Compared | undefined {
    const { file } = group;
    const old = this.#viewAt(file.source, group);
    const now = this.#viewAt(file.result, group.now);
    if (old === undefined || now === undefined || nameOf(old) !== nameOf(now)) return undefined;
    const known = this.#compared.get(old)?.get(now);
    if (known !== undefined) return known;
    const differences: Difference[] = [];
    compare(old.root, now.root, differences);
    const compared = { old, now, differences };
    this.#compared.set(old, (this.#compared.get(old) ?? new Map()).set(now, compared));
    return compared;
  }

  /** A view of the old file around a group, errors or not. */
  old(group: Group): View | undefined {
    return this.#viewAt(group.file.source, group);
  }

  /** The functions and declarations that go as wholes. */
  *within(group: Group): Iterable<{ readonly view: View; readonly node: Node }> {
    for (let at = group.start; at < group.end; ) {
      const view = this.#viewAt(group.file.source, { start: at, end: group.end });
      if (view === undefined || view.range.end <= at) return;
      for (const node of view.root.namedChildren)
        if (node !== null && startOf(view, node) >= at && endOf(view, node) <= group.end) yield { view, node };
      at = view.range.end;
    }
  }

  /** Gives the parser's memory back. */
  free(): void {
    for (const views of this.#views.values()) for (const view of views.values()) view.tree.delete();
  }

  #viewAt(source: CSource, range: Range): View | undefined {
    const offset = tellingOffset(source, range);
    if (offset === undefined || source.conditionals.unbalanced.length > 0) return undefined;
    const assignment = source.assignmentFor(offset);
    if (assignment === undefined) return undefined;
    const region = source.regionAt(offset, assignment);
    if (region.end <= region.start || region.end - region.start > LONGEST) return undefined;
    const views = this.#views.get(source) ?? new Map<string, View>();
    this.#views.set(source, views);
    const key = `${region.start} ${assignmentKey(assignment)}`;
    const view = views.get(key) ?? openView(this.#parser, source, region, assignment);
    views.set(key, view);
    return view;
  }
}

/** Where the first code of a range is; of one without any, the last before it or, where an `#if` is between, the next. */
function tellingOffset(source: CSource, { start, end }: Range): number | undefined {
  const { directives, groups } = source.conditionals;
  const isCode = (offset: number) => !directives.some(([s, e]) => s <= offset && offset < e);
  const branch = groups.flatMap((g) => g.branches).findLast((b) => b.bodyStart <= start && start < b.bodyEnd);
  const until = start === end && /^\s*$/.test(source.text.slice(branch?.bodyStart ?? 0, start)) ? branch?.bodyEnd : end;
  for (const t of tokens(source.text, start, until ?? end)) if (t.kind !== 'comment' && isCode(t.start)) return t.start;
  // From a line that begins at the left, so that no comment is begun in its middle.
  for (let from = start; from > 0; ) {
    from = Math.max(source.text.lastIndexOf('\n\n', from - 2) + 1, 0);
    let last: number | undefined;
    for (const t of tokens(source.text, from, start)) if (t.kind !== 'comment' && isCode(t.start)) last = t.start;
    if (last !== undefined) return last;
  }
  return undefined;
}

/** The function that a view is of; of another unit nothing. */
function nameOf(view: View): string {
  const definition = view.root.namedChildren.find((n) => n?.type === 'function_definition');
  return definition === null || definition === undefined ? '' : functionName(definition);
}

/** The function that a node is in. */
export function inFunction(node: Node): string | undefined {
  const definition = functionOf(node);
  return definition === undefined ? undefined : functionName(definition);
}

/** A node's bytes. */
export const textOf = (view: View, node: Node): string =>
  view.source.text.slice(startOf(view, node), endOf(view, node));

/** A node without comments and line breaks, as a pattern is written. */
export function patternOf(view: View, node: Node): string {
  const { text } = view.source;
  let out = '';
  let last = startOf(view, node);
  for (const t of tokens(text, last, endOf(view, node))) {
    if (t.kind === 'comment') continue;
    out += (out !== '' && t.start > last ? ' ' : '') + text.slice(t.start, t.end);
    last = t.end;
  }
  return out;
}

/** Nodes of which the children come and go one by one. */
const LIST =
  /^(?:translation_unit|compound_statement|case_statement|field_declaration_list|enumerator_list|initializer_list|declaration_list)$/;
/** Below this share of equal tokens two siblings are not one that was changed. */
const ALIKE = 0.4;

function compare(old: Node, now: Node, out: Difference[]): void {
  if (plain(old) === plain(now)) return;
  const [was, is] = [codeChildren(old), codeChildren(now)];
  if (old.type !== now.type || was.length === 0) out.push({ kind: 'replaced', old, now });
  else if (LIST.test(old.type)) compareLists(was, is, out);
  else if (was.length !== is.length || was.some((n, i) => !n.isNamed && n.text !== is[i]?.text))
    out.push({ kind: 'replaced', old, now });
  else for (const [i, node] of was.entries()) compare(node, is[i] as Node, out);
}

function compareLists(was: readonly Node[], is: readonly Node[], out: Difference[]): void {
  let [i, k] = [0, 0];
  const parts = diffArrays(was.map(plain), is.map(plain));
  for (let p = 0; p < parts.length; p++) {
    const part = parts[p];
    if (part === undefined) continue;
    if (!part.added && !part.removed) {
      i += part.count;
      k += part.count;
      continue;
    }
    const next = parts[p + 1];
    const both = part.removed && next?.added;
    const gone = part.removed ? was.slice(i, i + part.count) : [];
    const come = part.added ? is.slice(k, k + part.count) : both ? is.slice(k, k + next.count) : [];
    pair(gone, come, was[i - 1], was[i + gone.length], out);
    i += gone.length;
    k += come.length;
    if (both) p++;
  }
}

/** Siblings that went and came: those alike are one that was changed. */
function pair(
  gone: readonly Node[],
  come: readonly Node[],
  before: Node | undefined,
  after: Node | undefined,
  out: Difference[],
) {
  let from = 0;
  let last = before;
  let nodes: Node[] = [];
  const flush = (next: Node | undefined) => {
    if (nodes.length > 0) out.push({ kind: 'inserted', nodes, before: last, after: next });
    nodes = [];
  };
  for (const node of come) {
    const at = gone.findIndex((g, i) => i >= from && isAlike(g, node));
    const partner = gone[at];
    if (partner === undefined) {
      nodes.push(node);
      continue;
    }
    for (const skipped of gone.slice(from, at)) out.push({ kind: 'removed', old: skipped });
    flush(partner);
    compare(partner, node, out);
    last = partner;
    from = at + 1;
  }
  const rest = gone.slice(from);
  flush(rest[0] ?? after);
  for (const node of rest) out.push({ kind: 'removed', old: node });
}

function isAlike(a: Node, b: Node): boolean {
  if (a.type !== b.type) return false;
  return similarity(plain(a).split(' '), plain(b).split(' ')) >= ALIKE;
}
