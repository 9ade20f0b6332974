import { tokens } from '../../c/lex.ts';
import type { Node } from '../../c/parser.ts';
import { functionOf, type View } from '../../c/view.ts';
import { declaredNames } from '../edits/keep-branch.ts';

/** The names that a node's function declares: its parameters and variables, which other versions may call otherwise. */
export function localNames(node: Node): ReadonlySet<string> {
  const definition = functionOf(node);
  if (definition === undefined) return new Set();
  const declared = [
    ...definition.descendantsOfType('declaration'),
    ...definition.descendantsOfType('parameter_declaration'),
  ];
  return new Set(declared.flatMap((d) => (d === null ? [] : declaredNames(d))));
}

/** Code with metavariables for local names, `path` as `$PATH`. @returns `undefined` where it has none. */
export function withMetavariables(code: string, names: ReadonlySet<string>): string | undefined {
  let out = '';
  let last = 0;
  let found = false;
  for (const t of tokens(code)) {
    const word = code.slice(t.start, t.end);
    const isMember = /(?:\.|->)\s*$/.test(code.slice(0, t.start));
    const isLabel = /\bgoto\s+$/.test(code.slice(0, t.start));
    const variable = t.kind === 'word' && names.has(word) && !isMember && !isLabel;
    out += code.slice(last, t.start) + (variable ? `$${word.toUpperCase()}` : word);
    last = t.end;
    found ||= variable;
  }
  return found ? out + code.slice(last) : undefined;
}

/** A pattern with metavariables for local names first, then as it is. */
export function* generalised(_view: View, node: Node, pattern: string): Iterable<string> {
  const general = withMetavariables(pattern, localNames(node));
  if (general !== undefined) yield general;
  yield pattern;
}
