import { count } from '../../document/format.ts';
import { details, diagnosticMarkdown, grid, link, paragraphs } from '../../document/markdown/blocks.ts';
import { markdownCode, markdownText } from '../../document/markdown/escape.ts';
import type { Part } from '../../document/markdown/fit.ts';
import { TONE_SYMBOL } from '../../document/tone.ts';
import { right } from '../../document/types.ts';
import type { ReviewPatch } from '../types.ts';
import { EVIDENCE, editsOf, plusMinus, provenanceOf, VERDICT } from '../words.ts';
import { fileMarkdown } from './file.ts';
import { RANK } from './ranks.ts';

/** Of more files than these the table is cut before anything else is. */
const FEW_FILES = 20;

/** A patch: its reason, what was verified, what it was made from, its files. */
export function patchParts(patch: ReviewPatch, links: Readonly<Record<string, string>>): readonly Part[] {
  const name = markdownCode(patch.id.slice(0, 80));
  return [
    {
      forms: [
        heading(patch),
        `### ${TONE_SYMBOL[VERDICT[patch.verdict].tone]} ${markdownText(patch.id.slice(0, 80))}`,
        '',
      ],
      rank: RANK.headings,
      name: `the reason of ${name}`,
    },
    ...patch.problems.map((problem) => ({
      forms: [diagnosticMarkdown(problem, 'bad'), ''],
      rank: RANK.problems,
      name: `a problem of ${name}`,
    })),
    ...patch.warnings.map((warning) => ({
      forms: [diagnosticMarkdown(warning, 'attention'), ''],
      rank: RANK.warnings,
      name: `a warning of ${name}`,
    })),
    { forms: [evidence(patch), evidenceInShort(patch), ''], rank: RANK.evidence, name: `what was verified of ${name}` },
    { forms: [provenance(patch), ''], rank: RANK.provenance, name: `what ${name} was made from` },
    { forms: [...fileTables(patch, links), ''], rank: RANK.fileTables, name: `all files of ${name}` },
    { forms: [edits(patch), ''], rank: RANK.edits, name: `the recipe’s edits of ${name}` },
    ...patch.files.map((file) => ({
      forms: [fileMarkdown(file, patch), ''],
      rank: RANK.diffs,
      name: `the diff of ${markdownCode(file.path.slice(0, 200))}`,
    })),
  ];
}

function heading(patch: ReviewPatch): string {
  const title = patch.title === patch.id ? '' : `: ${markdownText(patch.title)}`;
  const head = `### ${TONE_SYMBOL[VERDICT[patch.verdict].tone]} ${markdownText(patch.id)}${title}`;
  const verdict = `**${VERDICT[patch.verdict].word}**${patch.reason === undefined ? '' : `: ${markdownText(patch.reason)}`}`;
  return [head, verdict, paragraphs(patch.why)].filter((part) => part !== '').join('\n\n');
}

function evidence({ evidence: steps }: ReviewPatch): string {
  if (steps.length === 0) return '';
  return grid(
    ['', 'Verification', ''],
    steps.map(({ verdict, title, detail }) => [
      TONE_SYMBOL[EVIDENCE[verdict].tone],
      markdownText(title),
      markdownText(detail),
    ]),
  );
}

const evidenceInShort = ({ evidence: steps }: ReviewPatch) =>
  steps.map(({ verdict, step }) => `${TONE_SYMBOL[EVIDENCE[verdict].tone]} ${step}`).join(', ');

const provenance = (patch: ReviewPatch) =>
  provenanceOf(patch)
    .map(({ name, value }) => `- ${name}: ${markdownCode(value)}`)
    .join('\n');

/** All files, then the first ones. */
function fileTables(patch: ReviewPatch, links: Readonly<Record<string, string>>): readonly string[] {
  const { files } = patch;
  if (files.length === 0) return [''];
  const edited = patch.edits.length > 0;
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

const OUTCOMES = {
  applied: TONE_SYMBOL.good,
  'nothing-to-do': TONE_SYMBOL.plain,
  'not-for-this-version': TONE_SYMBOL.unknown,
  failed: TONE_SYMBOL.bad,
} as const;

function edits({ edits: all }: ReviewPatch): string {
  if (all.length === 0) return '';
  const rows = all.map(({ edit, kind, why, outcome, reason }) => [
    String(edit + 1),
    OUTCOMES[outcome],
    markdownCode(kind),
    markdownText(why),
    outcome === 'applied' ? '' : markdownText(reason),
  ]);
  return details(
    `The recipe’s ${count(all.length, 'edit')}`,
    grid([right(''), '', 'Edit', 'Why', 'Not made, because'], rows),
  );
}
