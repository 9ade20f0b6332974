import type { Diagnostic } from '../system/diagnostic.ts';

/**
 * A piece of what is said, before it is known how it is shown: terminal, markdown and HTML each render these few kinds.
 * All texts are plain and untrusted: each renderer escapes them.
 */
export type Block =
  | { readonly kind: 'text'; readonly lines: readonly string[]; readonly tone?: Tone }
  | { readonly kind: 'facts'; readonly facts: readonly Fact[] }
  | { readonly kind: 'table'; readonly table: Table }
  | { readonly kind: 'forest'; readonly forest: Forest }
  | { readonly kind: 'bars'; readonly bars: Bars }
  | { readonly kind: 'trend'; readonly trend: Trend }
  | { readonly kind: 'chart'; readonly chart: Chart }
  | { readonly kind: 'curve'; readonly curve: Curve }
  | { readonly kind: 'flame'; readonly flame: Flame }
  | { readonly kind: 'code'; readonly title: string; readonly text: string }
  /** Errors where no other tone is told. `brief`: each on a line, where it is no more than a line. */
  | {
      readonly kind: 'diagnostics';
      readonly diagnostics: readonly Omit<Diagnostic, 'code'>[];
      readonly tone?: Tone;
      readonly brief?: true;
    }
  /** `file` is the patch's path in the run folder. */
  | { readonly kind: 'diff'; readonly title: string; readonly file: string }
  /** Folded away until asked for. */
  | { readonly kind: 'details'; readonly summary: string; readonly blocks: readonly Block[] };

export interface Fact {
  readonly name: string;
  readonly value: string;
  readonly code?: boolean;
  readonly tone?: Tone;
}

export interface Table {
  /** Empty where what is above it says it. */
  readonly caption: string;
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly Cell[])[];
  readonly note?: string;
}

export type Column = string | { readonly title: string; readonly align: 'right' };

export const right = (title: string): Column => ({ title, align: 'right' });

export const titleOf = (column: Column): string => (typeof column === 'string' ? column : column.title);
export const alignOf = (column: Column | undefined): 'right' | undefined =>
  typeof column === 'object' ? column.align : undefined;

export type Cell =
  | string
  | { readonly text: string; readonly tone?: Tone; readonly symbol?: string; readonly code?: boolean };

export interface Estimate {
  readonly ratio: number;
  readonly low: number;
  readonly high: number;
}

export type ForestVerdict = 'faster' | 'slower' | 'no-change' | 'inconclusive' | 'missing' | 'failed';

export interface Forest {
  readonly title: string;
  readonly description: string;
  /** Said under the title: what the sign means. */
  readonly convention: string;
  readonly mean?: Estimate | undefined;
  readonly groups: readonly { readonly title: string; readonly rows: readonly ForestRow[] }[];
  /** What counts as a change, as a fraction: drawn as a band. */
  readonly threshold: number;
  readonly noiseFloor?: number | undefined;
  /** The axis runs from −extent to +extent, as fractions; what lies beyond is an arrow at the edge. */
  readonly extent: number;
  readonly note: string;
}

export interface ForestRow {
  readonly test: string;
  readonly verdict: ForestVerdict;
  /** The verdict for a reader: `no change`, or `within noise` where one is seen that the control shows too. */
  readonly word: string;
  readonly estimate?: Estimate | undefined;
  readonly q?: number | undefined;
  readonly baselineMs?: number | undefined;
  readonly patchedMs?: number | undefined;
  /** Beside the verdict, in a word or two: `< 1%`, `~38 pairs`, `as declared`. */
  readonly detail: string;
  readonly remark: string;
  /** Worth a line even in a short table: declared, changed, failed or missing. */
  readonly notable: boolean;
}

/** Ratios over time, the oldest first. */
export interface Trend {
  readonly title: string;
  readonly convention: string;
  readonly points: readonly (Estimate & { readonly label: string })[];
}

/** Points with their intervals: along an axis of their own, or side by side in their order. Its numbers stand in a table, too. */
export interface Chart {
  readonly title: string;
  /** What the signs and marks mean. */
  readonly note: string;
  /** Absent: the points stand side by side, told by their labels. */
  readonly x?: ChartAxis;
  readonly y: ChartAxis;
  readonly points: readonly ChartPoint[];
  /** Places of points that a line joins; with an axis for x it is the marked ones, from left to right. */
  readonly steps: readonly (readonly [number, number])[];
}

export interface ChartAxis {
  readonly title: string;
  /** `change`: a ratio, of which 1 is no change; `bytes`: a difference, of which 0 is none. */
  readonly unit: 'change' | 'bytes';
}

export interface ChartPoint {
  readonly label: string;
  readonly x?: number;
  readonly at: number;
  readonly low: number;
  readonly high: number;
  /** The figures in words. */
  readonly text: string;
  /** Filled, and named in the drawing. */
  readonly marked: boolean;
}

/** Bytes over the steps of a program, a line for each side. Terminal and markdown show the table of some steps. */
export interface Curve {
  readonly title: string;
  readonly sides: readonly string[];
  /** A value a side. */
  readonly steps: readonly { readonly label: string; readonly values: readonly number[] }[];
  readonly note?: string;
}

/**
 * A flame graph: where bytes that grew, or that are fewer, come from. The lowest row is who asked for them, and above each
 * stands who called it. Terminal and markdown show its lowest row as a table.
 */
export interface Flame {
  readonly title: string;
  readonly grew: boolean;
  /** The largest first. */
  readonly stacks: readonly { readonly stack: readonly string[]; readonly bytes: number; readonly blocks: number }[];
}

export interface Bars {
  readonly title: string;
  readonly bars: readonly { readonly label: string; readonly value: number; readonly text: string }[];
  readonly note?: string;
}

/**
 * What is good, bad or neither. Every tone has a sign of its own, so that nothing is told by colour alone.
 * `unknown`: not measured, or not reached.
 */
export type Tone = 'good' | 'bad' | 'attention' | 'plain' | 'unknown';

export const TONE_SYMBOL: Readonly<Record<Tone, string>> = {
  good: '✓',
  bad: '✗',
  attention: '!',
  plain: '○',
  unknown: '–',
};

export interface VerdictWord {
  readonly symbol: string;
  readonly word: string;
  readonly tone: Tone;
}

/** A symbol and a word for each verdict; the chart's marks have the same shapes. */
export const VERDICTS: Readonly<Record<ForestVerdict, VerdictWord>> = {
  slower: { symbol: '▲', word: 'slower', tone: 'bad' },
  faster: { symbol: '▼', word: 'faster', tone: 'good' },
  'no-change': { symbol: '○', word: 'no change', tone: 'plain' },
  inconclusive: { symbol: '◇', word: 'inconclusive', tone: 'unknown' },
  missing: { symbol: '–', word: 'missing', tone: 'unknown' },
  failed: { symbol: '✗', word: 'failed', tone: 'bad' },
};

/** Of a test that differs by more than counts as a change, but by no more than the baseline differs from itself. */
export const WITHIN_NOISE = 'within noise';

export const VERDICT_ORDER: readonly ForestVerdict[] = [
  'slower',
  'faster',
  'no-change',
  'inconclusive',
  'missing',
  'failed',
];
