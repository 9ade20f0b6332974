import { describe, expect, test } from 'vitest';
import { rowsHtml } from '../../../src/review/html/rows.ts';
import { pairRows } from '../../../src/review/model/pair-rows.ts';
import type { ReviewRow } from '../../../src/review/types.ts';

const row = (kind: ReviewRow['kind'], text: string, eol: ReviewRow['eol'] = '\n'): ReviewRow => ({
  kind,
  text,
  eol,
  marks: [],
  oldLine: kind === 'added' ? undefined : 1,
  newLine: kind === 'removed' ? undefined : 1,
});

describe('rows', () => {
  test('each has its sign as text, and is what it is for who sees no style', () => {
    const page = rowsHtml([row('context', 'a'), row('removed', 'b'), row('added', 'c')]).text;
    expect(page).toContain('<div class="r"><b class="o">1</b><b class="n">1</b><i> </i><span>a</span></div>');
    expect(page).toContain('<div class="r d"><b class="o">1</b><b class="n"></b><i>−</i><del>b</del></div>');
    expect(page).toContain('<div class="r a"><b class="o"></b><b class="n">1</b><i>+</i><ins>c</ins></div>');
  });

  test('a removed row says how far below its counterpart is', () => {
    const rows = pairRows([row('removed', 'x = first(1);'), row('removed', 'gone'), row('added', 'x = first(2);')]);
    expect([...rowsHtml(rows).text.matchAll(/data-pair="(\d+)"/g)].map((m) => m[1])).toEqual(['2']);
  });

  test('blocks of a long hunk end where no pair is cut in two', () => {
    const rows = Array.from({ length: 70 }, (_, i) => [
      row('removed', `value(${i}, before);`),
      row('removed', 'void'),
      row('added', `value(${i}, after);`),
    ]).flat();
    const blocks = rowsHtml(pairRows(rows)).text.split('<div class="rows').slice(1);
    expect(blocks.length).toBeGreaterThan(3);
    for (const block of blocks) expect(block.split('<del>').length - 1).toBe(2 * (block.split('<ins>').length - 1));
    expect(blocks.join('').split('data-pair').length - 1).toBe(70);
  });

  test('line ends are told where they tell something', () => {
    expect(rowsHtml([row('added', 'x', '')]).text).toContain('no newline at the end');
    expect(rowsHtml([row('added', 'x', '\r\n')], [], 'mixed').text).toContain('CRLF');
    expect(rowsHtml([row('added', 'x', '\r\n')], [], 'crlf').text).not.toContain('CRLF');
  });
});
