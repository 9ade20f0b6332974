import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { assetPath } from '../../system/assets.ts';
import { html, Markup } from './markup.ts';

interface Page {
  readonly title: string;
  /** Sheets of the assets, in their order. */
  readonly styles: readonly string[];
  readonly body: Markup;
  /** Scripts: what runs before anything is drawn, and the module that starts when all is there. */
  readonly scripts?: { readonly first: string; readonly last: string };
}

/** A page that needs nothing but itself: no network; its style and scripts are allowed by their hashes. */
export function pageHtml({ title, styles, body, scripts }: Page): string {
  const style = styles.map(assetText).join('');
  const allowed = scripts === undefined ? '' : ` script-src ${hash(scripts.first)} ${hash(scripts.last)};`;
  const policy = `default-src 'none'; style-src ${hash(style)};${allowed} img-src data:; base-uri 'none'; form-action 'none'`;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${new Markup(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${title}</title>
<link rel="icon" href="data:,">
<style>${new Markup(style)}</style>
${scripts && html`<script>${new Markup(scripts.first)}</script>\n`}</head>
<body>
${body}
${scripts && html`<script type="module">${new Markup(scripts.last)}</script>\n`}</body>
</html>
`.text;
}

/** @param name below the assets: `review/page.css`. */
export const assetText = (name: string): string => readFileSync(assetPath(name), 'utf8');

const hash = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
