import { blockMarkdown, details, grid } from '../../document/markdown/blocks.ts';
import { markdownText } from '../../document/markdown/escape.ts';
import { TONE_SYMBOL } from '../../document/tone.ts';
import type { RunRecord } from '../../run/types.ts';
import { reportView } from '../report-view.ts';
import type { Answer, ReportView, Section, TargetView } from '../view.ts';

/** The report for a pull request, a job's summary or a file: GitHub-flavoured markdown. Ends with a line end. */
export function renderMarkdown(record: RunRecord): string {
  return renderMarkdownView(reportView(record));
}

/** As {@link renderMarkdown}, of any report. */
export function renderMarkdownView(view: ReportView): string {
  const parts = [...firstScreen(view)];
  const several = view.targets.length > 1;
  for (const target of view.targets) {
    for (const section of target.sections) parts.push(targetSection(target, section, several));
  }
  for (const section of view.sections) parts.push(runSection(section));
  parts.push(`<sub>${markdownText(view.footer)}</sub>`);
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

/** What is read first, for a comment: the verdict, the answer in a few sentences, a table a target. Ends with a line end. */
export function renderMarkdownFirstScreen(record: RunRecord): string {
  return `${firstScreen(reportView(record))
    .filter((part) => part !== '')
    .join('\n\n')}\n`;
}

function firstScreen(view: ReportView): readonly string[] {
  return [
    `## ${TONE_SYMBOL[view.status.tone]} ${view.status.word}: ${markdownText(view.title)}`,
    view.headline.map(markdownText).join(' '),
    answers('', view.changed),
    ...view.targets.map((target) => answers(target.name, target.answers, target.title)),
  ];
}

function answers(name: string, list: readonly Answer[], title = ''): string {
  if (list.length === 0) return '';
  const rows = list.map(({ label, tone, short, more }) => [
    `${TONE_SYMBOL[tone]} ${markdownText(label)}`,
    `**${markdownText(short)}**`,
    more.map(markdownText).join(' '),
  ]);
  return grid([{ head: name }, title, ''], rows);
}

function targetSection(target: TargetView, section: Section, several: boolean): string {
  const title = several ? `${target.name}: ${section.title}` : section.title;
  if (section.verboseOnly === true) return details(title, body(section));
  return `### ${markdownText(title)}\n\n${body(section)}`;
}

/** What is about the whole run stands at the end, folded away; in a report without targets it is the report. */
function runSection(section: Section): string {
  if (section.open === true) return `### ${markdownText(section.title)}\n\n${body(section)}`;
  return details(section.title, body(section));
}

const body = (section: Section) => section.blocks.map(blockMarkdown).join('\n\n');
