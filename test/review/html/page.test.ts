import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { Script } from 'node:vm';
import { describe, expect, test } from 'vitest';
import { clientScript, renderReviewHtml } from '../../../src/review/html/page.ts';
import { readPatchText } from '../../../src/review/model/read-patch.ts';
import { packageRoot } from '../../../src/system/assets.ts';
import { counterPatch, everything, hostile, large } from './reviews.ts';

const sha256 = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
/** Without what is a file of its own. */
const body = (page: string) => page.slice(page.indexOf('<body>'), page.indexOf('<script type="module">'));

describe('the page', () => {
  test('everything, as a file that can be read', async () => {
    // Hidden lines are deflated: another zlib may pack the same differently.
    const page = body(renderReviewHtml(everything())).replace(/(class="hidden-lines">)[^<]*/, '$1…');
    await expect(`${page}\n`).toMatchFileSnapshot('__snapshots__/everything.html');
  });

  test('allows its own style and scripts, by their hashes, and nothing else', () => {
    const page = renderReviewHtml(everything());
    const style = /<style>([^<]*)<\/style>/.exec(page)?.[1] ?? '';
    const first = /<script>([\s\S]*?)<\/script>/.exec(page)?.[1] ?? '';
    const script = /<script type="module">([\s\S]*?)<\/script>/.exec(page)?.[1] ?? '';
    expect(page).toContain(
      `content="default-src 'none'; style-src ${sha256(style)}; script-src ${sha256(first)} ${sha256(script)}; img-src data:; base-uri 'none'; form-action 'none'"`,
    );
    expect(page).not.toMatch(/<link rel="stylesheet"|\sstyle=|\son[a-z]+=|https?:|@import|url\(|unsafe-/i);
  });

  test('its script is all modules of the folder, without two of one name, and never reads markup', () => {
    const script = clientScript();
    expect(() => new Script(`async () => { 'use strict'; ${script} }`)).not.toThrow();
    expect(script).not.toMatch(
      /^\s*(?:import|export)\b|innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(/m,
    );
    const modules = readdirSync(path.join(packageRoot(), 'src/review/assets')).filter((name) => name.endsWith('.js'));
    const starts = modules.filter((name) => !['first.js', 'elements.js', 'storage.js', 'start.js'].includes(name));
    for (const name of starts)
      expect(script, name).toContain(`function start${({ 'side-by-side.js': 'Layout' })[name] ?? camel(name)}(`);
  });

  test('no id is given twice, and every link within the page leads somewhere', () => {
    const page = renderReviewHtml(everything());
    const ids = [...page.matchAll(/\sid="([^"]*)"/g)].map((m) => m[1]);
    expect(new Set(ids).size).toBe(ids.length);
    const links = [...page.matchAll(/\s(?:href="#|for="|aria-labelledby=")([^"]+)"/g)].map((m) => m[1]);
    expect(links.length).toBeGreaterThan(10);
    expect(links.filter((link) => !ids.includes(link))).toEqual([]);
  });

  test('no word of a stranger opens a tag or leaves an attribute', () => {
    const page = body(renderReviewHtml(hostile()));
    const tags = [...page.matchAll(/<([a-z!][a-z0-9]*)((?:"[^"]*"|[^">])*)>/gi)];
    expect(tags.filter(([, name]) => /^(?:img|iframe|object|style|template)$/i.test(name ?? ''))).toEqual([]);
    expect(tags.filter(([, name]) => name === 'script').map(([, , rest]) => rest)).toEqual([
      ' type="text/plain" class="hidden-lines"',
    ]);
    expect(tags.filter(([, , rest]) => /\son\w+=/i.test((rest ?? '').replace(/"[^"]*"/g, '""')))).toEqual([]);
    expect(page).not.toMatch(/[\0-\x08\x0b-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/);
  });

  test('says what is folded, and why', () => {
    const page = body(renderReviewHtml(large(400_000)));
    const said = /<div class="callout folded"[\s\S]*?<\/div><\/div>/.exec(page)?.[0] ?? '';
    expect(said).toContain('Folded, because there is much of it');
    expect(said).toContain('<code>Python/huge.c</code></a> 3000 lines');
    const [closed, open] = [
      page.split('<details><summary class="file-head">').length - 1,
      page.split('<details open><summary class="file-head">').length - 1,
    ];
    expect(said).toContain(`${closed} files`);
    expect(open).toBeGreaterThan(3);
    expect(body(renderReviewHtml(everything()))).not.toContain('id="folded"');
  });

  test('of a very large patch the folded lines are text, which is read without a script, and nothing is left out', () => {
    const review = large(1_500_000);
    const page = body(renderReviewHtml(review));
    const rows = review.patches.flatMap(({ files }) =>
      files.flatMap(({ hunks }) => hunks.flatMap((hunk) => hunk.rows)),
    );
    const texts = [...page.matchAll(/<pre class="lines" data-old="1" data-new="1">([^<]*)<\/pre>/g)].map(
      (m) => m[1] ?? '',
    );
    const asText = texts.flatMap((text) => text.split('\n')).length;
    expect((page.match(/<div class="r[" ]/g)?.length ?? 0) + asText).toBe(rows.length);
    expect(texts[0]?.split('\n').slice(0, 3)).toEqual([
      ' static int context_0(void) { return 0; }',
      '-    if (value_0 == NULL) goto error_0;',
      '+    if (value_0 != NULL) goto done_0;',
    ]);
    expect(page).toContain(`marked words, because there is very much of it: ${texts.length} folded file`);
    expect(asText).toBeGreaterThan(rows.length - 6000);
    // A fork's delta of 8 MB is a page that opens: 1.6 bytes for each of the patch's, where markup of each line takes 3.4.
    const bytes = rows.reduce((n, { text }) => n + text.length + 2, 0);
    expect(page.length / bytes).toBeLessThan(2.2);
  });

  test('text of lines is shown, not obeyed', () => {
    const odd = '+<b>&\u202e\x1b\r\n';
    const patch = `--- a/x.c\n+++ b/x.c\n@@ -0,0 +1,7001 @@\n${odd}${'+y\n'.repeat(7000)}\\ No newline at end of file\n`;
    const bytes = Buffer.from(patch).toString('latin1');
    const page = body(
      renderReviewHtml({ schemaVersion: 1, title: 't', patches: readPatchText(bytes, { file: 'x' }), checks: [] }),
    );
    expect(page).toContain('<pre class="lines" data-old="1" data-new="1">+&lt;b&gt;&amp;⟨U+202E⟩⟨ESC⟩⟨CR⟩\n+y\n');
    expect(page).toContain('+y ⟨no newline at the end⟩</pre>');
  });

  test('viewed marks belong to the patch’s bytes', () => {
    const key = (page: string) => /data-key="([^"]*)"/.exec(page)?.[1];
    const review = { ...everything(), patches: [{ ...counterPatch(), sha256: undefined }] };
    const other = { ...review, patches: review.patches.map((patch) => ({ ...patch, files: patch.files.slice(1) })) };
    expect(key(renderReviewHtml(everything()))).toBe('a'.repeat(64));
    expect(key(renderReviewHtml(review))).toMatch(/^[0-9a-f]{64}$/);
    expect(key(renderReviewHtml(other))).not.toBe(key(renderReviewHtml(review)));
  });

  test('a recipe that yields no patch says why', () => {
    const patch = {
      ...counterPatch(),
      verdict: 'drifted' as const,
      files: [],
      reason: 'the line is not there',
      evidence: [],
    };
    const page = body(renderReviewHtml({ schemaVersion: 1, title: 't', patches: [patch], checks: [] }));
    expect(page).toContain('drifted: no patch');
    expect(page).toContain('the line is not there');
  });
});

const camel = (name: string) =>
  name.replace('.js', '').replace(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase());
