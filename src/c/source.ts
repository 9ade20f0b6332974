import { castsOf } from './cast-macros.ts';
import type { Assignment } from './condition.ts';
import { atomsOf, type Conditionals, deadRanges, findConditionals, groupsAt } from './conditionals.ts';
import { type Macros, NO_MACROS } from './declared-macros.ts';
import { tokens } from './lex.ts';
import { mask, visibleText } from './mask.ts';
import { type Unit, unitsOf } from './units.ts';

export interface Range {
  readonly start: number;
  readonly end: number;
}

/** A C file that is looked at under several assignments of its `#if`s. Nothing in it changes. */
export class CSource {
  readonly path: string;
  readonly text: string;
  readonly conditionals: Conditionals;
  /** Macros that the grammar is told of: those that were given, and those that the file makes casts. */
  readonly macros: Macros;
  readonly given: Macros;
  readonly #masks = new Map<string, string>();
  readonly #visible = new Map<string, string>();
  readonly #units = new Map<string, readonly Unit[]>();
  #words: ReadonlyMap<string, readonly number[]> | undefined;

  constructor(path: string, text: string, macros: Macros = NO_MACROS) {
    this.given = macros;
    this.macros = castsOf(text, macros);
    this.path = path;
    this.text = text;
    this.conditionals = findConditionals(text);
  }

  mask(assignment: Assignment): string {
    return cached(this.#masks, assignment, () => mask(this.text, this.conditionals, assignment, this.macros));
  }

  /** Where a word of code stands, whatever the `#if`s say, but for directives. */
  offsetsOf(word: string): readonly number[] {
    if (this.#words === undefined) {
      const words = new Map<string, number[]>();
      const { directives } = this.conditionals;
      let next = 0;
      for (const { kind, start, end } of tokens(this.text)) {
        if (kind !== 'word') continue;
        while (next < directives.length && (directives[next]?.[1] ?? 0) <= start) next++;
        if ((directives[next]?.[0] ?? start + 1) <= start) continue;
        const text = this.text.slice(start, end);
        const known = words.get(text);
        if (known === undefined) words.set(text, [start]);
        else known.push(start);
      }
      this.#words = words;
    }
    return this.#words.get(word) ?? [];
  }

  /** What the compiler sees, before macros. */
  visible(assignment: Assignment): string {
    return cached(this.#visible, assignment, () => visibleText(this.text, this.conditionals, assignment));
  }

  isLive(assignment: Assignment, offset: number): boolean {
    return !deadRanges(this.conditionals, assignment).some(([s, e]) => s <= offset && offset < e);
  }

  /** Assignments under which the offset is compiled: the first that is found, or `undefined` (`#if 0`). */
  assignmentFor(offset: number): Assignment | undefined {
    const around = this.conditionals.groups.filter((g) => g.start <= offset && offset < g.end);
    const atoms = atomsOf(around);
    for (const candidate of allAssignments(atoms)) if (this.isLive(candidate, offset)) return candidate;
    return undefined;
  }

  /**
   * The stretch of top-level items (functions, declarations) around an offset, as a whole under every assignment:
   * an `#if` group never crosses its ends.
   */
  regionAt(offset: number, assignment: Assignment): Range {
    let { start, end } = this.#unitAt(offset, assignment);
    for (let grown = true; grown; ) {
      grown = false;
      for (const g of groupsAt(this.conditionals, start, end)) {
        const inside = g.start >= start && g.end <= end;
        const around = g.branches.some((b) => b.bodyStart <= start && end <= b.bodyEnd);
        if (inside || around) continue;
        const first = this.#unitAt(Math.max(0, g.start - 1), assignment);
        const last = this.#unitAt(Math.min(this.text.length - 1, g.end), assignment);
        const wider = {
          start: Math.min(start, g.start, first.end > g.start ? first.start : g.start),
          end: Math.max(end, g.end, last.start < g.end ? last.end : g.end),
        };
        if (wider.start < start || wider.end > end) {
          ({ start, end } = wider);
          grown = true;
        }
      }
    }
    return { start, end };
  }

  /** Its functions and declarations. White space before one belongs to none. */
  units(assignment: Assignment): readonly Unit[] {
    return cached(this.#units, assignment, () => unitsOf(this.mask(assignment)));
  }

  #unitAt(offset: number, assignment: Assignment): Range {
    return this.units(assignment).find((u) => u.start <= offset && offset < u.end) ?? { start: offset, end: offset };
  }
}

/** Kept between questions: a tree's recipe asks of a file before it is changed, then twice of what it becomes. */
const KEPT = 16;
const kept: CSource[] = [];

/** Reads a C file, or finds it among those that were read last. */
export function readC(path: string, text: string, macros: Macros = NO_MACROS): CSource {
  const isSame = (source: CSource) => source.path === path && source.text === text && source.given === macros;
  const at = kept.findIndex(isSame);
  const source = (at < 0 ? undefined : kept.splice(at, 1)[0]) ?? new CSource(path, text, macros);
  kept.unshift(source);
  kept.length = Math.min(kept.length, KEPT);
  return source;
}

function cached<T>(map: Map<string, T>, assignment: Assignment, make: () => T): T {
  const key = assignmentKey(assignment);
  const value = map.get(key) ?? make();
  map.set(key, value);
  return value;
}

/** The same for equal assignments. */
export function assignmentKey(assignment: Assignment): string {
  return [...assignment]
    .map(([name, value]) => `${value ? '' : '!'}${name}`)
    .sort()
    .join('&');
}

/** All values of the atoms: all true comes first. */
export function* allAssignments(atoms: readonly string[]): Generator<Assignment> {
  for (let bits = 0; bits < 2 ** atoms.length; bits++) {
    yield new Map(atoms.map((name, i) => [name, (bits & (1 << i)) === 0]));
  }
}
