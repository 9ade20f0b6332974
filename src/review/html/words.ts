import { integer } from '../../document/format.ts';
import { html, type Markup } from '../../document/html/markup.ts';
import { type Paragraph, paragraphsOf } from '../../document/paragraphs.ts';
import type { HunkStatus } from '../types.ts';

export const HUNK: Readonly<Record<HunkStatus, string>> = {
  same: 'the same to the byte',
  moved: 'the same at other line numbers',
  context: 'the same change, other lines around it',
  'white-space': 'the same change, set with other white space',
  changed: 'changed in substance',
  removed: 'only in the old',
  added: 'only in the new',
};

export const STATUS_LETTER = { modified: 'M', added: 'A', deleted: 'D', renamed: 'R', copied: 'C' } as const;

/** `+3 −10`, said in full to who listens. */
export function countsHtml({ insertions, deletions }: { insertions: number; deletions: number }): Markup {
  return html`<span class="counts"><span class="plus">+${integer(insertions)}<span class="unseen"> added,</span></span> <span class="minus">−${integer(deletions)}<span class="unseen"> removed</span></span></span>`;
}

/** Several paragraphs. */
export function paragraphs(text: string): Markup {
  const set = ({ text: part, laidOut }: Paragraph) => (laidOut ? part.trim() : part.trim().split(/\s*\n/).join(' '));
  return html`${paragraphsOf(text).map((part) => html`<p class="prose">${set(part)}</p>`)}`;
}
