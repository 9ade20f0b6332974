import { lineEnd, newlineAt, tokens, withNewlines } from '../../c/lex.ts';
import type { Node } from '../../c/parser.ts';
import { isAmbiguous, LEVEL, levelOf, roomFor } from '../../c/precedence.ts';
import type { Range } from '../../c/source.ts';
import { codeChildren, endOf, startOf, type View } from '../../c/view.ts';
import type { Diagnostic } from '../../system/diagnostic.ts';
import { evenedOut, type Pattern } from '../pattern.ts';
import type { Finder, FinderContext, Site } from '../site.ts';
import { asItStands, type Filled, fill, type Rendered, runsTogether, type Template } from '../template.ts';
import { type Change, changesOf } from './align.ts';
import { gapProblem } from './gap-problem.ts';
import { type Hit, hitsOf, isWithin, overlap } from './hits.ts';
import { indentAt, problemAt, problemAtOffset, startsLine } from './removal.ts';

export interface RewriteOptions {
  readonly pattern: Pattern;
  readonly by: Template;
  /** The new code as a pattern: what is so already is not edited. */
  readonly made: Pattern | undefined;
}

/** An expression, or statements in a row, become others. */
export function rewriteFinder(options: RewriteOptions): Finder {
  const { pattern, made } = options;
  const ownWord = made?.words.find((word) => !pattern.words.includes(word));
  return {
    anchor: pattern.words[0] ?? '',
    madeAnchor: ownWord,
    looksFor: pattern.text.replace(/\s+/g, ' '),
    find: (view, context) => {
      const hits = hitsOf(view, pattern);
      const results = made === undefined ? [] : hitsOf(view, made);
      const isDone = new Map(hits.map((hit) => [hit, doneBy(hit, results, pattern, ownWord)]));
      const open = hits.filter((hit) => isDone.get(hit) === undefined);
      const rewriting = { ...options, view, context, open };
      const noted =
        ownWord === undefined ? [] : results.filter((r) => !hits.some((hit) => isWithin(hit.extent, r.extent)));
      return [
        ...hits.map((hit) => {
          const done = isDone.get(hit);
          return done === undefined
            ? siteOf(hit, rewriting)
            : { ...untouched(hit, 'already as wanted'), done: true, ...done };
        }),
        ...noted.map((r) => ({ ...untouched(r, 'as the edit would make it'), done: true, noted: true })),
      ];
    },
  };
}

interface Rewriting extends RewriteOptions {
  readonly view: View;
  readonly context: FinderContext;
  /** The places that are not as wanted yet. */
  readonly open: readonly Hit[];
}

const untouched = ({ extent }: Hit, decision: string): Site => ({ extent, deletes: [], inserts: [], decision });

/** Whether code that matches is a part of what the edit makes of it: `take(a)` in `counted(take(a))`. */
function doneBy(
  hit: Hit,
  results: readonly Hit[],
  pattern: Pattern,
  ownWord: string | undefined,
): { readonly unclear?: true } | undefined {
  const around = results.filter((r) => hit.own.every((own) => r.own.some((other) => isWithin(own, other))));
  const isSame = (r: Hit) =>
    pattern.metavariables.every(({ name }) => r.bindings.get(name)?.text === hit.bindings.get(name)?.text);
  if (around.some(isSame)) return {};
  // `f(context, a)` may be what was made of `f(a)`: by a name or a number of arguments of its own.
  const tells = ownWord !== undefined || pattern.metavariables.some(({ name }) => name.startsWith('$...'));
  return tells && around.some((r) => isWithin(r.extent, hit.extent)) ? { unclear: true } : undefined;
}

