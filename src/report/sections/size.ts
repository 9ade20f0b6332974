import type { FileSize, SizeComparison, SymbolChange } from '../../bench/size/types.ts';
import { bytesRounded, count, integer, list, signedBytes } from '../../document/format.ts';
import { code, type Some, table, text } from '../../document/say.ts';
import type { Block } from '../../document/types.ts';
import type { TargetResult } from '../../run/types.ts';
import { sentence, skippedAnswer, skippedSection } from '../answers.ts';
import { type Answer, answer, type Section, section } from '../view.ts';
import { CHANGED, changed } from './memory-tables.ts';

/** Beyond this many symbols the report refers to run.json. */
const MOST_SYMBOLS = 20;

const loaded = ({ text, data, bss }: FileSize) => text + data + bss;

/** `96 B smaller`, of the interpreter (with its shared library, when it has one). */
function sizeInShort({ files }: SizeComparison): string {
  const saved = files.reduce((sum, file) => sum + loaded(file.baseline) - loaded(file.patched), 0);
  return saved === 0 ? 'the same size' : `${bytesRounded(Math.abs(saved))} ${saved > 0 ? 'smaller' : 'larger'}`;
}

/** @returns `undefined` when nothing was built. */
export function sizeAnswer({ size, sizeSkipped }: TargetResult): Answer | undefined {
  const label = 'Size';
  if (size === undefined) return skippedAnswer(label, sizeSkipped);
  return answer(label, 'plain', sizeInShort(size), symbolSentence(size));
}

function symbolSentence({ symbols }: SizeComparison): string[] {
  if (symbols === undefined) return [];
  if (symbols.length === 0) return ['No function or variable differs in size.'];
  const told = (['added', 'removed', 'resized'] as const).flatMap((kind) => {
    const n = symbols.filter(({ change }) => change === kind).length;
    return n === 0 ? [] : [`${integer(n)} ${kind}`];
  });
  return [`Functions and variables: ${list(told)}.`];
}

export function sizeSection(target: TargetResult): Section | undefined {
  const { size, sizeSkipped } = target;
  const id = `${target.target}-size`;
  if (size === undefined) return skippedSection(id, 'Size', sizeSkipped);
  return section(id, 'Size', [
    filesTable(size),
    size.symbols && size.symbols.length > 0 && symbolsTable(size.symbols),
    text(remarks(size)),
    text(size.problems.map(sentence), 'attention'),
  ]);
}

const KINDS: readonly (readonly [keyof FileSize, string])[] = [
  ['text', 'code and constants'],
  ['data', 'data'],
  ['bss', 'zeroed data'],
  ['stripped', 'file, stripped'],
  ['file', 'file'],
];

function filesTable({ files, modules }: SizeComparison): Block {
  const all = [...files, ...(modules === undefined ? [] : [{ ...modules, name: modulesName(modules.count) }])];
  const rows = all.flatMap(({ name, baseline, patched }) =>
    KINDS.flatMap(([kind, words]) => {
      const [before, after] = [baseline[kind], patched[kind]];
      return before === undefined || after === undefined ? [] : [[`${name}: ${words}`, ...changed(before, after)]];
    }),
  );
  return table(
    'Bytes of the interpreter and its modules',
    ['what', ...CHANGED],
    rows,
    'Code, data and zeroed data are what is loaded. The file holds debugging information beside it, which names the folders that it was built in.',
  );
}

const modulesName = ({ baseline, patched }: { baseline: number; patched: number }) =>
  baseline === patched
    ? count(baseline, 'extension module')
    : `${integer(baseline)} extension modules (patched ${integer(patched)})`;

function symbolsTable(symbols: readonly SymbolChange[]): Block {
  const hidden = symbols.length - MOST_SYMBOLS;
  return table(
    'Functions and variables that differ in size',
    ['name', 'kind', ...CHANGED],
    symbols
      .slice(0, MOST_SYMBOLS)
      .map((symbol) => [code(symbol.name), kindOf(symbol), ...changed(symbol.baseline, symbol.patched)]),
    `What the compiler splits off or clones counts with the function that it comes from; statics of one name are summed up.${hidden > 0 ? ` ${integer(hidden)} more are in run.json.` : ''}`,
  );
}

function kindOf({ kind, change: how, symbols }: SymbolChange): string {
  const many =
    symbols === undefined || symbols.baseline === symbols.patched ? '' : ` (${symbols.baseline} → ${symbols.patched})`;
  return `${how === 'resized' ? kind : `${kind}, ${how}`}${many}`;
}

function remarks({ sections, modules, method }: SizeComparison): Some<string> {
  const moved = sections
    .filter(({ name, baseline, patched }) => !name.startsWith('.debug') && baseline !== patched)
    .map(({ name, baseline = 0, patched = 0 }) => `${name} ${signedBytes(patched - baseline)}`);
  const names = modules?.changed.map(({ name }) => name);
  return [
    moved.length === 0 ? 'All sections have the same size.' : `Sections that differ: ${list(moved, 8)}.`,
    names &&
      (names.length === 0
        ? 'The code and data of every extension module have the same size.'
        : `Extension modules that differ in size: ${list(names, 8)}.`),
    `Measured with ${method}.`,
  ];
}
