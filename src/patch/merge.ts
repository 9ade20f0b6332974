import type { Group } from '../c/conditionals.ts';
import { codeTokens, type Token, tokens } from '../c/lex.ts';
import type { CSource, Range } from '../c/source.ts';
import type { Diagnostic } from '../system/diagnostic.ts';
import { problemAtOffset } from './edits/removal.ts';
import type { RegionFindings } from './region.ts';

/** Tokens that go under every assignment that sees them, and what is put in. */
export interface MergedRegion {
  /** Sorted stretches of deleted tokens with nothing but white space between them, and the edit that wants each. */
  readonly stretches: readonly (Range & { readonly edit: number })[];
  readonly inserts: readonly { readonly at: number; readonly text: string; readonly edit: number }[];
  /** `else`s that must go to the statement before them, into its `#if`: [offset of the else, end of that statement]. */
  readonly movedElses: readonly { readonly at: number; readonly after: number; readonly edit: number }[];
  /** Directives whose sense is turned round, as their first branch has become empty. */
  readonly rewrites: readonly (Range & { readonly text: string; readonly edit: number })[];
  /** For each assignment, what the code must be afterwards: its tokens. */
  readonly expected: readonly (readonly string[])[];
  readonly problems: readonly Diagnostic[];
}

interface Fate {
  readonly token: Token;
  readonly edit: number;
  readonly deletedBy: Set<number>;
}

/**
 * Brings the edits under all assignments together. A token that every assignment that sees it deletes is deleted; an `else`
 * that only some delete moves to the statement before it; anything else that only some delete is refused.
 */
export function mergeRegion(source: CSource, region: RegionFindings): MergedRegion {
  const fates = new Map<number, Fate>();
  const inserts = new Map<string, { at: number; text: string; edit: number; by: Set<number> }>();
  const problems: Diagnostic[] = [];
  region.perAssignment.forEach(({ assignment, sites }, index) => {
    const visible = source.visible(assignment);
    for (const site of sites) {
      if (site.problem !== undefined) problems.push(site.problem);
      for (const range of site.deletes) {
        for (const token of tokens(visible, range.start, range.end)) {
          const fate = fates.get(token.start) ?? { token, edit: site.edit, deletedBy: new Set() };
          fate.deletedBy.add(index);
          fates.set(token.start, fate);
        }
      }
      for (const { at, text } of site.inserts) {
        const key = `${at}:${text}`;
        const insert = inserts.get(key) ?? { at, text, edit: site.edit, by: new Set() };
        insert.by.add(index);
        inserts.set(key, insert);
      }
    }
  });
  const seenBy = (offset: number) =>
    region.perAssignment.flatMap(({ assignment }, i) => (source.isLive(assignment, offset) ? [i] : []));
  const differs = (offset: number) => {
    const message = 'whether this code goes depends on an #if around or before it';
    const hint = 'this shape needs a person: change the source by hand';
    problems.push(problemAtOffset({ source }, offset, 'depends-on-if', message, hint));
  };
  const deleted: Fate[] = [];
  const moved: { at: number; after: number; edit: number }[] = [];
  for (const fate of [...fates.values()].sort((a, b) => a.token.start - b.token.start)) {
    const { start, end } = fate.token;
    if (seenBy(start).length === fate.deletedBy.size) deleted.push(fate);
    else if (source.text.slice(start, end) === 'else') moved.push({ at: start, after: -1, edit: fate.edit });
    else {
      differs(start);
      break;
    }
  }
  for (const insert of inserts.values()) if (seenBy(insert.at).length !== insert.by.size) differs(insert.at);
  const gone = new Set(deleted.map((f) => f.token.start));
  // Where something is put in, code stays.
  for (const { at } of inserts.values()) gone.delete(at);
  const groups = removableGroups(source, region.range, gone);
  const halves = emptyHalves(source, region.range, gone, groups, deleted[0]?.edit ?? 0);
  const movedElses = moved.map((m) => ({ ...m, after: endOfPrevious(source, m.at, gone) }));
  const put = new Set([...inserts.values()].map(({ at }) => at));
  return {
    stretches: [...stretches(source, deleted, groups, put), ...halves.lines].sort((a, b) => a.start - b.start),
    rewrites: halves.rewrites,
    inserts: [...inserts.values()].map(({ at, text, edit }) => ({ at, text, edit })),
    movedElses,
    expected: region.perAssignment.map((_, index) => expectedTokens(source, region, index, fates, inserts)),
    problems,
  };
}

/** `#if` groups in which nothing is left: they go as a whole. */
function removableGroups(source: CSource, range: Range, gone: ReadonlySet<number>): Group[] {
  return source.conditionals.groups.filter((g) => {
    if (g.start < range.start || g.end > range.end) return false;
    let any = false;
    for (const t of codeOutsideDirectives(source, g.start, g.end)) {
      if (!gone.has(t.start)) return false;
      any = true;
    }
    const others = source.conditionals.directives.filter(([s, e]) => s >= g.start && e <= g.end);
    return any && others.every(([s]) => isConditionalDirective(source, s));
  });
}

