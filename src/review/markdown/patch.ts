import { hunkHead } from '../../diff/write.ts';
import { count } from '../../document/format.ts';
import { blockMarkdown, details, grid, link, paragraphs } from '../../document/markdown/blocks.ts';
import { markdownBlock, markdownCode, markdownText } from '../../document/markdown/escape.ts';
import type { Part } from '../../document/markdown/fit.ts';
import { printableSource } from '../../document/printable.ts';
import { joined } from '../../document/say.ts';
import { right, TONE_SYMBOL } from '../../document/types.ts';
import { editsTable, evidenceTable, problemBlocks } from '../blocks.ts';
import type { ReviewEdit, ReviewFile, ReviewHunk, ReviewPatch, ReviewRow } from '../types.ts';
import {
  EVIDENCE,
  editsOf,
  editsToTell,
  fileRemarks,
  madeBy,
  plusMinus,
  provenanceOf,
  SIGNS,
  VERDICT,
} from '../words.ts';

/** Of more files than these the table is cut before anything else is. */
const FEW_FILES = 20;

export function patchParts(patch: ReviewPatch, links: Readonly<Record<string, string>>): readonly Part[] {
  const name = markdownCode(patch.id.slice(0, 80));
  const made = provenanceOf(patch).map((fact) => `- ${fact.name}: ${markdownCode(fact.value)}`);
  return [
    part('headings', `the reason of ${name}`, heading(patch), headingOf(patch, patch.id.slice(0, 80))),
    ...problemBlocks(patch).map((block, i) =>
      i < patch.problems.length
        ? part('problems', `a problem of ${name}`, blockMarkdown(block))
        : part('warnings', `a warning of ${name}`, blockMarkdown(block)),
    ),
    part(
      'evidence',
      `what was verified of ${name}`,
      evidenceTable(patch).map(blockMarkdown).join(''),
      patch.evidence.map(({ verdict, step }) => `${TONE_SYMBOL[EVIDENCE[verdict].tone]} ${step}`).join(', '),
    ),
    part('provenance', `what ${name} was made from`, made.join('\n')),
    part('fileTables', `all files of ${name}`, ...fileTables(patch, links)),
    part('edits', `the recipe’s edits of ${name}`, edits(patch)),
    ...patch.files.map((file) =>
      part('diffs', `the diff of ${markdownCode(file.path.slice(0, 200))}`, fileMarkdown(file, patch)),
    ),
  ];
}

const headingOf = ({ verdict }: ReviewPatch, name: string) =>
  `### ${TONE_SYMBOL[VERDICT[verdict].tone]} ${markdownText(name)}`;

function heading(patch: ReviewPatch): string {
  const title = patch.title === patch.id ? '' : `: ${markdownText(patch.title)}`;
  const verdict = `**${VERDICT[patch.verdict].word}**${patch.reason === undefined ? '' : `: ${markdownText(patch.reason)}`}`;
  return joined([headingOf(patch, patch.id) + title, verdict, paragraphs(patch.why)], '\n\n');
}

/** All files, then the first ones. */
function fileTables(patch: ReviewPatch, links: Readonly<Record<string, string>>): readonly string[] {
  const { files } = patch;
  if (files.length === 0) return [''];
  const edited = editsToTell(patch).length > 0;
  const rows = files.map((file) => {
    const numbers = new Set(file.hunks.flatMap((hunk) => editsOf(patch, hunk).map(({ edit }) => edit + 1)));
    return [
      link(markdownCode(file.path), links[file.path]),
      plusMinus(file),
      String(file.hunks.length),
      ...(edited ? [[...numbers].sort((a, b) => a - b).join(', ')] : []),
    ];
  });
  const head = ['File', right('Lines'), right('Hunks'), ...(edited ? ['Edits'] : [])];
  if (files.length <= FEW_FILES) return [grid(head, rows)];
  const more = `… and ${count(files.length - FEW_FILES, 'file')} more`;
  return [grid(head, rows), `${grid(head, rows.slice(0, FEW_FILES))}\n\n${more}`, count(files.length, 'file')];
}

const edits = (patch: ReviewPatch): string =>
  editsToTell(patch).length === 0
    ? ''
    : details(`The recipe’s ${count(patch.edits.length, 'edit')}`, blockMarkdown(editsTable(patch)));

/** A file's diff, folded: in front of each run of hunks the edits that made it, and why. */
function fileMarkdown(file: ReviewFile, patch: ReviewPatch): string {
  const summary = [plusMinus(file), ...fileRemarks(file)].join(', ');
  const body = runs(file.hunks).map((hunks) => {
    const [first] = hunks;
    const edits = first === undefined ? [] : editsOf(patch, first);
    const block = markdownBlock(hunks.flatMap((hunk) => hunkLines(hunk, file)).join('\n'), 'diff');
    return joined([editsMarkdown(edits, patch), block], '\n\n');
  });
  return details(summary, body.length === 0 ? 'It has no lines to show.' : body.join('\n\n'), file.path);
}

/** What edits are and why, a line each. */
export const editsMarkdown = (edits: readonly ReviewEdit[], patch: ReviewPatch): string =>
  edits
    .map((edit) => {
      const name =
        editsToTell(patch).length === 0
          ? markdownText(madeBy(patch, edit))
          : `edit ${edit.edit + 1}, ${markdownCode(edit.kind)}`;
      return `- ${name}: ${markdownText(edit.why)}`;
    })
    .join('\n');

/** Neighbours that the same edits made. */
function runs(hunks: readonly ReviewHunk[]): readonly (readonly ReviewHunk[])[] {
  const out: ReviewHunk[][] = [];
  for (const hunk of hunks) {
    const last = out.at(-1);
    if (last !== undefined && String(last[0]?.edits) === String(hunk.edits)) last.push(hunk);
    else out.push([hunk]);
  }
  return out;
}

function hunkLines(hunk: ReviewHunk, file: ReviewFile): readonly string[] {
  return [
    `${hunkHead(hunk)} ${printableSource(hunk.section)}`.trimEnd(),
    ...hunk.rows.flatMap((row) => rowLines(row, file)),
  ];
}

function rowLines({ kind, text, eol }: ReviewRow, file: ReviewFile): readonly string[] {
  const cr = file.eol === 'mixed' && eol === '\r\n' ? '\r' : '';
  const line = `${SIGNS[kind]}${printableSource(text + cr)}`;
  return eol === '' ? [line, '\\ No newline at end of file'] : [line];
}

/** What gets its room first where a comment cannot hold everything: what is wrong, what was verified, then the diffs. */
export const RANK = {
  head: 0,
  problems: 1,
  headings: 2,
  evidence: 3,
  checks: 4,
  comparison: 5,
  run: 6,
  warnings: 7,
  provenance: 8,
  fileTables: 9,
  findings: 10,
  differences: 11,
  diffs: 12,
  edits: 13,
} as const;

/** What may have to give way. @param forms in full first, then in fewer and fewer words; at last it is not there. */
export const part = (rank: keyof typeof RANK, name: string, ...forms: string[]): Part => ({
  forms: [...forms, ''],
  rank: RANK[rank],
  name,
});
