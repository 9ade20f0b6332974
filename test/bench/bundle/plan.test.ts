import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bundlePlanSchema, type PlanRequest, planBundle, planText } from '../../../src/bench/bundle/plan.ts';
import { runProcess } from '../../../src/system/process.ts';

const side = (variant: 'baseline' | 'patched' | 'control') => ({
  variant,
  buildKey: variant.padEnd(16, '0'),
  pythonVersion: '3.9.2',
  sha256: 'a'.repeat(64),
});
const request: PlanRequest = {
  run: '2026-11-23-thing',
  target: 'board',
  suite: 'pybench',
  identity: {
    pybench: { version: '2.0', origin: 'the checkout’s own Tools/pybench', sha256: 'b'.repeat(64), converted: true },
  },
  settings: { pairs: 40, seed: 7, testTimeoutMs: 1000, blockMs: 1, repeats: 4 },
  sides: [side('baseline'), side('patched')],
  tests: ['Additions', 'Calls', 'Loops'],
  mirrored: true,
  memory: true,
};

test('the same request gives the same text, which is a plan and nothing but ASCII', () => {
  const text = planText(planBundle(request));
  expect(planText(planBundle(request))).toBe(text);
  expect(text).toMatch(/^[\n\x20-\x7e]*$/);
  expect(bundlePlanSchema.parse(JSON.parse(text))).toEqual(planBundle(request));
  expect(planText(planBundle({ ...request, settings: { ...request.settings, seed: 8 } }))).not.toBe(text);
});

test('python without a json module reads it, too', async () => {
  const code = `import json, sys; t = sys.stdin.read(); sys.exit(0 if json.loads(t) == eval(t, {'true': True, 'false': False}) else 1)`;
  const ran = await runProcess('python3', ['-c', code], {
    cwd: '/',
    env: { PATH: process.env.PATH },
    input: planText(planBundle({ ...request, settings: { ...request.settings, tests: '\\d"ä\u2028' } })),
    timeoutMs: 20_000,
  });
  expect(ran.exitCode, ran.stderr).toBe(0);
});

test('every pair is mirrored, and begins about as often with the one as with the other', () => {
  const { pairs, steps } = planBundle(request);
  expect(pairs.every(({ order }) => order === 'ABBA' || order === 'BAAB')).toBe(true);
  const first = pairs.filter(({ order }) => order === 'ABBA').length;
  expect(first).toBeGreaterThan(8);
  expect(first).toBeLessThan(32);
  expect(new Set(pairs.map(({ hashSeed }) => hashSeed)).size).toBe(40);
  expect(new Set(pairs.map(({ tests }) => tests.join())).size).toBe(6);
  expect(steps.map(({ step }) => step)).toEqual(steps.map((_, index) => index + 1));
  const own = steps.filter((step) => step.kind === 'pair');
  expect(own.map(({ side: letter }) => letter).join('')).toBe(pairs.map(({ order }) => order).join(''));
});

test('by hand each side comes once a pair and does twice as many blocks; a control is a side of its own', () => {
  const plan = planBundle({ ...request, mirrored: false, sides: [...request.sides, side('control')] });
  expect(plan.blocks).toBe(2);
  for (const { order } of plan.pairs) expect([...order].sort().join('')).toBe('ABC');
  expect(plan.steps.filter(({ kind, side: letter }) => kind === 'memory' && letter === 'C')).toEqual([]);
});

test('every test has its turn in every pair', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.stringMatching(/^\w{1,8}$/), { minLength: 1 }), fc.nat(), (tests, seed) => {
      const { pairs } = planBundle({ ...request, tests, settings: { ...request.settings, pairs: 3, seed } });
      for (const pair of pairs) expect([...pair.tests].sort((a, b) => a - b)).toEqual(tests.map((_, index) => index));
    }),
  );
});
