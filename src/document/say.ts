import { type Block, type Cell, type Column, type Fact, TONE_SYMBOL, type Tone, type VerdictWord } from './types.ts';

/** One, several or none: what is absent is left out. */
export type Some<T> = T | undefined | false | readonly Some<T>[];

export function present<T extends object | string>(some: Some<T>): T[] {
  if (some === undefined || some === false) return [];
  return Array.isArray(some) ? some.flatMap((one) => present<T>(one)) : [some as T];
}

/** Paragraphs; with a tone a remark, its sign in front. Nothing of no line. */
export function text(lines: Some<string>, tone?: Tone): Block[] {
  const said = present(lines);
  return said.length === 0 ? [] : [{ kind: 'text', lines: said, ...(tone && { tone }) }];
}

/** @param value when it is known. */
export const fact = (name: string, value: string | undefined, more: Pick<Fact, 'code' | 'tone'> = {}): Fact[] =>
  value === undefined ? [] : [{ name, value, ...more }];

export const facts = (all: Some<Fact>): Block => ({ kind: 'facts', facts: present(all) });

export const table = (
  caption: string,
  columns: readonly Column[],
  rows: readonly (readonly Cell[])[],
  note?: string,
): Block => ({ kind: 'table', table: { caption, columns, rows, ...(note !== undefined && { note }) } });

/** Folded away. Nothing of no block. */
export function details(summary: string, some: Some<Block>): Block[] {
  const blocks = present(some);
  return blocks.length === 0 ? [] : [{ kind: 'details', summary, blocks }];
}

export const code = (said: string): Cell => ({ text: said, code: true });

/** A verdict in its table. @param said in place of its word. */
export const verdict = ({ symbol, word, tone }: VerdictWord, said = word): Cell => ({ text: said, symbol, tone });

export const toned = (tone: Tone, said: string): Exclude<Cell, string> => ({
  text: said,
  symbol: TONE_SYMBOL[tone],
  tone,
});

/** Parts of a sentence. */
export const joined = (parts: Some<string>, by: string): string =>
  present(parts)
    .filter((part) => part !== '')
    .join(by);
