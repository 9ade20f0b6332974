import { blockAt } from '../../c/block.ts';
import type { Assignment } from '../../c/condition.ts';
import { atomsOf, type Group } from '../../c/conditionals.ts';
import { codeTokens, lineOf, lineStarts, tokens } from '../../c/lex.ts';
import { CSource } from '../../c/source.ts';
import type { LineRange, TextFile } from './lines.ts';
import type { Outline, Site, SiteKind } from './site.ts';

/** More atoms around a place than this are not worked out: 4096 assignments. */
const MOST_ATOMS = 12;

/** The outline of C: functions, structs, tables, macros; the `#if`s around; the statement around. */
export class COutline implements Outline {
  readonly #file: TextFile;
  readonly #source: CSource;
  readonly #starts: readonly number[];
  readonly #conditions: readonly { readonly group: Group; readonly texts: readonly string[] }[];
  readonly #notCode: { readonly start: number; readonly end: number; readonly kind: SiteKind }[] = [];
  readonly #sites = new Map<string, Site>();
  readonly #regions = new Map<string, readonly LineRange[]>();

  constructor(file: TextFile) {
    this.#file = file;
    this.#source = new CSource(file.path, file.text);
    this.#starts = lineStarts(file.text);
    const { groups } = this.#source.conditionals;
    const guard = groups.find((group) => isGuard(file.text, group));
    this.#conditions = groups
      .filter((group) => group !== guard)
      .map((group) => ({ group, texts: group.branches.map((b) => `#${directive(file.text, b.start, b.bodyStart)}`) }));
    for (const t of tokens(file.text)) {
      if (t.kind === 'comment') this.#notCode.push({ start: t.start, end: t.end, kind: 'comment' });
      else if (t.kind === 'literal' && file.text.slice(t.start, t.end).includes('\n'))
        this.#notCode.push({ start: t.start, end: t.end, kind: 'string' });
    }
  }

  line(index: number): Site {
    const start = this.#starts[index] ?? this.#file.text.length;
    const indent = /^[ \t]*/.exec(this.#file.lines[index] ?? '')?.[0].length ?? 0;
    return this.#cached(`l${index}`, () => this.#site(start + indent, false));
  }

  gap(index: number): Site {
    return this.#cached(`g${index}`, () => this.#site(this.#starts[index] ?? this.#file.text.length, true));
  }

  regions(keys: readonly string[]): readonly LineRange[] {
    const all = keys.flatMap((key) => this.#regionsOf(key));
    const seen = new Map(all.map((range) => [`${range.start} ${range.end}`, range]));
    return [...seen.values()].sort((a, b) => a.start - b.start);
  }

  #cached(key: string, make: () => Site): Site {
    const known = this.#sites.get(key) ?? make();
    this.#sites.set(key, known);
    return known;
  }

  #site(offset: number, gap: boolean): Site {
    const conditions = this.#conditionsAt(offset, gap);
    const kind = this.#kindAt(offset, gap);
    const define = this.#defineAt(offset, gap);
    if (define !== undefined) return { keys: [`#define ${define}`], conditions, block: '', kind };
    const assignment = this.#assignmentFor(offset);
    if (assignment === undefined) return { keys: ['code that is never compiled'], conditions, block: '', kind };
    const units = this.#source.units(assignment);
    const unit = units.find((u) => (gap ? u.start < offset : u.start <= offset) && offset < u.end);
    if (unit !== undefined && unit.keys.length > 0) {
      const block = unit.isFunction ? blockAt(this.#source.mask(assignment), unit.start, offset) : '';
      return { keys: unit.keys, conditions, block, kind };
    }
    const before = units.findLast((u) => u.end <= offset && u.keys.length > 0)?.keys[0] ?? 'the start of the file';
    const after = units.find((u) => u.start >= offset && u.keys.length > 0)?.keys[0] ?? 'the end of the file';
    return { keys: [], near: { before, after }, conditions, block: '', kind };
  }

  /** A gap before a comment is not in it; a line that begins one is. */
  #kindAt(offset: number, gap: boolean): SiteKind {
    let [low, high] = [0, this.#notCode.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#notCode[middle]?.end ?? 0) <= offset) low = middle + 1;
      else high = middle;
    }
    const next = this.#notCode[low];
    if (next === undefined || (gap ? next.start >= offset : next.start > offset)) return 'code';
    return next.kind;
  }

