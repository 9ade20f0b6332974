import { printableLine, printableSource } from '../../document/printable.ts';
import type { HunkComparison, PatchComparison, ReviewComparison, ReviewHunk, ReviewRow } from '../types.ts';
import { SIGNS } from '../words.ts';

const NONE = '-------';
const MARKS = { same: '=', 'context-only': '!', changed: '!', removed: '<', added: '>' } as const;

/**
 * Two series as `git range-diff` tells of them (git-range-diff(1)): a line a pair of patches, under it the difference of
 * their diffs, where the first sign says which side and the second what that side did. Where git writes commits, the
 * patches' hashes stand. Context that alone differs is told, not shown.
 */
export function rangeDiffText(comparison: ReviewComparison): string {
  const most = Math.max(0, ...comparison.patches.flatMap(({ oldIndex = 0, newIndex = 0 }) => [oldIndex, newIndex]));
  const digits = String(most).length;
  return comparison.patches
    .map((patch) => [pairLine(patch, digits), ...patchDifference(patch).map((line) => `    ${line}`.trimEnd())])
    .map((lines) => `${lines.join('\n')}\n`)
    .join('');
}

function pairLine(patch: PatchComparison, digits: number): string {
  const side = (index: number | undefined, hash: string | undefined) => {
    const short = index === undefined ? NONE : (hash ?? '.......').slice(0, 7);
    return `${String(index ?? '-').padStart(digits)}:  ${short}`;
  };
  const title = patch.title === undefined || patch.title === patch.id ? patch.id : `${patch.id}: ${patch.title}`;
  return `${side(patch.oldIndex, patch.oldSha256)} ${MARKS[patch.status]} ${side(patch.newIndex, patch.newSha256)} ${printableLine(title)}`;
}

/** How two versions of a patch differ, as a diff of diffs; nothing for one that is on one side only. */
export function patchDifference(patch: PatchComparison): readonly string[] {
  if (patch.status === 'added' || patch.status === 'removed') return [];
  const facts = patch.facts.flatMap(({ label, old, new: now }) => [
    ...(old === '' ? [] : [`-${label}: ${old}`]),
    ...(now === '' ? [] : [`+${label}: ${now}`]),
  ]);
  const files = patch.files
    .filter(({ status }) => status !== 'same')
    .flatMap((file) => {
      const was = file.oldPath === undefined || file.oldPath === file.path ? '' : `${file.oldPath} => `;
      const lines = file.hunks.flatMap((hunk) => hunkLines(hunk, file.path));
      // Of hunks that stand at other lines there is nothing to show.
      return file.status === 'context-only' && lines.length === 0 ? [] : [`  ## ${was}${file.path} ##`, ...lines];
    });
  return [...(facts.length === 0 ? [] : ['@@ Metadata', ...facts]), ...files].map(printableSource);
}

function hunkLines(hunk: HunkComparison, path: string): readonly string[] {
  const at = hunk.new ?? hunk.old;
  const heading = `@@ ${path}${at === undefined || at.section === '' ? '' : `: ${at.section}`}`;
  switch (hunk.status) {
    case 'same':
    case 'moved':
      return [];
    case 'context':
      return [`${heading} (context only)`];
    case 'white-space':
      return [`${heading} (white space only)`];
    case 'changed':
      return [heading, ...hunk.rows.map(rowLine)];
    case 'removed':
      return [`-${heading}`, ...whole('-', hunk.old)];
    case 'added':
      return [`+${heading}`, ...whole('+', hunk.new)];
  }
}

const rowLine = ({ kind, text }: ReviewRow) => `${SIGNS[kind]}${text}`;

const whole = (sign: string, hunk: ReviewHunk | undefined) => (hunk?.rows ?? []).map((row) => `${sign}${rowLine(row)}`);
