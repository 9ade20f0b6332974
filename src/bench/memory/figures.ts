import type { Variant } from '../../builds/types.ts';
import type { Counted } from './counted.ts';
import type {
  MemoryFigure,
  MemoryPoint,
  MemoryPointName,
  MemoryProblem,
  SizeDifference,
  TypeDifference,
  VariantMemory,
} from './types.ts';

export const COUNTED_FIGURES = ['exact', 'collected', 'taken'] as const satisfies readonly MemoryFigure[];
export type CountedFigure = (typeof COUNTED_FIGURES)[number];

/** How a figure is counted: what is run, with which variables, and why a report is not what was asked for, if it is not. */
export function counting(figure: CountedFigure, code: string, reports: Reports, pythonVersion: string) {
  const off = figure === 'taken' ? { variables: {}, check: () => undefined } : withoutPymalloc(pythonVersion);
  return { program: (figure === 'collected' ? countCollected : countHere)(code, reports), ...off };
}

/** How a figure was counted, in words. @param how the counter's own way. @param rest what else was kept the same. */
export function countingWords(figure: CountedFigure, how: string, pythonVersion: string, rest?: string): string {
  const off = figure === 'taken' ? undefined : withoutPymalloc(pythonVersion).method;
  const collected = figure === 'collected' ? 'after gc.collect()' : undefined;
  return [how, off, rest, collected].filter((words) => words !== undefined).join('; ');
}

export type Middle = ReturnType<typeof middleCount>;
export const middleCount = (reports: readonly Counted[]) => middleOf(reports, ({ bytes }) => bytes);

/** One interpreter's figures at a point; those that could not be had are absent. */
export type Figures = Partial<Record<CountedFigure, Middle>>;

/** As the record has them. */
export function variantMemory({ exact, collected, taken }: Figures): Pick<VariantMemory, CountedFigure> {
  const live = ({ middle: { bytes, blocks }, spread }: Middle) => ({ bytes, blocks, ...spread });
  return {
    exact: exact && { ...live(exact), peakBytes: exact.middle.peak },
    collected: collected && live(collected),
    taken: taken && { ...live(taken), arenaBytes: taken.middle.mapped, arenas: taken.middle.maps },
  };
}

export function differences(
  sides: Readonly<Partial<Record<Variant, Figures>>>,
): Pick<MemoryPoint, 'types' | 'collectedTypes' | 'sizes'> {
  const between = <T>(figure: 'exact' | 'collected', compare: (a: Counted, b: Counted) => readonly T[]) => {
    const [a, b] = [sides.baseline?.[figure], sides.patched?.[figure]];
    return a === undefined || b === undefined ? [] : compare(a.middle, b.middle);
  };
  return {
    types: between('exact', typeDifferences),
    collectedTypes: between('collected', typeDifferences),
    sizes: between('exact', sizeDifferences),
  };
}

/** What is so at both points is told once. */
export function addProblem(problems: MemoryProblem[], { figure, variant, why }: MemoryProblem): void {
  const known = problems.some((one) => one.figure === figure && one.variant === variant && one.why === why);
  if (!known) problems.push({ figure, variant, why });
}

const all = <T>(before: ReadonlyMap<T, unknown>, after: ReadonlyMap<T, unknown>) => [
  ...new Set([...before.keys(), ...after.keys()]),
];

export function typeDifferences(baseline: Counted, patched: Counted): readonly TypeDifference[] {
  const read = ({ types }: Counted) => new Map(types.map(([type, blocks, bytes]) => [type, { blocks, bytes }]));
  const [before, after] = [read(baseline), read(patched)];
  const nothing = { blocks: 0, bytes: 0 };
  const weight = (row: TypeDifference) => Math.abs(row.patched.bytes - row.baseline.bytes);
  return all(before, after)
    .map((type) => ({ type, baseline: before.get(type) ?? nothing, patched: after.get(type) ?? nothing }))
    .filter((row) => row.baseline.blocks !== row.patched.blocks || row.baseline.bytes !== row.patched.bytes)
    .sort((a, b) => weight(b) - weight(a) || (a.type < b.type ? -1 : 1));
}

export function sizeDifferences(baseline: Counted, patched: Counted): readonly SizeDifference[] {
  const read = ({ sizes }: Counted) => {
    const counts = new Map<number, number>();
    for (const [size, blocks] of sizes) counts.set(size, (counts.get(size) ?? 0) + blocks);
    return counts;
  };
  const [before, after] = [read(baseline), read(patched)];
  const bytes = (row: SizeDifference) => Math.abs(row.patched - row.baseline) * row.size;
  return all(before, after)
    .map((size) => ({ size, baseline: before.get(size) ?? 0, patched: after.get(size) ?? 0 }))
    .filter((row) => row.baseline !== row.patched)
    .sort((a, b) => bytes(b) - bytes(a) || a.size - b.size);
}

/** Processes for each figure. */
export const MEMORY_REPEATS = 3;

