import { columnAt, lineAt, lineEnd, lineStart, lineText, tokens } from '../../c/lex.ts';
import type { Node } from '../../c/parser.ts';
import type { Range } from '../../c/source.ts';
import { codeChildren, endOf, functionName, functionOf, startOf, type View } from '../../c/view.ts';
import type { Diagnostic } from '../../system/diagnostic.ts';
import type { Site } from '../site.ts';
import { effectsOf } from '../truth.ts';

/** A diagnostic at a node: file, line, column, the code, and the function that it is in. */
export function problemAt(view: View, node: Node, code: string, message: string, hint: string): Diagnostic {
  return problemAtOffset(view, startOf(view, node), code, message, hint, functionOf(node));
}

/** As `problemAt`, at an offset. */
export function problemAtOffset(
  view: Pick<View, 'source'>,
  offset: number,
  code: string,
  message: string,
  hint: string,
  definition?: Node,
): Diagnostic {
  const { text, path } = view.source;
  const where = definition === undefined ? '' : ` (in ${functionName(definition)})`;
  return {
    code: `patch/${code}`,
    message: `${message}${where}`,
    place: { file: path, line: lineAt(text, offset), column: columnAt(text, offset) },
    hint,
    detail: [lineText(text, offset)],
  };
}

/** The white space before a line's first character. */
export function indentAt(text: string, offset: number): string {
  return /^[ \t]*/.exec(text.slice(lineStart(text, offset), lineEnd(text, offset)))?.[0] ?? '';
}

/** Whether only white space stands before the offset on its line. */
export function startsLine(text: string, offset: number): boolean {
  return /^[ \t]*$/.test(text.slice(lineStart(text, offset), offset));
}

export function hasDirective(view: View, range: Range): boolean {
  return view.source.conditionals.directives.some(([s, e]) => s < range.end && e > range.start);
}

/** The first token at or after an offset that the view's compiler sees, comments left out. */
export function nextToken(view: View, offset: number): string | undefined {
  const visible = view.source.visible(view.assignment);
  for (const t of tokens(visible, offset)) if (t.kind !== 'comment') return visible.slice(t.start, t.end);
  return undefined;
}

/** Whether a statement ends in an `if` that an `else` after it would join. */
export function endsOpen(statement: Node): boolean {
  if (statement.type === 'if_statement') {
    const alternative = statement.childForFieldName('alternative');
    if (alternative === null) return true;
    const last = codeChildren(alternative).at(-1);
    return last === undefined || endsOpen(last);
  }
  const body = statement.childForFieldName('body');
  return body !== null && /^(while|for|labeled)_statement$/.test(statement.type) && endsOpen(body);
}

/** A label that code outside of the statement may jump to. */
export function labelIn(node: Node): Node | undefined {
  if (node.type === 'labeled_statement' || node.type === 'case_statement') return node;
  for (const child of codeChildren(node)) {
    const found = child.type === 'switch_statement' ? undefined : labelIn(child);
    if (found !== undefined) return found;
  }
  return undefined;
}

/**
 * Removes a statement as a whole, and what is nothing without it: the `else` before it, an `if` of which it is the only
 * statement. Where C needs a statement, `{ }` stays.
 */
export function removeStatement(view: View, statement: Node, decision: string): Site {
  const extent = { start: startOf(view, statement), end: endOf(view, statement) };
  const parent = statement.parent;
  const label = labelIn(statement);
  if (label !== undefined) {
    const problem = problemAt(view, label, 'label', 'a label would go with the code', 'this shape needs a person');
    return { extent, deletes: [], inserts: [], decision: 'not removed: it holds a label', problem };
  }
  const whole: Site = { extent, deletes: [extent], inserts: [], decision };
  if (parent === null || parent.type === 'compound_statement' || parent.type === 'translation_unit') return whole;
  // An else that comes after it, of an if around this one, would join what is left.
  if (parent.type === 'else_clause' && nextToken(view, extent.end) !== 'else') {
    const start = startOf(view, parent);
    const range = { start, end: extent.end };
    return { extent: range, deletes: [range], inserts: [], decision };
  }
  if (parent.type === 'if_statement' && parent.childForFieldName('alternative') === null) {
    const condition = parent.childForFieldName('condition');
    if (condition !== null && effectsOf(condition).length === 0)
      return removeStatement(view, parent, `${decision}; the if around it had nothing else`);
  }
  return { extent, deletes: [extent], inserts: [{ at: extent.start, text: '{ }' }], decision };
}
