import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { COLUMNS, documents } from '../../../scripts/research/experiment/documents.ts';
import { type Extract, extractText, readExtract } from '../../../scripts/research/experiment/extract.ts';
import { readPublished } from '../../../scripts/research/experiment/published.ts';
import { summaryRows } from '../../../scripts/research/experiment/summary.ts';

const DOCS = fileURLToPath(new URL('../../../docs', import.meta.url));
const published = readPublished(path.join(DOCS, 'experiment', 'published.csv'));
const extracts = COLUMNS.map((name) => readExtract(path.join(DOCS, 'experiment', `${name}.json`)));
const page = readFileSync(path.join(DOCS, 'experiment.md'), 'utf8');

describe('docs/experiment.md and its pictures', () => {
  test.each([...documents(DOCS)])('%s is what the extracts yield', (name, text) => {
    expect(text).toBe(readFileSync(path.join(DOCS, name), 'utf8'));
  });

  test('another figure in an extract is another page', () => {
    const docs = mkdtempSync(path.join(tmpdir(), 'experiment-'));
    onTestFinished(() => rmSync(docs, { recursive: true }));
    cpSync(path.join(DOCS, 'experiment'), path.join(docs, 'experiment'), { recursive: true });
    const [first] = extracts as [Extract, ...Extract[]];
    const file = path.join(docs, 'experiment', `${COLUMNS[0]}.json`);
    writeFileSync(file, extractText({ ...first, cpuShare: first.cpuShare / 2 }));
    expect(documents(docs).get('experiment.md')).not.toBe(page);
  });

  test('the figures that the README tells are those of the page', () => {
    const readme = readFileSync(path.join(DOCS, '..', 'README.md'), 'utf8');
    const [told = ''] = /It reproduces the experiment[\s\S]*?\n\n/.exec(readme) ?? [];
    const figures = told.match(/[+−]?\d[\d\u202f.]*(?:%|\u202f(?:B|MiB)|\u202fmin \d+\u202fs)/g) ?? [];
    expect(figures.length).toBeGreaterThan(15);
    const saved = (figure: string) => page.includes(figure) || page.includes(`−${figure}`);
    expect(figures.filter((figure) => !saved(figure))).toEqual([]);
  });

  test('say nothing of folders of the machine that measured', () => {
    for (const name of COLUMNS) {
      const text = readFileSync(path.join(DOCS, 'experiment', `${name}.json`), 'utf8');
      expect(text).not.toMatch(/"[^"]*\/(root|home|work|tmp)\//);
    }
  });

  test('the chart has a row for every test', () => {
    const svg = readFileSync(path.join(DOCS, 'experiment', 'tests.svg'), 'utf8');
    const names = [...published.tests, ...extracts.flatMap(({ speed }) => speed.tests)].map((row) => row.test);
    expect(names.filter((name) => !svg.includes(`>${name}<`))).toEqual([]);
  });
});

describe('the first table', () => {
  const rows = summaryRows(published, extracts);
  const cells = (what: string) => rows.find((row) => row.what.includes(what))?.ours;

  test('stands in the page', () => {
    for (const { what, published: claim, ours } of rows)
      expect(page).toContain(`| ${[what, claim, ...ours].join(' | ')} |`);
  });

  test('no cell of a column stays as it is when the figures of its extract are others', () => {
    const [first, ...others] = extracts as [Extract, ...Extract[]];
    const doubled = summaryRows(published, [withOtherFigures(first), ...others]);
    const kept = rows.filter((row, index) => row.ours[0] === doubled[index]?.ours[0]);
    expect(kept.map(({ what }) => what)).toEqual([]);
    expect(doubled.map(({ ours }) => ours.slice(1))).toEqual(rows.map(({ ours }) => ours.slice(1)));
  });

  test('its main figures are those of the extracts, worked out another way', () => {
    for (const [index, { speed, memory, growth }] of extracts.entries()) {
      const sign = (value: number) => (value < 0 ? '−' : '+');
      const mean = (speed.geometricMean?.ratio ?? 0) - 1;
      expect(cells('geometric mean')?.[index]).toContain(`**${sign(mean)}${Math.abs(mean * 100).toFixed(2)}%**`);
      for (const [what, name] of [
        ['once started', 'pass'],
        ['import site', 'imports'],
      ] as const) {
        const { baseline, patched } = memory.points.find((point) => point.name === name)?.variants ?? {};
        const saved = (baseline?.exact?.bytes ?? 0) - (patched?.exact?.bytes ?? 0);
        const digits = (cells(what)?.[index] ?? '').split('**')[1]?.replace(/\D/g, '');
        expect(Number(digits)).toBe(Math.abs(saved));
      }
      const grown = (growth.growth.baseline?.grownBytes ?? 0) / 2 ** 20;
      expect(cells('growth')?.[index]).toContain(`${grown.toFixed(2)}\u202fMiB`);
    }
  });

  test('its totals are ratios of sums over pybench’s own rounds', () => {
    for (const [index, { speed, header }] of extracts.entries()) {
      let [own, other] = [0, 0];
      for (const row of speed.tests) {
        const scale = (header.defaultRounds[row.test] ?? 0) / 10 / (header.loops[row.test] ?? 1);
        own += (row.minPatchedMs ?? 0) * scale || 0;
        other += (row.minBaselineMs ?? 0) * scale || 0;
      }
      expect(cells('totals of the minima')?.[index]).toContain(`(${other.toFixed(0)} → ${own.toFixed(0)} ms)`);
    }
  });
});

/** The same extract with every measured number another one, and more of CPython's tests. */
function withOtherFigures(extract: Extract): Extract {
  const other = <T>(value: T): T =>
    JSON.parse(JSON.stringify(value), (_, inner) => (typeof inner === 'number' ? inner * 2 + 1 : inner)) as T;
  const { speed, memory, growth, instructions, size, tests } = extract;
  return {
    ...extract,
    ...other({ speed, memory, growth, instructions, size }),
    ...(tests === undefined ? {} : { tests: { ...tests, rows: [...tests.rows, ...tests.rows] } }),
  };
}
