import { type Macros, NO_MACROS } from '../../c/declared-macros.ts';
import { withCommentsAbove } from '../../c/definitions.ts';
import {
  closingAt,
  codeTokens,
  lineEnd,
  lineStart,
  newlineAt,
  tokens,
  withNewlines,
  wordOffsets,
} from '../../c/lex.ts';
import { parseC } from '../../c/parser.ts';
import { CSource, type Range } from '../../c/source.ts';
import { utf8AsLatin1 } from '../../checkout/latin1.ts';
import { BadPattern, type Reader } from '../pattern.ts';
import { type Beside, describePlace } from './beside.ts';
import { indentAt, startsLine } from './removal.ts';
import type { TextFinding, TextPlace } from './text.ts';

interface Piece extends Range {
  readonly text: string;
}

/** A value of an array's initialiser, without the comma behind it. */
interface Row extends Range {
  readonly code: readonly string[];
  /** Where its comma ends; a macro that brings rows has none. */
  readonly comma: number | undefined;
}

/** Rows that a recipe brings. */
export interface NewRows {
  readonly text: string;
  readonly rows: readonly Row[];
}

/**
 * Reads one or more rows of a table.
 * @throws BadPattern when they could not stand in an array's initialiser.
 */
export function readRows({ parser, macros }: Reader, given: string): NewRows {
  const text = given.trim();
  const rows = rowsOf(new CSource('', text, macros), 0, text.length);
  const tree = parseC(parser, new CSource('', `int rows[] = {\n${text}\n};\n`, macros).mask(new Map()));
  const wrong = tree.rootNode.hasError || tree.rootNode.namedChildCount !== 1;
  tree.delete();
  const last = rows.at(-1);
  if (wrong || last === undefined || /^[ \t]*#/m.test(text)) throw new BadPattern('the text is no row of a table in C');
  const isOpen = last.comma === undefined && !isRowMacro(last.code, macros);
  return { text: isOpen ? `${text.slice(0, last.end)},${text.slice(last.end)}` : text, rows };
}

/** `BUILTIN_ABS_METHODDEF`: a macro that brings its row with the comma. */
const isRowMacro = (code: readonly string[], macros: Macros = NO_MACROS): boolean =>
  macros[code[0] ?? ''] === 'values' ||
  (code.length === 1 && /^_?[A-Z][A-Z0-9_]*_(?:METHODDEF|GETSETDEF)$/.test(code[0] ?? ''));

/** Pattern of a row: C with metavariables; `...` stands for anything. */
export function readRowPattern(text: string): readonly string[] {
  const code = codeTokens(text.trim().replace(/,$/, '').replaceAll(utf8AsLatin1('…'), '...'));
  const out: string[] = [];
  for (let i = 0; i < code.length; i++) {
    if (code[i] === '$' && /^[A-Za-z_]/.test(code[i + 1] ?? '')) out.push(`$${code[++i]}`);
    else if (code[i] === '.' && code[i + 1] === '.' && code[i + 2] === '.') {
      out.push('...');
      i += 2;
    } else out.push(code[i] ?? '');
  }
  if (!out.some((t) => /^(?:\w|["'])/.test(t))) throw new BadPattern('the pattern names nothing to look for');
  return out;
}

/**
 * Where rows go into a table: beside a row, or at an end; the end is before the row of zeros that ends it, if it has one.
 * @param beside the row's pattern, from `readRowPattern`.
 */
export function findRowPlace(
  source: CSource,
  table: string,
  added: NewRows,
  where: Beside,
  beside?: readonly string[],
): TextFinding {
  const places: TextPlace[] = [];
  const done: number[] = [];
  let problem: TextFinding['problem'];
  for (const { at, open, close, size } of tablesOf(source, table)) {
    const rows = rowsOf(source, open + 1, close);
    const isThere = (row: Row) => rows.some((r) => same(r.code, row.code) && !isInGroup(source, open, close, r));
    if (added.rows.every(isThere)) {
      done.push(at);
      continue;
    }
    const key = (row: Row) => (/^"/.test(row.code[1] ?? '') ? row.code[1] : undefined);
    const other = rows.find((r) => added.rows.some((n) => key(n) !== undefined && key(n) === key(r)));
    const some = added.rows.find((row) => rows.some((r) => same(r.code, row.code)));
    if (other !== undefined || some !== undefined) {
      problem ??= {
        offset: other?.start ?? at,
        message: 'the table has such a row already, and not as the recipe says',
      };
      continue;
    }
    const count = /^\d+$/.test(size) ? Number(size) : undefined;
    if (size !== '' && !(count !== undefined && rows.length + added.rows.length <= count)) {
      problem ??= { offset: at, message: `the table is of the size ${size}, which more rows may not fit` };
      continue;
    }
    for (const found of placesIn(source, { open, close }, rows, added, where, beside)) {
      if ('message' in found) problem ??= found;
      else places.push(found);
    }
  }
  return { places, done, problem };
}

const same = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((t, i) => t === b[i]);

/** Whether a row stands under an `#if` inside of the table. */
const isInGroup = (source: CSource, open: number, close: number, row: Row): boolean =>
  source.conditionals.groups.some((g) => open < g.start && g.end <= close && g.start < row.start && row.start < g.end);

function placesIn(
  source: CSource,
  { open, close }: { readonly open: number; readonly close: number },
  rows: readonly Row[],
  added: NewRows,
  where: Beside,
  beside: readonly string[] | undefined,
): (TextPlace | NonNullable<TextFinding['problem']>)[] {
  const { text } = source;
  const last = rows.at(-1);
  const decide = (how: string) => `${added.rows.length === 1 ? 'the row is' : 'the rows are'} added ${how}`;
  if (last === undefined || where.at === 'start') {
    const first = rows[0];
    if (first !== undefined && startsLine(text, first.start) && isRestOfLine(text, open + 1))
      return [
        lines(
          source,
          lineEnd(text, open),
          `\n${indented(added.text, indentAt(text, first.start))}`,
          decide('at the start'),
        ),
      ];
    return [inline(open + 1, `${added.text} `, decide('at the start'))];
  }
  const ends = where.at === 'end';
  const isSentinel = ends && last.code.every((t) => /^(?:NULL|0|[{},])$/.test(t));
  const anchors = beside === undefined ? [last] : rows.filter((r) => matches(beside, r.code));
  return anchors.map((row) => {
    if (isInGroup(source, open, close, row))
      return {
        offset: row.start,
        message: 'the row stands under an #if of the table: beside it, the new one would be there in one setting only',
      };
    const indent = indentAt(text, row.start);
    const starts = startsLine(text, row.start);
    if (isSentinel || where.before !== undefined) {
      const how = isSentinel ? `before the end ${text.slice(row.start, row.end)}` : describePlace(where);
      const above = lineStart(text, withCommentsAbove(source, row.start, open + 1));
      const start =
        isSentinel && !/sentinel|end/i.test(text.slice(above, row.start)) ? lineStart(text, row.start) : above;
      return starts
        ? lines(source, start, `${indented(added.text, indent)}\n`, decide(how))
        : inline(row.start, `${added.text} `, decide(how));
    }
    const how = ends ? 'after the last row, for the table has no row of zeros' : describePlace(where);
    const from = row.comma ?? row.end;
    const isMacro = row.comma === undefined && isRowMacro(row.code, source.macros);
    const comma = row.comma === undefined && !isMacro ? ',' : '';
    if (starts && isRestOfLine(text, from)) {
      const rest = text.slice(from, lineEnd(text, from));
      const replacement = withNewlines(`${comma}${rest}\n${indented(added.text, indent)}`, newlineAt(text, from));
      return comma === ''
        ? lines(source, lineEnd(text, from), `\n${indented(added.text, indent)}`, decide(how))
        : { start: from, end: lineEnd(text, from), replacement, decision: decide(how) };
    }
    return inline(from, `${comma} ${added.text}`, decide(how));
  });
}

/** Whether nothing but comments that end there follows on the line. */
function isRestOfLine(text: string, from: number): boolean {
  const end = lineEnd(text, from);
  return [...tokens(text, from, end)].every(
    (t) => t.kind === 'comment' && /^\/\/|\*\/$/.test(text.slice(t.start, t.end)),
  );
}

const indented = (rows: string, indent: string): string =>
  rows
    .split(/\r?\n/)
    .map((l) => (l === '' ? l : indent + l))
    .join('\n');

const inline = (at: number, replacement: string, decision: string): TextPlace => ({
  start: at,
  end: at,
  replacement: replacement.replace(/\s*\n\s*/g, ' '),
  decision,
});

const lines = ({ text }: CSource, at: number, block: string, decision: string): TextPlace => ({
  start: at,
  end: at,
  replacement: withNewlines(block, newlineAt(text, at)),
  decision,
  beside: true,
});

/** The arrays of a name that are given their values, in any `#if` branch that can be taken. */
function tablesOf(source: CSource, name: string) {
  const out: { at: number; open: number; close: number; size: string }[] = [];
  const inDirective = (o: number) => source.conditionals.directives.some(([s, e]) => s <= o && o < e);
  for (const at of wordOffsets(source.text, name)) {
    if (inDirective(at) || source.assignmentFor(at) === undefined) continue;
    if (!/^\s*\[/.test(source.text.slice(at + name.length, at + name.length + 80))) continue;
    const code = codeOf(source, at + name.length, source.text.length);
    const words = code.map((p) => p.text);
    const open = /^\[([^\]]*)\](?:\[[^\]]*\])*=\{/.exec(words.slice(0, 40).join(''));
    const brace = words.indexOf('{');
    if (open === null) continue;
    const close = code[closingAt(words, brace, '{', '}')];
    if (close !== undefined) out.push({ at, open: code[brace]?.start ?? 0, close: close.start, size: open[1] ?? '' });
  }
  return out;
}

function codeOf(source: CSource, start: number, end: number): Piece[] {
  const { directives } = source.conditionals;
  return [...tokens(source.text, start, end)]
    .filter((t) => t.kind !== 'comment' && !directives.some(([s, e]) => s <= t.start && t.start < e))
    .map((t) => ({ start: t.start, end: t.end, text: source.text.slice(t.start, t.end) }));
}

/** The rows between two offsets, in every `#if` branch at once. */
function rowsOf(source: CSource, start: number, end: number): Row[] {
  const out: Row[] = [];
  let pieces: Piece[] = [];
  let depth = 0;
  const finish = (comma?: number) => {
    const [first, last] = [pieces[0], pieces.at(-1)];
    if (first !== undefined && last !== undefined)
      out.push({ start: first.start, end: last.end, code: pieces.map((p) => p.text), comma });
    pieces = [];
  };
  const code = codeOf(source, start, end);
  for (const [i, piece] of code.entries()) {
    if (/^[({[]$/.test(piece.text)) depth++;
    if (/^[)}\]]$/.test(piece.text)) depth--;
    if (depth === 0 && piece.text === ',') finish(piece.end);
    else pieces.push(piece);
    const next = code[i + 1]?.text ?? '';
    const isDeclared = source.macros[pieces[0]?.text ?? ''] === 'values';
    // A macro alone, behind which a row begins; or one that the recipe knows to bring its comma.
    const ends = isDeclared
      ? !/^[(,]$/.test(next)
      : pieces.length === 1 && /^\w+$/.test(piece.text) && /^(?:\{|[A-Za-z_])/.test(next);
    if (depth === 0 && ends) finish();
  }
  finish();
  return out;
}

/** Whether a row is as a pattern says, token by token. */
function matches(
  pattern: readonly string[],
  code: readonly string[],
  bound: ReadonlyMap<string, string> = new Map(),
): boolean {
  const [head, ...rest] = pattern;
  if (head === undefined) return code.length === 0;
  const isAny = head === '...';
  if (!isAny && !/^\$\w/.test(head)) return head === code[0] && matches(rest, code.slice(1), bound);
  let depth = 0;
  for (let n = 0; n <= code.length; n++) {
    const text = code.slice(0, n).join(' ');
    if (depth === 0 && (isAny || (n > 0 && (bound.get(head) ?? text) === text)))
      if (matches(rest, code.slice(n), new Map(bound).set(head, text))) return true;
    const next = code[n] ?? '';
    if (/^[({[]$/.test(next)) depth++;
    if (/^[)}\]]$/.test(next) && --depth < 0) return false;
    if (next === ',' && depth === 0 && !isAny) return false;
  }
  return false;
}
