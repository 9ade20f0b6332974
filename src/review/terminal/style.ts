import { type Style as PlainStyle, terminalStyle } from '../../document/terminal/style.ts';

export type { Paint } from '../../document/terminal/style.ts';

export interface Style extends PlainStyle {
  readonly layout: 'unified' | 'side-by-side';
}

export interface TerminalStyle {
  readonly width: number;
  readonly color: boolean;
  /** `auto`: side by side where both sides have room. */
  readonly layout?: 'auto' | 'unified' | 'side-by-side' | undefined;
}

export const IN_FULL = ': in the page (--format html) and in the JSON';

/** Of more lines of detail than these the rest is counted. */
const MOST_DETAIL = 40;

/** From here on both sides have 60 columns of code. */
const SIDE_BY_SIDE = 140;

/** Narrower than this two columns of code are two columns of fragments, whatever was asked for. */
const NARROWEST_SIDES = 80;

export function reviewStyle({ width: asked, color, layout = 'auto' }: TerminalStyle): Style {
  const style = terminalStyle({ width: asked, color });
  const { width } = style;
  const sides = layout === 'side-by-side' ? width >= NARROWEST_SIDES : layout === 'auto' && width >= SIDE_BY_SIDE;
  return { ...style, detail: { most: MOST_DETAIL, full: IN_FULL }, layout: sides ? 'side-by-side' : 'unified' };
}
