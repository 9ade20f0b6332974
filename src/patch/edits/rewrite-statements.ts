import { newlineAt, withNewlines } from '../../c/lex.ts';
import type { Node } from '../../c/parser.ts';
import { codeChildren, startOf } from '../../c/view.ts';
import type { Site } from '../site.ts';
import { fill } from '../template.ts';
import { type Change, changesOf } from './align.ts';
import { lostComment, withQuoted, withTrailing } from './comments.ts';
import { gapProblem, labelsAround } from './gap-problem.ts';
import type { Hit } from './hits.ts';
import { indentAt, problemAt, startsLine } from './removal.ts';
import { effectProblem, type Rewriting, refused } from './rewriting.ts';

const AFTER_LABEL = [
  'a declaration would come after a label, which is no C before C23',
  'let what takes its place begin with a statement',
] as const;

/** Statements in a row become others: what stays the same is not touched. */
export function rewriteStatements(hit: Hit, rewriting: Rewriting): Site {
  const { view, pattern, by, context } = rewriting;
  const { text } = view.source;
  const [first] = hit.nodes;
  const problem = gapProblem(view, hit, pattern, by);
  if (problem !== undefined) return refused(hit, problem);
  const place = first.parent?.type ?? '';
  const statementsOfCase = place === 'case_statement' ? codeChildren(first.parent as Node).filter(isStatementNode) : [];
  const labelled = place === 'labeled_statement' || statementsOfCase[0]?.id === first.id;
  if (labelled && by.declares) {
    return refused(hit, problemAt(view, first, 'label', ...AFTER_LABEL));
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
  if ('lost' in filled) return refused(hit, effectProblem(view, filled));
  const quoted = new Set(pattern.comments);
  const bodies = labelsAround(first)
    .filter((n) => n.type === 'labeled_statement')
    .map((n) => n.lastChild);
  const labelledStarts = new Set(bodies.map((n) => (n === null ? -1 : startOf(view, n))));
  const behind = hit.own
    .slice(1)
    .findIndex((o, i) => labelledStarts.has(o.start) && by.gaps[i]?.next === 'declaration');
  if (behind >= 0) return refused(hit, problemAt(view, first, 'label', ...AFTER_LABEL));
  const own = withQuoted(view, hit.own, quoted);
  const changes = own.flatMap((range, i): Change[] => {
    const code = filled.pieces[i] ?? '';
    // A label needs a statement.
    const piece = code.trim() === '' && !braced && labelledStarts.has(hit.own[i]?.start ?? -1) ? ';' : code;
    const isFirst = i === 0;
    const lead = isFirst && startsLine(text, range.start) ? indent : '-';
    const inLines = by.text.includes('\n');
    const open = !braced || !isFirst ? '' : inLines ? `{\n${indent}    ` : '{ ';
    const close = !braced || i < own.length - 1 ? '' : inLines ? `\n${indent}}` : `${piece === '' ? '' : ' '}}`;
    return changesOf(text, range, `${lead}${open}${piece}${close}`, lead.length, quoted);
  });
  for (const { range, text: put } of changes) {
    const lost = lostComment(view, put === '' ? withTrailing(text, range) : range, put, pattern);
    if (lost !== undefined) return refused(hit, lost);
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
    taken: filled.taken,
    decision: inserts.length === 0 ? 'it goes' : `becomes ${inserts.map((i) => i.text.trim()).join(' … ')}`,
  };
}

const isStatementNode = (node: Node): boolean => /_statement$|declaration$/.test(node.type);
