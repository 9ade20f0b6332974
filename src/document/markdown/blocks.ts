import type { Diagnostic, Place } from '../../system/diagnostic.ts';
import { curveTable, flameTable } from '../charts.ts';
import {
  change,
  chartInLine,
  interval,
  milliseconds,
  percent,
  probability,
  sparkline,
  trendInWords,
} from '../format.ts';
import { paragraphsOf, placeText } from '../printable.ts';
import { bar } from '../terminal/forest.ts';
import {
  type Bars,
  type Block,
  type Cell,
  type Column,
  type Estimate,
  type Fact,
  type Forest,
  type ForestRow,
  right,
  type Table,
  TONE_SYMBOL,
  type Tone,
  titleOf,
  VERDICTS,
} from '../types.ts';
import { markdownBlock, markdownCode, markdownHtml, markdownText } from './escape.ts';

const BAR_WIDTH = 21;

export function blockMarkdown(block: Block): string {
  switch (block.kind) {
    case 'text': {
      const sign = block.tone === undefined ? '' : `**${TONE_SYMBOL[block.tone]}** `;
      return sign + block.lines.map(markdownText).join('\n\n');
    }
    case 'facts':
      return facts(block.facts);
    case 'table':
      return table(block.table);
    case 'forest':
      return forest(block.forest);
    case 'bars':
      return bars(block.bars);
    case 'trend':
      return `**${markdownText(block.trend.title)}**: ${markdownCode(sparkline(block.trend, 60))} ${markdownText(trendInWords(block.trend))}`;
    case 'chart': {
      const line = chartInLine(block.chart);
      return line === undefined ? '' : `**${markdownText(block.chart.title)}**: ${markdownText(line)}`;
    }
    case 'curve':
      return table(curveTable(block.curve));
    case 'flame':
      return table(flameTable(block.flame));
    case 'code':
      return `${markdownText(block.title)}\n\n${markdownBlock(block.text)}`;
    case 'diagnostics':
      return block.diagnostics.map((one) => diagnosticMarkdown(one, block.tone ?? 'bad')).join('\n\n');
    case 'diff':
      return `Patch: ${markdownCode(block.title)}`;
    case 'details':
      return details(block.summary, block.blocks.map(blockMarkdown).join('\n\n'));
  }
}

/** Folded away. @param summary text of anybody; @param code told as code in front of it, for paths. */
export function details(summary: string, body: string, code?: string): string {
  const front = code === undefined ? '' : `<code>${markdownHtml(code)}</code> `;
  return `<details>\n<summary>${front}${markdownHtml(summary)}</summary>\n\n${body}\n\n</details>`;
}

/** A table. @param columns titles, plain; `head`: bold also where a table's head is not. @param rows cells, markdown already. */
export function grid(
  columns: readonly (Column | { readonly head: string })[],
  rows: readonly (readonly string[])[],
): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const title = (column: (typeof columns)[number]) =>
    typeof column === 'object' && 'head' in column ? strong(column.head) : markdownText(titleOf(column));
  return [
    line(columns.map(title)),
    line(columns.map((column) => (typeof column === 'object' && 'align' in column ? '---:' : ':---'))),
    ...rows.map((row) => line(columns.map((_, i) => row[i] ?? ''))),
  ].join('\n');
}

function cell(one: Cell): string {
  if (typeof one === 'string') return markdownText(one);
  const { text, symbol, code } = one;
  const said = code === true ? markdownCode(text) : markdownText(text);
  return symbol === undefined ? said : `${symbol} ${said}`;
}

function table(data: Table): string {
  const body = grid(
    data.columns,
    data.rows.map((row) => row.map(cell)),
  );
  return [strong(data.caption), body, markdownText(data.note ?? '')].filter((part) => part !== '').join('\n\n');
}

function facts(items: readonly Fact[]): string {
  return grid(
    ['condition', 'value'],
    items.map((fact) => [
      markdownText(fact.name),
      `${fact.tone === undefined ? '' : `${TONE_SYMBOL[fact.tone]} `}${fact.code === true ? markdownCode(fact.value) : markdownText(fact.value)}`,
    ]),
  );
}

