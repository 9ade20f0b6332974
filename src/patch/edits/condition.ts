import type { Branch, Group } from '../../c/conditionals.ts';
import { codeTokens, tokens, wordOffsets } from '../../c/lex.ts';
import { type Node, type Parser, parseC } from '../../c/parser.ts';
import { LEVEL, levelOf, roomFor } from '../../c/precedence.ts';
import { type CSource, type Range, readC } from '../../c/source.ts';
import { codeChildren } from '../../c/view.ts';
import { BadPattern, plain, unwrapped } from '../pattern.ts';
import { literally, type TextFinding, type TextPlace } from './text.ts';

/** A condition of the preprocessor, or a part of one. */
export interface Condition {
  readonly text: string;
  /** Its tokens, by which equal ones are known. */
  readonly plain: string;
  /** What its tokens say in words and numbers. */
  readonly names: readonly string[];
  readonly level: number;
}

const HEAD = 'int c = (';

/** Reads a condition as C and hands its node on, with how far its offsets are behind the text's. @throws BadPattern */
function readCondition<T>(parser: Parser, text: string, use: (node: Node, offset: number) => T): T {
  const tree = parseC(parser, `${HEAD}${text.replace(/\\\r?\n/g, (m) => ' '.repeat(m.length))});`);
  try {
    const value = tree.rootNode.namedChild(0)?.childForFieldName('declarator')?.childForFieldName('value');
    if (tree.rootNode.hasError || value?.type !== 'parenthesized_expression' || tree.rootNode.namedChildCount !== 1)
      throw new BadPattern(`"${text.trim()}" is no condition of an #if`, 'write defined(NAME) with parentheses');
    return use(value, HEAD.length);
  } finally {
    tree.delete();
  }
}

/** @throws BadPattern when it is none. */
export function compileCondition(parser: Parser, text: string): Condition {
  return readCondition(parser, text.trim(), (node) => {
    const inner = unwrapped(node);
    const names = codeTokens(text).filter((t) => /^\w/.test(t) && t !== 'defined');
    return { text: text.trim(), plain: plain(inner), names, level: levelOf(inner) };
  });
}

export interface ConditionEdit {
  readonly condition: Condition;
  readonly by: Condition;
  /** A word that the branch must hold. */
  readonly holds?: string | undefined;
  /** The function that it must be in. */
  readonly within?: string | undefined;
  /** Words of the comments behind its `#else` and `#endif`, and what they become. */
  readonly labels: Readonly<Record<string, string>>;
}

/** The condition of an `#if`, `#ifdef` or `#elif`, or a part of it, becomes another one. */
export function findCondition(parser: Parser, path: string, text: string, edit: ConditionEdit): TextFinding {
  const source = readC(path, text);
  const places: TextPlace[] = [];
  const also: TextPlace[] = [];
  const done: number[] = [];
  for (const group of source.conditionals.groups) {
    for (const branch of group.branches) {
      if (branch.condition === undefined) continue;
      const found = inDirective(parser, text.slice(branch.start, branch.bodyStart), edit);
      // Which function it is in takes long to tell in a long file.
      if (found === undefined || !isMeant(source, branch, edit)) continue;
      if (found === 'done') {
        done.push(branch.start);
        continue;
      }
      // However often it stands in one directive, that is one place.
      for (const [i, { start, end, replacement }] of found.entries()) {
        const decision = `the condition becomes ${replacement}`;
        (i === 0 ? places : also).push({ start: branch.start + start, end: branch.start + end, replacement, decision });
      }
      also.push(...labelsOf(text, group, edit.labels));
    }
  }
  return { places, done, also: also.filter((a, i) => also.findIndex((b) => b.start === a.start) === i) };
}

/** Whether a branch holds a word, and is in a function or a table, where an edit asks for that. */
export function isMeant(
  source: CSource,
  { bodyStart, bodyEnd }: Branch,
  { holds, within }: Pick<ConditionEdit, 'holds' | 'within'>,
): boolean {
  if (holds !== undefined && wordOffsets(source.text.slice(bodyStart, bodyEnd), holds).length === 0) return false;
  if (within === undefined) return true;
  const assignment = source.assignmentFor(bodyStart);
  if (assignment === undefined) return false;
  const unit = source.units(assignment).find((u) => u.start <= bodyStart && bodyStart < u.end);
  return unit?.keys.some((key) => key === `${within}()` || key === `var ${within}`) === true;
}

