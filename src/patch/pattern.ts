import type { Assignment } from '../c/condition.ts';
import { atomsOf } from '../c/conditionals.ts';
import { type Macros, maskDeclared, NO_MACROS, unfindable } from '../c/declared-macros.ts';
import { codeTokens, type Token, tokens } from '../c/lex.ts';
import { endsInStatementMacro, maskStatements } from '../c/mask.ts';
import { type Node, type Parser, parseC } from '../c/parser.ts';
import { isConditional } from '../c/precedence.ts';
import { allAssignments, type CSource } from '../c/source.ts';
import { codeChildren } from '../c/view.ts';

/** What C of a recipe is read with. */
export interface Reader {
  readonly parser: Parser;
  readonly macros?: Macros | undefined;
}

/** More conditions of `#if`s than this in a recipe's own lines: they would be read in more than 256 ways. */
const MOST_CONDITIONS = 8;

/** Each setting of the conditions of the `#if`s in lines of a recipe. @throws BadPattern when they are too many */
export function settingsOf({ conditionals }: CSource): Iterable<Assignment> {
  const atoms = atomsOf(conditionals.groups);
  if (atoms.length > MOST_CONDITIONS)
    throw new BadPattern(
      `the text has ${atoms.length} conditions of #if, and not more than ${MOST_CONDITIONS} can be looked through`,
      'write an edit for each part',
    );
  return allAssignments(atoms);
}

/** C with metavariables, compiled once: plain data that outlives its tree. */
export interface Pattern {
  /** As a person reads it. */
  readonly text: string;
  /** One statement or more, not an expression. */
  readonly isStatement: boolean;
  /** The expression, or the statements in a row. */
  readonly row: readonly PatternNode[];
  readonly root: PatternNode;
  /** The identifiers in it: a file or function without them cannot match. The rarest, longest, comes first. */
  readonly words: readonly string[];
  /** As often as each stands in it, in their order. */
  readonly metavariables: readonly Metavariable[];
  /** Each `…`, in their order. */
  readonly gaps: readonly Gap[];
  /** How many labels it has, those of a `switch` included. */
  readonly labels: number;
  /** Comments that it has: such comments may go with the code. White space is evened out. */
  readonly comments: readonly string[];
}

export interface Metavariable {
  /** With its dollar sign: `$X`, `$...ARGS`. */
  readonly name: string;
  /** What it stands for is evaluated only sometimes: behind `&&`, in `?:`. */
  readonly conditional: boolean;
}

/** A `…`: any statements of a block. */
export interface Gap {
  /** As among what is bound: each has its own. */
  readonly name: string;
  /** How many blocks of the pattern are around it. */
  readonly depth: number;
  /** What comes after it in its block: `declaration`. */
  readonly next: string | undefined;
  /** Statements of the pattern come before or after it in a block: a jump in or out would pass them by. */
  readonly before: boolean;
  readonly after: boolean;
  /** What a `break` or a `continue` leaves, when that is a statement of the pattern: `for_statement`. */
  readonly break: string | undefined;
  readonly continue: string | undefined;
}

export interface PatternNode {
  readonly type: string;
  readonly text: string;
  readonly children: readonly PatternNode[];
}

/** What metavariables and gaps stand for, in the tree that was matched. */
export type Bindings = ReadonlyMap<string, Bound>;
export interface Bound {
  /** One node; any number for `$...ARGS` and `…`. */
  readonly nodes: readonly Node[];
  /** With the white space evened out. */
  readonly text: string;
  /** Of any number: where what comes before them ends, and what comes after them starts, in the tree that was matched. */
  readonly between?: { readonly start: number; readonly end: number } | undefined;
}

/** What is wrong with the C of a recipe, and what to do about it. */
export class BadPattern extends Error {
  readonly hint: string | undefined;
  constructor(message: string, hint?: string) {
    super(message);
    this.hint = hint;
  }
}

/** The parser on trees, without the parentheses that only group. */
export function unwrapped(node: Node): Node {
  let n = node;
  while (n.type === 'parenthesized_expression') {
    const inner = codeChildren(n).find((c) => c.isNamed);
    if (inner === undefined) break;
    n = inner;
  }
  return n;
}

/** Text of code for comparing: tokens joined by one space, comments left out. */
export function plain(node: Node): string {
  if (node.childCount === 0) return node.text;
  return codeChildren(node).map(plain).join(' ');
}

/** The types of pattern nodes that stand for one node, and for any number. */
export const ONE = '$';
export const REST = '$...';

