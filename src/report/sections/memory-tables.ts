import type { Amount, ExactMemory, MemoryPoint, VariantMemory } from '../../bench/memory/types.ts';
import { bytes, count, integer, signedBytes } from '../../document/format.ts';
import { code, details, type Some, table } from '../../document/say.ts';
import { type Bars, type Block, type Cell, right } from '../../document/types.ts';
import { CHANGED, changed, difference } from './changed.ts';

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
    ...point.types.map((row) => ({ ...row, what: code(name(row.type)) })),
    { what: 'everything else', baseline: rest('baseline', baseline), patched: rest('patched', patched) },
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
