import pc from 'picocolors';
import type { Tone } from '../tone.ts';

export { pad, shorten, wrap, wrapCode } from './columns.ts';

/** How a report is written on a terminal. */
export interface Style {
  /** Columns. */
  readonly width: number;
  /** Every row of every table, and how everything was built. */
  readonly verbose: boolean;
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
  /** Colours a text by its tone; the tone's sign is written beside it, so colour says nothing alone. */
  readonly tone: (tone: Tone, text: string) => string;
}

/** Narrower than this nothing can be laid out; the terminal may then wrap by itself. */
const NARROWEST = 40;

export function terminalStyle(options: { width: number; color: boolean; verbose: boolean }): Style {
  const colors = pc.createColors(options.color);
  const tones: Readonly<Record<Tone, (text: string) => string>> = {
    good: colors.green,
    bad: colors.red,
    attention: colors.yellow,
    plain: (text) => text,
    unknown: colors.dim,
  };
  return {
    width: Math.max(NARROWEST, options.width),
    verbose: options.verbose,
    bold: colors.bold,
    dim: colors.dim,
    tone: (tone, text) => tones[tone](text),
  };
}