const DIRECTIVE = /^([ \t]*#[ \t]*)(ifdef|ifndef|elifdef|elifndef|if|elif)\b/;

/** What of a directive is replaced; `done` where it is as wanted. */
function inDirective(
  parser: Parser,
  line: string,
  { condition, by }: ConditionEdit,
): readonly (Range & { readonly replacement: string })[] | 'done' | undefined {
  const [whole = '', lead = '', word = ''] = DIRECTIVE.exec(line) ?? [];
  // To read it as C takes long, and a file has many.
  const says = ({ names }: Condition) => names.every((name) => line.includes(name));
  if (!says(condition) && !says(by)) return undefined;
  const end = endOfCode(line);
  const rest = line.slice(whole.length, end);
  const name = /^(?:el)?ifn?def$/.test(word) ? rest.trim() : undefined;
  const negated = word.includes('n');
  if (name === undefined) {
    try {
      return readCondition(parser, rest, (root, offset) => {
        const made = nodesOf(root, by.plain);
        const open = nodesOf(root, condition.plain).filter((n) => !made.some((m) => isIn(n, m)));
        if (open.length === 0) return made.length > 0 ? 'done' : undefined;
        return open.map((node) => ({
          start: whole.length + node.startIndex - offset,
          end: whole.length + node.endIndex - offset,
          replacement: by.level >= roomIn(node) ? by.text : `(${by.text})`,
        }));
      });
    } catch (error) {
      if (error instanceof BadPattern) return undefined;
      throw error;
    }
  }
  const said = `defined ( ${name} )`;
  const all = negated ? `! ${said}` : said;
  if (by.plain === all) return 'done';
  const isAll = condition.plain === all;
  const now = isAll
    ? by.text
    : negated && condition.plain === said
      ? `!${by.level >= LEVEL.cast ? by.text : `(${by.text})`}`
      : undefined;
  if (now === undefined) return by.plain === said ? 'done' : undefined;
  const [, not, defined] = /^(!?)\s*defined\s*\(\s*(\w+)\s*\)$/.exec(now) ?? [];
  const start = lead.length;
  const el = word.startsWith('el') ? 'el' : '';
  if (defined !== undefined) {
    const other = `${el}if${not === '!' ? 'n' : ''}def`;
    const from = whole.length + rest.indexOf(name);
    const renamed = { start: from, end: from + name.length, replacement: defined };
    return other === word ? [renamed] : [{ start, end: start + word.length, replacement: other }, renamed];
  }
  return [{ start, end: whole.length + rest.trimEnd().length, replacement: `${el}if ${now}` }];
}

/** Where the code of a directive ends: comments and the line break are left out. */
function endOfCode(line: string): number {
  let end = 0;
  for (const t of tokens(line)) {
    if (t.kind === 'comment') break;
    end = t.end;
  }
  return end;
}

/** The outermost nodes of a condition that say what a text says. */
function nodesOf(node: Node, wanted: string): Node[] {
  if (node.type !== 'parenthesized_expression' && plain(node) === wanted) return [node];
  return codeChildren(node).flatMap((child) => nodesOf(child, wanted));
}

const isIn = (a: Node, b: Node) => b.startIndex <= a.startIndex && a.endIndex <= b.endIndex;

/** As `roomFor`; the parentheses that were put around the whole are none of it. */
const roomIn = (node: Node): number => (node.parent?.type === 'parenthesized_expression' ? LEVEL.comma : roomFor(node));

function labelsOf(text: string, group: Group, labels: Readonly<Record<string, string>>): TextPlace[] {
  const lines = [
    ...group.branches.slice(1).map((b) => ({ start: b.start, end: b.bodyStart })),
    { start: group.endifStart, end: group.end },
  ];
  return lines.flatMap(({ start, end }) =>
    [...tokens(text, start, end)]
      .filter((t) => t.kind === 'comment')
      .flatMap((t) =>
        Object.entries(labels).flatMap(([old, now]) =>
          [...text.slice(t.start, t.end).matchAll(new RegExp(`(?<!\\w)${literally(old)}(?!\\w)`, 'g'))].map((m) => ({
            start: t.start + m.index,
            end: t.start + m.index + old.length,
            replacement: now,
            decision: `the comment says ${now}`,
          })),
        ),
      ),
  );
}
