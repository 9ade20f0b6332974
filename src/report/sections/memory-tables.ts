import type { Amount, ExactMemory, MemoryPoint, VariantMemory } from '../../bench/memory/types.ts';
import { bytes, count, integer, signedBytes } from '../../document/format.ts';
import { type Bars, type Block, type Cell, right, type Table } from '../../document/types.ts';

/** Beyond this many sizes of blocks the report refers to run.json. */
const MOST_SIZES = 12;

/** The variants that a report compares. */
export interface Sides {
  readonly baseline: VariantMemory;
  readonly patched: VariantMemory;
}

export const quoted = (program: string) => `“${program}”`;

export const signedOrSame = (difference: number) => (difference === 0 ? 'the same' : signedBytes(difference));

type Exact = Partial<Record<'baseline' | 'patched', ExactMemory>>;

/** One point: its bars, then its tables. Those of the first point stand open, those of the others are folded away. */
export function pointBlocks(point: MemoryPoint, sides: Sides, name: TypeName): Block[] {
  const [baseline, patched] = [sides.baseline.exact, sides.patched.exact];
  const differs = baseline !== undefined && patched !== undefined && point.sizes.length > 0;
  const types = differs ? [typesTable(point, { baseline, patched }, name)] : [];
  const sizes = differs ? [sizesTable(point)] : [];
  const open = bars(point, sides);
  if (point.name !== 'pass') {
    const summary = `All figures after ${quoted(point.code)}, and where the bytes went`;
    return [...open, { kind: 'details', summary, blocks: [figures(point, sides), ...types, ...sizes] }];
  }
  const summary = `Blocks by size, after ${quoted(point.code)}`;
  const folded: Block[] = sizes.length === 0 ? [] : [{ kind: 'details', summary, blocks: sizes }];
  return [...open, figures(point, sides), ...types, ...folded];
}

function bars(point: MemoryPoint, { baseline, patched }: Sides): Block[] {
  const pair = (title: string, of: (side: VariantMemory) => number | undefined, note: string): Block[] => {
    const [before, after] = [of(baseline), of(patched)];
    if (before === undefined || after === undefined) return [];
    const drawn: Bars = {
      title,
      bars: [
        { label: 'baseline', value: before, text: bytes(before) },
        { label: 'patched', value: after, text: `${bytes(after)} (${signedOrSame(after - before)})` },
      ],
      note,
    };
    return [{ kind: 'bars', bars: drawn }];
  };
  const total = ({ taken }: VariantMemory) => (taken === undefined ? undefined : taken.bytes + taken.arenaBytes);
  return [
    ...pair(
      `After ${quoted(point.code)}, without pymalloc`,
      ({ exact }) => exact?.bytes,
      'Everything that lives, to the byte.',
    ),
    ...pair(
      `After ${quoted(point.code)}, with pymalloc`,
      total,
      'What malloc gave and the arenas that pymalloc reserved.',
    ),
  ];
}

function figures(point: MemoryPoint, { baseline, patched }: Sides): Block {
  const row = (what: string, of: (side: VariantMemory) => number | undefined, unit: 'B' | ''): Cell[][] => {
    const [before, after] = [of(baseline), of(patched)];
    if (before === undefined || after === undefined) return [];
    return [[{ text: what }, { text: integer(before) }, { text: integer(after) }, difference(before, after, unit)]];
  };
  const table: Table = {
    caption: `After ${quoted(point.code)}`,
    columns: [{ title: 'what' }, ...COLUMNS],
    rows: [
      ...row('live bytes', ({ exact }) => exact?.bytes, 'B'),
      ...row('live blocks', ({ exact }) => exact?.blocks, ''),
      ...row('most live bytes so far', ({ exact }) => exact?.peakBytes, 'B'),
      ...row('live bytes after gc.collect()', ({ collected }) => collected?.bytes, 'B'),
      ...row('with pymalloc: from malloc', ({ taken }) => taken?.bytes, 'B'),
      ...row('with pymalloc: arenas', ({ taken }) => taken?.arenaBytes, 'B'),
      ...row('pymalloc’s own account: bytes', ({ pymalloc }) => pymalloc?.bytes, 'B'),
      ...row('pymalloc’s own account: blocks', ({ pymalloc }) => pymalloc?.blocks, ''),
      ...row('resident, its own pages', ({ resident }) => resident?.ownBytes, 'B'),
      ...row('resident, all pages', ({ resident }) => resident?.bytes, 'B'),
    ],
  };
  return { kind: 'table', table };
}