function siteOf(hit: Hit, rewriting: Rewriting): Site {
  const { pattern, view, open } = rewriting;
  const [first] = hit.nodes;
  const refuse = (problem: Diagnostic): Site => ({ ...untouched(hit, problem.message), problem });
  const outer = open.filter((other) => other !== hit && overlap(other, hit) && !isIn(view, other, hit));
  const [another] = outer.filter((other) => !isIn(view, hit, other) && open.indexOf(other) < open.indexOf(hit));
  if (another !== undefined) {
    const message = 'two places that match have code in common';
    return refuse(
      problemAt(view, first, 'overlap', message, 'let the pattern say more, so that it matches one of them'),
    );
  }
  const around = outer.filter((other) => isIn(view, hit, other)).length;
  if (around > 0) return { ...untouched(hit, 'becomes part of what is made of the code around it'), nested: around };
  const directive = hit.own.find((own) => directiveIn(view, own) !== undefined);
  if (directive !== undefined) {
    const message = 'a line of the preprocessor stands in the code to be rewritten';
    const hint = 'let … stand for the code around it, or change this place by hand';
    return refuse(problemAtOffset(view, directiveIn(view, directive) ?? 0, 'directive', message, hint));
  }
  return pattern.isStatement ? statements(hit, rewriting, refuse) : expression(hit, rewriting, refuse);
}

type Refuse = (problem: Diagnostic) => Site;

/** Whether a place is in what a metavariable stands for in another. */
function isIn(view: View, inner: Hit, outer: Hit): boolean {
  return [...outer.bindings.values()].some(({ nodes, between }) => {
    const [first, last] = [nodes[0], nodes.at(-1)];
    if (first === undefined || last === undefined || (between !== undefined && nodes.length === 0)) return false;
    return isWithin(inner.extent, { start: startOf(view, first), end: endOf(view, last) });
  });
}

function directiveIn(view: View, { start, end }: Range): number | undefined {
  return view.source.conditionals.directives.find(([s, e]) => s < end && e > start)?.[0];
}

function expression(hit: Hit, rewriting: Rewriting, refuse: Refuse): Site {
  const { view } = rewriting;
  const [node] = hit.nodes;
  const made = remade(hit, rewriting);
  if ('problem' in made) return refuse(made.problem);
  const lost = lostComment(view, hit.extent, made.text, rewriting.pattern);
  if (lost !== undefined) return refuse(lost);
  const text = withNewlines(made.text, newlineAt(view.source.text, hit.extent.start));
  return {
    extent: hit.extent,
    scope: scopeOf(view, node),
    deletes: [hit.extent],
    inserts: [{ at: hit.extent.start, text }],
    decision: `becomes ${text}`,
  };
}

