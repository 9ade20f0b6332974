import { blockMarkdown, details, grid } from '../../document/markdown/blocks.ts';
import { markdownText } from '../../document/markdown/escape.ts';
import { TONE_SYMBOL } from '../../document/types.ts';
import type { Answer, ReportView, Section } from '../view.ts';

/** The report for a pull request, a job's summary or a file: GitHub-flavoured markdown. Ends with a line end. */
export function renderMarkdown(view: ReportView): string {
  const several = view.targets.length > 1;
  return said([
    ...firstScreen(view),
    ...view.targets.flatMap(({ name, sections }) =>
      sections.map((section) =>
        shown(several ? `${name}: ${section.title}` : section.title, section, section.verboseOnly !== true),
      ),
    ),
    ...view.sections.map((section) => shown(section.title, section, section.open === true)),
    `<sub>${markdownText(view.footer)}</sub>`,
  ]);
}

const said = (parts: readonly string[]) => `${parts.filter((part) => part !== '').join('\n\n')}\n`;

/** What is read first, for a comment: the verdict, the answer in a few sentences, a table a target. Ends with a line end. */
export const renderMarkdownFirstScreen = (view: ReportView): string => said(firstScreen(view));

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

/** What is about the whole run stands at the end, folded away; in a report without targets it is the report. */
function shown(title: string, { blocks }: Section, open: boolean): string {
  const body = blocks.map(blockMarkdown).join('\n\n');
  return open ? `### ${markdownText(title)}\n\n${body}` : details(title, body);
}