/** `$...ARGS` and `…` are read as identifiers: `$$$$ARGS`, `$$$$0`. */
const AS_IDENTIFIER = '$$$$';
const GAP = /^\$\$\$\$\d+$/;
export const isGapName = (name: string): boolean => GAP.test(name);
const SPECIAL =
  /\/\*[\s\S]*?\*\/|\/\/[^\n]*|"(?:[^"\\\n]|\\[\s\S])*"|'(?:[^'\\\n]|\\[\s\S])*'|(\$\.\.\.)(?=[A-Za-z_])|((?:…|â\x80¦|(?<=(?:^|[{};:])\s*)\.\.\.(?=\s*(?:[;}]|$))|^[ \t]*\.\.\.(?=[ \t]*;?[ \t]*$));?)/gm;

/** C with `$...ARGS` and `…`, which may be read as bytes, as C that the grammar reads. */
export function readable(text: string): string {
  let gaps = 0;
  return text.replace(SPECIAL, (whole, rest?: string, gap?: string) =>
    rest !== undefined ? AS_IDENTIFIER : gap !== undefined ? `${AS_IDENTIFIER}${gaps++};` : whole,
  );
}

/** `$X` as code, not in a literal. */
export const isMetavariable = (node: Node): boolean => /identifier$/.test(node.type) && node.text.startsWith('$');
export const isGap = (node: Node): boolean => node.type === 'expression_statement' && GAP.test(plainText(node));
const plainText = (node: Node): string => node.text.replace(/\s*;$/, '');
/** As the recipe has it. */
export const nameOf = (node: Node): string => node.text.replace(AS_IDENTIFIER, '$...');
const isRest = (node: Node): boolean => isMetavariable(node) && node.text.startsWith(AS_IDENTIFIER);

const LISTS = /^(?:argument_list|initializer_list)$/;
export const LABELS = ['labeled_statement', 'case_statement'] as const;
const BLOCKS = /^(?:compound_statement|case_statement)$/;

function toPattern(node: Node): PatternNode {
  if (isGap(node)) {
    if (!BLOCKS.test(node.parent?.type ?? ''))
      throw new BadPattern('… stands for statements of a block, and is not in one here', 'put braces around it');
    return { type: REST, text: plainText(node), children: [] };
  }
  const n = unwrapped(node);
  if (isRest(n)) {
    if (GAP.test(n.text)) throw new BadPattern('… stands where no statement can stand');
    if (!LISTS.test(n.parent?.type ?? ''))
      throw new BadPattern(`${nameOf(n)} stands for arguments, and is not in a list of them here`);
    return { type: REST, text: nameOf(n), children: [] };
  }
  if (isMetavariable(n)) return { type: ONE, text: n.text, children: [] };
  const children = codeChildren(n);
  const listed = LISTS.test(n.type) && children.some(isRest) ? children.filter((c) => c.text !== ',') : children;
  return { type: n.type, text: n.childCount === 0 ? n.text : '', children: listed.map(toPattern) };
}

/** Whether a pattern is meant as a statement, or several: it ends as one. */
export function isStatement(text: string, macros = NO_MACROS): boolean {
  const code = codeTokens(maskDeclared(readable(text), macros));
  return /^[;}]$/.test(code.at(-1) ?? '') || (/^[;}]$/m.test(code.join('\n')) && endsInStatementMacro(text));
}

export type CKind = 'expression' | 'statement' | 'block';

/**
 * Reads one expression, one statement, or statements in a row.
 * @param use is given its nodes, which are gone afterwards, and the text with the place of `…` taken by C: a node's
 * offset in it, less `offset`.
 * @throws BadPattern when it is not C.
 */
