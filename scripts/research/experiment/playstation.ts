import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { change, integer, signedBytes } from '../../../src/document/format.ts';
import type { RunRecord, TargetResult } from '../../../src/run/types.ts';
import { bullets, details, table } from './markdown.ts';
import type { Published } from './published.ts';

/** What was measured by hand before there was a tool, bytes at start-up (docs/targets.md names the ways). */
const BY_HAND: Readonly<Record<string, number>> = {
  '3.9.2 ps3-linux': -58_031,
  '2.7.18 ps3-linux-static': -41_464,
  '2.7.18 ps3-psl1ght': -40_584,
  '2.7.18 linux-ppc32': -30_816,
};

const number = z.number();
const rowSchema = z.object({
  python: z.string(),
  target: z.string(),
  title: z.string(),
  startedAt: z.string(),
  /** Patched less baseline, bytes. */
  pass: number.optional(),
  imports: number.optional(),
  how: z.string().optional(),
  grown: z.object({ baseline: number, patched: number }).optional(),
  instructions: z
    .object({
      total: number,
      tests: number,
      worst: z.string(),
      worstRatio: number,
      /** Patched / baseline of each test; of runs that were taken since it is kept. */
      each: z.record(z.string(), number).optional(),
    })
    .optional(),
  /** `both`: files that fail on both sides alike. */
  cpythonTests: z.object({ files: number, expected: number, unexpected: number, both: number.optional() }).optional(),
});

/** What the page says of one version on one target. */
export type PlaystationRow = z.infer<typeof rowSchema>;

export const readPlaystation = (file: string): readonly PlaystationRow[] =>
  z.array(rowSchema).parse(JSON.parse(readFileSync(file, 'utf8')));

/** The rows of a run: one for each target but the host. */
export function playstationRows({ checkout, startedAt, targets }: RunRecord): readonly PlaystationRow[] {
  return targets
    .filter(({ target }) => target !== 'host')
    .map((target) => ({
      python: checkout.pythonVersion,
      target: target.target,
      title: target.title,
      startedAt,
      pass: saved(target, 'pass'),
      imports: saved(target, 'imports'),
      how: target.memory?.methods.exact,
      grown: grown(target),
      instructions: counted(target),
      cpythonTests: tested(target),
    }));
}

function saved({ memory }: TargetResult, name: 'pass' | 'imports'): number | undefined {
  const { baseline, patched } = memory?.points.find((point) => point.name === name)?.variants ?? {};
  if (baseline?.exact === undefined || patched?.exact === undefined) return undefined;
  return patched.exact.bytes - baseline.exact.bytes;
}

function grown({ growth }: TargetResult): PlaystationRow['grown'] {
  const { baseline, patched } = growth?.growth ?? {};
  return baseline === undefined || patched === undefined
    ? undefined
    : { baseline: baseline.grownBytes, patched: patched.grownBytes };
}

function counted({ instructions }: TargetResult): PlaystationRow['instructions'] {
  const rows = (instructions?.tests ?? []).flatMap(({ test, change: of }) =>
    of === undefined ? [] : [{ test, ...of }],
  );
  const [worst] = rows.sort((a, b) => b.ratio - a.ratio);
  const total = instructions?.total?.ratio;
  if (worst === undefined || total === undefined) return undefined;
  const each = Object.fromEntries(rows.map(({ test, ratio }) => [test, Number(ratio.toPrecision(7))]));
  return { total, tests: rows.length, worst: worst.test, worstRatio: worst.ratio, each };
}

function tested({ tests }: TargetResult): PlaystationRow['cpythonTests'] {
  if (tests === undefined) return undefined;
  const expected = tests.rows.filter(({ verdict }) => verdict === 'expected').length;
  const both = tests.rows.filter(({ verdict, baseline }) => verdict === 'same' && baseline !== 'passed').length;
  return { files: tests.rows.length, expected, unexpected: tests.unexpected, both };
}

/** The section on the machine that the claim was about. */
export function playstation(rows: readonly PlaystationRow[], claim: string, published: Published): string[] {
  const bytes = (value: number | undefined) => (value === undefined ? '–' : signedBytes(value));
  const cells = rows.map((row) => {
    const byHand = BY_HAND[`${row.python} ${row.target}`];
    const { instructions: counts, cpythonTests: tests, grown: growth } = row;
    return [
      `\`${row.target}\`, ${row.python}`,
      bytes(row.pass),
      bytes(byHand),
      bytes(row.imports),
      growth === undefined ? '–' : `${signedBytes(growth.baseline)} → ${signedBytes(growth.patched)}`,
      counts === undefined
        ? '–'
        : `${change(counts.total)} over ${integer(counts.tests)}; ${counts.worst} ${change(counts.worstRatio, 1)}`,
      tests === undefined ? '–' : testWords(tests),
    ];
  });
  const head = [
    ...['target', 'once started', 'by hand before', 'after `import site, json`', 'growth by 20 000 functions'],
    ...['guest instructions of pybench', 'CPython’s tests'],
  ];
  return [
    `The claim was ${claim}. No console was at hand: these are the same sources built for its processor and run under qemu, where bytes and instructions are what they are on the machine, and time is not ([targets.md](targets.md)).`,
    table(head, cells),
    bullets(judged(rows)),
    ...eachTest(rows, published),
  ];
}

/** The published tests beside the guest instructions of each: where they were kept, and most of them are there. */
function eachTest(rows: readonly PlaystationRow[], published: Published): string[] {
  const kept = rows.filter(({ instructions }) => published.tests.every(({ test }) => instructions?.each?.[test]));
  if (kept.length === 0) return [];
  const lines = published.tests.map(({ test, minDiff }) => [
    `\`${test}\``,
    change(1 + minDiff, 1),
    ...kept.map(({ instructions }) => change(instructions?.each?.[test] ?? 1)),
  ]);
  const head = ['test', 'published, minimum', ...kept.map(({ python, target }) => `\`${target}\`, ${python}`)];
  return [details('Each published test beside its guest instructions', table(head, lines))];
}

const testWords = ({ files, expected, unexpected, both = 0 }: NonNullable<PlaystationRow['cpythonTests']>): string =>
  `${integer(files)} files: ${unexpected === 0 ? 'none' : integer(unexpected)} unexpected, ${integer(expected)} as declared${both === 0 ? '' : `, ${integer(both)} failing on both`}`;

function judged(rows: readonly PlaystationRow[]): string[] {
  const wide = rows.flatMap(({ target, pass }) => (pass === undefined || target.includes('32') ? [] : [-pass]));
  const most = rows.flatMap(({ target, imports }) =>
    imports === undefined || target.includes('32') ? [] : [-imports],
  );
  if (wide.length === 0) return [];
  const range = (values: readonly number[]) => `${integer(Math.min(...values))} – ${integer(Math.max(...values))} B`;
  return [
    `**“Some 50k” holds.** With pointers of eight bytes ${range(wide)} less live once started, and ${range(most)} once a program has imported something: which of it the author saw depends on the version, and on when he looked.`,
    'What ran as `ps3-psl1ght` came from a stand-in for the homebrew toolchain ([psl1ght.md](psl1ght.md)). `linux-ppc32` shows what is saved where pointers have four bytes.',
    'What it costs is in the calls of Python functions, as on the host: instructions are exact, each count was repeated, and what of it a console’s processor would take as time was not measured.',
  ];
}