/** What an expression becomes, in parentheses where its place wants them; what matches inside of it becomes so, too. */
function remade(hit: Hit, rewriting: Rewriting): Rendered | { readonly problem: Diagnostic } {
  const { view, by, pattern, context } = rewriting;
  const [node] = hit.nodes;
  const room = roomFor(node, (name) => isDeclared(view.source.text, name));
  if (isAmbiguous(node) && levelOf(node) < room) {
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
  return filled.level >= room && !apart
    ? { text: code, level: filled.level }
    : { text: `(${code})`, level: LEVEL.primary };
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
  let text = '';
  let at = range.start;
  for (const hit of outermost) {
    const made = remade(hit, rewriting);
    if ('problem' in made) {
      problems.push(made.problem);
      return asWas;
    }
    if (hit.nodes[0].id === node.id) ({ level } = made);
    text += asWas.text.slice(at - range.start, hit.extent.start - range.start) + made.text;
    at = hit.extent.end;
  }
  return { text: text + asWas.text.slice(at - range.start), level };
}

function effectProblem(view: View, { lost, why }: Extract<Filled, { lost: Node }>): Diagnostic {
  const message = `${lost.text} ${why}, and it has effects`;
  const hint =
    'give its value a name first, by hand; or list the function under pure: in the recipe if it has no effect';
  return problemAt(view, lost, 'effects', message, hint);
}

function statements(hit: Hit, rewriting: Rewriting, refuse: Refuse): Site {
  const { view, pattern, by, context } = rewriting;
  const { text } = view.source;
  const [first] = hit.nodes;
  const problem = gapProblem(view, hit, pattern, by);
  if (problem !== undefined) return refuse(problem);
  const place = first.parent?.type ?? '';
  const statementsOfCase = place === 'case_statement' ? codeChildren(first.parent as Node).filter(isStatementNode) : [];
  const labelled = place === 'labeled_statement' || statementsOfCase[0]?.id === first.id;
  if (labelled && by.declares) {
    const message = 'a declaration would come after a label, which is no C before C23';
    return refuse(problemAt(view, first, 'label', message, 'let what takes its place begin with a statement'));
  }
  const isAll = place === 'labeled_statement' || statementsOfCase.length === hit.nodes.length;
  const inBlock = /^(?:compound_statement|translation_unit)$/.test(place) || !labelled || !(isAll && by.text === '');
  const braced = by.needsBlock && !(inBlock && !/^(?:if|for|while|do)_statement$|^else_clause$/.test(place));
  const indent = indentAt(text, hit.extent.start);
  const filled = fill(by, hit.bindings, {
    view,
    pure: context.pure,
    matched: pattern,
    indent: braced ? `${indent}    ` : indent,
  });
  if ('lost' in filled) return refuse(effectProblem(view, filled));
  const quoted = new Set(pattern.comments);
  const own = withQuoted(view, hit.own, quoted);
  const changes = own.flatMap((range, i): Change[] => {
    const piece = filled.pieces[i] ?? '';
    const isFirst = i === 0;
    const lead = isFirst && startsLine(text, range.start) ? indent : '-';
    const inLines = by.text.includes('\n');
    const open = !braced || !isFirst ? '' : inLines ? `{\n${indent}    ` : '{ ';
    const close = !braced || i < own.length - 1 ? '' : inLines ? `\n${indent}}` : `${piece === '' ? '' : ' '}}`;
    return changesOf(text, range, `${lead}${open}${piece}${close}`, lead.length, quoted);
  });
  for (const { range, text: put } of changes) {
    const lost = lostComment(view, put === '' ? withTrailing(text, range) : range, put, pattern);
    if (lost !== undefined) return refuse(lost);
  }
  const newline = newlineAt(text, hit.extent.start);
  const inserts = changes.flatMap(({ range, text: put }) =>
    put === '' ? [] : [{ at: range.start, text: withNewlines(put, newline) }],
  );
  return {
    extent: hit.extent,
    deletes: changes.map((c) => c.range).filter((r) => r.end > r.start),
    inserts,
    dedents: changes.flatMap(({ dedent }) => dedent ?? []),
    decision: inserts.length === 0 ? 'it goes' : `becomes ${inserts.map((i) => i.text.trim()).join(' … ')}`,
  };
}

const isStatementNode = (node: Node): boolean => /_statement$|declaration$/.test(node.type);

/** Comments that the pattern has, right before the code or behind it, are a part of it. */
function withQuoted(view: View, own: readonly Range[], quoted: ReadonlySet<string>): Range[] {
  const { text } = view.source;
  const out = own.map((range) => ({ ...range }));
  const [first, last] = [out[0], out.at(-1)];
  if (quoted.size === 0 || first === undefined || last === undefined) return out;
  for (;;) {
    const before = /(?:\/\*(?:(?!\*\/)[\s\S])*\*\/|\/\/[^\n]*)\s*$/.exec(text.slice(0, first.start));
    if (before === null || !quoted.has(evenedOut(before[0].trim()))) break;
    first.start = before.index;
  }
  for (const t of tokens(text, last.end, lineEnd(text, last.end))) {
    if (t.kind !== 'comment' || !quoted.has(evenedOut(text.slice(t.start, t.end)))) break;
    last.end = t.end;
  }
  return out;
}

/** With the comments that would go with a line. */
function withTrailing(text: string, range: Range): Range {
  let { end } = range;
  for (const t of tokens(text, end, lineEnd(text, end))) {
    if (t.kind !== 'comment') break;
    end = t.end;
  }
  return { start: range.start, end };
}

/** A comment of a stretch that the new text does not have, and of which the pattern says nothing. */
function lostComment(view: View, { start, end }: Range, put: string, pattern: Pattern): Diagnostic | undefined {
  const commentsOf = (text: string, from: number, to: number) =>
    [...tokens(text, from, to)]
      .filter((t) => t.kind === 'comment')
      .map((t) => ({ at: t.start, said: evenedOut(text.slice(t.start, t.end)) }));
  const there = commentsOf(put, 0, put.length).map(({ said }) => said);
  for (const { at, said } of commentsOf(view.source.text, start, end)) {
    const kept = there.indexOf(said);
    if (kept >= 0) there.splice(kept, 1);
    else if (!pattern.comments.includes(said)) {
      const hint = 'write the comment in the pattern, too, if it goes with the code';
      return problemAtOffset(view, at, 'comment', 'this comment would be lost', hint, undefined);
    }
  }
  return undefined;
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
