import { newlineAt, withNewlines } from '../../c/lex.ts';
import type { Node } from '../../c/parser.ts';
import { isAmbiguous, LEVEL, levelOf, roomFor } from '../../c/precedence.ts';
import type { Range } from '../../c/source.ts';
import { endOf, startOf, type View } from '../../c/view.ts';
import type { Diagnostic } from '../../system/diagnostic.ts';
import type { Site } from '../site.ts';
import { asItStands, fill, type Rendered, runsTogether } from '../template.ts';
import { lostComment } from './comments.ts';
import { type Hit, isWithin } from './hits.ts';
import { problemAt } from './removal.ts';
import { effectProblem, type Rewriting, refused } from './rewriting.ts';

/** An expression becomes another. */
export function rewriteExpression(hit: Hit, rewriting: Rewriting): Site {
  const { view } = rewriting;
  const [node] = hit.nodes;
  const made = remade(hit, rewriting);
  if ('problem' in made) return refused(hit, made.problem);
  const lost = lostComment(view, hit.extent, made.text, rewriting.pattern);
  if (lost !== undefined) return refused(hit, lost);
  const text = withNewlines(made.text, newlineAt(view.source.text, hit.extent.start));
  return {
    extent: hit.extent,
    scope: scopeOf(view, node),
    deletes: [hit.extent],
    inserts: [{ at: hit.extent.start, text }],
    taken: made.taken,
    decision: `becomes ${text}`,
  };
}

/**
 * What an expression becomes, in parentheses where its place wants them; what matches inside of it becomes so, too.
 * @param isWhole it is all that a metavariable stands for: whoever puts that in sees to the parentheses.
 */
function remade(hit: Hit, rewriting: Rewriting, isWhole = false): Rendered | { readonly problem: Diagnostic } {
  const { view, by, pattern, context } = rewriting;
  const [node] = hit.nodes;
  const room = roomFor(node, (name) => isDeclared(view.source.text, name));
  if ((isAmbiguous(node) && levelOf(node) < room) || endsAsCast(node, view.source.text)) {
    const message = `what ${node.text} is depends on what is a type`;
    return { problem: problemAt(view, node, 'ambiguous', message, 'change it by hand') };
  }
  const problems: Diagnostic[] = [];
  const render = (of: Node): Rendered => renderedWith(of, rewriting, problems);
  const filled = fill(by, hit.bindings, { view, pure: context.pure, matched: pattern, render });
  if ('lost' in filled) return { problem: effectProblem(view, filled) };
  const [problem] = problems;
  if (problem !== undefined) return { problem };
  const [code = ''] = filled.pieces;
  const visible = view.source.visible(view.assignment);
  const { start, end } = hit.extent;
  const apart =
    runsTogether(visible.slice(Math.max(0, start - 3), start), code) || runsTogether(code, visible.slice(end, end + 3));
  return isWhole || (filled.level >= room && !apart)
    ? { text: code, level: filled.level, taken: filled.taken }
    : { text: `(${code})`, level: LEVEL.primary, taken: filled.taken };
}

/** Whether an expression may go on behind itself: `(T)(T) - 1`, where the last `T` is a type elsewhere in the file. */
function endsAsCast(node: Node, text: string): boolean {
  const [, name] = /\(\s*(\w+)\s*\)$/.exec(node.text) ?? [];
  const { parent } = node;
  const isLeft = parent?.type === 'binary_expression' && parent.childForFieldName('left')?.id === node.id;
  const called = node.type === 'call_expression' ? node.childForFieldName('function')?.type : undefined;
  if (name === undefined || !isLeft || (called !== undefined && called !== 'parenthesized_expression')) return false;
  const operator = parent.childForFieldName('operator')?.text ?? '';
  const isType = new RegExp(`\\(\\s*${name}\\s*\\)\\s*[\\w(~!]|\\b${name}\\s+\\**\\s*[A-Za-z_]`);
  return /^(?:[-+*]|&&?)$/.test(operator) && isType.test(text);
}

/** Code of a metavariable, in which places that match are remade, too. */
function renderedWith(node: Node, rewriting: Rewriting, problems: Diagnostic[]): Rendered {
  const { view, open } = rewriting;
  const range = { start: startOf(view, node), end: endOf(view, node) };
  const inside = open.filter((hit) => isWithin(hit.extent, range));
  const outermost = inside.filter((hit) => !inside.some((o) => o !== hit && isWithin(hit.extent, o.extent)));
  const asWas = asItStands(view, node);
  if (outermost.length === 0) return asWas;
  let { level } = asWas;
  const taken = asWas.taken.filter((name) => !rewriting.pattern.words.includes(name));
  let text = '';
  let at = range.start;
  for (const hit of outermost) {
    const isWhole = hit.nodes[0].id === node.id;
    const made = remade(hit, rewriting, isWhole);
    if ('problem' in made) {
      problems.push(made.problem);
      return asWas;
    }
    if (isWhole) ({ level } = made);
    taken.push(...made.taken);
    text += asWas.text.slice(at - range.start, hit.extent.start - range.start) + made.text;
    at = hit.extent.end;
  }
  return { text: text + asWas.text.slice(at - range.start), level, taken };
}

/** The statement of an expression, or its part of one: `#if`s in it decide what stands beside the expression. */
function scopeOf(view: View, node: Node): Range {
  let n = node;
  while (n.parent !== null && !/(?:_statement|_declaration|^declaration|_definition|_unit)$/.test(n.parent.type))
    n = n.parent;
  if (/^(?:expression|return)_statement$|declaration$/.test(n.parent?.type ?? '')) n = n.parent ?? n;
  return { start: startOf(view, n), end: endOf(view, n) };
}

/** Whether the file defines or declares a function, as its style has it, from the first column on. */
function isDeclared(text: string, name: string): boolean {
  return /^\w+$/.test(name) && new RegExp(`^(?:[A-Za-z_][\\w \\t*]*[ \\t*])?${name}[ \\t]*\\(`, 'm').test(text);
}
