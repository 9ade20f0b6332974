import type { Range } from '../c/source.ts';

/** A replacement of raw text, and the edit that wants it. */
export interface TextEdit extends Range {
  readonly replacement: string;
  /** Index in the recipe's edits. */
  readonly edit: number;
  /** White space and blank lines only: gives way to others. */
  readonly cosmetic?: boolean | undefined;
  /** It was worked out on the tokens of a region, under each setting of the `#if`s. */
  readonly ofTokens?: boolean | undefined;
  /** Whole lines put in: those of another edit may stand right behind them. */
  readonly beside?: boolean | undefined;
}

export interface Overlap {
  readonly first: TextEdit;
  readonly second: TextEdit;
}

/** Sorts edits; deletions inside of other deletions are part of them; anything else that overlaps is told. */
export function settle(edits: readonly TextEdit[]): { readonly edits: TextEdit[]; readonly overlaps: Overlap[] } {
  const sorted = [...edits].sort((a, b) => a.start - b.start || b.end - a.end || a.edit - b.edit);
  const out: TextEdit[] = [];
  const overlaps: Overlap[] = [];
  for (const e of sorted) {
    const last = out.at(-1);
    const apart = last === undefined || e.start >= last.end;
    const isBeside = last?.beside === true && e.beside === true && e.edit !== last.edit;
    if (apart && (isBeside || !(last !== undefined && e.start === e.end && e.start === last.start))) {
      out.push(e);
      continue;
    }
    if (last === undefined) continue;
    const deletions = last.replacement === '' && e.replacement === '';
    if (e.end <= last.end && (e.cosmetic === true || deletions)) continue;
    if (deletions) {
      out[out.length - 1] = { ...last, end: Math.max(last.end, e.end), cosmetic: last.cosmetic && e.cosmetic };
      continue;
    }
    if (last.cosmetic === true && last.start >= e.start && last.end <= e.end) out[out.length - 1] = e;
    else overlaps.push({ first: last, second: e });
  }
  return { edits: out, overlaps };
}

/** Replaces sorted ranges that do not overlap. */
export function applyEdits(text: string, edits: readonly (Range & { readonly replacement: string })[]): string {
  let out = '';
  let at = 0;
  for (const e of edits) {
    out += text.slice(at, e.start) + e.replacement;
    at = e.end;
  }
  return out + text.slice(at);
}

/** Where an offset of the old text is in the new; inside of a replaced range: its end. */
export function mapOffset(offset: number, edits: readonly (Range & { readonly replacement: string })[]): number {
  let delta = 0;
  for (const e of edits) {
    if (e.end <= offset) delta += e.replacement.length - (e.end - e.start);
    else if (e.start < offset) return e.start + delta + e.replacement.length;
    else break;
  }
  return offset + delta;
}