  #conditionsAt(offset: number, gap: boolean): string[] {
    const out: string[] = [];
    for (const { group, texts } of this.#conditions) {
      const index = group.branches.findIndex((b) =>
        gap ? b.bodyStart <= offset && offset <= b.bodyEnd : b.bodyStart <= offset && offset < b.bodyEnd,
      );
      if (index >= 0) out.push(texts.slice(0, index + 1).join(' '));
    }
    return out;
  }

  #defineAt(offset: number, gap: boolean): string | undefined {
    const found = this.#source.conditionals.directives.find(([s, e]) => (gap ? s < offset : s <= offset) && offset < e);
    return found === undefined ? undefined : this.#define(found);
  }

  /** The name that a directive defines. */
  #define([start, end]: readonly [number, number]): string | undefined {
    return /^[ \t]*#[ \t]*define[ \t]+(\w+)/.exec(this.#file.text.slice(start, end))?.[1];
  }

  /** As CSource does, but not for ever: a chain of many conditions has too many assignments. */
  #assignmentFor(offset: number): Assignment | undefined {
    const around = this.#source.conditionals.groups.filter((g) => g.start <= offset && offset < g.end);
    if (around.length === 0) return new Map();
    if (atomsOf(around).length > MOST_ATOMS) return undefined;
    return this.#source.assignmentFor(offset);
  }

  #regionsOf(key: string): readonly LineRange[] {
    const known = this.#regions.get(key);
    if (known !== undefined) return known;
    const found: LineRange[] = [];
    const word = /\w+/.exec(key.replace(/^#?(?:define|struct|var|decl) /, ''))?.[0] ?? key;
    const seen = new Set<number>();
    const add = (start: number, end: number) => {
      if (seen.has(start)) return;
      seen.add(start);
      found.push({ start: lineOf(this.#starts, start) - 1, end: lineOf(this.#starts, end - 1) });
    };
    if (key.startsWith('#define ')) {
      for (const range of this.#source.conditionals.directives) if (this.#define(range) === word) add(...range);
    } else {
      // Found by its name wherever that stands, so that every branch of every #if is looked into.
      for (const m of this.#file.text.matchAll(new RegExp(`\\b${word}\\b`, 'g'))) {
        const assignment = this.#assignmentFor(m.index);
        if (assignment === undefined) continue;
        const unit = this.#source.units(assignment).find((u) => u.start <= m.index && m.index < u.end);
        if (unit?.keys.includes(key)) add(unit.start, unit.end);
      }
    }
    this.#regions.set(key, found);
    return found;
  }
}

/** The words of a directive: `ifdef X`, `else`. */
function directive(text: string, start: number, end: number): string {
  return codeTokens(text.slice(start, end).replace(/\\\r?\n/g, ' '))
    .slice(1)
    .join(' ');
}

/** `#ifndef X_H`, `#define X_H`, to the end of the file: it says nothing of the code inside. */
function isGuard(text: string, group: Group): boolean {
  const name = /^[ \t]*#[ \t]*if(?:ndef[ \t]+|[ \t]+![ \t]*defined[ \t]*\(?[ \t]*)(\w+)/.exec(
    text.slice(group.start),
  )?.[1];
  if (name === undefined || group.branches.length > 1) return false;
  const body = text.slice(group.branches[0]?.bodyStart ?? 0, group.endifStart);
  const code = codeTokens(body.slice(0, 4000));
  if (code[0] !== '#' || code[1] !== 'define' || code[2] !== name) return false;
  const rest = text.slice(0, group.start) + text.slice(group.end);
  return [...tokens(rest)].every((t) => t.kind === 'comment');
}
