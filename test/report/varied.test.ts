import { describe, expect, test } from 'vitest';
import type { StartupMemory } from '../../src/bench/memory/types.ts';
import { renderHtml } from '../../src/report/html/page.ts';
import { renderMarkdown } from '../../src/report/markdown/render.ts';
import { renderTerminal } from '../../src/report/terminal/render.ts';
import { pointsOf, type Varied, variedJson } from '../../src/report/varied.ts';
import { variedView } from '../../src/report/views/varied.ts';
import { notApplicable, patch, record, speed, target } from './records.ts';

const memory = (bytes: number): StartupMemory => {
  const of = (own: number) => ({ exact: { bytes: own, blocks: 10, peakBytes: own } });
  const variants = { baseline: of(500_000), patched: of(500_000 + bytes) };
  return {
    schemaVersion: 1,
    repeats: 3,
    points: [{ name: 'pass', code: 'pass', variants, types: [], collectedTypes: [], sizes: [] }],
    methods: {},
    problems: [],
  };
};

/** One value of a sweep: bytes at start-up, and time with half its interval. */
const run = (name: string, bytes: number, ratio: number, half = 0.002) => ({
  name,
  record: record({
    id: name,
    targets: [
      target({
        memory: memory(bytes),
        speed: speed(3, 0.01, { geometricMean: { ratio, low: ratio - half, high: ratio + half } }),
      }),
    ],
  }),
});

const SWEEP = [
  run('bits=8', -3000, 1.031),
  run('bits=9', -2400, 1.018),
  run('bits=10', -1000, 1.004),
  run('bits=11', -500, 1.006),
  run('bits=12', 2000, 0.991),
  run('bits=13', 6000, 0.9905),
  run('bits=14', 14_000, 0.998, 0.004),
];
const steps = SWEEP.slice(1).map((_, i) => [i, i + 1] as [number, number]);
const neighbours = steps.map(([a, b]) => ({
  ...{ target: 'host', from: SWEEP[a]?.name ?? '', to: SWEEP[b]?.name ?? '', speed: speed(a, 0.01) },
}));
const varied: Varied = { kind: 'sweep', steps, neighbours };

describe('several values of a parameter', () => {
  test('those are named that none beats in memory and time together', () => {
    const points = pointsOf(SWEEP, 'host', 'sweep');
    // 11 takes more memory and time than 10, 14 than 13 and 12; 13 more memory than 12 and hardly less time.
    const best = points.filter(({ unbeaten }) => unbeaten).map(({ name }) => name);
    expect(best).toEqual(['bits=8', 'bits=9', 'bits=10', 'bits=12', 'bits=13']);
    // The baseline beats what is worse in both.
    expect(pointsOf([run('bad', 100, 1.01)], 'host', 'sweep')[0]?.unbeaten).toBe(false);
    // As much memory, and a time that cannot be told from the baseline's: neither beats the other.
    expect(pointsOf([run('same', 0, 1.001)], 'host', 'sweep')[0]?.unbeaten).toBe(true);
    // Two rounds prove nothing of time.
    const few = run('few', 0, 1.02);
    const [own] = few.record.targets;
    const targets = own?.speed === undefined ? [] : [{ ...own, speed: { ...own.speed, pairs: 2 } }];
    expect(pointsOf([{ name: 'few', record: { ...few.record, targets } }], 'host', 'sweep')[0]?.unbeaten).toBe(true);
    expect(pointsOf([few], 'host', 'sweep')[0]?.unbeaten).toBe(false);
    // Changes of a series have no common baseline.
    expect(pointsOf(SWEEP, 'host', 'each')[0]).not.toHaveProperty('unbeaten');
  });

  test('the page has a chart of both, a curve of each measure, and the same numbers in a table', () => {
    const page = renderHtml(variedView(SWEEP, varied));
    expect(page.match(/<figure class="chart"/g)).toHaveLength(3);
    expect(page.match(/class="marked"/g)).toHaveLength(5);
    expect(page.match(/class="chart-name"[^>]*>[^<]*</g)?.map((one) => /^.*>(.*)<$/.exec(one)?.[1])).toEqual([
      '8',
      '9',
      '10',
      '12',
      '13',
    ]);
    const text = renderTerminal(variedView(SWEEP, varied), { width: 80, color: false, verbose: false });
    expect(text).toContain('◆ 12');
    expect(text).toContain('○ 14');
    expect(text).toContain('Not beaten in memory and time together');
    expect(text).toContain('From each value to the next');
    expect(renderMarkdown(variedView(SWEEP, varied))).toContain('**Memory at start-up**');
  });

  test('as data', () => {
    const [host] = variedJson(SWEEP, varied).targets;
    expect(host?.points[0]).toMatchObject({ name: 'bits=8', startup: -3000, unbeaten: true, time: { ratio: 1.031 } });
    expect(host?.neighbours).toHaveLength(6);
    expect(host?.neighbours[0]).toMatchObject({ from: 'bits=8', to: 'bits=9', overall: expect.any(String) });
  });

  test('the value that the checkout has is the baseline, and no failure', () => {
    const stock = { name: 'bits=11', record: { ...notApplicable(), patches: [patch({ verdict: 'already-applied' })] } };
    const some = [...SWEEP.slice(0, 3), stock];
    const view = variedView(some, { ...varied, neighbours: [] });
    expect(view.status.word).toBe('ALL OK');
    expect(view.headline).toContain('bits=11 is what the checkout has: it is the baseline.');
    expect(pointsOf(some, 'host', 'sweep')[3]).toMatchObject({ startup: 0, time: { ratio: 1 } });
    expect(variedView([notApplicableRun(), ...SWEEP], varied).status.word).toBe('1 OF 8 NOT OK');
  });

  test('each change of a series: what it costs, in one table', () => {
    const some = [run('0001-first', 4096, 1.002), run('0002-second', 0, 1.02)];
    const view = variedView(some, { kind: 'each', steps: [], neighbours: [] });
    const text = renderTerminal(view, { width: 100, color: false, verbose: false });
    expect(text).toContain('What each change costs');
    expect(text).toMatch(/first +\+4096.B .*\+0\.20%/);
    expect(text).not.toContain('Not beaten');
    expect(renderHtml(view)).not.toContain('<figure class="chart"');
  });
});

const notApplicableRun = () => ({ name: 'bits=x', record: notApplicable() });
