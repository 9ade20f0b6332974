import stringWidth from 'string-width';
import { printableLine, printableText } from '../printable.ts';
import { sparkline, trendInWords } from '../sparkline.ts';
import { TONE_SYMBOL } from '../tone.ts';
import type { Bars, Block, Cell, Fact, Table } from '../types.ts';
import { diagnosticLines } from './diagnostic.ts';
import { forestLines } from './forest.ts';
import { pad, type Style, shorten, wrap, wrapCode } from './style.ts';

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
      return tableLines(block.table, style);
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
      return block.diagnostics.flatMap((diagnostic) =>
        diagnosticLines(
          diagnostic,
          'error',
          style,
          style.verbose ? {} : { most: MOST_DETAIL_LINES, full: ' (--verbose)' },
        ),
      );
    case 'diff':
      return wrap(`Patch: ${printableLine(block.title)}`, style.width);
    case 'details':
      return style.verbose ? block.blocks.flatMap((inner) => blockLines(inner, style)) : [];
  }
}

function factLines(facts: readonly Fact[], style: Style): string[] {
  const width = Math.min(20, Math.max(0, ...facts.map((fact) => stringWidth(fact.name))));
  return facts.flatMap((fact) => {
    const [first = '', ...rest] = wrap(printableLine(fact.value), style.width - width - 2);
    const value = fact.tone === undefined ? first : style.tone(fact.tone, `${TONE_SYMBOL[fact.tone]} ${first}`);
    return [
      `${style.dim(pad(shorten(fact.name, width), width))}  ${value}`,
      ...rest.map((line) => `${' '.repeat(width + 2)}${line}`),
    ];
  });
}

const cellText = (cell: Cell) => printableLine(cell.symbol === undefined ? cell.text : `${cell.symbol} ${cell.text}`);

/** Narrower than this, the last column (the sentence) goes under its row. */
const NARROWEST_SENTENCE = 36;

/** Columns as wide as they need; the last takes what is left and wraps. */
function tableLines(table: Table, style: Style): string[] {
  const last = table.columns.length - 1;
  const text = (row: readonly Cell[], i: number) => cellText(row[i] ?? { text: '' });
  const widths = table.columns
    .slice(0, last)
    .map((c, i) => Math.min(32, Math.max(stringWidth(c.title), ...table.rows.map((row) => stringWidth(text(row, i))))));
  const used = () => widths.reduce((sum, width) => sum + width + 2, 0);
  while (used() > style.width && Math.max(...widths) > 8) {
    const widest = widths.indexOf(Math.max(...widths));
    widths[widest] = (widths[widest] ?? 0) - 1;
  }
  const longest = Math.max(0, ...table.rows.map((row) => stringWidth(text(row, last))));
  const title = stringWidth(table.columns[last]?.title ?? '');
  const beside = style.width - used() >= Math.min(Math.max(longest, title), NARROWEST_SENTENCE);
  const lines = [
    style.bold(table.caption),
    style.dim(
      table.columns
        .map((c, i) => (i === last ? (beside ? c.title : '') : pad(c.title, widths[i] ?? 0, c.align)))
        .join('  ')
        .trimEnd(),
    ),
  ];
  for (const row of table.rows) {
    // What the row is about is told in full: cut short, rows are not told apart.
    const long = last > 0 && stringWidth(text(row, 0)) > (widths[0] ?? 0);
    if (long) lines.push(...wrap(text(row, 0), style.width));
    const cells = widths.map((width, i) => {
      const cell = pad(long && i === 0 ? '' : shorten(text(row, i), width), width, table.columns[i]?.align);
      const tone = row[i]?.tone;
      return tone === undefined ? cell : style.tone(tone, cell);
    });
    const under = beside ? ' '.repeat(used()) : '    ';
    const sentence = wrap(text(row, last), style.width, under).filter((line) => line !== '');
    if (beside) lines.push(`${cells.join('  ')}  ${(sentence.shift() ?? '').slice(under.length)}`.trimEnd());
    else lines.push(cells.join('  ').trimEnd());
    lines.push(...sentence);
  }
  if (table.note !== undefined) lines.push(...wrap(printableLine(table.note), style.width).map(style.dim));
  return lines;
}

function barLines(bars: Bars, style: Style): string[] {
  const most = Math.max(1, ...bars.bars.map((bar) => Math.abs(bar.value)));
  const label = Math.max(0, ...bars.bars.map((bar) => stringWidth(printableLine(bar.label))));
  const text = Math.max(0, ...bars.bars.map((bar) => stringWidth(printableLine(bar.text))));
  const room = Math.max(8, Math.min(40, style.width - label - text - 4));
  const lines = bars.bars.map((bar) => {
    const length = Math.round((Math.abs(bar.value) / most) * room);
    return `${pad(printableLine(bar.label), label)}  ${pad('█'.repeat(length) || '▏', room)}  ${printableLine(bar.text)}`.trimEnd();
  });
  const note = bars.note === undefined ? [] : wrap(printableLine(bars.note), style.width).map(style.dim);
  return [...wrap(printableLine(bars.title), style.width).map(style.bold), ...lines, ...note];
}
