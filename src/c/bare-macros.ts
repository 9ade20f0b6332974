import { closingAt, codeTokens } from './lex.ts';
import type { Node } from './parser.ts';
import { isMacroName } from './precedence.ts';
import { codeChildren } from './view.ts';

/** A name in an expression that stands in no brackets, which would hold its value together. */
interface Exposed {
  readonly name: string;
  readonly isCalled: boolean;
}

function exposedIn(node: Node): Exposed[] {
  if (node.type === 'identifier') return [{ name: node.text, isCalled: false }];
  if (/^(?:parenthesized_expression|(?:argument|initializer)_list|type_descriptor)$/.test(node.type)) return [];
  const called = node.type === 'call_expression' ? node.childForFieldName('function') : null;
  if (called?.type === 'identifier') return [{ name: called.text, isCalled: true }];
  const index = node.type === 'subscript_expression' ? node.childForFieldName('index')?.id : undefined;
  return codeChildren(node).flatMap((child) => (child.id === index ? [] : exposedIn(child)));
}

/**
 * Whether a macro in an expression may fall apart beside other operators: `N` in `a + N`, with `#define N 1 | 2`. What stands
 * in brackets is held together by them. Of macros that other files define only the name is known: those with arguments are
 * taken to be whole (`takenForWhole`).
 * @param text of the file.
 */
export const hasBareMacro = (node: Node, text: string): boolean =>
  exposedIn(node).some(({ name, isCalled }) => isBare(name, isCalled, text) ?? (!isCalled && isMacroName(name)));

/** The names in an expression that are taken to be no macros, or whole ones: other files may define them otherwise. */
export const takenForWhole = (node: Node, text: string): readonly string[] =>
  exposedIn(node).flatMap(({ name, isCalled }) =>
    isBare(name, isCalled, text) === undefined && (isCalled || !isMacroName(name)) ? [name] : [],
  );

/** Where a file defines one of some names as a macro with a value that is not whole. */
export function bareMacroIn(
  text: string,
  names: ReadonlySet<string>,
): { readonly name: string; readonly at: number } | undefined {
  return [...names].flatMap((name) => {
    const found = [true, false]
      .flatMap((isCalled) => valuesOf(name, isCalled, text))
      .find(({ value }) => !isWhole(value));
    return found === undefined ? [] : [{ name, at: found.at }];
  })[0];
}

/** Whether the file defines a macro with a value that is not whole; `undefined` when it does not define it. */
function isBare(name: string, isCalled: boolean, text: string): boolean | undefined {
  if (!text.includes('define')) return undefined;
  const values = valuesOf(name, isCalled, text);
  return values.length === 0 ? undefined : values.some(({ value }) => !isWhole(value));
}

function valuesOf(name: string, isCalled: boolean, text: string) {
  const head = `^[ \\t]*#[ \\t]*define[ \\t]+${name.replaceAll('$', '\\$')}`;
  const value = '((?:\\\\\\r?\\n|[^\\r\\n])*)';
  const define = new RegExp(`${head}${isCalled ? '\\([^)\\n]*\\)' : '(?![\\w(])'}${value}`, 'gm');
  return [...text.matchAll(define)].map((m) => ({
    at: m.index,
    value: codeTokens((m[1] ?? '').replace(/\\\r?\n/g, ' ')),
  }));
}

/** Whether a macro's value is one token, or is in brackets as a whole. */
function isWhole(value: readonly string[]): boolean {
  if (value.length <= 1) return true;
  const open = value[0] === '(' ? 0 : /^\w+$/.test(value[0] ?? '') && value[1] === '(' ? 1 : -1;
  return open >= 0 && closingAt(value, open, '(', ')') === value.length - 1;
}
