import { change, interval, percent } from '../format.ts';
import { joined } from '../say.ts';
import { type Estimate, type Forest, type ForestRow, VERDICTS, WITHIN_NOISE } from '../types.ts';
import { pad, type Style, shorten, wrap } from './style.ts';

const VERDICT_WIDTH = 14;
const CHANGE_WIDTH = 7;
const INTERVAL_WIDTH = 16;
const NARROWEST_BAR = 11;
/** So many rows need no folding. */
const FEW = 6;

interface Columns {
  readonly test: number;
  /** 0: no room for bars. */
  readonly bar: number;
}

/** The chart as text: a line a test, with its interval drawn in as many characters as there is room for. */
export function forestLines(forest: Forest, style: Style): string[] {
  const columns = layout(forest, style.width);
  const lines = [...wrap(forest.convention, style.width).map(style.dim), header(forest, columns, style)];
  if (forest.mean !== undefined) {
    lines.push(style.bold(line('all tests', '◆ geo. mean', forest.mean, '◆', forest, columns)));
  }
  for (const group of forest.groups) {
    const few = group.rows.length <= FEW;
    const shown = group.rows.filter((row) => style.verbose || few || row.notable);
    if (shown.length > 0) lines.push(style.dim(group.title));
    for (const row of shown) lines.push(...rowLines(row, forest, columns, style));
    const hidden = group.rows.length - shown.length;
    if (hidden > 0) lines.push(...wrap(unchanged(group.rows, shown.length), style.width).map(style.dim));
  }
  if (style.verbose) lines.push('', ...wrap(forest.note, style.width).map(style.dim));
  return lines;
}

function unchanged(rows: readonly ForestRow[], shown: number): string {
  const quiet = rows.filter((row) => !row.notable);
  const noise = quiet.filter((row) => row.word === WITHIN_NOISE).length;
  const still = quiet.filter((row) => row.verdict === 'no-change').length - noise;
  const open = quiet.length - still - noise;
  const said = [
    still > 0 && `${still} with no change`,
    noise > 0 && `${noise} ${WITHIN_NOISE}`,
    open > 0 && `${open} inconclusive`,
  ];
  return `${shown > 0 ? '… and ' : ''}${joined(said, ' and ')} (--verbose shows all)`;
}

function layout(forest: Forest, width: number): Columns {
  const names = forest.groups.flatMap((group) => group.rows.map((row) => row.test.length));
  const longest = Math.min(28, Math.max(12, ...names));
  const fixedPart = VERDICT_WIDTH + CHANGE_WIDTH + INTERVAL_WIDTH + 4;
  const room = width - fixedPart - longest;
  if (room >= NARROWEST_BAR) return { test: longest, bar: Math.min(41, room - ((room + 1) % 2)) };
  const squeezed = width - fixedPart - NARROWEST_BAR;
  if (squeezed >= 20) return { test: squeezed, bar: NARROWEST_BAR };
  return { test: Math.max(8, Math.min(longest, width - fixedPart + 1)), bar: 0 };
}

function header(forest: Forest, columns: Columns, style: Style): string {
  const cells = [
    pad('test', columns.test),
    pad('verdict', VERDICT_WIDTH),
    pad('change', CHANGE_WIDTH, 'right'),
    pad('95% interval', INTERVAL_WIDTH, 'right'),
  ];
  if (columns.bar > 0) {
    const left = `−${percent(forest.extent)}`;
    const right = `+${percent(forest.extent)}`;
    const space = columns.bar - left.length - right.length;
    const before = Math.floor(columns.bar / 2) - left.length;
    cells.push(
      space < 3 || before < 1
        ? pad('0', columns.bar)
        : `${left}${' '.repeat(before)}0${' '.repeat(space - before - 1)}${right}`,
    );
  }
  return style.dim(cells.join(' ').trimEnd());
}

function rowLines(row: ForestRow, forest: Forest, columns: Columns, style: Style): string[] {
  const { symbol, tone } = VERDICTS[row.verdict];
  const said = `${symbol} ${row.word}`;
  const text =
    row.estimate === undefined
      ? `${pad(shorten(row.test, columns.test), columns.test)} ${said}`
      : line(row.test, said, row.estimate, symbol, forest, columns);
  const remark = row.remark === '' ? [] : wrap(shorten(row.remark, 400), style.width, '    ');
  return [style.tone(tone, text), ...remark.map(style.dim)];
}

function line(test: string, said: string, estimate: Estimate, mark: string, forest: Forest, columns: Columns): string {
  const cells = [
    pad(shorten(test, columns.test), columns.test),
    pad(said, VERDICT_WIDTH),
    pad(change(estimate.ratio), CHANGE_WIDTH, 'right'),
    pad(interval(estimate), INTERVAL_WIDTH, 'right'),
  ];
  if (columns.bar > 0) cells.push(bar(estimate, mark, forest, columns.bar));
  return cells.join(' ').trimEnd();
}

/** `╶──▲──╴` on a scale from −extent to +extent, zero as `│`, the band that does not count between `┊`. */
export function bar(
  estimate: Estimate,
  mark: string,
  forest: Pick<Forest, 'extent' | 'threshold'>,
  width: number,
): string {
  const middle = (width - 1) / 2;
  const at = (ratio: number) => Math.round(middle + ((ratio - 1) / forest.extent) * middle);
  const cells = Array.from({ length: width }, () => ' ');
  const put = (index: number, char: string) => {
    if (index >= 0 && index < width) cells[index] = char;
  };
  put(at(1 - forest.threshold), '┊');
  put(at(1 + forest.threshold), '┊');
  put(middle, '│');
  for (let i = Math.max(0, at(estimate.low)); i <= Math.min(width - 1, at(estimate.high)); i += 1) put(i, '─');
  if (at(estimate.low) < 0) put(0, '‹');
  if (at(estimate.high) >= width) put(width - 1, '›');
  put(at(estimate.ratio), mark);
  return cells.join('');
}
