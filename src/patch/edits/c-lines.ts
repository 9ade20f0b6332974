import { findConditionals } from '../../c/conditionals.ts';
import { codeTokens } from '../../c/lex.ts';
import type { Parser } from '../../c/parser.ts';
import { type CSource, readC } from '../../c/source.ts';
import { openView } from '../../c/view.ts';
import { applyEdits, mapOffset } from '../ranges.ts';
import type { TextFinding, TextPlace } from './text.ts';

/**
 * Whole lines of C are added outside of functions only, and only directives and comments are taken out: for code in functions, and
 * for what may be used, there are edits that look. What cannot be read as C afterwards is refused.
 */
export function inLinesOfC(parser: Parser, path: string, text: string, finding: TextFinding): TextFinding {
  if (!/\.[ch]$/.test(path) || finding.places.length === 0) return finding;
  const source = readC(path, text);
  const after = readC(path, applyEdits(text, finding.places));
  const wrong = (place: TextPlace): string | undefined => {
    const { start, end, replacement } = place;
    const gone = text.slice(start, end);
    if ([gone, replacement].some((lines) => findConditionals(lines).unbalanced.length > 0))
      return 'the lines have a part of an #if only';
    if (codeTokens(gone.replace(/^[ \t]*#(?:\\\r?\n|[^\n])*/gm, '')).length > 0)
      return 'there is code in the lines: drop-statement, drop-field or drop-function take that out';
    const assignment = source.assignmentFor(start);
    const unit = assignment && source.units(assignment).find((u) => u.start < start && start < u.end);
    if (unit?.isFunction) return 'this is inside of a function: insert and rewrite change that';
    const before = finding.places.filter((p) => p !== place && p.end <= start);
    const now = errorsAt(parser, after, mapOffset(start, before));
    return now > errorsAt(parser, source, start) ? 'the code would not be C any more' : undefined;
  };
  for (const place of finding.places) {
    const message = wrong(place);
    if (message !== undefined) return { ...finding, problem: { offset: place.start, message } };
  }
  return finding;
}

/** How much around an offset cannot be read as C, under the `#if`s that let it be seen. */
export function errorsAt(parser: Parser, source: CSource, offset: number): number {
  const assignment = source.assignmentFor(offset);
  if (assignment === undefined) return 0;
  const view = openView(parser, source, source.regionAt(offset, assignment), assignment);
  view.tree.delete();
  return view.errors.length;
}
