import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { renderHtml } from '../../src/report/html/page.ts';
import { reportView } from '../../src/report/report-view.ts';
import * as records from './records.ts';

const PATCHES = { [records.PATCH_FILE]: records.PATCH_TEXT };

describe('the page', () => {
  test.each([
    ['everything-fine', records.everythingFine],
    ['drifted', records.drifted],
    ['inconclusive', records.inconclusive],
    ['hostile-strings', records.hostileStrings],
  ])('%s', async (name, make) => {
    // The style sheet is left out: it is a file of its own.
    const page = renderHtml(reportView(make()), PATCHES)
      .replace(/<style>[^<]*<\/style>/, '<style></style>')
      .replace(/sha256-[A-Za-z0-9+/=]+/, 'sha256-…');
    await expect(page).toMatchFileSnapshot(`__snapshots__/html/${name}.html`);
  });

  test('allows its own style sheet and nothing else', () => {
    const page = renderHtml(reportView(records.everythingFine()), PATCHES);
    const style = /<style>([^<]*)<\/style>/.exec(page)?.[1] ?? '';
    const hash = createHash('sha256').update(style).digest('base64');
    expect(page).toContain(
      `content="default-src 'none'; style-src 'sha256-${hash}'; img-src data:; base-uri 'none'; form-action 'none'"`,
    );
    expect(page).not.toMatch(/<script|<link rel="stylesheet"|\sstyle=|\son\w+=|https?:/i);
  });

  test('no name of a stranger opens a tag or leaves an attribute', () => {
    const page = renderHtml(reportView(records.hostileStrings()), {
      'patches/evil "><img src=x>.patch': '</pre><script>x</script>\n',
    });
    const tags = [...page.replace(/<style>[^<]*<\/style>/, '').matchAll(/<([a-z!][a-z0-9]*)((?:"[^"]*"|[^">])*)>/gi)];
    expect(tags.filter((tag) => /^(script|img|b|iframe|object)$/i.test(tag[1] ?? ''))).toEqual([]);
    expect(tags.filter((tag) => /\son\w+=/i.test((tag[2] ?? '').replace(/"[^"]*"/g, '""')))).toEqual([]);
    const hrefs = [...page.matchAll(/href="([^"]*)"/g)].map((m) => m[1] ?? '');
    expect(hrefs.filter((href) => !/^(#[\w-]+|data:,|\.\/)/.test(href))).toEqual([]);
  });

  test('every link in the page has its place, and no two places one name', () => {
    for (const make of [records.threeTargets, records.hostileStrings]) {
      const page = renderHtml(reportView(make()), PATCHES);
      const ids = [...page.matchAll(/\sid="([^"]*)"/g)].map((m) => m[1]);
      expect(new Set(ids).size).toBe(ids.length);
      for (const [, id] of page.matchAll(/href="#([^"]*)"/g)) expect(ids).toContain(id);
      for (const [, names] of page.matchAll(/aria-labelledby="([^"]*)"/g)) {
        for (const id of names?.split(' ') ?? []) expect(ids).toContain(id);
      }
    }
  });

  test('a removed line that begins with two hyphens is no file name, and Latin-1 is readable', () => {
    const text = '--- a/x.sql\n+++ b/x.sql\n@@ -1,2 +1,1 @@\n--- caf\xe9\n x\n';
    const page = renderHtml(reportView(records.everythingFine()), { [records.PATCH_FILE]: text });
    expect(page).toContain('<span class="line removed">--- café\n</span>');
    expect(page).toContain('<span class="line file">--- a/x.sql\n</span>');
  });

  test('a patch that is not at hand is linked', () => {
    expect(renderHtml(reportView(records.everythingFine()), {})).toContain(
      '<a href="./patches/remove-zombieframe.patch">',
    );
  });

  test('a huge patch is cut, and says so', () => {
    const text = `--- a/x\n+++ b/x\n@@ -0,0 +1,9000 @@\n${'+line\n'.repeat(9000)}`;
    const page = renderHtml(reportView(records.everythingFine()), { [records.PATCH_FILE]: text });
    expect(page).toContain('The first 3000 of 9003 lines');
    expect(page.match(/class="line added"/g)?.length).toBe(2997);
  });
});