/** What tells something stands open; the whole table is folded away below it. */
function forest(data: Forest): string {
  const all = data.groups.flatMap((group) => group.rows);
  const notable = all.filter((row) => row.notable);
  const parts = [markdownText(data.convention), markdownText(data.description)];
  if (notable.length > 0 || data.mean !== undefined) parts.push(forestTable(data, notable));
  if (notable.length < all.length) parts.push(details(`All ${all.length} tests`, forestTable(data, all)));
  parts.push(markdownText(data.note));
  return parts.join('\n\n');
}

function forestTable(data: Forest, rows: readonly ForestRow[]): string {
  // No-break spaces, or GitHub would fold them.
  const drawn = (estimate: Estimate, mark: string) =>
    markdownCode(`▏${bar(estimate, mark, data, BAR_WIDTH)}▕`.replaceAll(' ', '\u00a0'));
  const { mean } = data;
  const all = mean && [
    '**all tests**',
    '◆ geometric mean',
    `**${change(mean.ratio)}**`,
    interval(mean),
    drawn(mean, '◆'),
  ];
  const cells = ({ test, verdict, word, detail, estimate: of, q, baselineMs, patchedMs, remark }: ForestRow) => [
    markdownText(test),
    `${VERDICTS[verdict].symbol} ${word}${detail === '' ? '' : `, ${markdownText(detail)}`}`,
    ...(of === undefined ? ['', '', ''] : [change(of.ratio), interval(of), drawn(of, VERDICTS[verdict].symbol)]),
    q === undefined ? '' : markdownText(probability(q)),
    baselineMs === undefined || patchedMs === undefined
      ? ''
      : `${milliseconds(baselineMs)} → ${milliseconds(patchedMs)}`,
    markdownText(remark),
  ];
  const scale = `−${percent(data.extent)} … +${percent(data.extent)}`;
  const times = right('baseline → patched');
  return grid(
    ['test', 'verdict', right('change'), right('95% interval'), scale, right('q'), times, 'remark'],
    [...(all === undefined ? [] : [all]), ...rows.map(cells)],
  );
}

function bars(data: Bars): string {
  const body = grid(
    [data.title, right('')],
    data.bars.map((bar) => [markdownText(bar.label), markdownText(bar.text)]),
  );
  return data.note === undefined ? body : `${body}\n\n${markdownText(data.note)}`;
}

/** @param more `shown`: how a place is told. `most`: of more characters of detail the rest is cut. */
export function diagnosticMarkdown(
  { message, place, detail = [], related = [], hint }: Omit<Diagnostic, 'code'>,
  tone: Tone,
  { shown = placeText, most }: { shown?: (place: Place) => string; most?: number } = {},
): string {
  const at = (place: Place, text: string) => `${markdownCode(shown(place))}: ${markdownText(text)}`;
  return [
    `${TONE_SYMBOL[tone]} ${place === undefined ? markdownText(message) : at(place, message)}`,
    ...(detail.length === 0 ? [] : [markdownBlock(detail.join('\n').slice(0, most))]),
    ...related.map((other) => at(other.place, other.message)),
    ...(hint === undefined ? [] : [`→ ${markdownText(hint)}`]),
  ].join('\n\n');
}

/** A link, when the address is one of the web; else its words alone. @param words markdown. */
export function link(words: string, address: string | undefined): string {
  if (address === undefined || !URL.canParse(address)) return words;
  const url = new URL(address);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return words;
  const safe = url.href.replace(/[<>|\\\s]/g, (c) => encodeURIComponent(c));
  return `[${words}](<${safe}>)`;
}

/** Bold; nothing of nothing, whose stars would be a rule. */
export function strong(text: string): string {
  const words = markdownText(text);
  return words === '' ? '' : `**${words}**`;
}

export const paragraphs = (text: string): string =>
  paragraphsOf(text)
    .map((part) => markdownText(part.text))
    .join('\n\n');
