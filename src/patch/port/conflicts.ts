import { sha256 } from '../../system/hash.ts';
import { alignmentOf, stretchesAround } from './align-lines.ts';
import { replaced } from './apply-old.ts';
import type { LineRange, TextFile } from './lines.ts';
import type { ChangeFound } from './place-hunk.ts';
import type { Conflict, FilePair, OldHunk, Piece, Placement } from './types.ts';

/** One change of a file, and what was found for it. */
export interface Item {
  readonly hunk: OldHunk;
  readonly piece: Piece;
  /** The change in the lines of the patched file, the other way round. */
  readonly back: Piece;
  found: ChangeFound;
  /** It goes into the result. */
  placed: boolean;
}

/** Several changes that a person decides on together, and where: a stretch of the old file, and of the new one. */
interface Question {
  readonly items: readonly Item[];
  readonly here: LineRange;
  readonly there: LineRange;
}

/** Longer stretches are not shown whole: the change goes where most of it stands. */
const LONG = 60;

/** Where a person has to decide, in the lines of both files: changes that want the same lines are asked for as one. */
export async function questionsOf(
  { old, now, ctx }: FilePair & { readonly now: TextFile },
  items: readonly Item[],
): Promise<readonly Question[]> {
  const done = items.flatMap(({ found, placed }) => ('placement' in found && placed ? [found.placement] : []));
  const out: Question[] = [];
  for (const item of items) {
    const { found, piece, hunk } = item;
    if (item.placed) continue;
    let { here, there } = stretchesAround(await alignmentOf(old, now, ctx), piece, old);
    if (!('reasons' in found)) [here, there] = [piece, found.placement];
    else if (here.end - here.start > LONG || there.end - there.start > LONG) {
      const guess = found.candidates.find(({ file, text }) => file === now.path && text !== '');
      const at =
        guess === undefined ? there.start : Math.min(now.lines.length, guess.line - 1 + piece.start - hunk.start);
      [here, there] = [piece, { start: at, end: at }];
    }
    // A place that reaches into the stretch and out of it: the question is asked behind it.
    const torn = done.findLast(
      (p) => p.start < there.end && there.start < p.end && !(there.start <= p.start && p.end <= there.end),
    );
    if (torn !== undefined) [here, there] = [piece, { start: torn.end, end: torn.end }];
    out.push({ items: [item], here, there });
  }
  out.sort((a, b) => a.there.start - b.there.start || a.there.end - b.there.end);
  const asked: Question[] = [];
  for (const next of out) {
    const last = asked.at(-1);
    if (last === undefined || next.there.start > last.there.end) asked.push(next);
    else {
      const items = [...last.items, ...next.items];
      asked[asked.length - 1] = { items, here: union(last.here, next.here), there: union(last.there, next.there) };
    }
  }
  return asked;
}

const union = (a: LineRange, b: LineRange): LineRange => ({
  start: Math.min(a.start, b.start),
  end: Math.max(a.end, b.end),
});

/** What a person says to a conflict is remembered by its three texts. */
export const keyOf = (...texts: readonly string[]): string =>
  sha256(Buffer.from(texts.map((text) => `${text.length}:${text}`).join(''), 'latin1'));

/** The three texts of a question: before, as it is now, and as the patch has it. */
function sides(old: TextFile, now: TextFile, { here, there }: Question, all: readonly Item[]) {
  const inside = (range: LineRange, { start, end }: LineRange) => range.start <= start && end <= range.end;
  const shifted = (range: LineRange, piece: Piece): Piece => ({
    start: piece.start - range.start,
    end: piece.end - range.start,
    inserted: piece.inserted,
  });
  const wanted = all.filter(({ piece }) => inside(here, piece)).map(({ piece }) => shifted(here, piece));
  const done = all.flatMap(({ found, placed }) => ('placement' in found && placed ? [found.placement] : []));
  const mine = done.filter((p) => p.file === now.path && inside(there, p)).sort((a, b) => a.start - b.start);
  const [was, is] = [old.lines.slice(here.start, here.end), now.lines.slice(there.start, there.end)];
  return {
    was,
    is: replaced(
      is,
      mine.map((p) => shifted(there, p)),
    ),
    wanted: replaced(was, wanted),
    hidden: mine,
  };
}

/** The answer to a question, when a person gave it before. @returns what stands in the stretch then. */
export async function answered(
  pair: FilePair & { readonly now: TextFile },
  question: Question,
  all: readonly Item[],
  resolution: (key: string) => Promise<string | undefined>,
): Promise<string | undefined> {
  const { was, is, wanted } = sides(pair.old, pair.now, question, all);
  return resolution(keyOf(was.join(''), is.join(''), wanted.join('')));
}

/** The new file with what was placed, and the questions between marks as `git merge` writes them, with all three sides. */
export function markedText(
  old: TextFile,
  now: TextFile,
  all: readonly Item[],
  questions: readonly Question[],
  from: string,
): { readonly text: string; readonly conflicts: readonly Conflict[] } {
  const conflicts: (Conflict & { readonly at: number; readonly lines: readonly string[] })[] = [];
  const hidden = new Set<Placement>();
  for (const question of questions) {
    const { was, is, wanted, hidden: shown } = sides(old, now, question, all);
    for (const each of shown) hidden.add(each);
    const whole = (lines: readonly string[]) => lines.map((line) => (line.endsWith('\n') ? line : `${line}\n`));
    const lines = [
      `<<<<<<< ${now.path}\n`,
      ...whole(is),
      `||||||| ${old.path} of ${from}\n`,
      ...whole(was),
      '=======\n',
      ...whole(wanted),
      '>>>>>>> the patch\n',
    ];
    const key = keyOf(was.join(''), is.join(''), wanted.join(''));
    conflicts.push({ key, start: 0, end: 0, at: question.there.start, lines });
  }
  const placed = all.flatMap(({ found, placed }) =>
    'placement' in found && placed && found.placement.file === now.path && !hidden.has(found.placement)
      ? [found.placement as Piece]
      : [],
  );
  const marks = questions.map(({ there }, i): Piece => ({ ...there, inserted: conflicts[i]?.lines ?? [] }));
  const changes = [...placed, ...marks].sort((a, b) => a.start - b.start || a.end - b.end);
  let delta = 0;
  const places = new Map<Piece, number>();
  for (const change of changes) {
    places.set(change, change.start + delta);
    delta += change.inserted.length - (change.end - change.start);
  }
  return {
    text: replaced(now.lines, changes).join(''),
    conflicts: conflicts.map(({ key, lines }, i) => {
      const start = places.get(marks[i] as Piece) ?? 0;
      return { key, start, end: start + lines.length };
    }),
  };
}
