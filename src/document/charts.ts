import { bytes, bytesRounded, integer, percent } from './format.ts';
import { type Curve, type Flame, right, type Table } from './types.ts';

const MOST_ROWS = 12;

/** What terminal and markdown show of a curve, and the page below it: steps at equal distances, with the first and the last. */
export function curveTable({ title, sides, steps, note }: Curve): Table {
  const last = steps.length - 1;
  const shown = Math.min(steps.length, MOST_ROWS);
  const rows = Array.from(
    { length: shown },
    (_, i) => steps[shown === 1 ? last : Math.round((i * last) / (shown - 1))],
  );
  return {
    caption: title,
    columns: ['mark', ...sides.map(right)],
    rows: rows.flatMap((step) => (step === undefined ? [] : [[step.label, ...step.values.map(bytesRounded)]])),
    note: [note, shown < steps.length && `${shown} of ${steps.length} marks; all are in run.json.`]
      .filter(Boolean)
      .join(' '),
  };
}

/** What terminal and markdown show of a flame graph: the functions that asked, and who called for most of it. */
export function flameTable({ title, stacks, grew }: Flame): Table {
  const all = stacks.reduce((sum, one) => sum + one.bytes, 0);
  const shown = stacks.slice(0, MOST_ROWS).filter((one) => one.bytes >= all / 1000);
  return {
    caption: title,
    columns: [
      'who asked, and who called it',
      right('blocks'),
      right(grew ? 'bytes more' : 'bytes fewer'),
      right('share'),
    ],
    rows: shown.map(({ stack, blocks, bytes: size }) => [
      { text: stack.slice(0, 4).join(' ← '), code: true },
      integer(blocks),
      bytes(size),
      percent(size / Math.max(1, all)),
    ]),
    ...(shown.length < stacks.length
      ? { note: `${shown.length} of ${stacks.length} stacks; all are in run.json.` }
      : {}),
  };
}

export interface FlameBox {
  readonly name: string;
  readonly depth: number;
  /** Fractions of the whole. */
  readonly from: number;
  readonly share: number;
  readonly bytes: number;
}

/** The boxes of a flame graph: equal names on equal ground are one box, the widest first; what is narrower than a thousandth is left out. */
export function flameBoxes({ stacks }: Pick<Flame, 'stacks'>): readonly FlameBox[] {
  const all = stacks.reduce((sum, one) => sum + one.bytes, 0);
  const boxes: FlameBox[] = [];
  const draw = (own: Flame['stacks'], depth: number, start: number) => {
    const groups = new Map<string, { bytes: number; own: Flame['stacks'][number][] }>();
    for (const one of own) {
      const name = one.stack[depth];
      if (name === undefined) continue;
      const group = groups.get(name) ?? { bytes: 0, own: [] };
      group.bytes += one.bytes;
      group.own.push(one);
      groups.set(name, group);
    }
    let from = start;
    for (const [name, group] of [...groups].sort(([, a], [, b]) => b.bytes - a.bytes)) {
      const share = group.bytes / all;
      if (share >= 0.001) {
        boxes.push({ name, depth, from, share, bytes: group.bytes });
        draw(group.own, depth + 1, from);
      }
      from += share;
    }
  };
  if (all > 0) draw(stacks, 0, 0);
  return boxes;
}
