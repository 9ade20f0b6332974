import stringWidth from 'string-width';
import { printableLine, printableText } from '../../document/printable.ts';
import { type Paint, pad, type Style, shorten, wrap, wrapCode } from '../../document/terminal/style.ts';
import { TONE_SYMBOL, type Tone } from '../../document/tone.ts';

/** Of more lines of detail than these the rest is counted. */
export const MOST_DETAIL = { most: 40, full: ': in the page (--format html) and in the JSON' };

/** `━━ remove-zombieframe ━━━━━━ applies`: what begins here, and in a word what it is. */
export function ruled(rule: string, title: string, said: string, style: Style, paint: Paint = style.bold): string {
  const right = said === '' ? '' : ` ${shorten(said, Math.floor(style.width / 2))}`;
  const left = shorten(title, style.width - stringWidth(right) - 6);
  const room = Math.max(2, style.width - 4 - stringWidth(left) - stringWidth(right));
  return `${style.dim(rule.repeat(2))} ${paint(left)} ${style.dim(rule.repeat(room))}${right}`;
}

/** `✓ what`, wrapped beside the sign. */
export function signedLine(
  tone: Tone,
  text: string,
  style: Style,
  indent = '',
  paint: Paint = (line) => line,
): string[] {
  return wrap(printableLine(text), style.width - indent.length - 2).map(
    (line, i) => `${indent}${i === 0 ? style.tone(tone, TONE_SYMBOL[tone]) : ' '} ${paint(line)}`,
  );
}

/** `✓ what   in some words`: the words in a column of their own where there is room, else below. Labels are printable. */
export function signedLines(
  items: readonly { readonly tone: Tone; readonly label: string; readonly text: string }[],
  style: Style,
  indent = '',
): string[] {
  const widest = Math.max(0, ...items.map(({ label }) => stringWidth(label)));
  const lead = indent.length + 2 + widest + 2;
  const beside = style.width - lead >= 36;
  return items.flatMap(({ tone, label, text }) => {
    const sign = style.tone(tone, TONE_SYMBOL[tone]);
    if (!beside) {
      const under = `${indent}    `;
      const labels = wrap(label, style.width - indent.length - 2);
      return [
        ...labels.map((line, i) => `${indent}${i === 0 ? sign : ' '} ${line}`),
        ...(text === '' ? [] : wrap(printableLine(text), style.width, under)),
      ];
    }
    const [first = '', ...rest] = wrap(printableLine(text), style.width - lead);
    return [
      `${indent}${sign} ${pad(label, widest)}  ${first}`.trimEnd(),
      ...rest.map((line) => `${' '.repeat(lead)}${line}`),
    ];
  });
}

/** Names and values; a value goes on under itself. */
export function factLines(
  facts: readonly { readonly label: string; readonly value: string }[],
  style: Style,
  indent = '',
): string[] {
  const widest = Math.min(24, Math.max(0, ...facts.map(({ label }) => stringWidth(printableLine(label)))));
  const lead = indent.length + widest + 2;
  return facts.flatMap(({ label, value }) => {
    const [first = '', ...rest] = wrap(printableLine(value), style.width - lead);
    return [
      `${indent}${style.dim(pad(shorten(label, widest), widest))}  ${first}`.trimEnd(),
      ...rest.map((line) => `${' '.repeat(lead)}${line}`),
    ];
  });
}

/** Text of several paragraphs. Lines that are indented, as lists and code are, stay lines. */
export function paragraphs(text: string, style: Style, indent = ''): string[] {
  const shown = printableText(text).trim();
  if (shown === '') return [];
  return shown.split(/\n(?:[ \t]*\n)+/).flatMap((paragraph, i) => {
    const asIs = /^[ \t]|\n[ \t]/.test(paragraph);
    const lines = asIs
      ? paragraph.split('\n').flatMap((line) => wrapCode(line, style.width, indent))
      : wrap(paragraph.replace(/\s+/g, ' '), style.width, indent);
    return i === 0 ? lines : ['', ...lines];
  });
}

/** Tool output, code: as it is, long lines broken. */
export function detailLines(detail: readonly string[], style: Style, indent: string): string[] {
  const lines = detail.flatMap((line) => printableText(line).split('\n'));
  const more = lines.length - MOST_DETAIL.most;
  return [
    ...lines.slice(0, MOST_DETAIL.most).flatMap((line) => wrapCode(line, style.width, `${indent}│ `)),
    ...(more > 0 ? [style.dim(`${indent}… ${more} more lines${MOST_DETAIL.full}`)] : []),
  ];
}
