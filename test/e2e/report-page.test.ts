import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { renderHtml } from '../../src/report/html/page.ts';
import { reportView } from '../../src/report/report-view.ts';
import * as records from '../report/records.ts';

/** The report in a real browser, opened from disk as its reader does. `CHROMIUM` names another browser than Debian's. */

const PAGES = {
  'everything-fine': records.everythingFine,
  'two-targets': records.twoTargets,
  'three-targets': records.threeTargets,
  drifted: records.drifted,
  'build-failed': records.buildFailed,
  'tests-differ': records.testsDiffer,
  inconclusive: records.inconclusive,
  stopped: records.stopped,
  'hostile-strings': records.hostileStrings,
};
const SIZES = [
  { name: 'desktop', width: 1280, height: 800 },
  { name: 'tablet', width: 800, height: 1100 },
  { name: 'phone', width: 360, height: 740 },
  { name: 'small phone', width: 320, height: 568 },
] as const;

let browser: Browser;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'fw-report-'));
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
  for (const [name, make] of Object.entries(PAGES)) {
    await writeFile(
      path.join(folder, `${name}.html`),
      renderHtml(reportView(make()), { [records.PATCH_FILE]: records.PATCH_TEXT }),
    );
  }
}, 60_000);
afterAll(async () => {
  await browser?.close();
  await rm(folder, { recursive: true, force: true });
});

