import { expect, test } from 'vitest';
import { compareImports, measureImports, readImportTimes } from '../../src/bench/imports.ts';
import { createRandom } from '../../src/bench/random.ts';

test('what -X importtime writes is read: the module itself, not what it imports', () => {
  const text = `import time: self [us] | cumulative | imported package
import time:       144 |        144 |   _io
a line of the program's own
import time:     15254 |      15980 | _frozen_importlib_external
`;
  expect([...readImportTimes(text)]).toEqual([
    ['_io', 144],
    ['_frozen_importlib_external', 15_254],
  ]);
});

/** Pairs of starts with 40 modules and noise that pairs share; `of` is what a module takes more on the patched side. */
function pairs(n: number, seed: number, of: Readonly<Record<string, number>> = {}) {
  const random = createRandom(seed);
  return Array.from({ length: n }, () => {
    const shared = 1 + random.float() / 2;
    const side = (more: Readonly<Record<string, number>>) =>
      new Map(
        Array.from({ length: 40 }, (_, i): [string, number] => {
          const name = `m${i}`;
          return [name, Math.round(shared * (100 + 10 * i) * (1 + 0.2 * random.float()) + (more[name] ?? 0))];
        }),
      );
    return { baseline: side({}), patched: side(of) };
  });
}

test('equal sides: of 100 starts with 40 modules each, few call any module moved: a rate of 5%, and its chance', () => {
  const alarms = Array.from({ length: 100 }, (_, seed) => compareImports(pairs(20, seed), 1)).filter(({ modules }) =>
    modules.some(({ verdict }) => verdict !== 'inconclusive'),
  );
  expect(alarms.length).toBeLessThanOrEqual(10);
}, 60_000);

test('a module that takes longer is found, first of all, and the others are not', () => {
  const { modules, whole } = compareImports(pairs(32, 7, { m3: 300 }), 1);
  expect(modules[0]).toMatchObject({ module: 'm3', verdict: 'slower' });
  expect(modules.filter(({ verdict }) => verdict !== 'inconclusive')).toHaveLength(1);
  expect(whole.ratio).toBeGreaterThan(1);
});

test('a module of one side only counts with all its time', () => {
  const made = pairs(32, 7).map(({ baseline, patched }) => ({
    baseline,
    patched: new Map([...patched, ['new', 500]]),
  }));
  const row = compareImports(made, 1).modules.find(({ module }) => module === 'new');
  expect(row).toMatchObject({ baseline: 0, patched: 500, difference: 500, low: 500, high: 500, verdict: 'slower' });
});

test('real starts: the side that is started without site imports less', async () => {
  const python = { pythonVersion: '3.11.2', env: {} };
  const signal = new AbortController().signal;
  const result = await measureImports({
    interpreters: [
      { ...python, variant: 'baseline', command: ['/usr/bin/python3'], buildKey: 'a' },
      { ...python, variant: 'patched', command: ['/usr/bin/python3', '-S'], buildKey: 'b' },
    ],
    ...{
      pairs: 12,
      seed: 1,
      ctx: { emit: () => {}, signal, cacheDir: '/', jobs: 1, env: {} },
      step: { progress: () => {} },
    },
  });
  if (typeof result === 'string') throw new Error(result);
  expect(result.whole.high).toBeLessThan(1);
  expect(result.modules.find(({ module }) => module === 'site')).toMatchObject({ patched: 0, verdict: 'faster' });
}, 60_000);
