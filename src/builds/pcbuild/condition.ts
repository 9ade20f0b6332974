import { closingParenthesis } from './brackets.ts';
import { DotnetVersion } from './dotnet-values.ts';
import { unescapeValue } from './escape.ts';
import { expand, expandFully } from './expand.ts';
import { refuse } from './refuse.ts';
import type { Scope } from './scope.ts';
import { fullPath } from './static-functions.ts';

type Kind = 'value' | 'function' | '(' | ')' | ',' | '!' | 'and' | 'or' | '==' | '!=' | '<' | '<=' | '>' | '>=' | 'end';

interface Token {
  readonly kind: Kind;
  /** Of a value: not expanded, without its quotes. */
  readonly text: string;
}

const NUMBER = /^(?:0x[0-9a-f]+|[-+]?(?:\d+\.?\d*|\.\d+))(?![\w.])/i;
const WORD = /^[A-Za-z_]\w*/;
const OPERATOR = /^(?:==|!=|<=|>=|[<>!(),])/;

/** The end of a quoted text; lists, properties and metadata in it may have quotes of their own. */
function quoteEnd(text: string, open: number): number {
  for (let at = open + 1; at < text.length; at++) {
    if (text[at] === "'") return at;
    if ((text[at] === '$' || text[at] === '@' || text[at] === '%') && text[at + 1] === '(') {
      const end = closingParenthesis(text, at + 1);
      if (end > 0) at = end;
    }
  }
  return -1;
}

