import { closingAt, codeTokens } from './lex.ts';
import type { Node } from './parser.ts';
import { isMacroName } from './precedence.ts';
import { codeChildren } from './view.ts';

/**
 * Whether a macro in an expression may fall apart beside other operators: `N` in `a + N`, with `#define N 1 | 2`. What stands
 * in brackets is held together by them. Of macros that other files define only the name is known: those with arguments are
 * taken to be whole.
 * @param text of the file.
 */
export function hasBareMacro(node: Node, text: string): boolean {
  if (node.type === 'identifier') return isBare(node.text, '', text) ?? isMacroName(node.text);
  if (node.type === 'call_expression') {
    const called = node.childForFieldName('function');
    if (called?.type === 'identifier') return isBare(called.text, '\\(', text) ?? false;
  }
  if (/^(?:parenthesized_expression|(?:argument|initializer)_list|type_descriptor)$/.test(node.type)) return false;
  const index = node.type === 'subscript_expression' ? node.childForFieldName('index')?.id : undefined;
  return codeChildren(node).some((child) => child.id !== index && hasBareMacro(child, text));
}

/** Whether the file defines a macro with a value that is not whole; `undefined` when it does not define it. */
function isBare(name: string, open: string, text: string): boolean | undefined {
  if (!text.includes('define')) return undefined;
  const head = `^[ \\t]*#[ \\t]*define[ \\t]+${name.replaceAll('$', '\\$')}`;
  const value = '((?:\\\\\\r?\\n|[^\\r\\n])*)';
  const define = new RegExp(`${head}${open === '' ? '(?![\\w(])' : '\\([^)\\n]*\\)'}${value}`, 'gm');
  const values = [...text.matchAll(define)].map((m) => codeTokens((m[1] ?? '').replace(/\\\r?\n/g, ' ')));
  return values.length === 0 ? undefined : values.some((tokens) => !isWhole(tokens));
}

/** Whether a macro's value is one token, or is in brackets as a whole. */
function isWhole(value: readonly string[]): boolean {
  if (value.length <= 1) return true;
  const open = value[0] === '(' ? 0 : /^\w+$/.test(value[0] ?? '') && value[1] === '(' ? 1 : -1;
  return open >= 0 && closingAt(value, open, '(', ')') === value.length - 1;
}
