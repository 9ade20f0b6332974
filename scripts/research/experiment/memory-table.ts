import { bytes, integer, signedBytes } from '../../../src/document/format.ts';
import type { Extract } from './extract.ts';
import { table } from './markdown.ts';

const POINTS = { pass: 'once started', imports: 'after `import site, json`' } as const;

/** Objects by type, and how each figure was got. */
export function whereTheBytesWent(extracts: readonly Extract[]): string[] {
  const rows = extracts.flatMap((extract) =>
    extract.memory.points.flatMap((point) => {
      const { baseline, patched } = point.variants;
      if (baseline?.exact === undefined || patched?.exact === undefined) return [];
      const total = patched.exact.bytes - baseline.exact.bytes;
      const types = point.types.map((row) => ({ ...row, change: row.patched.bytes - row.baseline.bytes }));
      const known = types.reduce((sum, row) => sum + row.change, 0);
      const where = `${extract.python}, ${POINTS[point.name]}`;
      return [
        ...types.map((row) => [
          where,
          `\`${row.type}\``,
          `${integer(row.baseline.blocks)} → ${integer(row.patched.blocks)}`,
          signedBytes(row.change),
        ]),
        ...(total === known ? [] : [[where, 'everything else', '', signedBytes(total - known)]]),
      ];
    }),
  );
  return [
    'Where the bytes were, by the type of the objects (without pymalloc, so that every object is a block of its own):',
    table(['', 'type', 'objects', 'bytes'], rows),
    ...extracts.map((extract) => `${extract.python}: ${spread(extract)} ${methods(extract)}`),
  ];
}

function spread({ memory }: Extract): string {
  const spreads = memory.points.flatMap(({ variants }) =>
    [variants.baseline, variants.patched].flatMap((side) => side?.exact?.spreadBytes ?? []),
  );
  return spreads.length === 0
    ? `the live bytes of ${integer(memory.repeats)} processes agree to the byte.`
    : `medians of ${integer(memory.repeats)} processes, which differ by up to ${bytes(Math.max(...spreads))}.`;
}

function methods({ memory }: Extract): string {
  const { exact, taken, resident } = memory.methods;
  return `Live bytes: ${exact ?? '–'}. With pymalloc: ${taken ?? '–'}. Resident: ${resident ?? '–'}.`;
}
