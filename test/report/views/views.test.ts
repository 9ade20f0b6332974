import stringWidth from 'string-width';
import { describe, expect, test } from 'vitest';
import { compare } from '../../../src/bench/comparison/compare.ts';
import { compareImported } from '../../../src/bench/import/compare.ts';
import { renderView } from '../../../src/report/render-view.ts';
import { usualBlocks, usualCounts } from '../../../src/report/speed-verdict.ts';
import type { ReportView } from '../../../src/report/view.ts';
import { historyView } from '../../../src/report/views/history.ts';
import { importView } from '../../../src/report/views/import.ts';
import { selfTestView } from '../../../src/report/views/self-test.ts';
import { severalView } from '../../../src/report/views/several.ts';
import { historyEntry } from '../../../src/run/history.ts';
import {
  brokenPromises,
  parsePlanted,
  type SelfTestRecord,
  selfTestRecordSchema,
} from '../../../src/run/self-test-record.ts';
import { syntheticLines } from '../../bench/synthetic.ts';
import * as records from '../records.ts';

function selfTest(flagged: readonly string[] = []): SelfTestRecord {
  const run = (planted: number, repetition: number) => {
    const effect = () => Math.log1p(planted);
    const comparison = compare(
      syntheticLines({ seed: repetition, pairs: 12, tests: 8, process: 0.01, block: 0.01, effect }),
    );
    return {
      ...{ planted, repetition, comparison, tests: 8, flagged: planted === 0 ? flagged : [] },
      ...{ samples: 'x.jsonl', measuringMs: 61_000, load: [0.5, 1.5] as [number, number] },
    };
  };
  return {
    schemaVersion: 1,
    id: 'self',
    forkwright: '0.1.0',
    startedAt: '2030-01-01T00:00:00.000Z',
    finishedAt: '2030-01-01T00:10:00.000Z',
    state: 'finished',
    commandLine: ['forkwright', 'bench', '--self-test'],
    python: { version: '2.7.18', command: ['/x/python'], env: {}, buildKey: 'k', origin: 'a test' },
    pybench: { folder: '/x', version: '2.0', origin: 'o', sha256: 'f'.repeat(64), converted: false },
    settings: { pairs: 12, seed: 1, testTimeoutMs: 1000, blockMs: 1, repeats: 1 },
    repetitions: 2,
    planted: [0.05],
    machine: records.record().machine,
    disturbances: [{ id: 'load', state: '8 on 2 cores', disturbs: true, effect: 'e', advice: 'a' }],
    result: { runs: [run(0, 1), run(0, 2), run(0.05, 1)], falselyFlagged: 0, power: [{ planted: 0.05, found: 0.875 }] },
  };
}

function history(): ReportView {
  const of = (id: string, at: string, ratio: number) => {
    const base = records.everythingFine();
    const targets = base.targets.map((target) =>
      target.speed === undefined
        ? target
        : { ...target, speed: { ...target.speed, geometricMean: { ratio, low: ratio - 0.004, high: ratio + 0.004 } } },
    );
    return historyEntry({ ...base, id, finishedAt: at, targets });
  };
  const entries = [
    of('a', '2030-01-01T00:00:00Z', 1.001),
    of('b', '2030-02-01T00:00:00Z', 1.004),
    of('c', '2030-03-01T00:00:00Z', 1.03),
  ];
  return historyView({ entries, skipped: [{ line: 4, why: 'not JSON' }] }, 'speed.jsonl');
}

function imported(): ReportView {
  const side = (source: string, ms: number) => ({
    ...{ source, form: 'pybench-text' as const, version: '2.0', warp: 10, stepMs: 1 },
    tests: [{ test: 'Recursion', minMs: ms, avgMs: ms + 1 }],
  });
  return importView({
    ...{ schemaVersion: 1, id: 'i', forkwright: '0.1.0', importedAt: '2030-01-01T00:00:00Z', commandLine: [] },
    ...{
      comparisons: [compareImported(side('a.txt', 100), side('b.txt', 110))],
      alone: [side('c.txt', 9)],
      pyperf: [],
      samples: [],
    },
  });
}

const VIEWS: readonly (readonly [string, () => ReportView])[] = [
  ['self-test', () => selfTestView(selfTest())],
  [
    'several',
    () => severalView([records.everythingFine(), records.twoTargets(), records.drifted(), records.buildFailed()]),
  ],
  ['history', history],
  ['import', imported],
];

