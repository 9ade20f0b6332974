import type { Amount, ExactMemory, MemoryPoint, VariantMemory } from '../../bench/memory/types.ts';
import { bytes, count, integer, signedBytes } from '../../document/format.ts';
import { code, details, type Some, table } from '../../document/say.ts';
import { type Block, type Cell, right } from '../../document/types.ts';

/** Beyond this many sizes of blocks the report refers to run.json. */
const MOST_SIZES = 12;

export interface Sides {
  readonly baseline: VariantMemory;
  readonly patched: VariantMemory;
}

export const quoted = (program: string) => `“${program}”`;

export const signedOrSame = (difference: number) => (difference === 0 ? 'the same' : signedBytes(difference));

/** One point: its bars, then its tables. Those of the first point stand open, those of the others are folded away. */
export function pointBlocks(point: MemoryPoint, sides: Sides, name: TypeName): Some<Block>[] {
  const [baseline, patched] = [sides.baseline.exact, sides.patched.exact];
  const differs = baseline !== undefined && patched !== undefined && point.sizes.length > 0;
  const types = differs && typesTable(point, { baseline, patched }, name);
  const sizes = differs && sizesTable(point);
  const open = bars(point, sides);
  if (point.name !== 'pass') {
    const summary = `All figures after ${quoted(point.code)}, and where the bytes went`;
    return [open, details(summary, [figures(point, sides), types, sizes])];
  }
  return [open, figures(point, sides), types, details(`Blocks by size, after ${quoted(point.code)}`, sizes)];
}

function bars(point: MemoryPoint, { baseline, patched }: Sides): Block[] {
  const pair = (how: string, of: (side: VariantMemory) => number | undefined, note: string): Block[] => {
    const [before, after] = [of(baseline), of(patched)];
    if (before === undefined || after === undefined) return [];
    const bars = [
      { label: 'baseline', value: before, text: bytes(before) },
      { label: 'patched', value: after, text: `${bytes(after)} (${signedOrSame(after - before)})` },
    ];
    return [{ kind: 'bars', bars: { title: `After ${quoted(point.code)}, ${how} pymalloc`, bars, note } }];
  };
  const total = ({ taken }: VariantMemory) => (taken === undefined ? undefined : taken.bytes + taken.arenaBytes);
  return [
    ...pair('without', ({ exact }) => exact?.bytes, 'Everything that lives, to the byte.'),
    ...pair('with', total, 'What malloc gave and the arenas that pymalloc reserved.'),
  ];
}

function figures(point: MemoryPoint, { baseline, patched }: Sides): Block {
  const row = (what: string, of: (side: VariantMemory) => number | undefined, unit: 'B' | '' = 'B'): Cell[][] => {
    const [before, after] = [of(baseline), of(patched)];
    return before === undefined || after === undefined ? [] : [[what, ...changed(before, after, unit)]];
  };
  return table(
    `After ${quoted(point.code)}`,
    ['what', ...CHANGED],
    [
      ...row('live bytes', ({ exact }) => exact?.bytes),
      ...row('live blocks', ({ exact }) => exact?.blocks, ''),
      ...row('most live bytes so far', ({ exact }) => exact?.peakBytes),
      ...row('live bytes after gc.collect()', ({ collected }) => collected?.bytes),
      ...row('with pymalloc: from malloc', ({ taken }) => taken?.bytes),
      ...row('with pymalloc: arenas', ({ taken }) => taken?.arenaBytes),
      ...row('pymalloc’s own account: bytes', ({ pymalloc }) => pymalloc?.bytes),
      ...row('pymalloc’s own account: blocks', ({ pymalloc }) => pymalloc?.blocks, ''),
      ...row('resident, its own pages', ({ resident }) => resident?.ownBytes),
      ...row('resident, all pages', ({ resident }) => resident?.bytes),
    ],
  );
}

type TypeName = (type: string) => string;

/** What the counter calls by the C name of its type. */
export function typeNames(pythonVersion: string | undefined): TypeName {
  const renamed: Record<string, string> = pythonVersion?.startsWith('2.') ? {} : { unicode: 'str', long: 'int' };
  return (type) => renamed[type] ?? type;
}

/** Types and what is left: together they are the difference of `exact`, to the byte. */
function typesTable(point: MemoryPoint, live: Record<keyof Sides, ExactMemory>, name: TypeName): Block {
  const left = (side: keyof Sides, what: keyof Amount) =>
    point.types.reduce((rest, row) => rest - row[side][what], live[side][what]);
  const rest = (side: keyof Sides) => ({ bytes: left(side, 'bytes'), blocks: left(side, 'blocks') });
  const rows = [
    ...point.types.map((row) => ({ ...row, what: code(name(row.type)) })),
    { what: 'everything else', baseline: rest('baseline'), patched: rest('patched') },
  ];
  return table(
    `Where the bytes went, after ${quoted(point.code)}: objects by type`,
    ['type', right('objects'), right('bytes'), right('change')],
    rows.map((row) => [
      row.what,
      fromTo(row.baseline.blocks, row.patched.blocks),
      fromTo(row.baseline.bytes, row.patched.bytes),
      difference(row.baseline.bytes, row.patched.bytes),
    ]),
    collectedNote(point, name),
  );
}

const fromTo = (before: number, after: number) =>
  before === after ? integer(before) : `${integer(before)} → ${integer(after)}`;

/** The free lists hide what is held on purpose: say what is left when they are empty. */
function collectedNote({ collectedTypes }: MemoryPoint, name: TypeName): string | undefined {
  const [most] = collectedTypes;
  if (most === undefined) return undefined;
  const { baseline, patched, type } = most;
  return `After gc.collect(), which empties the free lists, too: ${count(baseline.blocks, `${name(type)} object`)} of ${bytes(baseline.bytes)} on baseline, ${integer(patched.blocks)} of ${bytes(patched.bytes)} patched.`;
}

function sizesTable({ sizes }: MemoryPoint): Block {
  const hidden = sizes.length - MOST_SIZES;
  return table(
    'Live blocks by size, the largest difference in bytes first',
    [right('size'), ...CHANGED],
    sizes
      .slice(0, MOST_SIZES)
      .map(({ size, baseline, patched }) => [
        bytes(size),
        integer(baseline),
        integer(patched),
        signedBytes((patched - baseline) * size),
      ]),
    hidden > 0 ? `${integer(hidden)} more sizes are in run.json.` : undefined,
  );
}

/** The columns of what `changed` says. */
export const CHANGED = ['baseline', 'patched', 'change'].map(right);

export const changed = (before: number, after: number, unit: 'B' | '' = 'B'): string[] => [
  integer(before),
  integer(after),
  difference(before, after, unit),
];

function difference(before: number, after: number, unit: 'B' | '' = 'B'): string {
  const size = after - before;
  if (size === 0) return 'same';
  return unit === 'B' ? signedBytes(size) : `${size > 0 ? '+' : ''}${integer(size)}`;
}