const COLUMNS = [right('baseline'), right('patched'), right('change')];

function difference(before: number, after: number, unit: 'B' | ''): Cell {
  if (before === after) return { text: 'same' };
  const size = after - before;
  return { text: unit === 'B' ? signedBytes(size) : `${size > 0 ? '+' : ''}${integer(size)}` };
}

type TypeName = (type: string) => string;

/** What the counter calls by the C name of its type. */
export function typeNames(pythonVersion: string | undefined): TypeName {
  const renamed: Readonly<Record<string, string>> = pythonVersion?.startsWith('2.')
    ? {}
    : { unicode: 'str', long: 'int' };
  return (type) => renamed[type] ?? type;
}

/** Types and what is left: together they are the difference of `exact`, to the byte. */
function typesTable(point: MemoryPoint, { baseline, patched }: Required<Exact>, name: TypeName): Block {
  const sum = (side: 'baseline' | 'patched', what: keyof Amount) =>
    point.types.reduce((total, row) => total + row[side][what], 0);
  const rest = (side: 'baseline' | 'patched', live: ExactMemory): Amount => ({
    bytes: live.bytes - sum(side, 'bytes'),
    blocks: live.blocks - sum(side, 'blocks'),
  });
  const rows = [
    ...point.types.map((row) => ({ ...row, what: { text: name(row.type), code: true } })),
    {
      what: { text: 'everything else' },
      baseline: rest('baseline', baseline),
      patched: rest('patched', patched),
    },
  ];
  return {
    kind: 'table',
    table: {
      caption: `Where the bytes went, after ${quoted(point.code)}: objects by type`,
      columns: [{ title: 'type' }, right('objects'), right('bytes'), right('change')],
      rows: rows.map((row) => [
        row.what,
        { text: fromTo(row.baseline.blocks, row.patched.blocks) },
        { text: fromTo(row.baseline.bytes, row.patched.bytes) },
        difference(row.baseline.bytes, row.patched.bytes, 'B'),
      ]),
      ...collectedNote(point, name),
    },
  };
}

const fromTo = (before: number, after: number) =>
  before === after ? integer(before) : `${integer(before)} → ${integer(after)}`;

/** The free lists hide what is held on purpose: say what is left when they are empty. */
function collectedNote({ collectedTypes }: MemoryPoint, name: TypeName): { note?: string } {
  const [most] = collectedTypes;
  if (most === undefined) return {};
  const { baseline, patched, type } = most;
  return {
    note: `After gc.collect(), which empties the free lists, too: ${count(baseline.blocks, `${name(type)} object`)} of ${bytes(baseline.bytes)} on baseline, ${integer(patched.blocks)} of ${bytes(patched.bytes)} patched.`,
  };
}

function sizesTable({ sizes }: MemoryPoint): Block {
  const shown = sizes.slice(0, MOST_SIZES);
  const hidden = sizes.length - shown.length;
  return {
    kind: 'table',
    table: {
      caption: 'Live blocks by size, the largest difference in bytes first',
      columns: [right('size'), ...COLUMNS],
      rows: shown.map(({ size, baseline, patched }) => [
        { text: bytes(size) },
        { text: integer(baseline) },
        { text: integer(patched) },
        { text: signedBytes((patched - baseline) * size) },
      ]),
      ...(hidden > 0 ? { note: `${integer(hidden)} more sizes are in run.json.` } : {}),
    },
  };
}
