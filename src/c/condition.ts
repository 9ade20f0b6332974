import { closingAt, codeTokens } from './lex.ts';

/** A preprocessor condition as a formula over atoms: what a `defined(X)` or a comparison is, is not looked into. */
export type Formula =
  | { readonly kind: 'constant'; readonly value: boolean }
  | { readonly kind: 'atom'; readonly name: string }
  | { readonly kind: 'not'; readonly of: Formula }
  | { readonly kind: 'and' | 'or'; readonly left: Formula; readonly right: Formula };

/** What each atom is taken to be. */
export type Assignment = ReadonlyMap<string, boolean>;

/** Never defined when C is compiled: there is nothing to see under them. */
const NEVER = new Set(['defined(__cplusplus)']);

const atom = (name: string): Formula => (NEVER.has(name) ? { kind: 'constant', value: false } : { kind: 'atom', name });
const not = (of: Formula): Formula =>
  of.kind === 'constant' ? { kind: 'constant', value: !of.value } : { kind: 'not', of };

export function parseCondition(directive: string, rest: string): Formula {
  const words = codeTokens(rest.replace(/\\\r?\n/g, ' '));
  if (directive === 'ifdef' || directive === 'elifdef') return atom(`defined(${words[0] ?? ''})`);
  if (directive === 'ifndef' || directive === 'elifndef') return not(atom(`defined(${words[0] ?? ''})`));
  let at = 0;
  const or = (): Formula => {
    let left = and();
    while (words[at] === '||') {
      at++;
      left = { kind: 'or', left, right: and() };
    }
    return left;
  };
  const and = (): Formula => {
    let left = unary();
    while (words[at] === '&&') {
      at++;
      left = { kind: 'and', left, right: unary() };
    }
    return left;
  };
  const unary = (): Formula => {
    if (words[at] === '!' && /^(\(|!|defined|\w+)$/.test(words[at + 1] ?? '')) {
      at++;
      return not(unary());
    }
    if (words[at] === '(') {
      const found = closingAt(words, at, '(', ')');
      const close = found < 0 ? words.length : found;
      const next = words[close + 1];
      if (next === undefined || next === '&&' || next === '||' || next === ')') {
        at++;
        const inside = or();
        at = close + 1;
        return inside;
      }
    }
    if (words[at] === 'defined') {
      const name = words[at + 1] === '(' ? words[at + 2] : words[at + 1];
      const next = words[at + (words[at + 1] === '(' ? 4 : 2)];
      if (next === undefined || next === '&&' || next === '||' || next === ')') {
        at += words[at + 1] === '(' ? 4 : 2;
        return atom(`defined(${name ?? ''})`);
      }
    }
    const start = at;
    for (let depth = 0; at < words.length; at++) {
      const w = words[at];
      if (depth === 0 && (w === '&&' || w === '||' || w === ')')) break;
      if (w === '(') depth++;
      if (w === ')') depth--;
    }
    const text = words.slice(start, at).join(' ');
    if (/^\d+[uUlL]*$/.test(text)) return { kind: 'constant', value: !/^0+[uUlL]*$/.test(text) };
    return atom(text);
  };
  const formula = or();
  // What was not understood to its end is one atom as a whole.
  return at < words.length ? atom(words.join(' ')) : formula;
}

/** A condition three-valued: `undefined` where what is known of its atoms does not decide. */
export function decide(formula: Formula, known: (atom: string) => boolean | undefined): boolean | undefined {
  if (formula.kind === 'constant') return formula.value;
  if (formula.kind === 'atom') return known(formula.name);
  if (formula.kind === 'not') {
    const of = decide(formula.of, known);
    return of === undefined ? undefined : !of;
  }
  const decisive = formula.kind === 'or';
  const left = decide(formula.left, known);
  if (left === decisive) return decisive;
  const right = decide(formula.right, known);
  return right === decisive || left !== undefined ? right : undefined;
}

export function collectAtoms(formula: Formula, into: Set<string>): void {
  if (formula.kind === 'atom') into.add(formula.name);
  else if (formula.kind === 'not') collectAtoms(formula.of, into);
  else if (formula.kind !== 'constant') {
    collectAtoms(formula.left, into);
    collectAtoms(formula.right, into);
  }
}
