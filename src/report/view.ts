import { present, type Some } from '../document/say.ts';
import type { Block, Tone } from '../document/types.ts';

/**
 * What a report says, before it is known how it is shown. A new measurement (memory, instructions,
 * size) is a function that yields an `Answer` and a `Section` of blocks, and no renderer changes.
 */
export interface ReportView {
  /** `remove-zombieframe on CPython 2.7.18` */
  readonly title: string;
  readonly status: { readonly tone: Tone; readonly word: string };
  readonly headline: readonly string[];
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

export interface Answer {
  /** One or two words: `Builds`, `Speed`. */
  readonly label: string;
  readonly tone: Tone;
  /** The answer in a few words: bold on the page, alone in the table of many targets. */
  readonly short: string;
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

/** @param more what is absent is left out. */
export const answer = (label: string, tone: Tone, short: string, more?: Some<string>): Answer => ({
  label,
  tone,
  short,
  more: present<string>(more),
});

export const section = (
  id: string,
  title: string,
  blocks: Some<Block>,
  more: Pick<Section, 'verboseOnly' | 'open'> = {},
): Section => ({ id, title, blocks: present(blocks), ...more });

export const openSection = (id: string, title: string, blocks: Some<Block>): Section =>
  section(id, title, blocks, { open: true });
