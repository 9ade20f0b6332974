import { lineAt, lineText } from '../c/lex.ts';
import { cParser } from '../c/parser.ts';
import { readC } from '../c/source.ts';
import type { Diagnostic } from '../system/diagnostic.ts';
import type { CompiledEdit } from './compile.ts';
import { placeAt } from './edits/text.ts';
import { type MergedRegion, mergeRegion } from './merge.ts';
import { settle, type TextEdit } from './ranges.ts';
import { findInSource, type RegionFindings } from './region.ts';
import type { FinderContext, Site } from './site.ts';
import { textEdits } from './tidy.ts';

export interface Match {
  readonly edit: number;
  readonly offset: number;
  readonly line: number;
  readonly text: string;
  readonly decision: string;
  /** Already as the edit would make it. */
  readonly done: boolean;
  /** As it might be before the edit as well. */
  readonly unclear?: boolean | undefined;
  /** Code like what the edit makes. */
  readonly noted?: boolean | undefined;
}

export interface FileFindings {
  readonly path: string;
  readonly text: string;
  readonly matches: readonly Match[];
  readonly edits: readonly TextEdit[];
  readonly problems: readonly Diagnostic[];
  readonly warnings?: readonly Diagnostic[];
  /** Names that are taken to be no macros that fall apart, with a place where it matters. */
  readonly taken?: ReadonlyMap<string, number>;
  /** The file is not there yet. */
  readonly is?: 'made' | undefined;
  readonly regions: readonly { readonly findings: RegionFindings; readonly merged: MergedRegion }[];
}

/** Looks for every edit in a file. Nothing is changed. */
export async function findInFile(
  path: string,
  text: string,
  edits: readonly CompiledEdit[],
  context: FinderContext,
): Promise<FileFindings> {
  const mine = edits.filter((e) => e.concerns(path));
  const matches: Match[] = [];
  const wanted: TextEdit[] = [];
  const problems: Diagnostic[] = [];
  const warnings: Diagnostic[] = [];
  const taken = new Map<string, number>();
  const match = (edit: number, offset: number, decision: string, is: Pick<Site, 'done' | 'unclear' | 'noted'>) => {
    const { done = false, unclear, noted } = is;
    const line = lineAt(text, offset);
    matches.push({ edit, offset, line, text: lineText(text, offset), decision, done, unclear, noted });
  };

  for (const { index, text: find, looksFor } of mine) {
    const found = find?.(text, context, path);
    if (found === undefined) continue;
    for (const p of found.places) {
      match(index, p.shown ?? p.start, p.decision, {});
      wanted.push({ start: p.start, end: p.end, replacement: p.replacement, edit: index, beside: p.beside });
    }
    if (found.note !== undefined)
      warnings.push({ code: 'patch/note', message: found.note, place: { file: path, line: 1 } });
    for (const p of found.also ?? []) wanted.push({ ...p, edit: index });
    for (const offset of found.done) match(index, offset, 'already as wanted', { done: true });
    if (found.problem !== undefined) {
      problems.push({
        code: 'patch/text-differs',
        message: `${looksFor}: ${found.problem.message}`,
        place: placeAt(path, text, found.problem.offset),
        hint: 'change the source by hand, or the recipe',
      });
    }
  }

  const finders = mine.flatMap(({ index, finder }) => (finder === undefined ? [] : [{ edit: index, finder }]));
  const regions: { findings: RegionFindings; merged: MergedRegion }[] = [];
  const anchors = finders.flatMap(({ finder }) => [finder.anchor, finder.madeAnchor ?? finder.anchor]);
  if (anchors.some((anchor) => text.includes(anchor))) {
    const source = readC(path, text, context.macros);
    for (const offset of source.conditionals.unbalanced) {
      problems.push({
        code: 'patch/unbalanced-if',
        message: 'an #if, #else or #endif without its partner',
        place: placeAt(path, text, offset),
        hint: 'nothing is edited in a file whose #ifs are not understood',
      });
    }
    for (const findings of findInSource(await cParser(), source, finders, context)) {
      problems.push(...findings.problems);
      const seen = new Set<string>();
      const dedents = [];
      for (const { sites } of findings.perAssignment) {
        for (const site of sites) {
          const key = `${site.edit}:${site.extent.start}:${site.nested ?? 0}`;
          if (seen.has(key)) continue;
          seen.add(key);
          match(site.edit, site.extent.start, site.decision, site);
          for (const name of site.done === true ? [] : (site.taken ?? [])) taken.set(name, site.extent.start);
          for (const dedent of site.dedents ?? []) dedents.push({ ...dedent, edit: site.edit });
          for (const { at, text: lines } of site.done === true ? [] : (site.raw ?? []))
            wanted.push({ start: at, end: at, replacement: lines, edit: site.edit });
        }
      }
      const merged = mergeRegion(source, findings);
      problems.push(...merged.problems);
      regions.push({ findings, merged });
      if (merged.problems.length === 0)
        wanted.push(...textEdits(source, merged, dedents).map((e) => ({ ...e, ofTokens: true })));
    }
  }
  const settled = settle(wanted);
  for (const { first, second } of settled.overlaps) {
    problems.push({
      code: 'patch/overlap',
      message: `edits ${first.edit + 1} and ${second.edit + 1} of the recipe want the same text`,
      place: placeAt(path, text, second.start),
      hint: 'narrow one of them',
      related: [{ place: placeAt(path, text, first.start), message: `edit ${first.edit + 1} wants this` }],
    });
  }
  return { path, text, matches, edits: settled.edits, problems: uniquePlaces(problems), warnings, taken, regions };
}

function uniquePlaces(problems: readonly Diagnostic[]): Diagnostic[] {
  const seen = new Set<string>();
  return problems.filter((p) => {
    const key = `${p.code} ${p.place?.line}:${p.place?.column}`;
    return seen.has(key) ? false : seen.add(key);
  });
}
