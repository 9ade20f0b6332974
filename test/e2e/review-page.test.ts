import { readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { renderReviewHtml } from '../../src/review/html/page.ts';
import { readPatchText } from '../../src/review/model/read-patch.ts';
import type { Review } from '../../src/review/types.ts';
import { packageRoot } from '../../src/system/assets.ts';
import { everything, hostile, large } from '../review/html/reviews.ts';

/** The review's page in a real browser, opened from disk as its reader does. `CHROMIUM` names another than Debian's. */

const PAGES: Readonly<Record<string, () => Review>> = { everything, hostile, large, shipped };
const DESKTOP = { width: 1440, height: 1000 };
const PHONE = { width: 360, height: 740 };
/** As a person feels it, and generously: the machine that tests this does other things, too. */
const LONGEST_TASK = 2000;

let browser: Browser;
let folder: string;

/** A patch of this repository, read from its file alone. */
function shipped(): Review {
  const file = 'patches/3.9/remove-zombieframe.patch';
  const text = readFileSync(path.join(packageRoot(), file), 'latin1');
  return { schemaVersion: 1, title: file, patches: readPatchText(text, { file }), checks: [] };
}

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'fw-review-'));
  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
  for (const [name, make] of Object.entries(PAGES))
    await writeFile(path.join(folder, `${name}.html`), renderReviewHtml(make()));
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await rm(folder, { recursive: true, force: true });
});

interface Seen {
  readonly complaints: string[];
  readonly requests: string[];
}