export function readC<T>(
  { parser, macros = NO_MACROS }: Reader,
  text: string,
  is: CKind,
  use: (nodes: readonly Node[], source: string, offset: number) => T,
): T {
  const source = readable(text);
  const inParentheses = is === 'expression';
  const head = `void f(void) {\n${inParentheses ? '(' : ''}`;
  const tree = parseC(parser, maskStatements(`${head}${source}${inParentheses ? ');' : ''}\n}`, macros));
  try {
    const body = tree.rootNode.descendantsOfType('compound_statement')[0];
    const statements = body === undefined || body === null ? [] : codeChildren(body).filter((c) => c.isNamed);
    const around = inParentheses ? statements.slice(0, 1).map((s) => codeChildren(s)[0]) : statements;
    const last = around.at(-1);
    // A bracket too many would close the one that was put around.
    const isWhole = !inParentheses || last?.type === 'parenthesized_expression';
    const isAll = isWhole && last !== undefined && isEnd(source, last.endIndex - head.length - (inParentheses ? 1 : 0));
    const isOne = statements.length === 1 || (is === 'block' && statements.length > 0);
    const nodes = around.flatMap((n) => (n === undefined ? [] : [inParentheses ? unwrapped(n) : n]));
    if (tree.rootNode.hasError || !isOne || !isAll || /^\s*#/m.test(source))
      throw new BadPattern(`"${shown(text)}" is not ${is === 'block' ? 'statements of C' : `one C ${is}`}`);
    return use(nodes, source, head.length);
  } finally {
    tree.delete();
  }
}

/** Whether nothing but comments comes after an offset. */
function isEnd(text: string, offset: number): boolean {
  for (const t of tokens(text, offset)) if (t.kind !== 'comment') return false;
  return offset <= text.length;
}

/**
 * Compiles a pattern: an expression, or statements when it ends in ';' or '}'.
 * @param kind what it must be, where only one can match; `block` lets several statements stand for one.
 * @throws BadPattern when it is not C, or names nothing to look for.
 */
export function compilePattern(reader: Reader, text: string, kind?: CKind): Pattern {
  const source = text.trim();
  const { macros = NO_MACROS } = reader;
  const statement = isStatement(source, macros);
  const is = statement ? 'statement' : 'expression';
  if (kind !== undefined && kind !== 'block' && is !== kind)
    throw new BadPattern(
      `"${shown(source)}" is ${statement ? 'a statement' : 'an expression'}: no ${kind} is like it`,
      "a statement ends in ';' or '}', an expression does not",
    );
  const hidden = unfindable(source, macros);
  if (hidden !== undefined)
    throw new BadPattern(
      `${hidden} is declared as ${macros[hidden]} under macros: no pattern finds it`,
      'let the pattern have the code beside it',
    );
  return readC(reader, source, statement && kind === 'block' ? 'block' : is, (nodes) => {
    const row = nodes.map(toPattern);
    const [root] = row;
    const isWord = (t: Token) => t.kind === 'word' && source[t.start - 1] !== '$' && !isRestName(source, t.start);
    const all = [...tokens(source)];
    const words = all.filter(isWord).flatMap((t) => notNull(source.slice(t.start, t.end)));
    if (words.length === 0 || root === undefined)
      throw new BadPattern(`"${shown(source)}" names no identifier to look for`);
    if (row.at(0)?.type === REST || row.at(-1)?.type === REST)
      throw new BadPattern('… at the beginning or at the end of a pattern stands for nothing', 'leave it out');
    return {
      text: shown(source),
      isStatement: statement,
      row,
      root,
      words: words.sort((a, b) => b.length - a.length),
      metavariables: nodes.flatMap((node) => metavariablesIn(node, node)),
      gaps: nodes.flatMap((node) => gapsIn(node)),
      labels: nodes.flatMap((node) => node.descendantsOfType([...LABELS])).length,
      comments: all.flatMap((t) => (t.kind === 'comment' ? [evenedOut(source.slice(t.start, t.end))] : [])),
    };
  });
}

/** What an edit makes, as a pattern; `undefined` for what names nothing by which it could be found. */
export function madePattern(reader: Reader, text: string): Pattern | undefined {
  if (text.trim() === '') return undefined;
  try {
    return compilePattern(reader, text, 'block');
  } catch (error) {
    if (error instanceof BadPattern) return undefined;
    throw error;
  }
}

const isRestName = (source: string, at: number): boolean => source.slice(Math.max(0, at - 4), at) === '$...';
const notNull = (word: string): string[] => (word === 'NULL' ? [] : [word]);

/** Text that was read as bytes, for a person. */
export const shown = (text: string): string =>
  /[^\x00-\xff]/.test(text) ? text : Buffer.from(text, 'latin1').toString('utf8');

/** A comment for comparing, without its line breaks. */
export const evenedOut = (comment: string): string => comment.replace(/\s+\*?\s*/g, ' ');

export function metavariablesIn(node: Node, root: Node): Metavariable[] {
  if (node.childCount > 0) return codeChildren(node).flatMap((child) => metavariablesIn(child, root));
  if (!isMetavariable(node) || GAP.test(node.text)) return [];
  return [{ name: nameOf(node), conditional: isConditional(node, root) }];
}

/** The gaps in statements in a row, in their order. */
export function gapsIn(node: Node): Gap[] {
  if (!isGap(node)) return codeChildren(node).flatMap(gapsIn);
  let [before, after, depth] = [false, false, 0];
  let breaks: string | undefined;
  let continues: string | undefined;
  for (let n = node; n.parent !== null && n.parent.type !== 'function_definition'; n = n.parent) {
    const around: Node = n.parent;
    if (around.type === 'compound_statement') depth++;
    if (BLOCKS.test(around.type)) {
      const beside = codeChildren(around).filter((c) => (c.isNamed && !isGap(c)) || c.id === n.id);
      const at = beside.findIndex((c) => c.id === n.id);
      before ||= beside.slice(0, at).some((c) => /_statement$|declaration$/.test(c.type));
      after ||= at < beside.length - 1;
    }
    if (/^(?:for|while|do)_statement$/.test(around.type)) {
      continues ??= around.type;
      breaks ??= around.type;
    }
    if (around.type === 'switch_statement') breaks ??= around.type;
  }
  const next = node.nextNamedSibling?.type;
  return [{ name: plainText(node), depth, next, before, after, break: breaks, continue: continues }];
}
