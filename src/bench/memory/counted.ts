import { z } from 'zod';
import { parseJson } from '../../system/json.ts';

const count = z.int().nonnegative();

export const countedSchema = z.object({
  point: count,
  /** Live now, as requested of malloc; the most that ever lived. */
  bytes: count,
  blocks: count,
  peak: count,
  /** Successful requests since the start. */
  calls: count,
  /** Live anonymous maps, which are pymalloc's arenas: bytes and number. */
  mapped: count,
  maps: count,
  /** Blocks that the counter had no room for, and frees of blocks that it does not know. */
  lost: count,
  strays: count,
  /** 1: Python's object allocator was led to malloc. */
  redirected: count,
  sizes: z.array(z.tuple([count, count])),
  /** Type, number and bytes of the objects that live in a block of their own. */
  types: z.array(z.tuple([z.string(), count, count])),
});

export type Counted = Readonly<z.infer<typeof countedSchema>>;

/** The reports of a counter, in order. @returns what is wrong with them, when something is. */
export function readCounted(text: string): readonly Counted[] | string {
  const reports: Counted[] = [];
  for (const row of text.split('\n')) {
    if (row === '') continue;
    const { data } = parseJson(row, countedSchema);
    if (data === undefined) return `the counter wrote ${row.slice(0, 80)}`;
    reports.push(data);
  }
  if (reports.length === 0) return 'the counter wrote nothing: it was not loaded into the interpreter';
  return reports;
}

/** Why a report is not exact, if it is not. */
export function whyInexact({ lost, strays }: Counted): string | undefined {
  if (lost > 0) return `${lost} blocks did not fit into the counter's table`;
  if (strays > 0)
    return `${strays} blocks were freed that the counter had not seen: the allocator was inlined elsewhere`;
  return undefined;
}