/** Opens a page in a browser of its own, and hands it over with all that it complained about or asked the network for. */
async function withPage<T>(
  name: string,
  options: BrowserContextOptions,
  body: (page: Page, seen: Seen) => Promise<T>,
  before?: string,
): Promise<T> {
  const context = await browser.newContext({ viewport: DESKTOP, ...options });
  const page = await context.newPage();
  const seen: Seen = { complaints: [], requests: [] };
  // What the policy refuses is written to the console as well.
  page.on('console', (message) => seen.complaints.push(message.text()));
  page.on('pageerror', (error) => seen.complaints.push(String(error)));
  page.on('dialog', (dialog) => {
    seen.complaints.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('request', (request) => seen.requests.push(request.url()));
  if (before !== undefined) await page.addInitScript(before);
  try {
    await page.goto(pathToFileURL(path.join(folder, `${name}.html`)).href);
    return await body(page, seen);
  } finally {
    await context.close();
  }
}

const texts = (page: Page, selector: string) => page.$$eval(selector, (found) => found.map((e) => e.textContent ?? ''));
const openAll = (page: Page) =>
  page.evaluate("document.querySelectorAll('details').forEach((d) => { d.open = true; })");
/** What a page says once it was loaded anew. A browser writes what a page stores a moment later: see it again, if need be. */
const afterReload = (page: Page, read: () => Promise<unknown>) =>
  expect.poll(
    async () => {
      await page.reload();
      return read();
    },
    { timeout: 20_000, interval: 300 },
  );
/** Where something is on the screen: its upper edge. */
const top = async (page: Page, selector: string) => (await page.locator(selector).boundingBox())?.y ?? Number.NaN;

describe.each(['everything', 'hostile', 'shipped'])('%s', (name) => {
  test.each(['light', 'dark'] as const)(
    'fits every width, needs no network, complains of nothing, %s',
    async (colorScheme) => {
      await withPage(name, { colorScheme }, async (page, seen) => {
        await openAll(page);
        for (const key of ['u', 'u', 'd', 'j', 'n', 'k', 'e']) await page.keyboard.press(key);
        for (const width of [1600, 1280, 1024, 800, 360, 320]) {
          await page.setViewportSize({ width, height: 800 });
          expect(await page.evaluate('document.documentElement.scrollWidth'), `at ${width}`).toBeLessThanOrEqual(width);
        }
        expect(seen.complaints).toEqual([]);
        expect(seen.requests.filter((url) => !/^(?:file|data):/.test(url))).toEqual([]);
      });
    },
  );

  test.each(['light', 'dark'] as const)('has no serious violation that axe knows, %s', async (colorScheme) => {
    const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
    for (const layout of ['unified', 'side by side', 'phone'] as const) {
      await withPage(
        name,
        { colorScheme, viewport: layout === 'phone' ? PHONE : DESKTOP, bypassCSP: true },
        async (page) => {
          if (layout === 'side by side') await page.keyboard.press('u');
          await openAll(page);
          // The whole page is to be looked at, also what is far from the screen.
          await page.addStyleTag({ content: '.much { content-visibility: visible !important; }' });
          await page.evaluate(axe);
          const found = (await page.evaluate("axe.run(document, { resultTypes: ['violations'] })")) as {
            violations: { id: string; impact: string; nodes: { html: string; failureSummary: string }[] }[];
          };
          const serious = found.violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
          expect(
            serious.map(({ id, nodes }) => [
              id,
              nodes.slice(0, 3).map((n) => [n.html.slice(0, 200), n.failureSummary]),
            ]),
            layout,
          ).toEqual([]);
        },
      );
    }
  });
});

describe('with keys', () => {
  test('j and k go from hunk to hunk, n and p from file to file', async () => {
    await withPage('shipped', {}, async (page) => {
      const at = () => page.$$eval('.hunk.current', (found) => found.map((e) => e.id));
      const files = await page.$$eval('.file', (found) =>
        found.map((f) => [...f.querySelectorAll('.hunk')].map((h) => h.id)),
      );
      const hunks = files.flat();
      await page.keyboard.press('j');
      expect(await at()).toEqual([hunks[0]]);
      await page.keyboard.press('j');
      expect(await at()).toEqual([hunks[1]]);
      // It is the focus, too: a screen reader reads on from there; and it lies below what stays on top.
      expect(await page.evaluate('document.activeElement.id')).toBe(hunks[1]);
      expect(await top(page, `#${hunks[1]}`)).toBeGreaterThan(60);
      expect(await top(page, `#${hunks[1]}`)).toBeLessThan(130);
      await page.keyboard.press('k');
      expect(await at()).toEqual([hunks[0]]);
      await page.keyboard.press('n');
      await page.keyboard.press('n');
      expect(await at()).toEqual([files[2]?.[0]]);
      expect(await texts(page, '.tree .current .name')).toEqual([(await texts(page, '.tree .name'))[2]]);
      await page.keyboard.press('p');
      expect(await at()).toEqual([files[1]?.[0]]);
      // Who has scrolled away goes on from where they are.
      await page.evaluate('scrollTo(0, document.body.scrollHeight)');
      await page.keyboard.press('k');
      expect(await at()).not.toEqual([hunks[0]]);
      expect(hunks.indexOf((await at())[0] ?? '')).toBeGreaterThan(hunks.length / 2);
    });
  });

  test.each([
    ['desktop', DESKTOP],
    ['phone', PHONE],
  ])('the hunk lies below the head of its file, and the head at the top: %s', async (_, viewport) => {
    await withPage('shipped', { viewport }, async (page) => {
      for (const _ of 'jjjj') await page.keyboard.press('j');
      const bar = viewport === PHONE ? 0 : ((await page.locator('.toolbar').boundingBox())?.height ?? 0);
      const head = await page.locator('.file:has(.hunk.current) .file-head').boundingBox();
      expect(Math.abs((head?.y ?? 0) - bar)).toBeLessThan(12);
      expect(await top(page, '.hunk.current .hunk-head')).toBeGreaterThan((head?.y ?? 0) + (head?.height ?? 0) - 2);
      expect(await top(page, '.hunk.current .hunk-head')).toBeLessThan((head?.y ?? 0) + (head?.height ?? 0) + 40);
    });
  });

  test('v folds what is viewed and goes on; the mark is there again after a reload, and gone with other bytes', async () => {
    await withPage('everything', {}, async (page) => {
      await page.keyboard.press('j');
      await page.keyboard.press('v');
      const open = () => page.$$eval('.file > details', (found) => found.map((d) => d.hasAttribute('open')));
      expect(await open()).toEqual([false, true]);
      expect(await texts(page, '#progress')).toEqual(['1 of 2 viewed']);
      expect(await page.$$eval('.hunk.current', (found) => found.map((e) => e.id))).toEqual(['p2f1h1']);
      await afterReload(page, open).toEqual([false, true]);
      expect(await page.isChecked('#p1f1 .viewed input')).toBe(true);
      await page.click('#p1f1 .viewed input');
      await afterReload(page, open).toEqual([true, true]);
      await page.keyboard.press('v');
      const review = everything();
      const other = { ...review, patches: review.patches.map((patch) => ({ ...patch, sha256: 'c'.repeat(64) })) };
      await writeFile(path.join(folder, 'everything-other.html'), renderReviewHtml(other));
      await page.goto(pathToFileURL(path.join(folder, 'everything-other.html')).href);
      expect(await open()).toEqual([true, true]);
    });
  });

  test('everything works where the page may store nothing', async () => {
    const forbidden =
      "Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('no', 'SecurityError'); } });";
    await withPage(
      'everything',
      {},
      async (page, seen) => {
        for (const key of ['j', 'v', 'u', 'd']) await page.keyboard.press(key);
        expect(await texts(page, '#progress')).toEqual(['1 of 2 viewed']);
        expect(await page.getAttribute('html', 'data-theme')).toBe('dark');
        expect(seen.complaints).toEqual([]);
      },
      forbidden,
    );
  });

  test('? explains the keys, which can be switched off; typing is no command', async () => {
    await withPage('everything', {}, async (page) => {
      await page.keyboard.press('?');
      expect(await page.isVisible('#keys')).toBe(true);
      expect(await texts(page, '#keys kbd')).toEqual(['j', 'k', 'n', 'p', 'v', 'o', 'e', 'u', 'd', '/', 'Esc', '?']);
      await page.keyboard.press('j');
      expect(await page.$$('.hunk.current')).toHaveLength(0);
      await page.click('#keys-on');
      await page.click('#keys-close');
      await page.keyboard.press('j');
      expect(await page.$$('.hunk.current')).toHaveLength(0);
      await page.click('#help');
      await page.click('#keys-on');
      await page.keyboard.press('Escape');
      await page.focus('#search');
      await page.keyboard.type('uvj');
      expect(await page.getAttribute('html', 'data-layout')).toBeNull();
      expect(await texts(page, '#progress')).toEqual(['0 of 2 viewed']);
    });
  });

  test('/ searches, opens what is folded, and shows the match in either layout', async () => {
    await withPage('shipped', {}, async (page) => {
      await page.click('#fold-all');
      expect(await page.$$('.file > details[open]')).toHaveLength(0);
      await page.keyboard.press('/');
      await page.keyboard.type('numfree');
      await page.keyboard.press('Enter');
      const [, total] = /^1 of (\d+)$/.exec((await texts(page, '#search-count'))[0] ?? '') ?? [];
      const rows = await page.$$eval('.file .rows > .r > :last-child', (found) =>
        found.reduce((n, e) => n + (e.textContent ?? '').split('numfree').length - 1, 0),
      );
      expect(Number(total)).toBe(rows);
      expect(await texts(page, '.found-here > :last-child')).toEqual([expect.stringContaining('numfree')]);
      expect(await page.evaluate("[...CSS.highlights.get('found-here')].map(String)")).toEqual(['numfree']);
      await page.keyboard.press('Enter');
      await page.keyboard.press('Shift+Enter');
      expect(await texts(page, '#search-count')).toEqual([`1 of ${total}`]);
      await page.keyboard.press('Escape');
      expect(await texts(page, '#search-count')).toEqual(['']);
      await page.keyboard.press('u');
      await page.keyboard.press('/');
      await page.keyboard.type('numfree');
      await page.keyboard.press('Enter');
      expect(await page.locator('.split .found-here').isVisible()).toBe(true);
      await page.fill('#search', 'there is no such thing');
      await page.keyboard.press('Enter');
      expect(await texts(page, '#search-count')).toEqual(['nothing found']);
    });
  });
});

describe('layouts', () => {
  test('side by side puts old and new beside each other, signs kept; only where it is wide', async () => {
    await withPage('everything', {}, async (page) => {
      const pair = '#p1f1h1 .pair:has(.d)';
      await page.keyboard.press('u');
      await page.waitForSelector(pair);
      expect(await texts(page, `${pair} > .r > :last-child`)).toEqual([
        '    return 10; /* the most */',
        '    return 12; /* the most */',
      ]);
      expect(await texts(page, `${pair} > .r > i`)).toEqual(['−', '+']);
      expect(await texts(page, `${pair} mark`)).toEqual(['10', '12']);
      expect(Math.abs((await top(page, `${pair} > .d`)) - (await top(page, `${pair} > .a`)))).toBeLessThan(1);
      expect(await page.isVisible('#p1f1h1 .rows')).toBe(false);
      await page.setViewportSize(PHONE);
      expect(await page.isVisible('#p1f1h1 .rows')).toBe(true);
      expect(await page.isVisible(pair)).toBe(false);
      await page.setViewportSize(DESKTOP);
      await afterReload(page, () => page.getAttribute('#side-by-side', 'aria-pressed')).toBe('true');
      await page.click('#unified');
      expect(await page.isVisible('#p1f1h1 .rows')).toBe(true);
    });
  });

  test('beside each hunk: which edit of which recipe made it, and why', async () => {
    await withPage('everything', {}, async (page) => {
      const why = page.locator('#p1f1h1 .why');
      expect(await why.innerText()).toContain('Edit 1 of more-counters: edit-text');
      expect(await why.innerText()).toContain('Ten were too few.');
      const [code, note] = [await page.locator('#p1f1h1 .code').boundingBox(), await why.boundingBox()];
      expect(note?.x).toBeGreaterThanOrEqual((code?.x ?? 0) + (code?.width ?? 0) - 1);
      expect(Math.abs((note?.y ?? 0) - (code?.y ?? 0))).toBeLessThan(2);
    });
  });

  test('hidden lines come from both ends, with their numbers, in either layout', async () => {
    await withPage('everything', {}, async (page) => {
      const numbers = (where: string) =>
        page.$$eval(`#p1f1 ${where} .rows > .r`, (rows) => rows.map((r) => r.children[1]?.textContent));
      await page.keyboard.press('j');
      await page.keyboard.press('e');
      await page.waitForSelector('.gap .rows > .r');
      await page.waitForFunction("document.querySelectorAll('#p1f1 .gap .rows > .r').length === 40");
      expect(await numbers('.gap[data-gap="0"]')).toEqual(Array.from({ length: 20 }, (_, i) => String(12 + i)));
      expect(await texts(page, '.gap[data-gap="0"] .gap-text')).toEqual(['11 lines not shown']);
      await page.click('.gap[data-gap="0"] [data-show=all]');
      await page.waitForSelector('.gap[data-gap="0"] .gap-bar', { state: 'detached' });
      expect(await texts(page, '.gap[data-gap="0"] .rows > .r:first-child > :last-child')).toContain('/* Counters. */');
      expect(await page.$$('.gap[data-gap="0"] .c')).toHaveLength(1);
      await page.keyboard.press('u');
      await page.waitForSelector('.gap[data-gap="0"] .split');
      await page.click('.gap[data-gap="1"] [data-show=all]');
      await page.waitForSelector('.gap[data-gap="1"] .gap-bar', { state: 'detached' });
      expect(await page.$$('.gap[data-gap="1"] .split .pair')).toHaveLength(28);
    });
  });

  test('the filter leaves the hunks of one edit', async () => {
    await withPage('everything', {}, async (page) => {
      await page.selectOption('#filter', 'p1e1');
      expect(await texts(page, '#filter-count')).toEqual(['1 of 2 hunks']);
      expect(await page.isVisible('#p1f1')).toBe(true);
      expect(await page.isVisible('#p2f1')).toBe(false);
      await page.selectOption('#filter', '');
      expect(await page.isVisible('#p2f1')).toBe(true);
    });
  });

  test('dark and light as the system says, until one is chosen', async () => {
    await withPage('everything', { colorScheme: 'dark' }, async (page) => {
      const paper = () => page.evaluate('getComputedStyle(document.body).backgroundColor');
      expect(await paper()).toBe('rgb(20, 23, 26)');
      await page.click('#theme');
      expect(await paper()).toBe('rgb(255, 255, 255)');
      await afterReload(page, paper).toBe('rgb(255, 255, 255)');
      await page.keyboard.press('d');
      expect(await paper()).toBe('rgb(20, 23, 26)');
    });
  });

  test('on paper everything is there, and nothing to press', async () => {
    await withPage('everything', { colorScheme: 'dark' }, async (page) => {
      for (const key of ['j', 'v', 'u', 'd', 'd']) await page.keyboard.press(key);
      await page.emulateMedia({ media: 'print' });
      expect(await page.evaluate('getComputedStyle(document.body).backgroundColor')).toMatch(
        /rgba?\((?:255, 255, 255|0, 0, 0, 0)/,
      );
      for (const row of ['#p1f1h1 .rows > .d', '#p2f1h1 .rows > .a:nth-child(2)', '.quiet .rows > .d', '.edits td'])
        expect(await page.locator(row).first().isVisible(), row).toBe(true);
      for (const gone of ['.toolbar', '.tree', '.viewed', '.gap', '.split'])
        expect(await page.locator(gone).first().isVisible(), gone).toBe(false);
      expect((await page.pdf()).length).toBeGreaterThan(10_000);
    });
  });

  test('without scripts it is a plain unified diff, with nothing that does nothing', async () => {
    await withPage('everything', { javaScriptEnabled: false }, async (page, seen) => {
      expect(seen.complaints).toEqual([]);
      expect(await page.locator('#p1f1h1 .rows > .d').isVisible()).toBe(true);
      expect(await page.locator('#p1f1h1 .rows > .d').innerText()).toMatch(/32|35/);
      for (const gone of ['.toolbar', '.viewed', '.gap button', '#progress'])
        expect(await page.locator(gone).first().isVisible(), gone).toBe(false);
      expect(await page.locator('.gap-text').first().innerText()).toBe('31 lines not shown');
    });
  });
});

test('a hostile patch is shown, not obeyed', async () => {
  await withPage('hostile', {}, async (page, seen) => {
    await openAll(page);
    for (const key of ['j', 'u', 'e']) await page.keyboard.press(key);
    await page.waitForSelector('.gap .rows > .r');
    expect(await page.evaluate('globalThis.trapped')).toBeUndefined();
    expect(await page.$$('img, iframe, main script:not(.hidden-lines)')).toHaveLength(0);
    expect(seen.complaints).toEqual([]);
    // Even markup that got in would do nothing: the policy lets only the page's own script run.
    await page.evaluate(
      "{ const s = document.createElement('script'); s.textContent = 'trapped = 2'; document.body.append(s); document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=\"trapped = 3\">'); }",
    );
    await page.waitForTimeout(100);
    expect(await page.evaluate('globalThis.trapped')).toBeUndefined();
    expect(seen.complaints.join()).toContain('Content Security Policy');
    expect(await texts(page, '.file h3')).toEqual(['Objects/"q"\n<b>.c']);
    const odd = (await texts(page, '.rows .odd')).join('');
    for (const one of ['⟨U+202E⟩', '⟨U+2066⟩', '⟨U+200B⟩', '⟨U+FEFF⟩', '⟨U+00AD⟩', '⟨ESC⟩', '⟨BEL⟩', '⟨NUL⟩', '⟨CR⟩'])
      expect(odd).toContain(one);
    expect(await texts(page, '.file .callout.attention')).toEqual([
      expect.stringContaining('characters that cannot be seen'),
    ]);
    expect(await texts(page, '.rows .long > summary')).toEqual([
      expect.stringMatching(/^9\d\u202f\d{3} more characters in this line$/),
    ]);
    expect((await texts(page, '.gap .rows > .r > :last-child')).join('\n')).toContain('⟨U+202E⟩ hidden');
  });
});

test('a match in the last block of a hunk is marked once, although the block was not beside each other yet', async () => {
  await withPage('large', {}, async (page) => {
    await page.keyboard.press('u');
    // In one go: no block can have come near the screen in between.
    await page.evaluate(`
      document.getElementById('search').value = 'value_4999';
      document.getElementById('search').dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter' }));
    `);
    for (const after of [0, 300]) {
      await page.waitForTimeout(after);
      expect(await texts(page, '.found-here > .o, .found-here > .n')).toEqual(['10000', '']);
    }
  });
});

test('2 MB of patch: no long wait, what is folded opens, search finds what is folded', async () => {
  const observe =
    'globalThis.longest = 0; new PerformanceObserver((list) => { for (const { duration } of list.getEntries()) longest = Math.max(longest, duration); }).observe({ type: "longtask", buffered: true });';
  await withPage(
    'large',
    {},
    async (page, seen) => {
      const longest = async () => {
        await page.waitForTimeout(200);
        return Number(await page.evaluate('const was = longest; longest = 0; was'));
      };
      expect(await texts(page, '#folded strong')).toEqual(['Folded, because there is much of it:']);
      expect(await longest(), 'loading').toBeLessThan(LONGEST_TASK);
      for (const key of ['j', 'j', 'u', 'n', 'v']) await page.keyboard.press(key);
      expect(await longest(), 'keys').toBeLessThan(LONGEST_TASK);
      await page.keyboard.press('/');
      await page.keyboard.type('value_4999');
      await page.keyboard.press('Enter');
      expect(await texts(page, '#search-count')).toEqual(['1 of 2']);
      expect(await page.locator('.found-here').isVisible()).toBe(true);
      expect(await longest(), 'search').toBeLessThan(LONGEST_TASK);
      // What was text has become rows where the match is, with their numbers on either side; the rest is text still.
      expect(await texts(page, '.found-here > .o, .found-here > .n')).toEqual(['10000', '']);
      const left = (await texts(page, 'pre.lines')).length;
      expect(left).toBeGreaterThan(3);
      await page.evaluate("document.querySelector('pre.lines').closest('details').open = true");
      await page.evaluate("document.querySelector('pre.lines').closest('.file').scrollIntoView()");
      await expect.poll(async () => (await texts(page, 'pre.lines')).length).toBeLessThan(left);
      expect(await longest(), 'opening').toBeLessThan(LONGEST_TASK);
      expect(seen.complaints).toEqual([]);
    },
    observe,
  );
});