/** Opens a page and hands it over with everything that it complained about or asked the network for. */
async function withPage<T>(
  name: string,
  options: Parameters<Browser['newPage']>[0],
  body: (page: Page, seen: { complaints: string[]; requests: string[] }) => Promise<T>,
): Promise<T> {
  const page = await browser.newPage(options);
  const seen = { complaints: [] as string[], requests: [] as string[] };
  page.on('console', (message) => seen.complaints.push(message.text()));
  page.on('pageerror', (error) => seen.complaints.push(String(error)));
  page.on('dialog', (dialog) => {
    seen.complaints.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('request', (request) => seen.requests.push(request.url()));
  try {
    await page.goto(pathToFileURL(path.join(folder, `${name}.html`)).href);
    return await body(page, seen);
  } finally {
    await page.close();
  }
}

describe.each(Object.keys(PAGES))('%s', (name) => {
  test.each(['light', 'dark'] as const)(
    'fits every width, needs no network and complains of nothing, %s',
    async (colorScheme) => {
      await withPage(name, { colorScheme }, async (page, seen) => {
        await page.evaluate("document.querySelectorAll('details').forEach((d) => { d.open = true; })");
        for (const { width, height } of SIZES) {
          await page.setViewportSize({ width, height });
          expect(await page.evaluate('document.documentElement.scrollWidth'), `at ${width}`).toBeLessThanOrEqual(width);
        }
        expect(seen.complaints).toEqual([]);
        expect(seen.requests.filter((url) => !url.startsWith('file:') && !url.startsWith('data:'))).toEqual([]);
      });
    },
  );
});

/** The texts of what lies wholly within the first screen. */
const firstScreen = (page: Page, selector: string): Promise<string[]> =>
  page.$$eval(selector, (elements) =>
    elements
      .filter((e) => {
        const { top, bottom, width } = e.getBoundingClientRect();
        // biome-ignore lint/suspicious/noExplicitAny: runs in the browser, whose globals this project does not declare.
        return top >= 0 && width > 0 && bottom <= (globalThis as any).innerHeight;
      })
      .map((e) => e.textContent ?? ''),
  );

describe('the first screen', () => {
  test.each([
    ['everything-fine', 'desktop', 4],
    ['two-targets', 'desktop', 8],
    ['build-failed', 'phone', 1],
    ['everything-fine', 'phone', 2],
  ])('%s on %s holds the verdict', async (name, size, answers) => {
    const { width, height } = SIZES.find((s) => s.name === size) ?? SIZES[0];
    await withPage(name, { viewport: { width, height } }, async (page) => {
      expect(await firstScreen(page, 'h1')).toEqual(['remove-zombieframe on CPython 2.7.18']);
      expect(await firstScreen(page, '.status')).toEqual([name === 'build-failed' ? '✗ NOT OK' : '✓ OK']);
      expect(await firstScreen(page, '.headline')).toHaveLength(1);
      expect(await firstScreen(page, '.changed .answer')).toHaveLength(1);
      expect((await firstScreen(page, '.card .answer')).length).toBeGreaterThanOrEqual(answers);
    });
  });
});

test('the chart draws every test, and marks tell verdicts apart by shape', async () => {
  await withPage('inconclusive', { viewport: { width: 1280, height: 800 } }, async (page) => {
    const marks = await page.$$eval('.forest tbody td.plot svg svg .mark', (found) =>
      found.map((m) => [m.getAttribute('class'), m.innerHTML] as const),
    );
    const estimated = records.inconclusive().targets[0]?.speed?.tests.filter((row) => row.estimate !== undefined) ?? [];
    // One lies beyond the axis and is an arrow.
    expect(marks).toHaveLength(estimated.length - 1);
    const legend = await page.$$eval('.legend .mark', (found) => found.map((m) => m.innerHTML));
    expect(new Set(legend).size).toBe(legend.length);
    const boxes = await page.$$eval('.forest tbody td.plot', (cells) =>
      cells.map((cell) => {
        const own = cell.getBoundingClientRect();
        const band = cell.querySelector('.band')?.getBoundingClientRect();
        return band === undefined ? -1 : Math.abs(band.height - own.height);
      }),
    );
    expect(Math.max(...boxes)).toBeLessThan(1.5);
  });
});

/** WCAG 2 contrast of two `rgb(…)` colours. */
function contrast(a: string, b: string): number {
  const luminance = (color: string) => {
    const [r = 0, g = 0, blue = 0] = (color.match(/[\d.]+/g) ?? []).slice(0, 3).map((part) => {
      const channel = Number(part) / 255;
      return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * blue;
  };
  const [light = 0, dark = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (light + 0.05) / (dark + 0.05);
}

test.each(['light', 'dark'] as const)('every text has a contrast of at least 4.5 to 1, %s', async (colorScheme) => {
  await withPage('inconclusive', { viewport: { width: 1280, height: 800 }, colorScheme }, async (page) => {
    const pairs = await page.$$eval('body *:not(title, desc)', (elements) =>
      elements
        .filter((e) => [...e.childNodes].some((node) => node.nodeType === 3 && (node.textContent ?? '').trim() !== ''))
        .map((e) => {
          // biome-ignore lint/suspicious/noExplicitAny: as above.
          const { getComputedStyle } = globalThis as any;
          const svg = e.namespaceURI === 'http://www.w3.org/2000/svg';
          let back: typeof e | null = e;
          while (back !== null && getComputedStyle(back).backgroundColor === 'rgba(0, 0, 0, 0)')
            back = back.parentElement;
          const style = getComputedStyle(e);
          return {
            text: (e.textContent ?? '').slice(0, 40),
            ink: svg ? style.fill : style.color,
            paper: back === null ? 'rgb(255, 255, 255)' : getComputedStyle(back).backgroundColor,
          };
        }),
    );
    expect(pairs.length).toBeGreaterThan(100);
    expect(pairs.filter(({ ink, paper }) => contrast(ink, paper) < 4.5)).toEqual([]);
  });
});

test('the page has landmarks, one h1, headings in order, and named graphics', async () => {
  await withPage('two-targets', { viewport: { width: 1280, height: 800 } }, async (page) => {
    for (const landmark of ['header', 'nav', 'main', 'footer']) expect(await page.$$(landmark)).toHaveLength(1);
    const levels = await page.$$eval('h1, h2, h3, h4', (found) => found.map((h) => Number(h.tagName.slice(1))));
    expect(levels.filter((level) => level === 1)).toHaveLength(1);
    for (const [i, level] of levels.entries()) expect(level - (levels[i - 1] ?? 0)).toBeLessThanOrEqual(1);
    const unnamed = await page.$$eval(
      'svg',
      (found) =>
        found.filter((svg) => {
          const hidden = svg.closest('[aria-hidden="true"]') !== null;
          return !hidden && svg.querySelector('title') === null;
        }).length,
    );
    expect(unnamed).toBe(0);
  });
});
