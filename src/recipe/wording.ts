import type { YAMLError } from 'yaml';
import type { z } from 'zod';

interface Words {
  readonly message: string;
  readonly hint: string;
}

/** By the parser's own codes; what is not here is told in its words. */
const YAML = {
  TAB_AS_INDENT: { message: 'a tab is used to indent', hint: 'indent with spaces' },
  BAD_INDENT: {
    message: 'this line is not indented as its neighbours are, or a bracket before it is not closed',
    hint: "give members of one map the same indentation, and close every '[' and '{'",
  },
  BLOCK_AS_IMPLICIT_KEY: {
    message: 'a value starts here where a line with a key should end',
    hint: "put text that contains ': ' in quotes; begin lists and maps on a line of their own",
  },
  MULTILINE_IMPLICIT_KEY: {
    message: "there is a line without ':', or a key that goes over more than one line",
    hint: "write 'key: value' on one line",
  },
  DUPLICATE_KEY: { message: 'this key is there twice', hint: 'remove one of them' },
  MULTIPLE_DOCS: { message: "a second document starts here ('---')", hint: 'write each recipe to a file of its own' },
  BAD_SCALAR_START: {
    message: 'text cannot start with this character unless it is in quotes',
    hint: 'put the text in quotes',
  },
  TAG_RESOLVE_FAILED: { message: "a recipe has no tags ('!…')", hint: 'remove it, or put the text in quotes' },
  BAD_ALIAS: { message: "a name after '*' or '&' is missing", hint: 'put the text in quotes' },
  BAD_DQ_ESCAPE: {
    message: 'there is no such escape in double quotes',
    hint: "double the backslash, or use single quotes: '\\d'",
  },
  BLOCK_IN_FLOW: {
    message: "a list of lines ('- …') or a map of lines is inside of '[…]' or '{…}'",
    hint: 'write the outer one as lines as well',
  },
} satisfies Readonly<Record<string, Words>>;

export function yamlWords(error: Pick<YAMLError, 'code' | 'message'>): Words {
  const own = error.message.split('\n')[0]?.replace(/ at line \d+, column \d+:?$/, '') ?? error.code;
  const words = (YAML as Readonly<Record<string, Words>>)[error.code] ??
    missingChar(error.code, own) ?? { message: own, hint: 'correct the YAML there' };
  return { message: `not valid YAML: ${words.message}`, hint: words.hint };
}

function missingChar(code: string, own: string): Words | undefined {
  if (code !== 'MISSING_CHAR') return undefined;
  const quote = /Missing closing (["'])/.exec(own)?.[1];
  if (quote !== undefined)
    return {
      message: `a text in ${quote}…${quote} has no end`,
      hint: 'close the quotes; where they are part of the text, write it in the other kind of quotes',
    };
  const bracket = /end with an? (.)$|Expected .* to end with (.)$/.exec(own);
  if (bracket !== null) {
    const end = bracket[1] ?? bracket[2] ?? '';
    return { message: `"${end}" is missing`, hint: 'close what was opened before' };
  }
  return /map keys need to be followed by map values/.test(own) ? YAML.MULTILINE_IMPLICIT_KEY : undefined;
}

const KINDS: Readonly<Record<string, string>> = {
  object: "a map ('key: value')",
  record: "a map ('key: value')",
  array: "a list ('- …' or '[…]')",
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  null: 'empty',
};
const kind = (name: string) => KINDS[name] ?? name;

function kindOf(value: unknown): string {
  if (value === null || value === undefined) return kind('null');
  if (Array.isArray(value)) return "a list ('- …' or '[…]')";
  if (typeof value === 'boolean') return `${value}, without quotes`;
  if (typeof value === 'number') return `the number ${value}`;
  return typeof value === 'object' ? "a map ('key: value')" : 'text';
}

/**
 * What is wrong with a value, after the value's name: "must be a list, and is text".
 * @param value what stands there.
 */
export function issueWords(issue: z.core.$ZodIssue, value: unknown): { message: string; hint?: string | undefined } {
  switch (issue.code) {
    case 'invalid_type': {
      const quote = issue.expected === 'string' && (typeof value === 'number' || typeof value === 'boolean');
      return {
        message: ` must be ${kind(issue.expected)}, and is ${kindOf(value)}`,
        hint: quote ? `put it in quotes: "${value}"` : undefined,
      };
    }
    case 'invalid_value':
      return { message: ` must be one of ${issue.values.join(', ')}` };
    case 'invalid_union':
      if (issue.errors.length > 0) {
        const expected = issue.errors
          .flat()
          .flatMap((inner) => (inner.code === 'invalid_type' ? [inner.expected] : []));
        if (expected.length === issue.errors.length)
          return { message: ` must be ${[...new Set(expected)].map(kind).join(' or ')}, and is ${kindOf(value)}` };
        return { message: `: ${[...new Set(issue.errors.flat().map((inner) => inner.message))].join('; or ')}` };
      }
      return { message: ` must be one of ${optionsOf(issue)}` };
    case 'invalid_key':
      return { message: `: ${issue.issues[0]?.message ?? 'no such name is allowed'}` };
    default:
      return { message: `: ${issue.message}` };
  }
}

function optionsOf(issue: object): string {
  const options = 'options' in issue && Array.isArray(issue.options) ? issue.options : [];
  return options.length > 0 ? options.join(', ') : 'enum, int, bool';
}
