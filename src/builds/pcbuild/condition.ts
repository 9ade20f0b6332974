import { DotnetVersion } from './dotnet-values.ts';
import { expand, expandFully } from './expand.ts';
import { fullPath } from './files.ts';
import { closingParenthesis, refuse, type Scope, unescapeValue } from './scope.ts';

interface Token {
  /** `and`, `or` and the operators are their own kinds. */
  readonly kind: string;
  /** Of a value: not expanded, without its quotes. */
  readonly text: string;
}

const PLAIN = /^(?:(?:0x[0-9a-f]+|[-+]?(?:\d+\.?\d*|\.\d+))(?![\w.])|[A-Za-z_]\w*)/i;
const OPERATOR = /^(?:==|!=|<=|>=|[<>!(),])/;

/** The end of a quoted text; lists, properties and metadata in it may have quotes of their own. */
function quoteEnd(text: string, open: number): number {
  for (let at = open + 1; at < text.length; at++) {
    if (text[at] === "'") return at;
    if (/^[$@%]\(/.test(text.slice(at, at + 2))) at = Math.max(at, closingParenthesis(text, at + 1));
  }
  return -1;
}

function tokenAt(text: string, at: number): (Token & { readonly end: number }) | undefined {
  const rest = text.slice(at);
  if (rest.startsWith("'")) {
    const end = quoteEnd(text, at);
    return end < 0 ? undefined : { kind: 'value', text: text.slice(at + 1, end), end: end + 1 };
  }
  if (/^[$@%]\(/.test(rest)) {
    const end = closingParenthesis(text, at + 1) + 1;
    return end === 0 ? undefined : { kind: 'value', text: text.slice(at, end), end };
  }
  const [plain] = PLAIN.exec(rest) ?? [];
  const [found = plain] = OPERATOR.exec(rest) ?? [];
  if (found === undefined) return undefined;
  const end = at + found.length;
  const small = found.toLowerCase();
  if (plain === undefined || small === 'and' || small === 'or') return { kind: small, text: found, end };
  const isFunction = /^[a-z_]/i.test(plain) && /^\s*\(/.test(text.slice(end));
  return { kind: isFunction ? 'function' : 'value', text: found, end };
}

function tokensOf(text: string, { place }: Scope): readonly Token[] {
  const tokens: Token[] = [];
  for (let at = 0; ; ) {
    at += /^\s*/.exec(text.slice(at))?.[0].length ?? 0;
    if (at === text.length) return [...tokens, { kind: 'end', text: '' }];
    const found = tokenAt(text, at);
    if (found === undefined) return refuse(`The condition ${text} cannot be read from “${text.slice(at)}” on`, place);
    tokens.push(found);
    at = found.end;
  }
}

const TRUE = /^(?:true|on|yes|!false|!off|!no)$/i;
const FALSE = /^(?:false|off|no|!true|!on|!yes)$/i;
const boolean = (text: string) => (TRUE.test(text) ? true : FALSE.test(text) ? false : undefined);

function numeric(text: string): number | undefined {
  if (/^0x[0-9a-f]+$/i.test(text)) return Number.parseInt(text, 16);
  return /^\s*[-+]?(?:\d+\.?\d*|\.\d+)\s*$/.test(text) ? Number(text) : undefined;
}

/** Numbers first, then booleans, then texts without regard to case. */
function equal(left: string, right: string): boolean {
  if (left === '' || right === '') return left === right;
  for (const read of [numeric, boolean]) {
    const [a, b] = [read(left), read(right)];
    if (a !== undefined && b !== undefined) return a === b;
  }
  return left.toLowerCase() === right.toLowerCase();
}

/** Less than nought when left is less. Numbers, or else versions, of which a number is one with a single part. */
function compare(left: string, right: string): number | undefined {
  const [a, b] = [numeric(left), numeric(right)];
  if (a !== undefined && b !== undefined) return a - b;
  const [v, w] = [left, right].map((text) => DotnetVersion.parse(/^\d+$/.test(text) ? `${text}.0` : text));
  return v === undefined || w === undefined ? undefined : v.compare(w);
}

const ORDERS: Readonly<Record<string, (order: number) => boolean>> = {
  '<': (order) => order < 0,
  '<=': (order) => order <= 0,
  '>': (order) => order > 0,
  '>=': (order) => order >= 0,
};

type Lazy = () => string | boolean;

/**
 * Evaluates a Condition; one that is absent or blank holds. Recursive descent over MSBuild's grammar: or, and, relation,
 * factor. Nothing is expanded that is not needed.
 * @see https://learn.microsoft.com/visualstudio/msbuild/msbuild-conditions
 * @throws UserError `pcbuild/not-understood` for what is not of the grammar, and for text where a truth value is needed.
 */
export function holds(condition: string | undefined, scope: Scope): boolean {
  if (condition === undefined || condition.trim() === '') return true;
  const tokens = tokensOf(condition, scope);
  let next = 0;
  const wrong = (what: string): never => refuse(`The condition ${condition} ${what}`, scope.place);
  const peek = (): Token => tokens[next] ?? { kind: 'end', text: '' };
  const unexpected = (): never => wrong(`has “${peek().text}” where it was not expected`);
  const take = (kind: string): Token | undefined => (peek().kind === kind ? tokens[next++] : undefined);
  const truth = (value: string | boolean): boolean =>
    typeof value === 'boolean' ? value : (boolean(value) ?? wrong(`has “${value}” where it needs true or false`));

  const chain = (word: 'and' | 'or', operand: () => Lazy): Lazy => {
    const first = operand();
    const all = [first];
    while (take(word)) all.push(operand());
    if (all.length === 1) return first;
    return () => (word === 'or' ? all.some((one) => truth(one())) : all.every((one) => truth(one())));
  };
  const or = (): Lazy => chain('or', () => chain('and', relation));
  const relation = (): Lazy => {
    const left = factor();
    const { kind } = peek();
    const orders = ORDERS[kind];
    if (kind !== '==' && kind !== '!=' && orders === undefined) return left;
    next++;
    const right = factor();
    return () => {
      const [a, b] = [String(left()), String(right())];
      if (orders === undefined) return equal(a, b) === (kind === '==');
      return orders(compare(a, b) ?? wrong(`compares “${a}” with “${b}” as numbers`));
    };
  };
  const factor = (): Lazy => {
    const value = take('value');
    if (value !== undefined) {
      if (scope.metadata === undefined && value.text.includes('%('))
        wrong("asks for an item's metadata where there is no item");
      return () => expandFully(value.text, scope);
    }
    const called = take('function');
    if (called !== undefined) return call(called.text);
    if (take('!')) {
      const inner = factor();
      return () => !truth(inner());
    }
    if (!take('(')) return unexpected();
    const inner = or();
    if (!take(')')) unexpected();
    return inner;
  };
  const call = (name: string): Lazy => {
    take('(');
    const { text } = take('value') ?? unexpected();
    if (!take(')')) unexpected();
    const small = name.toLowerCase();
    if (small === 'exists') return () => allExist(text, scope);
    if (small === 'hastrailingslash') return () => /[\\/]$/.test(expandFully(text, scope));
    return wrong(`calls ${name}, which is not known`);
  };
  const result = or();
  if (peek().kind !== 'end') unexpected();
  return truth(result());
}

/** All of a list must exist; an empty one does not. */
function allExist(text: string, scope: Scope): boolean {
  const files = expand(text, scope).split(';');
  const named = files.map((file) => unescapeValue(file).trim()).filter((file) => file !== '');
  const { host } = scope;
  return named.length > 0 && named.every((file) => host.exists(fullPath(file, host.folder)));
}
