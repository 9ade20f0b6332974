import stringWidth from 'string-width';
import type { Diagnostic } from '../../system/diagnostic.ts';
import { curveTable, flameTable } from '../charts.ts';
import { chartInLine, sparkline, trendInWords } from '../format.ts';
import { paragraphsOf, placeText, printableLine, printableText } from '../printable.ts';
import {
  alignOf,
  type Bars,
  type Block,
  type Cell,
  type Fact,
  type Table,
  TONE_SYMBOL,
  type Tone,
  titleOf,
} from '../types.ts';
import { detailLines, diagnosticLines } from './diagnostic.ts';
import { forestLines } from './forest.ts';
import { type Paint, pad, type Style, shorten, tableLines, wrap, wrapCode } from './style.ts';

const MOST_DETAIL_LINES = 12;

/** A block of a section as lines of at most `style.width` columns. */
export function blockLines(block: Block, style: Style): string[] {
  switch (block.kind) {
    case 'text': {
      const { tone } = block;
      if (tone === undefined) return block.lines.flatMap((line) => wrap(printableLine(line), style.width));
      const sign = `${TONE_SYMBOL[tone]} `;
      return block.lines
        .flatMap((line, i) => wrap(printableLine(line), style.width, i === 0 ? sign : '  ', '  '))
        .map((line) => style.tone(tone, line));
    }
    case 'facts':
      return factLines(block.facts, style);
    case 'table':
      return tableBlock(block.table, style);
    case 'forest':
      return forestLines(block.forest, style);
    case 'bars':
      return barLines(block.bars, style);
    case 'trend':
      return [
        ...wrap(printableLine(block.trend.title), style.width).map(style.bold),
        `  ${sparkline(block.trend, style.width - 2)}`,
        ...wrap(trendInWords(block.trend), style.width, '  '),
      ];
    case 'chart': {
      const line = chartInLine(block.chart);
      if (line === undefined) return [];
      return [
        ...wrap(printableLine(block.chart.title), style.width).map(style.bold),
        ...wrap(printableLine(line), style.width, '  '),
      ];
    }
    case 'curve':
      return tableBlock(curveTable(block.curve), style);
    case 'flame':
      return tableBlock(flameTable(block.flame), style);
    case 'code':
      return style.verbose
        ? [
            style.dim(printableLine(block.title)),
            ...printableText(block.text)
              .split('\n')
              .flatMap((line) => wrapCode(line, style.width, '  ')),
          ]
        : [];
    case 'diagnostics':
      return block.diagnostics.flatMap((one) => diagnosticBlock(one, block, style));
    case 'diff':
      return wrap(`Patch: ${printableLine(block.title)}`, style.width);
    case 'details':
      return style.verbose ? block.blocks.flatMap((inner) => blockLines(inner, style)) : [];
  }
}

function diagnosticBlock(
  one: Omit<Diagnostic, 'code'>,
  { tone = 'bad', brief }: { readonly tone?: Tone; readonly brief?: true },
  style: Style,
): string[] {
  const { message, place, detail = [] } = one;
  const more = style.detail ?? (style.verbose ? {} : { most: MOST_DETAIL_LINES, full: ' (--verbose)' });
  if (brief !== true) return diagnosticLines(one, tone === 'bad' ? 'error' : 'warning', style, more);
  const text = place === undefined ? message : `${placeText(place)}: ${message}`;
  return [...signedLine(tone, text, style), ...detailLines(detail, style, '    ', more)];
}

/** Names and values; a value goes on under itself. */
export function factLines(facts: readonly Fact[], style: Style, indent = ''): string[] {
  return tableLines(
    facts.map(({ name, value, tone }) => [style.dim(printableLine(name)), toned(tone, value, style)]),
    style.width,
    { indent },
  );
}

/** With the sign of its tone in front, and in its colour. */
function toned(tone: Tone | undefined, text: string, style: Style): string {
  const line = printableLine(text);
  return tone === undefined ? line : style.tone(tone, `${TONE_SYMBOL[tone]} ${line}`);
}

function cellText(cell: Cell, style: Style): string {
  if (typeof cell === 'string') return printableLine(cell);
  const { text, symbol, tone } = cell;
  const line = printableLine(symbol === undefined ? text : `${symbol} ${text}`);
  return tone === undefined ? line : style.tone(tone, line);
}

function tableBlock({ caption, columns, rows, note }: Table, style: Style): string[] {
  const cells = rows.map((row) => row.map((cell) => cellText(cell, style)));
  const head = columns.map((column) => style.dim(printableLine(titleOf(column))));
  return [
    ...(caption === '' ? [] : wrap(printableLine(caption), style.width).map(style.bold)),
    ...tableLines([head, ...cells], style.width, { align: columns.map(alignOf) }),
    ...(note === undefined ? [] : wrap(printableLine(note), style.width).map(style.dim)),
  ];
}

function barLines(bars: Bars, style: Style): string[] {
  const most = Math.max(1, ...bars.bars.map((bar) => Math.abs(bar.value)));
  const widest = (of: (bar: Bars['bars'][number]) => string) =>
    Math.max(0, ...bars.bars.map((bar) => stringWidth(printableLine(of(bar)))));
  const room = Math.max(8, Math.min(40, style.width - widest(({ label }) => label) - widest(({ text }) => text) - 4));
  const lines = bars.bars.map(({ label, value, text }) => {
    const drawn = '█'.repeat(Math.round((Math.abs(value) / most) * room)) || '▏';
    return [printableLine(label), pad(drawn, room), printableLine(text)];
  });
  const note = bars.note === undefined ? [] : wrap(printableLine(bars.note), style.width).map(style.dim);
  return [
    ...wrap(printableLine(bars.title), style.width).map(style.bold),
    ...tableLines(lines, style.width, { sentence: 0 }),
    ...note,
  ];
}

/** What it is on the left, in a word what it comes to on the right. */
export function titleLines(title: string, tone: Tone, word: string, style: Style): string[] {
  const mark = `${TONE_SYMBOL[tone]} ${word}`;
  const room = style.width - stringWidth(mark);
  const [first = '', ...more] = wrap(printableLine(title), room - 2);
  return [`${style.bold(pad(first, room))}${style.tone(tone, style.bold(mark))}`, ...more.map(style.bold)];
}

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

/** `✓ what   in some words`. Texts are printable, and may hold our own colours; labels take `least` columns. */
export function signedLines(
  items: readonly { readonly tone: Tone; readonly label: string; readonly text: string }[],
  style: Style,
  indent = '',
  least = 0,
): string[] {
  return tableLines(
    items.map(({ tone, label, text }) => [
      `${style.tone(tone, TONE_SYMBOL[tone])} ${pad(printableLine(label), least)}`,
      text,
    ]),
    style.width,
    { indent },
  );
}

export function paragraphLines(text: string, style: Style): string[] {
  return paragraphsOf(printableText(text)).flatMap((part, i) => {
    const lines = part.laidOut
      ? part.text.split('\n').flatMap((line) => wrapCode(line, style.width, ''))
      : wrap(part.text.replace(/\s+/g, ' '), style.width);
    return i === 0 ? lines : ['', ...lines];
  });
}