/** `#if`s with an `#else` of which one half has become empty: the other half alone stays. */
function emptyHalves(
  source: CSource,
  range: Range,
  gone: ReadonlySet<number>,
  removed: readonly Group[],
  edit: number,
) {
  const lines: (Range & { edit: number })[] = [];
  const rewrites: (Range & { text: string; edit: number })[] = [];
  for (const g of source.conditionals.groups) {
    const [first, second] = g.branches;
    if (g.start < range.start || g.end > range.end || g.branches.length !== 2 || removed.includes(g)) continue;
    if (first === undefined || second === undefined || second.condition !== undefined) continue;
    const left = [first, second].map((b) => {
      const tokensThere = [...codeOutsideDirectives(source, b.bodyStart, b.bodyEnd)];
      const plain = !source.conditionals.directives.some(([s]) => s >= b.bodyStart && s < b.bodyEnd);
      return plain && tokensThere.length > 0 && tokensThere.every((t) => gone.has(t.start)) ? 'emptied' : 'other';
    });
    const otherLine = { start: second.start, end: second.bodyStart - lineBreak(source.text, second.bodyStart), edit };
    if (left[0] === left[1]) continue;
    if (left[1] === 'emptied') lines.push(otherLine);
    else {
      const head = /^([ \t]*#[ \t]*)(ifdef|ifndef|if)\b/.exec(source.text.slice(g.start, first.bodyStart));
      if (head === null || head[2] === 'if') continue;
      const start = g.start + (head[1] ?? '').length;
      rewrites.push({
        start,
        end: start + (head[2] ?? '').length,
        text: head[2] === 'ifdef' ? 'ifndef' : 'ifdef',
        edit,
      });
      lines.push(otherLine);
    }
  }
  return { lines, rewrites };
}

function isConditionalDirective(source: CSource, start: number): boolean {
  return /^[ \t]*#[ \t]*(if|ifdef|ifndef|el|endif)/.test(source.text.slice(start, start + 80));
}

function* codeOutsideDirectives(source: CSource, start: number, end: number): Generator<Token> {
  const directives = source.conditionals.directives;
  for (const t of tokens(source.text, start, end)) {
    if (!directives.some(([s, e]) => s <= t.start && t.start < e)) yield t;
  }
}

function stretches(
  source: CSource,
  deleted: readonly Fate[],
  groups: readonly Group[],
  put: ReadonlySet<number>,
): (Range & { edit: number })[] {
  const lines = groups.flatMap((g) => [
    ...g.branches.map((b) => ({ start: b.start, end: b.bodyStart })),
    { start: g.endifStart, end: g.end },
  ]);
  const out: { start: number; end: number; edit: number }[] = [];
  for (const { token, edit } of deleted) {
    const last = out.at(-1);
    const goesOn = last !== undefined && last.edit === edit && !put.has(token.start);
    if (goesOn && isEmpty(source.text, last.end, token.start, lines)) last.end = token.end;
    else out.push({ start: token.start, end: token.end, edit });
  }
  // Directive lines at the ends of a stretch, of a group that has become empty.
  for (const line of lines) {
    if (out.some((s) => s.start <= line.start && line.end <= s.end)) continue;
    const near = out.find((s) => groups.some((g) => g.start <= s.start && s.end <= g.end)) ?? out[0];
    out.push({ start: line.start, end: line.end - lineBreak(source.text, line.end), edit: near?.edit ?? 0 });
  }
  return out.sort((a, b) => a.start - b.start);
}

function lineBreak(text: string, end: number): number {
  if (text[end - 1] !== '\n') return 0;
  return text[end - 2] === '\r' ? 2 : 1;
}

function isEmpty(text: string, from: number, to: number, lines: readonly Range[]): boolean {
  let at = from;
  for (const line of [...lines].sort((a, b) => a.start - b.start)) {
    if (line.start < at || line.end > to) continue;
    if (/\S/.test(text.slice(at, line.start))) return false;
    at = line.end;
  }
  return !/\S/.test(text.slice(at, to));
}

/** The end of the last code before an offset that stays, whatever the `#if`s say. */
function endOfPrevious(source: CSource, offset: number, gone: ReadonlySet<number>): number {
  let end = -1;
  for (const t of codeOutsideDirectives(source, 0, offset)) if (t.kind !== 'comment' && !gone.has(t.start)) end = t.end;
  return end;
}

function expectedTokens(
  source: CSource,
  region: RegionFindings,
  index: number,
  fates: ReadonlyMap<number, Fate>,
  inserts: ReadonlyMap<string, { at: number; text: string; by: Set<number> }>,
): string[] {
  const assignment = region.perAssignment[index]?.assignment ?? new Map();
  const visible = source.visible(assignment);
  const here = [...inserts.values()].filter((i) => i.by.has(index));
  const out: string[] = [];
  for (const t of tokens(visible, region.range.start, region.range.end)) {
    for (const insert of here) if (insert.at === t.start) out.push(...codeTokens(insert.text));
    if (t.kind !== 'comment' && fates.get(t.start)?.deletedBy.has(index) !== true)
      out.push(visible.slice(t.start, t.end));
  }
  return out;
}
