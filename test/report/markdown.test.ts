import { micromark } from 'micromark';
import { gfm, gfmHtml } from 'micromark-extension-gfm';
import { describe, expect, test } from 'vitest';
import { markdownBlock, markdownCode, markdownText } from '../../src/document/markdown/escape.ts';
import { renderMarkdown } from '../../src/report/markdown/render.ts';
import { reportView } from '../../src/report/report-view.ts';
import * as records from './records.ts';

/** As GitHub does it, before it sanitises: every piece of HTML that got through is still there. */
const toHtml = (markdown: string) =>
  micromark(markdown, { allowDangerousHtml: true, extensions: [gfm()], htmlExtensions: [gfmHtml()] });

const elements = (html: string) =>
  [...new Set([...html.matchAll(/<([a-z][a-z0-9]*)/gi)].map((m) => m[1]?.toLowerCase()))].sort();

describe('markdown', () => {
  test.each([
    ['everything-fine', records.everythingFine],
    ['three-targets', records.threeTargets],
    ['drifted', records.drifted],
    ['build-failed', records.buildFailed],
    ['tests-differ', records.testsDiffer],
    ['inconclusive', records.inconclusive],
    ['stopped', records.stopped],
    ['hostile-strings', records.hostileStrings],
  ])('%s', async (name, make) => {
    await expect(renderMarkdown(reportView(make()))).toMatchFileSnapshot(`__snapshots__/markdown/${name}.md`);
  });

  test('what a stranger wrote becomes no markup at all', () => {
    const html = toHtml(renderMarkdown(reportView(records.hostileStrings())));
    const ours = [
      'code',
      'details',
      'h2',
      'h3',
      'p',
      'pre',
      'strong',
      'sub',
      'summary',
      'table',
      'tbody',
      'td',
      'th',
      'thead',
      'tr',
    ];
    expect(elements(html).filter((name) => !ours.includes(name ?? ''))).toEqual([]);
    expect(html).not.toMatch(/<[^>]+\s(on\w+|href|src)=/i);
    expect(html).toContain('&lt;script&gt;alert(1)&lt;/script&gt; | `rm -rf` | **bold** [x](javascript:alert(1))');
  });

  test('every table row has as many cells as its head', () => {
    const html = toHtml(renderMarkdown(reportView(records.hostileStrings())));
    for (const table of html.split('<table>').slice(1)) {
      const counts = table
        .split('</table>')[0]
        ?.split('<tr>')
        .slice(1)
        .map((row) => [...row.matchAll(/<t[hd]/g)].length);
      expect(new Set(counts).size).toBe(1);
    }
  });

  test('readable names stay readable', () => {
    expect(markdownText('test_gc.test_get_count')).toBe('test_gc.test_get_count');
    expect(markdownText('no change beyond 1.2%')).toBe('no change beyond 1.2%');
  });

  test.each([
    '# title',
    '- item',
    '1. item',
    '> quote',
    '+ item',
    '=== ',
    '*a*',
    '_a_',
    '~~a~~',
    '`a`',
    '$x$',
    '<b>',
    '&lt;',
    'http://a.b/c',
    'www.a.b',
    '@ada',
    '#12',
    '[a](b)',
    '![a](b)',
    '| a',
    'a\n\nb',
    '\\',
  ])('text says what it says: %j', (text) => {
    const html = toHtml(markdownText(text));
    const said = html
      .replace(/^<p>|<\/p>$/g, '')
      .replaceAll('&lt;', '<')
      .replaceAll('&gt;', '>')
      .replaceAll('&quot;', '"')
      .replaceAll('&amp;', '&')
      .replaceAll('\u2060', '');
    expect(said).toBe(text.replace(/\s+/g, ' ').trim());
  });

  test.each(['a`b', '``', '`', 'a``b`', 'a|b'])('code says what it says: %j', (text) => {
    const html = toHtml(`| x |\n| - |\n| ${markdownCode(text)} |`);
    expect(/<td>(.*)<\/td>/.exec(html)?.[1]).toBe(`<code>${text}</code>`);
    expect(toHtml(markdownBlock(`${text}\n\`\`\`\nend`))).toBe(`<pre><code>${text}\n\`\`\`\nend\n</code></pre>`);
  });
});
