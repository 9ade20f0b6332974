import type { Assignment } from '../c/condition.ts';
import { atomsOf } from '../c/conditionals.ts';
import { lineAt } from '../c/lex.ts';
import type { Node, Parser } from '../c/parser.ts';
import { seenWith } from '../c/seen-with.ts';
import { allAssignments, assignmentKey, type CSource, type Range } from '../c/source.ts';
import { endOf, functionName, functionOf, openView, startOf, type View } from '../c/view.ts';
import type { Diagnostic } from '../system/diagnostic.ts';
import { problemAtOffset } from './edits/removal.ts';
import type { Finder, FinderContext, Site } from './site.ts';
import { touchedGroups } from './touched-groups.ts';

/** A site with the edit that found it, under one assignment. */
export interface FoundSite extends Site {
  readonly edit: number;
}

/** A region, and what the edits want in it under each assignment of the `#if`s that they touch. */
export interface RegionFindings {
  readonly range: Range;
  readonly perAssignment: readonly { readonly assignment: Assignment; readonly sites: readonly FoundSite[] }[];
  readonly problems: readonly Diagnostic[];
}

/** More `#if` conditions than this around one statement: not looked through. */
const MAX_ATOMS = 8;

export interface IndexedFinder {
  readonly edit: number;
  readonly finder: Finder;
  /** Whether a place may be compiled, as far as the edit asks for that. */
  readonly isSeen?: ((offset: number) => boolean) | undefined;
}

/** Finds, region by region, every place of the edits in a file. */
export function findInSource(
  parser: Parser,
  source: CSource,
  all: readonly IndexedFinder[],
  context: FinderContext,
): RegionFindings[] {
  const finders = all.map(({ edit, finder }) => ({
    edit,
    finder,
    isSeen: finder.given === undefined ? undefined : seenWith(source.conditionals, finder.given),
  }));
  const anchors = finders.flatMap(({ finder }) => [finder.anchor, finder.madeAnchor ?? finder.anchor]);
  const offsets = anchorOffsets(source, new Set(anchors));
  const out: RegionFindings[] = [];
  const done: Range[] = [];
  for (const offset of offsets) {
    if (done.some((r) => r.start <= offset && offset < r.end)) continue;
    const assignment = source.assignmentFor(offset);
    if (assignment === undefined) continue;
    const range = source.regionAt(offset, assignment);
    if (range.end <= range.start) continue;
    done.push(range);
    const inside = offsets.filter((o) => range.start <= o && o < range.end);
    out.push(findInRegion(parser, source, range, inside, finders, context));
  }
  return out;
}

function anchorOffsets(source: CSource, anchors: ReadonlySet<string>): number[] {
  return [...anchors].flatMap((anchor) => source.offsetsOf(anchor)).sort((a, b) => a - b);
}

function findInRegion(
  parser: Parser,
  source: CSource,
  range: Range,
  offsets: readonly number[],
  finders: readonly IndexedFinder[],
  context: FinderContext,
): RegionFindings {
  const covering: Assignment[] = [];
  for (const offset of offsets) {
    if (covering.some((a) => source.isLive(a, offset))) continue;
    const assignment = source.assignmentFor(offset);
    if (assignment !== undefined) covering.push(assignment);
  }
  let touched: string[] = [];
  const seen = new Map<string, Diagnostic | FoundSite[]>();
  for (;;) {
    const assignments = product(covering, touched);
    const perAssignment: { assignment: Assignment; sites: FoundSite[] }[] = [];
    const problems: Diagnostic[] = [];
    for (const assignment of assignments) {
      const key = assignmentKey(assignment);
      const looked = seen.get(key) ?? look(parser, source, range, assignment, offsets, finders, context);
      seen.set(key, looked);
      if (Array.isArray(looked)) perAssignment.push({ assignment, sites: looked });
      else problems.push(looked);
    }
    const groups = perAssignment.flatMap(({ sites }) =>
      sites.flatMap((s) =>
        s.noted === true ? [] : [s.extent, s.scope ?? []].flat().flatMap((r) => touchedGroups(source, r, range)),
      ),
    );
    const atoms = atomsOf(new Set(groups)).filter((a) => !touched.includes(a));
    if (atoms.length === 0 || problems.length > 0) return { range, perAssignment, problems: unique(problems) };
    touched = [...touched, ...atoms];
    if (touched.length > MAX_ATOMS) {
      const at = groups[0]?.start ?? range.start;
      const message = `${touched.length} conditions of #if decide about one statement`;
      const hint = 'this shape needs a person: change the source by hand';
      return { range, perAssignment, problems: [diagnosticAt(source, at, 'too-many-conditions', message, hint)] };
    }
  }
}