export async function repeated<T extends object>(once: () => Promise<T | string>): Promise<readonly T[] | string> {
  const runs: T[] = [];
  for (let repeat = 0; repeat < MEMORY_REPEATS; repeat++) {
    const result = await once();
    if (typeof result === 'string') return result;
    runs.push(result);
  }
  return runs;
}

/** The run in the middle by bytes, and how far the largest lies from the smallest when not all are equal. */
export function middleOf<T>(
  runs: readonly T[],
  by: (run: T) => number,
): { readonly middle: T; readonly spread: { readonly spreadBytes?: number } } {
  const sorted = [...runs].sort((a, b) => by(a) - by(b));
  const [low, middle, high] = [sorted[0], sorted[sorted.length >> 1], sorted.at(-1)];
  if (low === undefined || middle === undefined || high === undefined) throw new Error('no runs');
  const spreadBytes = by(high) - by(low);
  return { middle, spread: spreadBytes === 0 ? {} : { spreadBytes } };
}

/**
 * 3.6 and later have `PYTHONMALLOC=malloc`. In earlier versions the counter writes a jump to malloc over the beginning of
 * `PyObject_Malloc` and its fellows before the interpreter starts: they do then what a build with `--without-pymalloc`
 * does. (2.7.18 built both ways agrees to the byte: docs/measuring.md.)
 * @returns `check`: why a count is not one without pymalloc, if it is not.
 */
export function withoutPymalloc(pythonVersion: string): {
  readonly variables: Readonly<Record<string, string>>;
  readonly method: string;
  readonly check: (counted: Counted) => string | undefined;
} {
  const [major = 0, minor = 0] = pythonVersion.split('.').map(Number);
  if (major > 3 || (major === 3 && minor >= 6)) {
    return { variables: { PYTHONMALLOC: 'malloc' }, method: 'PYTHONMALLOC=malloc', check: () => undefined };
  }
  return {
    variables: { FORKWRIGHT_MEMORY_PYMALLOC: 'off' },
    method: 'PyObject_Malloc led to malloc',
    check: ({ redirected }) =>
      redirected === 1
        ? undefined
        : `CPython ${pythonVersion} has no PYTHONMALLOC, and its allocator cannot be led to malloc on this processor: build it with --configure-option=--without-pymalloc`,
  };
}

/** What each point is called and what is run before the look. */
export const POINTS: readonly { readonly name: MemoryPointName; readonly code: string }[] = [
  { name: 'pass', code: 'pass' },
  { name: 'imports', code: 'import site, json' },
];

/** How a counter comes to report: when it sees a call of `getppid()`, or by itself when the code is done. */
export type Reports = 'at getppid' | 'at the end';

/** `os` is there already, as `site` imports it, and `os.getppid()` needs no extension module. */
const countHere = (code: string, reports: Reports) =>
  reports === 'at getppid' ? `${code}\nimport os\nos.getppid()\n` : `${code}\n`;

/** `gc` is built in. */
const countCollected = (code: string, reports: Reports) =>
  reports === 'at getppid'
    ? `${code}\nimport gc, os\ngc.collect()\nos.getppid()\n`
    : `${code}\nimport gc\ngc.collect()\n`;

/** pymalloc's own account: 3.3 has the statistics, 3.4 the number of blocks. */
export const askPymalloc = (code: string) =>
  `${code}\nimport sys\nif hasattr(sys, 'getallocatedblocks'):\n    blocks = sys.getallocatedblocks()\n    sys._debugmallocstats()\n    print(blocks)\n`;

/** `smaps_rollup` is counted page by page; the kernel keeps VmRSS only roughly. */
export const readResident = (code: string) =>
  `${code}\nimport sys\ntry:\n    file = open('/proc/self/smaps_rollup')\nexcept IOError:\n    file = open('/proc/self/status')\nsys.stdout.write(file.read())\n`;

/** What the system knows of a process: all resident pages, and those that it shares with no file, in bytes. */
export function parseResident(text: string): { bytes: number; ownBytes?: number } | undefined {
  const kibibytes = (name: string) => {
    const found = new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(text)?.[1];
    return found === undefined ? undefined : Number(found) * 1024;
  };
  const bytes = kibibytes('Rss') ?? kibibytes('VmRSS');
  if (bytes === undefined) return undefined;
  const ownBytes = kibibytes('Anonymous') ?? kibibytes('RssAnon');
  return ownBytes === undefined ? { bytes } : { bytes, ownBytes };
}

/** @returns `undefined` where the interpreter cannot tell. */
export function parsePymalloc(stdout: string, stderr: string): { bytes?: number; blocks: number } | undefined {
  const blocks = /^(\d+)$/m.exec(stdout)?.[1];
  if (blocks === undefined) return undefined;
  const bytes = /^# bytes in allocated blocks\s+=\s+([\d,]+)$/m.exec(stderr)?.[1];
  return { blocks: Number(blocks), ...(bytes === undefined ? {} : { bytes: Number(bytes.replaceAll(',', '')) }) };
}
