import fc from 'fast-check';
import { micromark } from 'micromark';
import { gfm, gfmHtml } from 'micromark-extension-gfm';
import { describe, expect, test } from 'vitest';
import { renderReviewMarkdown } from '../../../src/review/markdown/render.ts';
import type { Review, ReviewFile } from '../../../src/review/types.ts';
import { drifted, everything, everywhere, HOSTILE, onlyRead } from '../samples.ts';

/** As GitHub does it, before it sanitises: every piece of HTML that got through is still there. */
const toHtml = (markdown: string) =>
  micromark(markdown, { allowDangerousHtml: true, extensions: [gfm()], htmlExtensions: [gfmHtml()] });

const OURS = /^(?:a|blockquote|code|details|h2|h3|li|p|pre|strong|sub|summary|table|tbody|td|th|thead|tr|ul)$/;
const tags = (html: string) => [...html.matchAll(/<(\/?)([a-z][a-z0-9]*)([^>]*)>/gi)];

/** Nothing but what we write ourselves, each element closed, and no attribute but of tables and code. */
function expectOnlyOurs(markdown: string): void {
  const html = toHtml(markdown);
  const open: string[] = [];
  for (const [tag, slash, name = '', attributes = ''] of tags(html)) {
    expect(name, tag).toMatch(OURS);
    expect(attributes, tag).toMatch(/^(?: (?:align="(?:left|right)"|class="language-diff"))?$/);
    if (slash === '') open.push(name);
    else expect(open.pop(), tag).toBe(name);
  }
  expect(open).toEqual([]);
  expect(markdown).not.toMatch(/[[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]--[\t\n]]/v);
  // Mentions and issues are read in what is not code.
  const words = html.replace(/<pre>.*?<\/pre>|<code>.*?<\/code>/gs, '');
  expect(words).not.toMatch(/@\w|#\d|\bgh-\d/i);
  for (const table of html.split('<table>').slice(1)) {
    const rows = table.split('</table>')[0]?.split('<tr>').slice(1) ?? [];
    expect(new Set(rows.map((row) => [...row.matchAll(/<t[hd]/g)].length)).size).toBe(1);
  }
}

/** A review of so many files, each with so many lines. */
function big(files: number, lines: number): Review {
  const review = everything();
  const [patch] = review.patches;
  const [file] = patch?.files ?? [];
  const [hunk] = file?.hunks ?? [];
  const [row] = hunk?.rows ?? [];
  if (patch === undefined || file === undefined || hunk === undefined || row === undefined) throw new Error('no row');
  const rows = Array.from({ length: lines }, (_, i) => ({ ...row, kind: 'added' as const, text: `line ${i} of many` }));
  const all = Array.from(
    { length: files },
    (_, i): ReviewFile => ({ ...file, path: `Objects/f${i}.c`, hunks: [{ ...hunk, rows }] }),
  );
  return { ...review, patches: [{ ...patch, files: all }] };
}

describe('a review as markdown', () => {
  test.each([
    ['everything', everything],
    ['only-read', onlyRead],
    ['drifted', drifted],
  ])('%s', async (name, make) => {
    const markdown = renderReviewMarkdown(make());
    expectOnlyOurs(markdown);
    await expect(markdown).toMatchFileSnapshot(`__snapshots__/${name}.md`);
  });

  test('each file is folded, its lines are a diff', () => {
    const html = toHtml(renderReviewMarkdown(onlyRead()));
    expect(html.match(/<summary><code>/g)).toHaveLength(3);
    expect(html).toContain('-\tif (ring-&gt;spare == NULL)\n-\t\tring-&gt;spare = item;\n');
    expect(html).toContain('+The end\n\\ No newline at end of file\n</code>');
  });

  test.each(HOSTILE)('what a stranger wrote becomes no markup: %j', (text) => {
    expectOnlyOurs(renderReviewMarkdown(everywhere(text)));
    expectOnlyOurs(renderReviewMarkdown(everywhere(text), { limit: 6000 }));
  });

  test('nor does any text', () => {
    const markup = fc.string({ unit: fc.constantFrom(...'`~<>&|*_[]()!#@-+=:/\\"\n\t ax1.$'), maxLength: 24 });
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary', maxLength: 30 }), markup), (text) => {
        expectOnlyOurs(renderReviewMarkdown(everywhere(text)));
      }),
      { numRuns: 250 },
    );
  });

  test('a fence in the source does not end the diff', () => {
    const review = everywhere('````` ```\n~~~~');
    const html = toHtml(renderReviewMarkdown(review));
    for (const block of html.match(/<pre>.*?<\/pre>/gs) ?? []) expect(block.match(/<pre/g)).toHaveLength(1);
    expect(html).toContain('+````` ```⟨LF⟩~~~~');
  });
});

describe('what does not fit', () => {
  test.each([
    [3, 2000],
    [400, 20],
    [1500, 1],
    [1, 30_000],
  ])('%d files of %d lines stay under the limit, and what is missing is told', (files, lines) => {
    for (const limit of [4000, 20_000, 65_536, 1_048_576]) {
      const markdown = renderReviewMarkdown(big(files, lines), { limit });
      expect(markdown.length).toBeLessThanOrEqual(limit);
      // To parse a megabyte takes long, and shows no more.
      if (limit <= 65_536) expectOnlyOurs(markdown);
      const shown = markdown.split('<summary><code>').length - 1;
      if (shown < files) {
        expect(markdown).toMatch(
          /\*\*Not shown in full\*\*, for there is room for [\d\u202f]+ characters: .*the diff of `Objects/,
        );
        expect(markdown).toContain('forkwright review --format html');
      } else expect(markdown).not.toContain('Not shown');
    }
  });

  test('what is wrong comes before what is long', () => {
    const markdown = renderReviewMarkdown(big(3000, 10));
    expect(markdown).toContain('every edit matched as declared');
    expect(markdown).toContain('One field goes from a public header.');
    expect(markdown).toContain('spare is also read outside');
    expect(markdown).toContain('… and 2980 files more');
  });

  test('as much as there is room for is used', () => {
    const markdown = renderReviewMarkdown(big(400, 200));
    expect(markdown.length).toBeGreaterThan(55_000);
  });

  test('it is linked where there is a page', () => {
    const links = {
      review: 'https://ci.example/review.html?a=1|2',
      run: 'https://ci.example/run',
      'Objects/f0.c': 'https://x.example/(a)',
    };
    const html = toHtml(renderReviewMarkdown(big(40, 200), { links }));
    expect(html).toContain(
      '<a href="https://ci.example/review.html?a=1%7C2">Everything is in the page of this review</a>',
    );
    expect(html).toContain('<a href="https://ci.example/run">Run 20260102-0304-no-spare</a>');
    expect(html).toContain('<a href="https://x.example/(a)"><code>Objects/f0.c</code></a>');
  });

  test.each(['javascript:alert(1)', 'data:text/html,x', 'no address', '//evil.example', ''])(
    '%j is no link',
    (review) => {
      expect(toHtml(renderReviewMarkdown(big(40, 20), { limit: 8000, links: { review } }))).not.toContain('<a ');
    },
  );
});
