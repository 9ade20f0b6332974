import { tokens } from './lex.ts';

interface Frame {
  header: string;
  label: string;
}

/**
 * The statements around an offset of a function, outermost first: the header of each block (`if (x == NULL)`; an `else` with
 * the `if` that it is of), the label or `case` before it in that block, and, in the middle of a statement, its words so far.
 * A function's own header is left out.
 * @param masked the masked file; `from` where the function starts.
 */
export function blockAt(masked: string, from: number, offset: number): string {
  const frames: Frame[] = [];
  let words: string[] = [];
  let round = 0;
  let ended = '';
  for (const t of tokens(masked, from, offset)) {
    if (t.kind === 'comment') continue;
    const text = masked.slice(t.start, t.end);
    if (text === '(' || text === '[') round++;
    if (text === ')' || text === ']') round = Math.max(0, round - 1);
    if (text === '{') {
      const header = words[0] === 'else' ? [ended, ...words] : words;
      frames.push({ header: frames.length === 0 ? '' : header.join(' '), label: '' });
      words = [];
      round = 0;
    } else if (text === '}') {
      ended = frames.pop()?.header ?? '';
      words = [];
      round = 0;
    } else if (round === 0 && text === ';') {
      words = [];
      ended = '';
    } else if (round === 0 && text === ':' && (words[0] === 'case' || words.length === 1) && !words.includes('?')) {
      const frame = frames.at(-1);
      if (frame !== undefined) frame.label = `${words.join(' ')}:`;
      words = [];
    } else words.push(text);
  }
  const around = frames.flatMap(({ header, label }) => [header, label]);
  return [...around, frames.length === 0 ? '' : words.join(' ')].filter((part) => part !== '').join(' / ');
}
