import stringWidth from 'string-width';
import { printableLine } from '../../document/printable.ts';
import { blockLines, signedLines, titleLines } from '../../document/terminal/blocks.ts';
import { type Style, shorten, tableLines, terminalStyle, wrap } from '../../document/terminal/style.ts';
import { TONE_SYMBOL } from '../../document/types.ts';
import type { Answer, ReportView, Section, TargetView } from '../view.ts';

export interface TerminalOptions {
  /** Columns of the terminal: 80 when it is not one. */
  readonly width: number;
  readonly color: boolean;
  /** All rows and sections, instead of those that tell something. */
  readonly verbose?: boolean | undefined;
}

/** Beyond this many targets the first screen is a table, a line a target. */
const MOST_TARGETS_IN_FULL = 2;

/** The report on a terminal: the answer in the first 24 lines, then tables and conditions. Ends with a line end. */
export function renderTerminal(view: ReportView, options: TerminalOptions): string {
  const style = terminalStyle(options);
  const { title, status, targets } = view;
  const lines = [
    ...titleLines(title, status.tone, status.word, style),
    '',
    ...wrap(view.headline.map(printableLine).join(' '), style.width),
    '',
    ...answerLines(view.changed, style),
    ...(targets.length > MOST_TARGETS_IN_FULL
      ? ['', ...manyTargets(targets, style)]
      : targets.flatMap((target) => ['', ...targetLines(target, style)])),
    ...targets.flatMap(({ name, sections }) =>
      sections.flatMap((one) => sectionLines(one, targets.length > 1 ? `${name}: ${one.title}` : one.title, style)),
    ),
    ...view.sections.flatMap((section) => sectionLines(section, section.title, style)),
    '',
    style.dim(shorten(view.footer, style.width)),
  ];
  return `${lines.join('\n')}\n`;
}

const LABEL = 15;

/** `✓ Builds    yes. Baseline and patched, under identical conditions.` */
function answerLines(answers: readonly Answer[], style: Style): string[] {
  const items = answers.map(({ tone, label, short, more }) => ({
    tone,
    label,
    text: [`${style.bold(printableLine(short))}.`, ...more.map(printableLine)].join(' '),
  }));
  return signedLines(items, style, '', LABEL);
}

function targetLines(target: TargetView, style: Style): string[] {
  return [
    `${style.bold(printableLine(target.name))}${style.dim(`  ${shorten(target.title, style.width - stringWidth(target.name) - 2)}`)}`,
    ...answerLines(target.answers, style),
  ];
}

function manyTargets(targets: readonly TargetView[], style: Style): string[] {
  const said = ({ tone, label, short }: Answer) =>
    `${style.tone(tone, TONE_SYMBOL[tone])} ${label}: ${printableLine(short)}`;
  return tableLines(
    targets.map(({ name, answers }) => [style.bold(printableLine(name)), answers.map(said).join('  ')]),
    style.width,
  );
}

function sectionLines(section: Section, title: string, style: Style): string[] {
  if (section.verboseOnly === true && !style.verbose) return [];
  const heading = shorten(title, style.width - 4);
  const rule = '─'.repeat(Math.max(0, style.width - stringWidth(heading) - 1));
  const blocks = section.blocks.map((block) => blockLines(block, style)).filter((lines) => lines.length > 0);
  return [
    '',
    `${style.bold(heading)} ${style.dim(rule)}`,
    ...blocks.flatMap((lines, i) => (i === 0 ? lines : ['', ...lines])),
  ];
}
