import { findConditionals } from '../../c/conditionals.ts';
import { positionalValues } from '../../c/initialisers.ts';
import { codeTokens, lineEnd, lineStart, newlineAt, tokens, withNewlines } from '../../c/lex.ts';
import { parseC } from '../../c/parser.ts';
import { LEVEL } from '../../c/precedence.ts';
import { CSource } from '../../c/source.ts';
import { type Field, type Struct, structsOf } from '../../c/structs.ts';
import { type LayoutChange, typeNames } from '../layout-users.ts';
import { once } from '../once.ts';
import { BadPattern, isStatement, type Reader } from '../pattern.ts';
import { compileTemplate } from '../template.ts';
import { type Beside, indexIn, isOpenHead } from './beside.ts';
import { indentAt, startsLine } from './removal.ts';
import type { TextFinding, TextPlace } from './text.ts';

/** A member, or some that stand together, that a struct gets. */
export interface NewFields extends Beside {
  readonly struct: string;
  readonly text: string;
  readonly fields: readonly Field[];
  /** What initialisers by position give each of them. */
  readonly initial: string | undefined;
}

/**
 * Reads the members of a struct.
 * @throws BadPattern when they are none.
 */
export function readFields({ parser, macros }: Reader, given: string): Pick<NewFields, 'text' | 'fields'> {
  const trimmed = given.trim();
  const text = /(?:;|\*\/)$/.test(trimmed) ? trimmed : `${trimmed};`;
  const whole = `struct s {\n${text}\n};\n`;
  const fields = structsOf(whole)[0]?.fields ?? [];
  const tree = parseC(parser, new CSource('', whole, macros).mask(new Map()));
  const wrong = tree.rootNode.hasError || tree.rootNode.namedChildCount !== 1;
  tree.delete();
  if (wrong || fields.length === 0 || /^[ \t]*#/m.test(text))
    throw new BadPattern('the text is no member of a struct in C');
  return { text, fields };
}

/**
 * Reads what an initialiser gives a member.
 * @throws BadPattern when it is not one value.
 */
export function readValue(reader: Reader, given: string): string {
  const { level } = compileTemplate(reader, given);
  if (isStatement(given) || level <= LEVEL.comma) throw new BadPattern(`"${given}" is not one value`);
  return given.trim();
}

/** What of the tree's code depends on where the members of the struct are. */
export function layoutChange(added: NewFields, isHandled: LayoutChange['isHandled']): LayoutChange {
  const how = `with ${added.fields.map((f) => f.name).join(', ')}`;
  const isAtEnd = added.at === 'end';
  return {
    struct: added.struct,
    how,
    isAtEnd,
    index: (definition) => indexIn(definition, added),
    isHandled,
    side: 'before',
  };
}

/**
 * Where members go into a struct, and values into the lists that give the struct's members their values by position.
 * @param texts the recipe's files, one of which defines the struct.
 */
export function findFieldPlace(text: string, added: NewFields, texts: readonly string[]): TextFinding {
  const names = typeNames(texts, added.struct);
  if (![...names].some((name) => text.includes(name))) return { places: [], done: [] };
  const isIt = (s: Struct) => s.names.some((n) => names.has(n));
  const places: TextPlace[] = [];
  const done: number[] = [];
  let problem: TextFinding['problem'];
  for (const definition of structsOf(text).filter(isIt)) {
    const { fields, start } = definition;
    const there = added.fields.flatMap((n) => fields.filter((f) => f.name === n.name));
    if (there.length > 0) {
      const same = there.length === added.fields.length && there.every((f, i) => isSame(f, added.fields[i]));
      const rest = { ...definition, fields: fields.filter((f) => !there.includes(f)) };
      const isInPlace = indexIn(rest, added) === fields.indexOf(there[0] as Field);
      if (same && isInPlace) done.push(there[0]?.at ?? start);
      else
        problem ??= {
          offset: there[0]?.at ?? start,
          message: `there is a member ${there[0]?.name} already, and not as the recipe says`,
        };
      continue;
    }
    const index = indexIn(definition, added);
    if (index === undefined) continue;
    const place = placeIn(text, definition, index, added);
    if ('message' in place) problem ??= place;
    else places.push(place);
  }
  const values =
    added.initial === undefined
      ? []
      : valuesIn(
          text,
          names,
          added,
          once(texts, `definitions ${added.struct}`, () => texts.flatMap((t) => structsOf(t).filter(isIt))),
        );
  return { places, done, problem, also: values };
}

const isSame = (a: Field, b: Field | undefined): boolean =>
  a.under === '' && ownTokens(a).join(' ') === codeTokens(b?.declaration ?? '').join(' ');
const ownTokens = (field: Field): string[] => codeTokens(field.declaration).slice(isOpenHead(field) ? 1 : 0);

function placeIn(
  text: string,
  definition: Struct,
  index: number,
  added: NewFields,
): TextPlace | NonNullable<TextFinding['problem']> {
  const { fields, end } = definition;
  const open = text.indexOf('{', definition.start);
  const close = end - 1;
  const last = fields.at(-1);
  const names = added.fields.map((f) => f.name).join(', ');
  const decision = `${names} is added to ${added.struct}`;
  const beside = added.before ?? added.after;
  const anchor = fields.find((f) => f.name === beside);
  if (anchor !== undefined && anchor.under !== '')
    return {
      offset: anchor.at,
      message: `${beside} is there under ${anchor.under} only: beside it, the new member would be, too`,
    };
  const isFlexible = /\[\s*(?:0|1|\(\s*\w+\s*\))?\s*\]$/.test(last?.declaration ?? '');
  if (last !== undefined && index === fields.length && isFlexible)
    return { offset: last.at, message: `${last.name} must stay the last member: it goes on behind the struct` };
  const put = (at: number, block: string): TextPlace => ({
    start: at,
    end: at,
    replacement: block,
    decision,
    beside: true,
  });
  const next =
    added.at === 'end' ? undefined : added.before !== undefined || added.at === 'start' ? fields[index] : undefined;
  const model = next ?? fields[index - 1] ?? last;
  const indent = model === undefined ? '    ' : indentAt(text, memberStart(text, model));
  if (next !== undefined || fields.length === 0 || added.at === 'end') {
    const from = next === undefined ? close : memberStart(text, next);
    if (startsLine(text, from)) {
      const at = lineStart(text, from);
      return put(at, lines(text, at, added.text, indent, false));
    }
    return put(from, `${added.text.replace(/\s*\n\s*/g, ' ')} `);
  }
  const from = fields[index - 1];
  const semicolon = [...tokens(text, from?.at ?? open, close)].find(
    (t) => text[t.start] === ';' && isOutside(text, from?.at ?? open, t.start),
  );
  const after = semicolon?.end ?? close;
  let rest = after;
  for (const t of tokens(text, after, close)) {
    if (t.kind !== 'comment' || /\n/.test(text.slice(rest, t.start))) break;
    rest = t.end;
  }
  if (/^[ \t\\]*\r?$/.test(text.slice(rest, lineEnd(text, rest))))
    return put(lineEnd(text, rest), lines(text, rest, added.text, indent, true));
  return put(after, ` ${added.text.replace(/\s*\n\s*/g, ' ')}`);
}

/** Whether no brace is open between two offsets: the `;` ends the member, not one of a struct in it. */
function isOutside(text: string, from: number, to: number): boolean {
  const code = codeTokens(text, from, to);
  return code.filter((t) => t === '{').length === code.filter((t) => t === '}').length;
}

/** Where a member's own declaration starts, behind a head that no semicolon ends. */
function memberStart(text: string, field: Field): number {
  if (!isOpenHead(field)) return field.at;
  const [, second] = [...tokens(text, field.at)].filter((t) => t.kind !== 'comment' && text[t.start] !== '\\');
  return second?.start ?? field.at;
}

/** The lines of new members; in the body of a macro each goes on in the next. */
function lines(text: string, at: number, block: string, indent: string, isBehind: boolean): string {
  const newline = newlineAt(text, at);
  const [start, end] = [lineStart(text, at), lineEnd(text, at)];
  const column = /\\$/.test(text.slice(start, end)) ? end - start - 1 : undefined;
  const ended = (line: string) => (column === undefined ? line : `${line.padEnd(column - 1)} \\`);
  const all = block.split(/\r?\n/).map((line) => ended(line === '' ? line : indent + line));
  const whole = withNewlines(all.join('\n'), newline);
  return isBehind ? newline + whole : whole + newline;
}

/** Where lists that give values by position get one for the new members. */
function valuesIn(
  text: string,
  names: ReadonlySet<string>,
  added: NewFields,
  definitions: readonly Struct[],
): TextPlace[] {
  const indexes = new Set<number>();
  for (const definition of definitions) {
    const index = indexIn(definition, added);
    const before = definition.fields.slice(0, index ?? 0);
    // Where it is not known which members there are, nothing can be put in.
    if (index === undefined || before.some((f) => f.under !== '')) return [];
    if (added.fields.some((n) => definition.fields.some((f) => f.name === n.name))) return [];
    indexes.add(index + (before[0] !== undefined && isOpenHead(before[0]) ? 1 : 0));
  }
  const [index] = indexes;
  if (index === undefined || indexes.size !== 1) return [];
  const { directives } = findConditionals(text);
  const out: TextPlace[] = [];
  for (const [list, values] of Map.groupBy(positionalValues(text, names), (value) => value.list)) {
    const place = values.find((value) => value.index === index);
    const inside = directives.some(([s]) => values.some(({ offset }) => list < s && s < offset));
    if (place === undefined || inside || values.some((value) => value.index === undefined)) continue;
    const at = place.offset;
    const [initial = ''] = [added.initial];
    const given = added.fields.map(() => `${initial},`);
    const inMacro = directives.some(([s, e]) => s <= at && at < e);
    const replacement =
      startsLine(text, at) && !inMacro
        ? given.map((value) => `${value}${newlineAt(text, at)}${indentAt(text, at)}`).join('')
        : given.map((value) => `${value} `).join('');
    const decision = `the list gives ${added.fields.map((f) => f.name).join(', ')} the value ${initial}`;
    out.push({ start: at, end: at, replacement, decision });
  }
  return out;
}
