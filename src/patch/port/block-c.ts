import { tokens } from '../c/lex.ts';

interface Frame {
  header: string;
  label: string;
}

/**
 * The statement around an offset of a function: the header of its innermost block (`if (x == NULL)`), the label or `case`
 * before it in that block, and, in the middle of a statement, its words so far. A function's own header is left out.
 * @param masked the masked file; `from` where the function starts.
 */
export function blockAt(masked: string, from: number, offset: number): string {
  const frames: Frame[] = [];
  let words: string[] = [];
  let round = 0;
  for (const t of tokens(masked, from, offset)) {
    if (t.kind === 'comment') continue;
    const text = masked.slice(t.start, t.end);
    if (text === '(' || text === '[') round++;
    if (text === ')' || text === ']') round = Math.max(0, round - 1);
    if (text === '{') {
      frames.push({ header: frames.length === 0 ? '' : words.join(' '), label: '' });
      words = [];
      round = 0;
    } else if (text === '}') {
      frames.pop();
      words = [];
      round = 0;
    } else if (round === 0 && text === ';') words = [];
    else if (round === 0 && text === ':' && (words[0] === 'case' || words.length === 1) && !words.includes('?')) {
      const frame = frames.at(-1);
      if (frame !== undefined) frame.label = `${words.join(' ')}:`;
      words = [];
    } else words.push(text);
  }
  const inner = frames.at(-1);
  return [inner?.header ?? '', inner?.label ?? '', frames.length === 0 ? '' : words.join(' ')]
    .filter((part) => part !== '')
    .join(' / ');
}