/** The edits' places in a region under one assignment, or why it could not be read. */
function look(
  parser: Parser,
  source: CSource,
  range: Range,
  assignment: Assignment,
  offsets: readonly number[],
  finders: readonly IndexedFinder[],
  context: FinderContext,
): Diagnostic | FoundSite[] {
  const view = openView(parser, source, range, assignment);
  try {
    return firstError(view, offsets, finders) ?? findInView(view, finders, context);
  } finally {
    view.tree.delete();
  }
}

/** Each covering assignment, with all values of the touched atoms. */
function product(covering: readonly Assignment[], touched: readonly string[]): Assignment[] {
  const out = new Map<string, Assignment>();
  for (const base of covering) {
    for (const values of allAssignments(touched)) {
      const merged = new Map([...base, ...values]);
      out.set(assignmentKey(merged), merged);
    }
  }
  return [...out.values()];
}

function findInView(view: View, finders: readonly IndexedFinder[], context: FinderContext): FoundSite[] {
  const found = finders.flatMap(({ edit, finder, isSeen }) =>
    finder
      .find(view, context)
      .filter((site) => isInFunction(view, site.extent, finder.within) && isSeen?.(site.extent.start) !== false)
      .map((site) => ({ ...site, edit })),
  );
  // What goes with another place is not edited; of two edits that want the same, the first gets it.
  const isWithin = (site: FoundSite, other: FoundSite) =>
    other.edit !== site.edit &&
    other.deletes.some(
      (d) =>
        d.start <= site.extent.start &&
        site.extent.end <= d.end &&
        (other.edit < site.edit || d.end - d.start > site.extent.end - site.extent.start),
    );
  return found.filter((site) => !found.some((other) => isWithin(site, other)));
}

function isInFunction(view: View, { start }: Range, name: string | undefined): boolean {
  if (name === undefined) return true;
  const node = view.root.descendantForIndex(start - view.range.start);
  const definition = node === null ? undefined : functionOf(node);
  return definition !== undefined && functionName(definition) === name;
}

/** What the grammar could not read, in a function that holds an anchor. */
function firstError(view: View, offsets: readonly number[], finders: readonly IndexedFinder[]): Diagnostic | undefined {
  for (const error of view.errors) {
    const definition = functionOf(error);
    const name = definition === undefined ? undefined : functionName(definition);
    const looking = finders.filter(({ finder: { within } }) =>
      name === undefined ? !isReadApart(view, within, error) : [undefined, name].includes(within),
    );
    const isAnchor = (o: number) => looking.some((f) => view.source.text.startsWith(f.finder.anchor, o));
    const [start, end] =
      definition === undefined ? [0, Infinity] : [startOf(view, definition), endOf(view, definition)];
    if (!offsets.some((o) => start <= o && o < end && isAnchor(o))) continue;
    const what = name === undefined ? 'the code here' : `${name}()`;
    return problemAtOffset(
      view,
      startOf(view, error),
      'unreadable',
      `${what} could not be read as C${describeAssignment(view.assignment)}`,
      'a macro that is not C by itself is the usual cause: say under macros: in the recipe what it stands for',
    );
  }
  return undefined;
}

/** Whether a function was read as a whole, or is elsewhere, and what could not be read, outside of all functions, does not say its name. */
function isReadApart(view: View, name: string | undefined, error: Node): boolean {
  if (name === undefined || error.text.includes(name)) return false;
  const definitions = view.root.namedChildren.filter((n) => n?.type === 'function_definition');
  const named = definitions.filter((n) => n !== null && functionName(n) === name);
  return named.length > 0 ? named.every((n) => n?.hasError === false) : !view.root.text.includes(name);
}

/** For messages: ` when A, not B`. */
export function describeAssignment(assignment: Assignment): string {
  if (assignment.size === 0) return '';
  return ` when ${[...assignment].map(([name, value]) => (value ? name : `not ${name}`)).join(', ')}`;
}

function diagnosticAt(source: CSource, offset: number, code: string, message: string, hint: string): Diagnostic {
  return { code: `patch/${code}`, message, place: { file: source.path, line: lineAt(source.text, offset) }, hint };
}

function unique(problems: readonly Diagnostic[]): Diagnostic[] {
  const seen = new Set<string>();
  return problems.filter((p) => {
    const key = `${p.code}:${p.place?.file}:${p.place?.line}:${p.place?.column}`;
    return seen.has(key) ? false : seen.add(key);
  });
}
