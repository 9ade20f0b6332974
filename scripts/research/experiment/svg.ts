import { html, type Markup } from '../../../src/document/html/markup.ts';

/**
 * The colours of the reports (Okabe-Ito), in a picture of its own: with a ground that it brings along, so that it can be
 * read on a light and on a dark page, whichever of the two the viewer believes to have.
 */
const STYLE = `
.ground{fill:#fff}.ink{fill:#1b1e22}.muted{fill:#596069}.grid{stroke:#e1e5ea}.zero{stroke:#596069}.band{fill:#eff2f5}.band2{fill:#dde3ea}
.a{fill:#0072b2;stroke:#0072b2}.b{fill:#d55e00;stroke:#d55e00}.d{fill:#009e73;stroke:#009e73}.c{fill:none;stroke:#1b1e22}.thin{opacity:.55}
@media (prefers-color-scheme:dark){
.ground{fill:#14171a}.ink{fill:#e6e9ec}.muted{fill:#a5adb6}.grid{stroke:#2a2f35}.zero{stroke:#a5adb6}.band{fill:#1e2328}.band2{fill:#2c333b}
.a{fill:#56b4e9;stroke:#56b4e9}.b{fill:#f0752a;stroke:#f0752a}.d{fill:#2fc79a;stroke:#2fc79a}.c{stroke:#e6e9ec}}
text{font:12px system-ui,-apple-system,"Segoe UI",Roboto,"Liberation Sans",sans-serif;stroke:none}
.title{font-size:15px;font-weight:600}.small{font-size:11px}.end{text-anchor:end}.mid{text-anchor:middle}
line,path,rect,circle{stroke-width:1.5}.ground,.band,.band2{stroke:none}`;

/** A whole file. `title` and `desc` are what a reader has who does not see it. */
export function svg(width: number, height: number, title: string, desc: string, content: Markup): string {
  const style = html`<style>${rawStyle}</style>`;
  return `${html`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="title desc">
<title id="title">${title}</title>
<desc id="desc">${desc}</desc>
${style}
<rect class="ground" width="${width}" height="${height}" rx="6"/>
${content}
</svg>`.text.replace(rawStyle.text, STYLE)}\n`;
}

/** A place holder: quotes in CSS must not be escaped. */
const rawStyle = html`STYLE`;

/** The shapes that tell the series apart without colour; all six or seven pixels wide. */
export const SHAPES = {
  /** Filled circle. */
  a: (x: number, y: number) => html`<circle class="a" cx="${r(x)}" cy="${r(y)}" r="3"/>`,
  /** Filled square. */
  b: (x: number, y: number) => html`<rect class="b" x="${r(x - 3)}" y="${r(y - 3)}" width="6" height="6"/>`,
  /** Filled triangle. */
  d: (x: number, y: number) =>
    html`<path class="d" d="M${r(x)},${r(y - 3.5)}L${r(x + 3.5)},${r(y + 3)}L${r(x - 3.5)},${r(y + 3)}Z"/>`,
  /** A cross without filling. */
  c: (x: number, y: number) =>
    html`<path class="c" d="M${r(x - 3.5)},${r(y - 3.5)}L${r(x + 3.5)},${r(y + 3.5)}M${r(x - 3.5)},${r(y + 3.5)}L${r(x + 3.5)},${r(y - 3.5)}"/>`,
} as const;

export type Series = keyof typeof SHAPES;

/** A tenth of a pixel is enough. */
export const r = (value: number): number => Math.round(value * 10) / 10;