function tokenAt(text: string, at: number): { readonly token: Token; readonly end: number } | undefined {
  const rest = text.slice(at);
  const value = (end: number, from = at, to = end) =>
    ({ token: { kind: 'value', text: text.slice(from, to) }, end }) as const;
  if (rest.startsWith("'")) {
    const end = quoteEnd(text, at);
    return end < 0 ? undefined : value(end + 1, at + 1, end);
  }
  if (/^[$@%]\(/.test(rest)) {
    const end = closingParenthesis(text, at + 1);
    return end < 0 ? undefined : value(end + 1);
  }
  const number = NUMBER.exec(rest)?.[0];
  if (number !== undefined) return value(at + number.length);
  const word = WORD.exec(rest)?.[0];
  if (word !== undefined) {
    const end = at + word.length;
    const small = word.toLowerCase();
    if (small === 'and' || small === 'or') return { token: { kind: small, text: word }, end };
    return /^\s*\(/.test(text.slice(end)) ? { token: { kind: 'function', text: word }, end } : value(end);
  }
  const operator = OPERATOR.exec(rest)?.[0];
  return operator === undefined
    ? undefined
    : { token: { kind: operator as Kind, text: operator }, end: at + operator.length };
}

function tokensOf(text: string, scope: Scope): readonly Token[] {
  const tokens: Token[] = [];
  for (let at = 0; ; ) {
    at += /^\s*/.exec(text.slice(at))?.[0].length ?? 0;
    if (at === text.length) return [...tokens, { kind: 'end', text: '' }];
    const found = tokenAt(text, at);
    if (found === undefined)
      return refuse(`The condition ${text} cannot be read from “${text.slice(at)}” on`, scope.place);
    tokens.push(found.token);
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
  const numbers = [numeric(left), numeric(right)];
  if (!numbers.includes(undefined)) return numbers[0] === numbers[1];
  const booleans = [boolean(left), boolean(right)];
  if (!booleans.includes(undefined)) return booleans[0] === booleans[1];
  return left.toLowerCase() === right.toLowerCase();
}

/** Less than nought when left is less. Numbers, or else versions, of which a number is one with a single part. */
function compare(left: string, right: string, condition: string, scope: Scope): number {
  const numbers = [numeric(left), numeric(right)];
  if (!numbers.includes(undefined)) return (numbers[0] ?? 0) - (numbers[1] ?? 0);
  const versions = [left, right].map((text) => DotnetVersion.parse(/^\d+$/.test(text) ? `${text}.0` : text));
  const [a, b] = versions;
  if (a === undefined || b === undefined)
    return refuse(`The condition ${condition} compares “${left}” with “${right}” as numbers`, scope.place);
  return a.compare(b);
}

/** Recursive descent over MSBuild's grammar: or, and, relation, factor. Nothing is expanded that is not needed. */
class Reader {
  private readonly tokens: readonly Token[];
  private readonly condition: string;
  private readonly scope: Scope;
  private next = 0;

  constructor(condition: string, scope: Scope) {
    this.condition = condition;
    this.scope = scope;
    this.tokens = tokensOf(condition, scope);
  }

  whole(): boolean {
    const result = this.or();
    if (this.peek().kind !== 'end') this.unexpected();
    return this.truth(result());
  }

  private peek(): Token {
    return this.tokens[this.next] ?? { kind: 'end', text: '' };
  }

  private take(kind: Kind): Token | undefined {
    const token = this.peek();
    if (token.kind !== kind) return undefined;
    this.next++;
    return token;
  }

  private unexpected(): never {
    return refuse(
      `The condition ${this.condition} has “${this.peek().text}” where it was not expected`,
      this.scope.place,
    );
  }

  private truth(value: string | boolean): boolean {
    if (typeof value === 'boolean') return value;
    return (
      boolean(value) ??
      refuse(`The condition ${this.condition} has “${value}” where it needs true or false`, this.scope.place)
    );
  }

  private or(): () => string | boolean {
    let left = this.and();
    while (this.take('or')) {
      const [a, b] = [left, this.and()];
      left = () => this.truth(a()) || this.truth(b());
    }
    return left;
  }

  private and(): () => string | boolean {
    let left = this.relation();
    while (this.take('and')) {
      const [a, b] = [left, this.relation()];
      left = () => this.truth(a()) && this.truth(b());
    }
    return left;
  }

  private relation(): () => string | boolean {
    const left = this.factor();
    const { kind } = this.peek();
    if (!['==', '!=', '<', '<=', '>', '>='].includes(kind)) return left;
    this.next++;
    const right = this.factor();
    const text = (value: string | boolean) => (typeof value === 'string' ? value : String(value));
    const order = () => compare(text(left()), text(right()), this.condition, this.scope);
    switch (kind) {
      case '==':
        return () => equal(text(left()), text(right()));
      case '!=':
        return () => !equal(text(left()), text(right()));
      case '<':
        return () => order() < 0;
      case '<=':
        return () => order() <= 0;
      case '>':
        return () => order() > 0;
      default:
        return () => order() >= 0;
    }
  }

  private factor(): () => string | boolean {
    const value = this.take('value');
    if (value !== undefined) {
      if (this.scope.metadata === undefined && value.text.includes('%('))
        refuse(`The condition ${this.condition} asks for an item's metadata where there is no item`, this.scope.place);
      return () => expandFully(value.text, this.scope);
    }
    const called = this.take('function');
    if (called !== undefined) return this.call(called.text);
    if (this.take('!')) {
      const inner = this.factor();
      return () => !this.truth(inner());
    }
    if (!this.take('(')) return this.unexpected();
    const inner = this.or();
    if (!this.take(')')) this.unexpected();
    return inner;
  }

  private call(name: string): () => boolean {
    this.take('(');
    const arg = this.take('value') ?? this.unexpected();
    if (!this.take(')')) this.unexpected();
    switch (name.toLowerCase()) {
      case 'exists':
        return () => this.exist(arg.text);
      case 'hastrailingslash':
        return () => /[\\/]$/.test(expandFully(arg.text, this.scope));
      default:
        return refuse(`The condition ${this.condition} calls ${name}, which is not known`, this.scope.place);
    }
  }

  /** All of a list must exist; an empty one does not. */
  private exist(text: string): boolean {
    const files = expand(text, this.scope)
      .split(';')
      .map((file) => unescapeValue(file).trim())
      .filter((file) => file !== '');
    const { host } = this.scope;
    return files.length > 0 && files.every((file) => host.exists(fullPath(file, host.folder)));
  }
}

/**
 * Evaluates a Condition; one that is absent or blank holds.
 * @see https://learn.microsoft.com/visualstudio/msbuild/msbuild-conditions
 * @throws UserError `pcbuild/not-understood` for what is not of the grammar, and for text where a truth value is needed.
 */
export function holds(condition: string | undefined, scope: Scope): boolean {
  return condition === undefined || condition.trim() === '' || new Reader(condition, scope).whole();
}
