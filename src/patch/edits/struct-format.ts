import { findConditionals } from '../../c/conditionals.ts';
import { lineEnd, lineStart } from '../../c/lex.ts';
import { type Field, type Struct, structsOf } from '../../c/structs.ts';
import { type Beside, indexIn } from './beside.ts';
import type { TextFinding, TextPlace } from './text.ts';

/** How many pointers a struct has: `least` when no `#if` inside of it brings one, `most` when all do. */
export interface PointerCount {
  readonly least: number;
  readonly most: number;
  /** How many more the recipe makes them, or fewer, outside of any `#if`. */
  readonly change: number;
  /** Why what the recipe adds cannot be told of a format. */
  readonly unclear?: string | undefined;
}

const POINTER = /\*/;

/**
 * Counts the pointers that a struct's definition declares; `undefined` where none of the texts defines it, or two do so
 * differently.
 * @param dropped members that go.
 * @param added members that come, where they are not there yet.
 */
export function countPointers(
  headers: readonly string[],
  struct: string,
  dropped: ReadonlySet<string>,
  added: readonly AddedFields[] = [],
): PointerCount | undefined {
  const counts = headers.flatMap((text) => {
    const found = structsOf(text).filter((s) => s.name === struct || s.name === `struct ${struct}`);
    if (found.length === 0) return [];
    const groups = findConditionals(text).groups;
    return found.map((definition): PointerCount => {
      const inside = groups.filter((g) => definition.start < g.start && g.end < definition.end);
      const pointers = definition.fields.filter((f) => POINTER.test(f.declaration));
      const always = pointers.filter((f) => !inside.some((g) => g.start <= f.at && f.at < g.end));
      const goes = always.filter((f) => dropped.has(f.name)).length;
      const comes = added.map((fields) => addedTo(definition, fields));
      return {
        least: always.length,
        most: pointers.length,
        change: comes.reduce((sum, { pointers }) => sum + pointers, -goes),
        unclear: comes.flatMap(({ unclear }) => unclear ?? [])[0],
      };
    });
  });
  const [first] = counts;
  const same = counts.every((c) => c.least === first?.least && c.most === first.most && c.change === first.change);
  return same ? first : undefined;
}

/** What a recipe adds to a struct, and where. */
export interface AddedFields extends Beside {
  readonly fields: readonly Field[];
}

/**
 * How many pointers come to a definition. Beside another pointer, or at the end, one takes its own size and no more; what
 * other members take hangs on those around them.
 */
function addedTo(definition: Struct, added: AddedFields): { readonly pointers: number; readonly unclear?: string } {
  const fresh = added.fields.filter(({ name }) => !definition.fields.some((f) => f.name === name));
  const index = indexIn(definition, added);
  if (fresh.length === 0 || index === undefined) return { pointers: 0 };
  const isPointer = (field: Field | undefined) => field !== undefined && POINTER.test(field.declaration);
  const other = fresh.find((field) => !isPointer(field));
  if (other !== undefined) return { pointers: 0, unclear: `${other.name}, which is added, is no pointer` };
  const { fields } = definition;
  const fits = index === fields.length || [fields[index - 1], fields[index]].some(isPointer);
  const names = fresh.map(({ name }) => name).join(', ');
  return { pointers: fresh.length, ...(!fits && { unclear: `${names} is added beside no pointer` }) };
}

const GROUP = /(\d*)P/g;
const pointersIn = (format: string) => [...format.matchAll(GROUP)].reduce((n, m) => n + Number(m[1] || 1), 0);

/** Takes pointers out of a format, from the last group on: `5i8Pi2P` → `5i8PiP`. */
function withFewer(format: string, fewer: number): string {
  const groups = [...format.matchAll(GROUP)].reverse();
  let out = format;
  let left = fewer;
  for (const m of groups) {
    const has = Number(m[1] || 1);
    const stays = Math.max(0, has - left);
    left -= has - stays;
    const group = stays === 0 ? '' : stays === 1 ? 'P' : `${stays}P`;
    if (stays !== has) out = out.slice(0, m.index) + group + out.slice(m.index + m[0].length);
    if (left === 0) break;
  }
  return out;
}

/** Puts pointers into the last group: `5i8Pi2P` → `5i8Pi3P`. */
function withMore(format: string, more: number): string {
  const last = [...format.matchAll(GROUP)].at(-1);
  if (last === undefined) return format;
  return `${format.slice(0, last.index)}${Number(last[1] || 1) + more}P${format.slice(last.index + last[0].length)}`;
}

/** A literal of the struct module, in a call that asks for its size. */
const SIZE_CALL = /\b(?:calc)?v?size\(/i;
const FORMAT = /(['"])((?:\d*[a-zA-Z?])+)\1/g;

/**
 * The formats of CPython's tests of an object's size, `check(f.__code__, size('5i9Pi3P'))`: on each line that names the
 * object, one `P` less for each pointer that goes, one more for each that comes. A format is meant when it has as many as the struct; one that has less
 * leaves room, and stays true.
 * @param names identifiers, one of which stands on such a line.
 * @param count of the struct as the tree has it; without it nothing can be said.
 */
export function findStructFormat(
  text: string,
  struct: string,
  names: readonly string[],
  count: PointerCount | undefined,
): TextFinding {
  const places: TextPlace[] = [];
  const done: number[] = [];
  let problem: TextFinding['problem'];
  for (const m of text.matchAll(new RegExp(`\\b(?:${names.join('|')})\\b`, 'g'))) {
    const at = lineStart(text, m.index);
    const line = text.slice(at, lineEnd(text, m.index));
    if (!SIZE_CALL.test(line) || places.some((p) => at < p.start && p.start < at + line.length)) continue;
    // Nothing goes, or nothing does any more.
    if (count?.change === 0 && count.unclear === undefined) continue;
    const formats = [...line.matchAll(FORMAT)].filter((f) => pointersIn(f[2] ?? '') > 0);
    const [found] = formats;
    if (formats.length !== 1 || found === undefined) {
      problem ??= { offset: m.index, message: 'the line has no format, or more than one, that tells the pointers' };
      continue;
    }
    if (count === undefined) {
      problem ??= { offset: m.index, message: `${struct} is not defined once in the recipe's headers` };
      continue;
    }
    const format = found[2] ?? '';
    const has = pointersIn(format);
    const { least, most, change, unclear } = count;
    if (unclear !== undefined) {
      problem ??= { offset: m.index, message: `${unclear}: what the format becomes cannot be told` };
    } else if (has > most) {
      problem ??= { offset: m.index, message: `the format has ${has} pointers, and ${struct} ${most}` };
    } else if (has >= least) {
      const start = at + found.index + 1;
      const replacement = change < 0 ? withFewer(format, -change) : withMore(format, change);
      const by = Math.abs(change) === 1 ? 'a pointer' : `${Math.abs(change)} pointers`;
      const decision = `${struct} has ${by} ${change < 0 ? 'less' : 'more'}: ${format} becomes ${replacement}`;
      places.push({ start, end: start + format.length, replacement, decision });
    } else if (least === most && has === least + change) done.push(m.index);
  }
  return { places, done, problem };
}