describe.each(VIEWS)('%s', (_, make) => {
  test('fits 80 columns, and every form tells the title and the headline', () => {
    const text = renderView(make(), 'terminal', { width: 80, color: false, verbose: true });
    expect(text.split('\n').filter((line) => stringWidth(line) > 80)).toEqual([]);
    const page = renderView(make(), 'html', { width: 80, color: false });
    expect(page).toContain(make().title.replaceAll('’', '’'));
    expect(page).not.toMatch(/<script|undefined|NaN/);
    const markdown = renderView(make(), 'markdown', { width: 80, color: false });
    expect(markdown).not.toMatch(/undefined|NaN/);
    for (const section of make().sections) expect(markdown).toContain(section.title.slice(0, 10));
  });
});

test('a self-test tells false alarms, power, the whole, and what the usual methods would have said', () => {
  const text = renderView(selfTestView(selfTest()), 'terminal', { width: 80, color: false });
  expect(text).toMatch(/0 of 16 \(0%\)/);
  expect(text).toMatch(/Planted 5%\s+found in 87\.5% of the tests/);
  expect(text).toContain('would have flagged');
  expect(selfTestRecordSchema.safeParse(JSON.parse(JSON.stringify(selfTest()))).success).toBe(true);
});

test('more than one false alarm in ten repetitions breaks the promise', () => {
  expect(brokenPromises(selfTest())).toEqual([]);
  const broken = selfTest(['Test001']);
  expect(brokenPromises(broken)).toEqual(['2 tests were called changed though nothing was, and at most 1 may be']);
  expect(selfTestView(broken).status.word).toBe('NOT OK');
});

test('slowdowns are planted as per cents, and nonsense is refused', () => {
  expect(parsePlanted(['2', '5%', '0.5'])).toEqual([0.02, 0.05, 0.005]);
  for (const bad of ['0', '-1', 'x', '', '1000']) expect(() => parsePlanted([bad])).toThrow('is not a slowdown');
});

test('several runs: a row each, told apart by what differs, the unmeasured included', () => {
  const text = renderView(severalView([records.everythingFine(), records.drifted()]), 'terminal', {
    width: 80,
    color: false,
  });
  expect(text).toContain('drifted');
  expect(text).toContain('not measured');
  expect(text).toContain('NOT OK');
});

test('a history says when the intervals part, and what it left out', () => {
  const text = renderView(history(), 'terminal', { width: 80, color: false, verbose: true });
  expect(text.replace(/\s+/g, ' ')).toContain('slower than at first (+0.10%)');
  expect(text).toContain('▁▂█');
  expect(text).toContain('Line 4 is no run: not JSON');
  expect(renderView(history(), 'html', { width: 80, color: false })).toContain('class="trend-point"');
});

test('imported results have differences and no verdict', () => {
  const text = renderView(imported(), 'terminal', { width: 80, color: false });
  expect(text).toContain('NO VERDICT');
  expect(text.replace(/\s+/g, ' ')).toContain('there is no interval and no verdict');
  expect(text).toContain('+10.0%');
  // A report in whole milliseconds cannot say more than this.
  expect(text).toContain('±1%');
  expect(text).not.toMatch(/\bslower\b(?!\.|,|\))/);
});

test('the usual methods stand beside ours, and only what any of them calls changed is listed', () => {
  const speed = compare(syntheticLines({ seed: 3, pairs: 16, tests: 20, process: 0.015, block: 0.015, blocks: 10 }));
  const counts = usualCounts(speed);
  expect(counts).toMatchObject({ tests: 20, ours: 0 });
  expect(counts?.pooledT).toBeGreaterThan(3);
  const [details] = usualBlocks(speed);
  expect(details).toMatchObject({ kind: 'details' });
  expect(usualBlocks({ ...speed, usual: undefined })).toEqual([]);
});

test('runs that were measured by different suites are not called comparable', () => {
  const pybench = records.everythingFine();
  const startup = {
    ...pybench,
    id: 'other',
    targets: pybench.targets.map((target) =>
      target.speed === undefined ? target : { ...target, speed: { ...target.speed, suite: 'startup' } },
    ),
  };
  expect(severalView([pybench, startup]).headline[0]).toMatch(/pybench and start-up time\): these figures are not for/);
  expect(severalView([pybench, pybench]).headline[0]).not.toContain('different suites');
});

test('a trend has the points of one suite and one machine', () => {
  const base = historyEntry(records.everythingFine());
  const other = (suite: string, cpu: string) => ({
    ...base,
    machine: { ...base.machine, cpu },
    targets: base.targets.map((target) => ({ ...target, suite })),
  });
  const names = (entries: (typeof base)[]) => historyView({ entries, skipped: [] }, 'h').headline.length;
  const each = base.targets.length;
  expect(names([other('pybench', 'a'), other('pybench', 'a')])).toBe(each);
  expect(names([other('pybench', 'a'), other('startup', 'a')])).toBe(2 * each);
  expect(names([other('pybench', 'a'), other('pybench', 'b')])).toBe(2 * each);
});
