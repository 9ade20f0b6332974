import type { Node } from '../../c/parser.ts';
import { codeChildren } from '../../c/view.ts';

/** What a stretch of code does first to a variable, on every path: `read` if any path may read it before writing. */
export type FirstUse = 'read' | 'written' | 'untouched';

/**
 * Whether statements write a local variable before they read it. Anything not understood (loops, labels, `goto`,
 * `switch`, its address) counts as a read, so "written" and "untouched" can be relied on.
 */
export function firstUse(statements: readonly Node[], name: string): FirstUse {
  for (const s of statements) {
    const use = ofStatement(s, name);
    if (use !== 'untouched') return use;
  }
  return 'untouched';
}

function mentions(node: Node, name: string): boolean {
  return node.type === 'identifier' ? node.text === name : codeChildren(node).some((c) => mentions(c, name));
}

function ofStatement(node: Node, name: string): FirstUse {
  switch (node.type) {
    case 'compound_statement':
      return firstUse(
        codeChildren(node).filter((c) => c.isNamed),
        name,
      );
    case 'if_statement': {
      const condition = node.childForFieldName('condition');
      const first = condition === null ? 'untouched' : ofExpression(condition, name);
      if (first !== 'untouched') return first;
      const consequence = node.childForFieldName('consequence');
      const clause = node.childForFieldName('alternative');
      const alternative = clause === null ? undefined : codeChildren(clause).at(-1);
      const uses = [
        consequence === null ? 'untouched' : ofBranch(consequence, name),
        alternative === undefined ? 'untouched' : ofBranch(alternative, name),
      ];
      if (uses.includes('read')) return 'read';
      // A path that leaves does not care what comes after.
      return uses.every((u) => u === 'written' || u === 'left') ? 'written' : 'untouched';
    }
    case 'return_statement':
      return mentions(node, name) ? 'read' : 'written';
    case 'expression_statement':
    case 'declaration':
      return ofExpression(node, name);
    default:
      return mentions(node, name) || /label|goto|case|switch/.test(node.type) ? 'read' : 'untouched';
  }
}

function ofBranch(node: Node, name: string): FirstUse | 'left' {
  return ofStatement(node, name);
}

function ofExpression(node: Node, name: string): FirstUse {
  if (!mentions(node, name)) return 'untouched';
  if (node.type === 'assignment_expression') {
    const left = node.childForFieldName('left');
    const right = node.childForFieldName('right');
    if (left?.text === name && node.childForFieldName('operator')?.text === '=')
      return right !== null && mentions(right, name) ? 'read' : 'written';
    return 'read';
  }
  if (/^(expression_statement|parenthesized_expression|declaration)$/.test(node.type)) {
    for (const child of codeChildren(node)) {
      const use = ofExpression(child, name);
      if (use !== 'untouched') return use;
    }
    return 'untouched';
  }
  if (node.type === 'binary_expression') {
    const left = node.childForFieldName('left');
    const use = left === null ? 'untouched' : ofExpression(left, name);
    return use === 'untouched' ? 'read' : use;
  }
  return 'read';
}
