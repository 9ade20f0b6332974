import {
  conditionAt,
  type Definition,
  definitionsOf,
  isIncludeGuard,
  isNeverTaken,
  withCommentsAbove,
} from '../../c/definitions.ts';
import { lineEnd, lineStart, newlineAt, tokens, withNewlines } from '../../c/lex.ts';
import { parseC } from '../../c/parser.ts';
import { CSource } from '../../c/source.ts';
import { codeChildren } from '../../c/view.ts';
import { BadPattern, type Reader, settingsOf } from '../pattern.ts';
import { type Beside, describePlace } from './beside.ts';
import { rangesOf, type TextFinding, type TextPlace } from './text.ts';

/** A function or a declaration that a recipe brings. */
export interface NewFunction {
  readonly text: string;
  readonly name: string;
  readonly isDefinition: boolean;
  readonly isStatic: boolean;
}

/**
 * Reads a whole function, or one declaration, under every setting of its `#if`s.
 * @throws BadPattern when it is something else.
 */
export function readFunction({ parser, macros }: Reader, given: string): NewFunction {
  const text = given.trim();
  const source = new CSource('', `${text}\n`, macros);
  if (source.conditionals.unbalanced.length > 0) throw new BadPattern('an #if, #else or #endif has no partner');
  const found = new Set<string>();
  for (const assignment of settingsOf(source)) {
    const tree = parseC(parser, source.mask(assignment));
    const kinds = codeChildren(tree.rootNode).map((node) => node.type);
    const wrong =
      tree.rootNode.hasError ||
      !kinds.every((kind) => /^(?:function_definition|declaration|expression_statement)$/.test(kind));
    tree.delete();
    if (wrong) throw new BadPattern('the text cannot be read as C');
    for (const unit of source.units(assignment)) found.add(unit.keys[0] ?? '');
  }
  const [key = ''] = found;
  const [, called = ''] = /^(?:decl |var )?(\w+)(?:\(.*\))?$/.exec(key) ?? [];
  const docstring = /^PyDoc_\w+$/.test(called) ? /\bPyDoc_\w+\s*\(\s*(\w+)/.exec(text)?.[1] : undefined;
  const name = docstring ?? called;
  const [definition] = found.size === 1 ? definitionsOf(source, name) : [];
  if (definition === undefined)
    throw new BadPattern('the text is not one function, nor one declaration', 'write an edit for each of them');
  const isDefinition = definition.kind === 'function' || definition.kind === 'variable';
  return { text, name, isDefinition, isStatic: definition.isStatic };
}

/** The name that must not be there already. */
export const newName = ({ name, isStatic, isDefinition }: NewFunction): string | undefined =>
  isDefinition && !isStatic ? name : undefined;

/** Where a function goes in: beside another, outside of all `#if`s around that one, or at an end of the file. */
export function findFunctionPlace(source: CSource, added: NewFunction, where: Beside): TextFinding {
  const { text } = source;
  const there = rangesOf(text, added.text);
  const isSame = (d: Definition) => there.some((r) => r.start <= d.start && d.end <= r.end);
  const known = definitionsOf(source, added.name);
  const same = known.filter(isSame);
  const hidden = same.find((d) => conditionAt(source, d.at) !== undefined);
  if (hidden !== undefined) return problem(hidden.at, `${added.name} is there under an #if only`);
  if (same.length > 0) return { places: [], done: same.map((d) => d.start) };
  const anchor = where.before ?? where.after;
  const all = anchor === undefined ? [] : definitionsOf(source, anchor).filter((d) => d.kind !== 'macro');
  const bodies = all.filter((d) => d.kind !== 'declaration');
  const anchors = bodies.length > 0 ? bodies : all;
  if (anchor !== undefined && anchors.length === 0) return { places: [], done: [] };
  const other = known.find((d) => added.isDefinition === (d.kind !== 'declaration') || d.kind === 'macro');
  if (other !== undefined) {
    const how = added.isDefinition ? 'defined' : 'declared';
    return problem(other.at, `${added.name} is ${how} here already, and not as the recipe says`);
  }
  if (where.at === 'start') return atStart(source, added);
  if (where.at === 'end') return atEnd(source, added);
  const places = new Map<number, TextPlace>();
  for (const found of anchors) {
    const group = conditionAt(source, found.at);
    const assignment = source.assignmentFor(found.at) ?? new Map();
    const whole = source.regionAt(found.at, assignment);
    const [start, end] = [
      Math.min(whole.start, group?.start ?? whole.start),
      Math.max(whole.end, group?.end ?? whole.end),
    ];
    const close = found.kind === 'declaration' && !added.isDefinition;
    const outside = group === undefined ? '' : `, outside of the #if around it`;
    const place =
      where.before !== undefined
        ? above(source, withCommentsAbove(source, start), added, close)
        : below(source, lastOfLine(text, end), added, close);
    places.set(place.start, { ...place, decision: `${added.name} is added ${describePlace(where)}${outside}` });
  }
  return { places: [...places.values()], done: [] };
}

const problem = (offset: number, message: string): TextFinding => ({
  places: [],
  done: [],
  problem: { offset, message },
});

/** The end of the line of a unit's last character, or of the line before its `#endif`'s end. */
function lastOfLine(text: string, end: number): number {
  return text[end - 1] === '\n' ? lineEnd(text, lineStart(text, end - 1)) : lineEnd(text, end);
}

function above({ text }: CSource, offset: number, added: NewFunction, close: boolean): TextPlace {
  const at = lineStart(text, offset);
  const newline = newlineAt(text, at);
  const replacement = withNewlines(`${added.text}\n${close ? '' : '\n'}`, newline);
  return { start: at, end: at, replacement, decision: '', beside: true };
}

function below({ text }: CSource, at: number, added: NewFunction, close: boolean): TextPlace {
  const newline = newlineAt(text, at);
  const replacement = withNewlines(`${close ? '\n' : '\n\n'}${added.text}`, newline);
  return { start: at, end: at, replacement, decision: '', beside: true };
}

/** After the last `#include` before the first code. */
function atStart(source: CSource, added: NewFunction): TextFinding {
  const { text } = source;
  const first = source.units(new Map())[0]?.start ?? text.length;
  const isInclude = ([start]: readonly [number, number]) =>
    /^[ \t]*#[ \t]*include\b/.test(text.slice(start, start + 200));
  const last = source.conditionals.directives.filter(([start]) => start < first).findLast(isInclude);
  if (last === undefined) return problem(0, 'no #include stands before the first code');
  const end = conditionAt(source, last[0])?.end ?? last[1];
  if (end > first) return problem(last[0], 'the #if around the last #include goes on to code');
  const place = below(source, lastOfLine(text, end), added, false);
  const isFollowed = /^\r?\n[ \t]*\S/.test(text.slice(place.start));
  const replacement = isFollowed ? place.replacement + newlineAt(text, place.start) : place.replacement;
  return { places: [{ ...place, replacement, decision: `${added.name} is added after the last #include` }], done: [] };
}

/** At the end of the file; of a header, inside of its include guard. */
function atEnd(source: CSource, added: NewFunction): TextFinding {
  const { text } = source;
  const { groups } = source.conditionals;
  const guard = groups.find((g) => isIncludeGuard(source, g) && isBlank(text, g.end, text.length));
  let end = guard?.endifStart ?? text.length;
  for (let grown = true; grown; ) {
    const closer = groups.find((g) => isNeverTaken(g) && g.end <= end && isBlank(text, g.end, end));
    grown = closer !== undefined;
    end = closer?.start ?? end;
  }
  const decision = `${added.name} is added at the end`;
  const lead = text.slice(0, end).trimEnd().length;
  if (lead === 0) return problem(0, 'the file is empty');
  const at = lineEnd(text, Math.max(0, lead - 1));
  return { places: [{ ...below(source, at, added, false), decision }], done: [] };
}

const isBlank = (text: string, from: number, to: number): boolean =>
  [...tokens(text, from, to)].every((t) => t.kind === 'comment');
