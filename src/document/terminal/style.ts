import pc from 'picocolors';
import type { Tone } from '../tone.ts';

export { pad, shorten, wrap, wrapCode } from './columns.ts';

export type Paint = (text: string) => string;

/** How something is written on a terminal. Every paint closes what it opens, so each line stands for itself in a pager. */
export interface Style {
  /** Columns. Infinite: nothing is wrapped. */
  readonly width: number;
  readonly color: boolean;
  /** Every row of every table, and how everything was built. */
  readonly verbose: boolean;
  /** Of how many lines of a diagnostic's detail the rest is counted, and where they are; else by `verbose`. */
  readonly detail?: { readonly most: number; readonly full: string };
  readonly bold: Paint;
  readonly dim: Paint;
  readonly good: Paint;
  readonly bad: Paint;
  readonly attention: Paint;
  readonly heading: Paint;
  /** The changed words of a line that is painted already. */
  readonly mark: Paint;
  /** Colours a text by its tone; the tone's sign is written beside it, so colour says nothing alone. */
  readonly tone: (tone: Tone, text: string) => string;
}

/** Narrower than this nothing can be laid out; the terminal may then wrap by itself. */
const NARROWEST = 40;

export function terminalStyle(options: { width: number; color: boolean; verbose?: boolean | undefined }): Style {
  const colors = pc.createColors(options.color);
  const { bold, dim, green: good, red: bad, yellow: attention } = colors;
  const tones: Readonly<Record<Tone, Paint>> = { good, bad, attention, plain: (text) => text, unknown: dim };
  return {
    width: Math.max(NARROWEST, Math.floor(options.width)),
    color: options.color,
    verbose: options.verbose ?? false,
    ...{ bold, dim, good, bad, attention },
    heading: (text) => bold(colors.cyan(text)),
    mark: colors.inverse,
    tone: (tone, text) => tones[tone](text),
  };
}
