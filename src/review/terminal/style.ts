import pc from 'picocolors';

export type Paint = (text: string) => string;

/** How a review is written on a terminal. Every paint closes what it opens, so each line stands for itself in a pager. */
export interface Style {
  /** Columns. */
  readonly width: number;
  readonly color: boolean;
  readonly layout: 'unified' | 'side-by-side';
  readonly bold: Paint;
  readonly dim: Paint;
  readonly good: Paint;
  readonly bad: Paint;
  readonly attention: Paint;
  readonly heading: Paint;
  /** The changed words of a line that is painted already. */
  readonly mark: Paint;
}

export interface TerminalStyle {
  readonly width: number;
  readonly color: boolean;
  /** `auto`: side by side where both sides have room. */
  readonly layout?: 'auto' | 'unified' | 'side-by-side' | undefined;
}

/** Narrower than this nothing can be laid out; the terminal may then wrap by itself. */
const NARROWEST = 40;

/** From here on both sides have 60 columns of code. */
const SIDE_BY_SIDE = 140;

/** Narrower than this two columns of code are two columns of fragments, whatever was asked for. */
const NARROWEST_SIDES = 80;

export function terminalStyle({ width: asked, color, layout = 'auto' }: TerminalStyle): Style {
  const colors = pc.createColors(color);
  const width = Math.max(NARROWEST, Math.floor(asked));
  const sides = layout === 'side-by-side' ? width >= NARROWEST_SIDES : layout === 'auto' && width >= SIDE_BY_SIDE;
  return {
    width,
    color,
    layout: sides ? 'side-by-side' : 'unified',
    bold: colors.bold,
    dim: colors.dim,
    good: colors.green,
    bad: colors.red,
    attention: colors.yellow,
    heading: (text) => colors.bold(colors.cyan(text)),
    mark: colors.inverse,
  };
}
