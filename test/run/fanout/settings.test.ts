import { expect, test } from 'vitest';
import { unlikeSettings } from '../../../src/run/fanout/settings.ts';
import { type RunRequest, runRequestSchema } from '../../../src/run/request.ts';

const request = (more: { readonly build?: object; readonly bench?: object; readonly cpythonTests?: unknown } = {}) =>
  runRequestSchema.parse({
    schemaVersion: 1,
    checkout: '/a',
    recipes: [{ name: 'x', params: {} }],
    targets: ['host'],
    stages: ['build', 'speed'],
    build: { pgo: false, modules: 'all', configure: [], launcher: 'none', ...more.build },
    cpythonTests: more.cpythonTests ?? 'quick',
    bench: { pairs: 12, seed: 1, testTimeoutMs: 1, blockMs: 5, repeats: 1, control: false, ...more.bench },
  }) satisfies RunRequest;

test('what is not the same for all is told with all its values', () => {
  const other = request({ bench: { pairs: 40, tests: '^Try' }, build: { cflags: '-O0' }, cpythonTests: ['test_gc'] });
  expect([...unlikeSettings([request(), other])].sort()).toEqual([
    'bench.pairs is 12 or 40',
    'bench.tests is ^Try or not set',
    'build.cflags is -O0 or not set',
    'cpythonTests is ["test_gc"] or quick',
  ]);
});

test('what is the same, and what makes no difference, is not', () => {
  expect(unlikeSettings([])).toEqual([]);
  expect(unlikeSettings([request(), request({ build: { launcher: 'ccache' }, bench: { seed: 7 } })])).toEqual([]);
});
