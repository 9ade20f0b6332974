import { html, type Markup } from '../../document/html/markup.ts';
import type { Tone } from '../../document/tone.ts';
import type { ChangeStatus, HunkStatus, ReviewCheck, ReviewEvidence, ReviewFile, ReviewPatch } from '../types.ts';

/** A number with its noun: `1 file`, `2,000 files`. */
export function count(n: number, one: string, many = `${one}s`): string {
  return `${n.toLocaleString('en')} ${n === 1 ? one : many}`;
}

const VERDICT: Readonly<Record<ReviewPatch['verdict'], { readonly tone: Tone; readonly word: string }>> = {
  applies: { tone: 'good', word: 'applies' },
  'already-applied': { tone: 'unknown', word: 'is in the tree already' },
  'not-applicable': { tone: 'unknown', word: 'not for this version' },
  drifted: { tone: 'bad', word: 'drifted: no patch' },
  conflict: { tone: 'bad', word: 'conflicts: no patch' },
  read: { tone: 'unknown', word: 'read from a file' },
};

/** What tells a patch from the others: its id, or of mails in one file, which share it, its title. */
export function nameOf(patch: Pick<ReviewPatch, 'id' | 'title'>, all: readonly Pick<ReviewPatch, 'id'>[]): string {
  return all.filter(({ id }) => id === patch.id).length > 1 ? patch.title : patch.id;
}

/** What a patch comes to. One that was read may have problems of its own: that it does not apply, say. */
export function verdictOf({ verdict, problems }: Pick<ReviewPatch, 'verdict' | 'problems'>): {
  readonly tone: Tone;
  readonly word: string;
} {
  const { tone, word } = VERDICT[verdict];
  return problems.length === 0 || tone === 'bad'
    ? { tone, word }
    : { tone: 'bad', word: `${word}: ${count(problems.length, 'problem')}` };
}

export const EVIDENCE: Readonly<Record<ReviewEvidence['verdict'], { readonly tone: Tone; readonly word: string }>> = {
  passed: { tone: 'good', word: 'passed' },
  failed: { tone: 'bad', word: 'failed' },
  'not-done': { tone: 'attention', word: 'not done' },
  'not-applicable': { tone: 'unknown', word: 'not applicable' },
};

export const CHECK: Readonly<Record<ReviewCheck['verdict'], { readonly tone: Tone; readonly word: string }>> = {
  fine: { tone: 'good', word: 'fine' },
  attention: { tone: 'attention', word: 'look at this' },
  failed: { tone: 'bad', word: 'says no' },
  'not-done': { tone: 'unknown', word: 'not done' },
};

export const CHANGE: Readonly<Record<ChangeStatus, { readonly tone: Tone; readonly word: string }>> = {
  same: { tone: 'good', word: 'the same' },
  'context-only': { tone: 'good', word: 'context or white space only' },
  changed: { tone: 'attention', word: 'changed in substance' },
  removed: { tone: 'attention', word: 'only in the old' },
  added: { tone: 'attention', word: 'only in the new' },
};

export const HUNK: Readonly<Record<HunkStatus, string>> = {
  same: 'the same to the byte',
  moved: 'the same at other line numbers',
  context: 'the same change, other lines around it',
  'white-space': 'the same change, set with other white space',
  changed: 'changed in substance',
  removed: 'only in the old',
  added: 'only in the new',
};

/** What a file's name alone does not say. */
export function remarksOf(file: ReviewFile): readonly string[] {
  return [
    file.status === 'modified' ? '' : file.status,
    file.oldPath === undefined ? '' : `from ${file.oldPath}`,
    file.mode === undefined ? '' : `mode ${file.mode}`,
    file.binary ? 'binary' : '',
    file.encoding === 'latin-1' ? 'Latin-1' : '',
    file.eol === 'lf' ? '' : file.eol === 'crlf' ? 'CRLF' : 'mixed line ends',
  ].filter((remark) => remark !== '');
}

export const STATUS_LETTER = { modified: 'M', added: 'A', deleted: 'D', renamed: 'R', copied: 'C' } as const;

/** `+3 −10`, said in full to who listens. */
export function countsHtml({ insertions, deletions }: { insertions: number; deletions: number }): Markup {
  return html`<span class="counts"><span class="plus">+${insertions.toLocaleString('en')}<span class="unseen"> added,</span></span> <span class="minus">−${deletions.toLocaleString('en')}<span class="unseen"> removed</span></span></span>`;
}

/** Several paragraphs. Lines keep their places where one is indented or an item; else they are the column's to break. */
export function paragraphs(text: string): Markup {
  const parts = text.split(/\n\s*\n/).filter((part) => part.trim() !== '');
  const laidOut = /^(?:\s|[-*•>|]\s|\d+[.)]\s|[\w-]+: )/m;
  const set = (part: string) => (laidOut.test(part) ? part.trim() : part.trim().split(/\s*\n/).join(' '));
  return html`${parts.map((part) => html`<p class="prose">${set(part.replace(/^\n+|\s+$/g, ''))}</p>`)}`;
}
