export interface Part {
  /** What it says, in full first, then in fewer and fewer words; where the last is not empty, it stays whatever comes. */
  readonly forms: readonly string[];
  /** Lower ones get their room first; within one rank those that come first. */
  readonly rank: number;
  /** Told when it is not there in full, as markdown: ``the diff of `a.c` ``. */
  readonly name: string;
}

/** Between parts. */
const GAP = '\n\n';

/**
 * As much of a document as there is room for, in its order: by rank, each part in the fullest form that fits.
 * @param limit characters (UTF-16 units) of the whole.
 * @param note says what is missing, by the names of the parts; at most `noteRoom` characters.
 */
export function fitParts(
  parts: readonly Part[],
  limit: number,
  note: (missing: readonly string[]) => string,
  noteRoom: number,
): string {
  const chosen = parts.map(({ forms }) => forms.at(-1) ?? '');
  const length = (text: string) => (text === '' ? 0 : text.length + GAP.length);
  const size = (list: readonly string[]) => list.reduce((n, text) => n + length(text), 0);
  const whole = parts.map(({ forms }) => forms[0] ?? '');
  if (size(whole) <= limit) return joined(whole);
  let left = limit - noteRoom - GAP.length - size(chosen);
  const order = parts.map((part, at) => ({ part, at })).sort((a, b) => a.part.rank - b.part.rank || a.at - b.at);
  for (const { part, at } of order) {
    const least = chosen[at] ?? '';
    const best = part.forms.find((form) => length(form) - length(least) <= left);
    if (best === undefined) continue;
    chosen[at] = best;
    left -= length(best) - length(least);
  }
  const missing = parts.flatMap(({ forms, name }, at) => (chosen[at] === forms[0] ? [] : [name]));
  return joined([...chosen, note(missing)]);
}

const joined = (texts: readonly string[]) => `${texts.filter((text) => text !== '').join(GAP)}\n`;
