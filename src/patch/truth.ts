import type { Node } from '../c/parser.ts';
import { isMaybeType } from '../c/precedence.ts';
import { codeChildren } from '../c/view.ts';
import { matchCondition } from './match.ts';
import { type Bindings, type Pattern, unwrapped } from './pattern.ts';

/** What is known of a condition when the pattern's value is known. */
export interface Truth {
  /** `undefined`: not decided by what is known. */
  readonly value: boolean | undefined;
  /** Parts that would have been evaluated and do something: they would be lost with the condition. */
  readonly effects: readonly Node[];
  readonly bindings: Bindings | undefined;
}

/** Calls that only look: macros of CPython's that read an object. */
const PURE_CALL = /^(?:_?Py\w+_Check(?:Exact)?|_?Py_?(?:SIZE|TYPE|REFCNT|IS_TYPE|Is\w*)|\w+_GET_SIZE|sizeof|offsetof)$/;
const HINT = /^(?:_?Py_)?(?:UN)?LIKELY$|^(?:un)?likely$/i;

/**
 * Parts of an expression whose evaluation may change something.
 * @param pure functions that the recipe knows to have no effect.
 */
export function effectsOf(node: Node, pure: ReadonlySet<string> = new Set()): Node[] {
  if (node.type === 'assignment_expression' || node.type === 'update_expression') return [node];
  // `(next()) & 3` is read as a cast of `&3`.
  const maybeCall =
    node.type === 'type_descriptor' && isMaybeType(node) ? /^(\w+)\s*\(/.exec(node.text)?.[1] : undefined;
  if (maybeCall !== undefined && !PURE_CALL.test(maybeCall) && !pure.has(maybeCall)) return [node];
  if (node.type === 'call_expression') {
    const called = node.childForFieldName('function')?.text ?? '';
    if (!PURE_CALL.test(called) && !pure.has(called)) return [node];
  }
  return codeChildren(node).flatMap((child) => effectsOf(child, pure));
}

/** Folds a condition three-valued through `&&`, `||`, `!`, parentheses and branch hints. */
export function evaluateCondition(
  condition: Node,
  pattern: Pattern,
  is: boolean,
  pure: ReadonlySet<string> = new Set(),
): Truth {
  const node = unwrapped(condition);
  const hit = matchCondition(pattern, node);
  if (hit !== undefined) return { value: hit.same ? is : !is, effects: [], bindings: hit.bindings };
  const children = codeChildren(node);
  if (node.type === 'unary_expression' && children[0]?.text === '!' && children[1] !== undefined) {
    const inner = evaluateCondition(children[1], pattern, is, pure);
    return { ...inner, value: inner.value === undefined ? undefined : !inner.value };
  }
  if (node.type === 'call_expression' && HINT.test(node.childForFieldName('function')?.text ?? '')) {
    const args = codeChildren(node.childForFieldName('arguments') ?? node).filter((c) => c.isNamed);
    if (args.length === 1 && args[0] !== undefined) return evaluateCondition(args[0], pattern, is, pure);
  }
  const operator = children[1]?.text;
  if (node.type === 'binary_expression' && (operator === '&&' || operator === '||')) {
    const left = evaluateCondition(children[0] as Node, pattern, is, pure);
    const right = evaluateCondition(children[2] as Node, pattern, is, pure);
    const decisive = operator === '||';
    const bindings = left.bindings ?? right.bindings;
    if (left.value === decisive) return { value: decisive, effects: left.effects, bindings: left.bindings };
    const effects = [...left.effects, ...right.effects];
    if (right.value === decisive) return { value: decisive, effects, bindings: right.bindings };
    if (left.value !== undefined && right.value !== undefined) return { value: !decisive, effects, bindings };
    return { value: undefined, effects, bindings };
  }
  return { value: undefined, effects: effectsOf(node, pure), bindings: undefined };
}
