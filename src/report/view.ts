import type { RatioEstimate, TestVerdict } from '../bench/types.ts';
import type { Diagnostic } from '../system/diagnostic.ts';
import type { Tone } from './words.ts';

/**
 * What a report says, before it is known how it is shown. Terminal, markdown and HTML each render these few blocks, so a
 * new measurement (memory, instructions, size) is a function that yields an `Answer` and a `Section`, and no renderer changes.
 * All texts are plain and untrusted: each renderer escapes them.
 */
export interface ReportView {
  /** `remove-zombieframe on CPython 2.7.18` */
  readonly title: string;
  readonly status: { readonly tone: Tone; readonly word: string };
  /** The whole answer in a sentence or two. */
  readonly headline: readonly string[];
  /** What was changed. */
  readonly changed: readonly Answer[];
  readonly targets: readonly TargetView[];
  /** About the whole run: the change, how it was measured. */
  readonly sections: readonly Section[];
  readonly footer: string;
}

export interface TargetView {
  readonly name: string;
  readonly title: string;
  readonly answers: readonly Answer[];
  readonly sections: readonly Section[];
}

/** One question of the first screen, answered. */
export interface Answer {
  /** One or two words: `Builds`, `Speed`. */
  readonly label: string;
  readonly tone: Tone;
  /** The answer in a few words: bold on the page, alone in the table of many targets. */
  readonly short: string;
  /** The numbers and reasons behind it, a sentence each. */
  readonly more: readonly string[];
}

export interface Section {
  /** For links: letters, digits and hyphens. */
  readonly id: string;
  readonly title: string;
  readonly blocks: readonly Block[];
  /** The terminal shows it only when asked for everything. */
  readonly verboseOnly?: boolean;
  /** Of the sections about the whole: markdown folds them away, but for these. */
  readonly open?: boolean;
}

export type Block =
  | { readonly kind: 'text'; readonly lines: readonly string[]; readonly tone?: Tone }
  | { readonly kind: 'facts'; readonly facts: readonly Fact[] }
  | { readonly kind: 'table'; readonly table: Table }
  | { readonly kind: 'forest'; readonly forest: Forest }
  | { readonly kind: 'bars'; readonly bars: Bars }
  | { readonly kind: 'trend'; readonly trend: Trend }
  | { readonly kind: 'code'; readonly title: string; readonly text: string }
  | { readonly kind: 'diagnostics'; readonly diagnostics: readonly Diagnostic[] }
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
  readonly caption: string;
  readonly columns: readonly { readonly title: string; readonly align?: 'right' }[];
  readonly rows: readonly (readonly Cell[])[];
  readonly note?: string;
}

export interface Cell {
  readonly text: string;
  readonly tone?: Tone;
  readonly symbol?: string;
  readonly code?: boolean;
}

/** The ratios of all tests with their intervals. */
export interface Forest {
  readonly title: string;
  readonly description: string;
  /** Said under the title: what the sign means. */
  readonly convention: string;
  readonly mean?: RatioEstimate | undefined;
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
  readonly verdict: TestVerdict;
  /** The verdict for a reader: `no change`, or `within noise` where one is seen that the control shows too. */
  readonly word: string;
  readonly estimate?: RatioEstimate | undefined;
  readonly q?: number | undefined;
  readonly baselineMs?: number | undefined;
  readonly patchedMs?: number | undefined;
  /** Beside the verdict, in a word or two: `< 1%`, `~38 pairs`, `as declared`. */
  readonly detail: string;
  /** What must be said in a sentence. */
  readonly remark: string;
  /** Worth a line even in a short table: declared, changed, failed or missing. */
  readonly notable: boolean;
}

/** Ratios over time, the oldest first. */
export interface Trend {
  readonly title: string;
  readonly convention: string;
  readonly points: readonly (RatioEstimate & { readonly label: string })[];
}

export interface Bars {
  readonly title: string;
  readonly bars: readonly { readonly label: string; readonly value: number; readonly text: string }[];
  readonly note?: string;
}
