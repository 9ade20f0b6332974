import type { FileSize, SizeComparison, SymbolChange } from '../../bench/size/types.ts';
import { bytesRounded, count, integer, list, signedBytes } from '../../document/format.ts';
import { type Block, type Cell, right } from '../../document/types.ts';
import type { TargetResult } from '../../run/types.ts';
import { sentence } from '../answers.ts';
import type { Answer, Section } from '../view.ts';

/** Beyond this many symbols the report refers to run.json. */
const MOST_SYMBOLS = 20;

/** Bytes of code and data that are loaded. */
const loaded = ({ text, data, bss }: FileSize) => text + data + bss;

/** `96 B smaller`, of the interpreter (with its shared library, when it has one). */
export function sizeInShort({ files }: SizeComparison): string {
  const saved = files.reduce((sum, file) => sum + loaded(file.baseline) - loaded(file.patched), 0);
  return saved === 0 ? 'the same size' : `${bytesRounded(Math.abs(saved))} ${saved > 0 ? 'smaller' : 'larger'}`;
}

/** @returns `undefined` when nothing was built. */
export function sizeAnswer({ size, sizeSkipped }: TargetResult): Answer | undefined {
  const label = 'Size';
  if (size === undefined) {
    if (sizeSkipped === undefined) return undefined;
    return { label, tone: 'unknown', short: 'not measured', more: [sentence(sizeSkipped)] };
  }
  return { label, tone: 'plain', short: sizeInShort(size), more: symbolSentence(size) };
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

/** Size of the interpreters and of what is in them. */
export function sizeSection(target: TargetResult): Section | undefined {
  const { size, sizeSkipped } = target;
  const id = `${target.target}-size`;
  if (size === undefined) {
    if (sizeSkipped === undefined) return undefined;
    return {
      id,
      title: 'Size',
      blocks: [{ kind: 'text', lines: [`Not measured. ${sentence(sizeSkipped)}`] }],
    };
  }
  return {
    id,
    title: 'Size',
    blocks: [
      filesTable(size),
      ...(size.symbols === undefined || size.symbols.length === 0 ? [] : [symbolsTable(size.symbols)]),
      { kind: 'text', lines: remarks(size) },
      ...(size.problems.length === 0
        ? []
        : [{ kind: 'text' as const, tone: 'attention' as const, lines: size.problems.map(sentence) }]),
    ],
  };
}

const KINDS: readonly (readonly [keyof FileSize, string])[] = [
  ['text', 'code and constants'],
  ['data', 'data'],
  ['bss', 'zeroed data'],
  ['stripped', 'file, stripped'],
  ['file', 'file'],
];

function filesTable({ files, modules }: SizeComparison): Block {
  const all = [
    ...files,
    ...(modules === undefined
      ? []
      : [{ name: modulesName(modules.count), baseline: modules.baseline, patched: modules.patched }]),
  ];
  const rows = all.flatMap(({ name, baseline, patched }) =>
    KINDS.flatMap(([kind, words]): Cell[][] => {
      const [before, after] = [baseline[kind], patched[kind]];
      if (before === undefined || after === undefined) return [];
      return [[{ text: `${name}: ${words}` }, ...change(before, after)]];
    }),
  );
  return {
    kind: 'table',
    table: {
      caption: 'Bytes of the interpreter and its modules',
      columns: [{ title: 'what' }, ...CHANGE_COLUMNS],
      rows,
      note: 'Code, data and zeroed data are what is loaded. The file holds debugging information beside it, which names the folders that it was built in.',
    },
  };
}

const modulesName = ({ baseline, patched }: { baseline: number; patched: number }) =>
  baseline === patched
    ? count(baseline, 'extension module')
    : `${integer(baseline)} extension modules (patched ${integer(patched)})`;

const CHANGE_COLUMNS = [right('baseline'), right('patched'), right('change')];

const change = (before: number, after: number): Cell[] => [
  { text: integer(before) },
  { text: integer(after) },
  { text: before === after ? 'same' : signedBytes(after - before) },
];

function symbolsTable(symbols: readonly SymbolChange[]): Block {
  const shown = symbols.slice(0, MOST_SYMBOLS);
  const hidden = symbols.length - shown.length;
  return {
    kind: 'table',
    table: {
      caption: 'Functions and variables that differ in size',
      columns: [{ title: 'name' }, { title: 'kind' }, ...CHANGE_COLUMNS],
      rows: shown.map((symbol) => [
        { text: symbol.name, code: true },
        { text: kindOf(symbol) },
        ...change(symbol.baseline, symbol.patched),
      ]),
      note: `What the compiler splits off or clones counts with the function that it comes from; statics of one name are summed up.${hidden > 0 ? ` ${integer(hidden)} more are in run.json.` : ''}`,
    },
  };
}

function kindOf({ kind, change: how, symbols }: SymbolChange): string {
  const many =
    symbols === undefined || symbols.baseline === symbols.patched ? '' : ` (${symbols.baseline} → ${symbols.patched})`;
  return `${how === 'resized' ? kind : `${kind}, ${how}`}${many}`;
}

function remarks({ sections, modules, method }: SizeComparison): string[] {
  const moved = sections
    .filter(({ name, baseline, patched }) => !name.startsWith('.debug') && baseline !== patched)
    .map(({ name, baseline = 0, patched = 0 }) => `${name} ${signedBytes(patched - baseline)}`);
  const lines = [moved.length === 0 ? 'All sections have the same size.' : `Sections that differ: ${list(moved, 8)}.`];
  if (modules !== undefined) {
    const names = modules.changed.map(({ name }) => name);
    lines.push(
      names.length === 0
        ? 'The code and data of every extension module have the same size.'
        : `Extension modules that differ in size: ${list(names, 8)}.`,
    );
  }
  return [...lines, `Measured with ${method}.`];
}
