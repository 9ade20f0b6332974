import type { Macros } from '../c/declared-macros.ts';
import { lineAt, lineText, wordOffsets } from '../c/lex.ts';
import { cParser } from '../c/parser.ts';
import { readC } from '../c/source.ts';
import { openView, startOf } from '../c/view.ts';
import type { Diagnostic } from '../system/diagnostic.ts';
import { declaredNames } from './edits/keep-branch.ts';
import type { FileFindings } from './file-findings.ts';
import { mapOffset } from './ranges.ts';

/**
 * Local variables that were used before an edit and are only declared, or only assigned, after it: the compiler warns of
 * them under -Wall.
 */
export async function newlyUnused(findings: FileFindings, after: string, macros?: Macros): Promise<Diagnostic[]> {
  const out: Diagnostic[] = [];
  const before = readC(findings.path, findings.text, macros);
  const now = readC(findings.path, after, macros);
  for (const { findings: region } of findings.regions) {
    const touched = region.perAssignment.find((a) => a.sites.length > 0);
    if (touched === undefined) continue;
    const view = openView(await cParser(), before, region.range, touched.assignment);
    const start = mapOffset(region.range.start, findings.edits);
    const end = mapOffset(region.range.end, findings.edits);
    const old = before.visible(touched.assignment).slice(region.range.start, region.range.end);
    const left = now.visible(touched.assignment).slice(start, end);
    for (const node of view.root.descendantsOfType('declaration')) {
      if (node === null || node.parent?.type !== 'compound_statement') continue;
      for (const name of declaredNames(node)) {
        const reads = (text: string) => wordOffsets(text, name).filter((o) => !isWrite(text, o, name)).length;
        // Its own declaration counts as a read in both, unless it has a value.
        const own = isWrite(old, wordOffsets(old, name)[0] ?? 0, name) ? 0 : 1;
        if (wordOffsets(left, name).length === 0 || reads(left) > own || reads(old) <= own) continue;
        const offset = startOf(view, node);
        out.push({
          code: 'patch/unused-variable',
          message: `${name} is not used any more after this change`,
          place: { file: findings.path, line: lineAt(findings.text, offset) },
          detail: [lineText(findings.text, offset)],
          hint: 'the compiler warns of it under -Wall: add an edit that drops it to the recipe',
        });
      }
    }
    view.tree.delete();
  }
  return out;
}

/** Whether the name at the offset is assigned there, and not read. */
function isWrite(text: string, offset: number, name: string): boolean {
  if (!/^\s*=(?!=)/.test(text.slice(offset + name.length, offset + name.length + 20))) return false;
  return /(?:[;{}*]|\b\w+[ \t]+\**)\s*$/.test(text.slice(Math.max(0, offset - 40), offset));
}
