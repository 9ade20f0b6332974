import type { Node } from './parser.ts';

/** How tightly an expression holds together: a higher level needs parentheses in fewer places. */
export const LEVEL = {
  any: 0,
  comma: 1,
  assignment: 2,
  conditional: 3,
  cast: 14,
  unary: 15,
  postfix: 16,
  primary: 17,
} as const;

const BINARY: Readonly<Record<string, number>> = {
  ...{ '||': 4, '&&': 5, '|': 6, '^': 7, '&': 8, '==': 9, '!=': 9, '<': 10, '>': 10, '<=': 10, '>=': 10 },
  ...{ '<<': 11, '>>': 11, '+': 12, '-': 12, '*': 13, '/': 13, '%': 13 },
};

const KINDS: Readonly<Record<string, number>> = {
  comma_expression: LEVEL.comma,
  assignment_expression: LEVEL.assignment,
  conditional_expression: LEVEL.conditional,
  cast_expression: LEVEL.cast,
  unary_expression: LEVEL.unary,
  pointer_expression: LEVEL.unary,
  update_expression: LEVEL.unary,
  sizeof_expression: LEVEL.unary,
  alignof_expression: LEVEL.unary,
  offsetof_expression: LEVEL.postfix,
  call_expression: LEVEL.postfix,
  subscript_expression: LEVEL.postfix,
  field_expression: LEVEL.postfix,
  compound_literal_expression: LEVEL.postfix,
};

const WHOLE =
  /^(?:identifier|(?:field|type|statement)_identifier|(?:number|string|char)_literal|concatenated_string|parenthesized_expression|null|true|false|type_descriptor|primitive_type|sized_type_specifier|struct_specifier)$/;

/** The level of an expression; what is not known holds together less than all that is. */
export function levelOf(node: Node): number {
  let level = levelAt(node) ?? LEVEL.any;
  // Where the grammar reads a type's name as a value, or the other way round, the outermost is not what it seems.
  for (let n = node.firstChild; n !== null; n = n.firstChild) level = Math.min(level, levelAt(n) ?? level);
  return level;
}

/** Whether an expression may be another one for the compiler, which knows what is a type: `(a) -b * c`, `(a)(b)->c`. */
export const isAmbiguous = (node: Node): boolean => levelOf(node) < (asRead(node) ?? LEVEL.any);

function levelAt(node: Node): number | undefined {
  const of = (field: string) => node.childForFieldName(field);
  // `(a) -b` is a cast or a difference, `(a)(b)` a cast or a call.
  if (node.type === 'cast_expression' && isMaybeType(of('type')))
    return BINARY[/^(?:&&|.)/.exec(of('value')?.text ?? '')?.[0] ?? ''] ?? LEVEL.cast;
  const called = node.type === 'call_expression' ? of('function') : null;
  if (called?.type === 'parenthesized_expression' && isName(called.namedChild(0))) return LEVEL.cast;
  if (node.type === 'number_literal' && /^[-+]/.test(node.text)) return LEVEL.unary;
  return asRead(node);
}

function asRead(node: Node): number | undefined {
  if (node.type === 'binary_expression') return BINARY[node.childForFieldName('operator')?.text ?? ''];
  return KINDS[node.type] ?? (WHOLE.test(node.type) ? LEVEL.primary : undefined);
}

/** Whether what the grammar reads as a type may be a value in parentheses: `(a)`, `(f())`, `(t[1])`. */
export const isMaybeType = (type: Node | null): boolean =>
  type?.namedChild(0)?.type === 'type_identifier' && !type.text.endsWith('*');

const isName = (node: Node | null): boolean => /^(?:identifier|type_identifier)$/.test(innermost(node)?.type ?? '');
const innermost = (node: Node | null): Node | null => (node?.childCount === 1 ? innermost(node.firstChild) : node);

/** Names of macros by custom. */
const MACRO = /^(?:_?Py\w*_)?_?[A-Z][A-Z0-9_]*$/;
export const isMacroName = (name: string): boolean => MACRO.test(name);
/** CPython's functions by custom; its macros of this form put their arguments in parentheses. */
const FUNCTION = /^_?Py[A-Z]\w*_[A-Z][a-z]\w*$/;

/**
 * The least level that an expression must have to stand where a node stands without parentheses.
 * @param isFunction whether what is called by a name is no macro, which may put its arguments in as they are.
 */
export function roomFor(node: Node, isFunction = (name: string) => !MACRO.test(name)): number {
  const parent = node.parent;
  if (parent === null) return LEVEL.primary;
  const is = (field: string) => parent.childForFieldName(field)?.id === node.id;
  switch (parent.type) {
    case 'parenthesized_expression':
    case 'return_statement':
    case 'expression_statement':
    case 'for_statement':
      return LEVEL.comma;
    case 'argument_list': {
      const called = parent.parent?.childForFieldName('function')?.text ?? '';
      return FUNCTION.test(called) || isFunction(called) ? LEVEL.assignment : LEVEL.postfix;
    }
    case 'assignment_expression':
      return is('left') ? LEVEL.unary : LEVEL.assignment;
    case 'conditional_expression':
      if (is('condition')) return LEVEL.conditional + 1;
      return is('consequence') ? LEVEL.comma : LEVEL.conditional;
    case 'binary_expression': {
      // Its own operator stands beside it, whatever the rest of the other operand is.
      const level = asRead(parent) ?? LEVEL.primary;
      return is('left') ? level : level + 1;
    }
    case 'comma_expression':
      return is('left') ? LEVEL.comma : LEVEL.assignment;
    case 'unary_expression':
    case 'pointer_expression':
    case 'cast_expression':
      return LEVEL.cast;
    case 'sizeof_expression':
      return LEVEL.unary;
    case 'subscript_expression':
      return is('index') ? LEVEL.comma : LEVEL.postfix;
    case 'init_declarator':
    case 'initializer_list':
    case 'initializer_pair':
      return LEVEL.assignment;
    case 'case_statement':
    case 'enumerator':
      return is('value') ? LEVEL.conditional : LEVEL.primary;
    case 'field_expression':
    case 'call_expression':
    case 'update_expression':
      return LEVEL.postfix;
    default:
      return LEVEL.primary;
  }
}

/** Whether a node inside of another is evaluated only sometimes when that one is: behind `&&`, in `?:`, in `sizeof`. */
export function isConditional(node: Node, within: Node): boolean {
  for (let n: Node = node; n.id !== within.id && n.parent !== null; n = n.parent) {
    const parent: Node = n.parent;
    const is = (field: string) => parent.childForFieldName(field)?.id === n.id;
    if (parent.type === 'binary_expression' && /^(?:&&|\|\|)$/.test(parent.childForFieldName('operator')?.text ?? '')) {
      if (is('right')) return true;
    } else if (parent.type === 'conditional_expression') {
      if (!is('condition')) return true;
    } else if (/^(?:sizeof|alignof|offsetof)_expression$/.test(parent.type)) return true;
    else if (/^(?:if|while|for|do|switch|case|labeled|goto)_statement$|^else_clause$/.test(parent.type)) {
      if (!(is('condition') && /^(?:if|switch)_statement$/.test(parent.type))) return true;
    }
  }
  return false;
}
