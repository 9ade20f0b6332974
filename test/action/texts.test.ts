import fc from 'fast-check';
import { micromark } from 'micromark';
import { gfm, gfmHtml } from 'micromark-extension-gfm';
import { expect, test } from 'vitest';
import { markerOf, problemsText } from '../../src/action/comments.ts';
import { commentBody, summaryText, type Told } from '../../src/action/texts.ts';
import type { RunRecord } from '../../src/run/types.ts';
import * as records from '../report/records.ts';
import { everything } from '../review/samples.ts';

const told = (more: Partial<Told> = {}): Told => ({
  record: records.everythingFine(),
  review: everything(),
  gates: [{ gate: 'regression>2%', target: 'host', passed: false, judged: true, why: 'slower' }],
  remarks: [],
  links: { 'The job': 'https://github.com/o/r/actions/runs/1' },
  ...more,
});
const html = (markdown: string) =>
  micromark(markdown, { allowDangerousHtml: true, extensions: [gfm()], htmlExtensions: [gfmHtml()] });
const tags = (page: string) =>
  new Set([...page.matchAll(/<\/?([a-z][a-z0-9]*)/gi)].map(([, name]) => name?.toLowerCase()));
const OURS = new Set(
  'a blockquote code details em h2 h3 hr li ol p pre strong sub summary table tbody td th thead tr ul'.split(' '),
);

test('the comment: verdict first, then gates, then the review, folded', () => {
  const body = commentBody(told(), markerOf('x'));
  expect(body.startsWith('<!-- forkwright:x -->\n\n## ')).toBe(true);
  const order = ['regression&gt;2%', '<summary>Review of the patch</summary>', '## '].map((part) =>
    html(body).indexOf(part),
  );
  expect(order[0]).toBeGreaterThan(0);
  expect(order[1]).toBeGreaterThan(order[0] ?? 0);
});

test('a comment is never longer than GitHub takes, whatever it is about', () => {
  const long = (n: number): RunRecord => {
    const [target] = records.everythingFine().targets;
    return {
      ...records.everythingFine(),
      targets: Array.from({ length: n }, () => target as NonNullable<typeof target>),
    };
  };
  fc.assert(
    fc.property(fc.integer({ min: 5000, max: 65_536 }), fc.integer({ min: 1, max: 300 }), (limit, targets) => {
      const body = commentBody(told({ record: long(targets) }), markerOf('x'), limit);
      expect(body.length).toBeLessThanOrEqual(limit);
      const page = html(body);
      expect(page.match(/<details>/g)?.length).toBe(page.match(/<\/details>/g)?.length);
      if (!page.includes('<details>')) expect(body).toContain('no room here');
    }),
    { numRuns: 8 },
  );
});

test('a summary that would be too long leaves out details, never the verdict', () => {
  for (const limit of [2000, 8000, 20_000, 100_000, 1024 * 1024]) {
    const text = summaryText(told({ remarks: ['Why.'] }), limit);
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(limit);
    expect(text).toContain('✗ `regression>2%`');
  }
  expect(summaryText(told())).toContain('geometric mean');
});

test('what a stranger names things is told, and is no markup', () => {
  const evil =
    '</details><script>x</script> | @octocat [x](http://evil.example) ![i](http://evil.example) `a` ##[error] <!-- -->\n\n# H';
  const texts = [
    commentBody(told({ record: records.hostileStrings(), remarks: [evil] }), markerOf(evil)),
    summaryText(
      told({
        record: records.hostileStrings(),
        remarks: [evil],
        gates: [{ gate: evil, target: evil, passed: true, judged: false, why: evil }],
      }),
    ),
    problemsText(
      [{ code: 'x', message: evil, hint: evil, detail: [evil, '```', '</details>'], place: { file: evil, line: 1 } }],
      { marker: markerOf(evil), remark: evil },
    ),
  ];
  for (const text of texts) {
    const page = html(text);
    expect([...tags(page)].filter((name) => !OURS.has(name ?? ''))).toEqual([]);
    expect(page).not.toMatch(/href="http:/);
    // Nobody is called from within code.
    expect(page.replace(/<code[^>]*>[^<]*<\/code>/g, '')).not.toContain('@octocat');
    expect(page.match(/<!--/g)?.length ?? 0).toBeLessThanOrEqual(1);
  }
});

test('links that are none are left out', () => {
  const links = { bad: 'javascript:alert(1)', worse: 'https://x/) [y](http://z', good: 'https://github.com/o/r' };
  const text = summaryText(told({ links, review: undefined }));
  expect(text).toContain('[good](https://github.com/o/r)');
  expect(text).not.toMatch(/javascript|http:\/\/z/);
});

test('a marker is one comment, whatever the id', () => {
  fc.assert(
    fc.property(fc.string(), (id) => {
      expect(markerOf(id)).toMatch(/^<!-- forkwright:[\w-]* -->$/);
    }),
  );
});
