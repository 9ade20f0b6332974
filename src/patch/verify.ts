import type { Assignment } from '../c/condition.ts';
import type { Macros } from '../c/declared-macros.ts';
import { codeTokens, lineAt, lineText } from '../c/lex.ts';
import { cParser, type Parser } from '../c/parser.ts';
import { type Range, readC } from '../c/source.ts';
import { openView, startOf } from '../c/view.ts';
import type { Diagnostic } from '../system/diagnostic.ts';
import { placeAt } from './edits/text.ts';
import type { FileFindings } from './file-findings.ts';
import { formatOf } from './parts/index.ts';
import { applyEdits, mapOffset } from './ranges.ts';
import { describeAssignment } from './region.ts';

/** What cannot be read any more as the Python, XML or make that it was. */
function tornByEdit({ path, text, edits }: FileFindings, after: string): Diagnostic | undefined {
  const format = formatOf(path);
  const now = format?.torn(after);
  if (now === undefined || format?.torn(text) !== undefined) return undefined;
  const edit = edits.find((e) => mapOffset(e.end, edits) >= now.offset) ?? edits.at(-1);
  return {
    code: 'patch/breaks-file',
    message: `the file could not be read any more: ${now.why} (line ${lineAt(after, now.offset)} afterwards)`,
    place: placeAt(path, text, edit?.start ?? 0),
    detail: [lineText(after, now.offset)],
    hint: edit === undefined ? 'correct the edit' : `correct edit ${edit.edit + 1}: nothing was written`,
  };
}

/** What of a region could not be read before it was edited. */
function errorTexts(
  parser: Parser,
  { path, text }: FileFindings,
  range: Range,
  assignment: Assignment,
  macros: Macros | undefined,
): string[] {
  const view = openView(parser, readC(path, text, macros), range, assignment);
  const texts = view.errors.map((e) => e.text);
  view.tree.delete();
  return texts;
}

/**
 * Proves that the edited text is, under every assignment of the `#if`s that were touched, exactly the code that the edits
 * meant there, and that it can be read as C.
 */
export async function verifyCode(findings: FileFindings, after: string, macros?: Macros): Promise<Diagnostic[]> {
  const torn = tornByEdit(findings, after);
  if (torn !== undefined) return [torn];
  const regions = findings.regions.filter((r) => r.findings.perAssignment.some((a) => a.sites.length > 0));
  if (regions.length === 0) return [];
  const parser = await cParser();
  const source = readC(findings.path, after, macros);
  const problems: Diagnostic[] = [];
  const say = (offset: number, code: string, message: string) =>
    problems.push({
      code: `patch/${code}`,
      message,
      place: { file: findings.path, line: lineAt(findings.text, offset) },
      detail: [lineText(findings.text, offset)],
      hint: 'this shape needs a person: nothing was written',
    });
  if (source.conditionals.unbalanced.length > 0) say(0, 'unbalanced-result', 'the edit would tear an #if apart');
  // What edits of text and inserted lines make is not among the tokens that are expected: both are looked at without it.
  const own = findings.edits.filter((e) => e.ofTokens === true);
  const alone = readC(
    findings.path,
    own.length === findings.edits.length ? after : applyEdits(findings.text, own),
    macros,
  );
  for (const { findings: region, merged } of regions) {
    const start = mapOffset(region.range.start, findings.edits);
    const end = mapOffset(region.range.end, findings.edits);
    const [from, to] = [mapOffset(region.range.start, own), mapOffset(region.range.end, own)];
    const first = region.perAssignment.flatMap((a) => a.sites)[0]?.extent.start ?? region.range.start;
    region.perAssignment.forEach(({ assignment }, index) => {
      const when = describeAssignment(assignment);
      const is = codeTokens(alone.visible(assignment), from, to);
      const wanted = merged.expected[index] ?? [];
      if (is.length !== wanted.length || is.some((t, i) => t !== wanted[i])) {
        say(first, 'depends-on-if', `the change cannot be made so that it is right${when || ' with every #if'}`);
        return;
      }
      const view = openView(parser, source, { start, end }, assignment);
      // What could not be read before, apart from the code that is edited, is no worse.
      const known =
        view.errors.length === 0 ? undefined : errorTexts(parser, findings, region.range, assignment, macros);
      // Each of them once: the same words at a second place are the edit's doing.
      const isKnown = (text: string) => {
        const at = known?.indexOf(text) ?? -1;
        return at >= 0 && known?.splice(at, 1) !== undefined;
      };
      const error = view.errors.find((e) => !isKnown(e.text));
      if (error !== undefined) {
        const line = lineAt(after, startOf(view, error));
        say(first, 'breaks-code', `the code would not be C any more${when} (line ${line} afterwards)`);
      }
      view.tree.delete();
    });
  }
  return problems;
}
