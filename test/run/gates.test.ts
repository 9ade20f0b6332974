import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { SpeedComparison } from '../../src/bench/types.ts';
import { GATES, judgeGates, parseGates, settingsGates } from '../../src/run/gates/index.ts';
import type { RunRecord, TargetResult } from '../../src/run/types.ts';
import { UserError } from '../../src/system/diagnostic.ts';

const speed = (ratio: number, low: number, high: number, more: Partial<SpeedComparison> = {}) =>
  ({
    geometricMean: { ratio, low, high },
    threshold: 0.01,
    pairs: 12,
    tests: [],
    ...more,
  }) as unknown as SpeedComparison;
const target = (of: Partial<TargetResult>) => ({ target: 'host', conditionsDiffer: [], builds: [], ...of });
const record = (of: Partial<TargetResult>, more: Partial<RunRecord> = {}) =>
  ({ state: 'finished', patches: [], targets: [target(of)], ...more }) as unknown as RunRecord;
const ask = (gates: string, of: RunRecord) =>
  judgeGates(of, parseGates(gates, 'fail-on')).map(({ passed, judged }) =>
    passed ? (judged ? 'pass' : 'silent') : 'fail',
  );
const problems = (text: string) => {
  try {
    parseGates(text, 'fail-on');
    return [];
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return error.diagnostics;
  }
};

test('gates are read with their limits', () => {
  expect(parseGates('regression>2% , startup-memory>+1k, tests,\n  growth > 1.5M,drift', 'fail-on')).toEqual([
    { name: 'regression', text: 'regression>2%', limit: 0.02 },
    { name: 'startup-memory', text: 'startup-memory>+1k', limit: 1024 },
    { name: 'tests', text: 'tests', limit: 0 },
    { name: 'growth', text: 'growth > 1.5M', limit: 1.5 * 1024 * 1024 },
    { name: 'drift', text: 'drift', limit: 0 },
  ]);
  expect(parseGates(' ,\n', 'fail-on')).toEqual([]);
});

test('what cannot be read is told with its line and column, all of it at once', () => {
  const found = problems('tests, regresion>2%\nregression>2, tests>1, toString');
  expect(found.map(({ place }) => [place?.line, place?.column])).toEqual([
    [1, 8],
    [2, 11],
    [2, 20],
    [2, 24],
  ]);
  expect(found[0]?.hint).toContain('regression');
  expect(found[1]?.hint).toContain('regression>2%');
});

test('any text is read, or refused with a place that lies in it', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[a-z,> %+k0-9\n-]*$/)), (text) => {
      const rows = text.split(/\r?\n/);
      for (const { place } of problems(text)) {
        const row = rows[(place?.line ?? 0) - 1];
        expect(row?.length).toBeGreaterThanOrEqual(place?.column ?? Number.NaN);
      }
    }),
  );
});

test('regression: the interval must lie beyond the limit and beyond the noise', () => {
  expect(ask('regression>2%', record({ speed: speed(1.05, 1.03, 1.07) }))).toEqual(['fail']);
  expect(ask('regression>2%', record({ speed: speed(1.05, 1.015, 1.08) }))).toEqual(['pass']);
  expect(ask('regression', record({ speed: speed(1.005, 1.003, 1.007) }))).toEqual(['pass']);
  expect(
    ask('regression', record({ speed: speed(1.05, 1.04, 1.06, { controlMean: { ratio: 1.06, low: 1, high: 1.1 } }) })),
  ).toEqual(['pass']);
  expect(ask('regression', record({ speed: speed(2, 1.9, 2.1, { pairs: 3 }) }))).toEqual(['silent']);
  expect(ask('regression', record({ speedSkipped: 'an emulator' }))).toEqual(['silent']);
});

test('regression: where one layout was measured and no control, the answer says what that means', () => {
  const why = (layouts: unknown, more: Partial<SpeedComparison> = {}) =>
    judgeGates(
      record({ speed: speed(1.1, 1.08, 1.12, more), bench: { header: { layouts }, samples: '' } as never }),
      parseGates('regression>2%', 'fail-on'),
    )[0]?.why;
  expect(why(undefined)).toContain('one link layout');
  expect(why({ baseline: 8, patched: 8 })).not.toContain('layout');
  expect(why(undefined, { controlMean: { ratio: 1.01, low: 1, high: 1.02 } })).not.toContain('layout');
});

test('a single test counts unless the recipe declared it', () => {
  const row = {
    test: 'Recursion',
    verdict: 'slower',
    estimate: { ratio: 1.2, low: 1.1, high: 1.3 },
    pairs: 12,
  } as const;
  expect(ask('test-regression>5%', record({ speed: speed(1, 0.99, 1.01, { tests: [row] }) }))).toEqual(['fail']);
  expect(ask('test-regression>15%', record({ speed: speed(1, 0.99, 1.01, { tests: [row] }) }))).toEqual(['pass']);
  const declared = { ...row, declared: 'slower' as const };
  expect(ask('test-regression', record({ speed: speed(1, 0.99, 1.01, { tests: [declared] }) }))).toEqual(['pass']);
});

test('bytes are compared with the limit in bytes', () => {
  const memory = (patched: number) =>
    ({
      points: [
        { name: 'pass', variants: { baseline: { exact: { bytes: 1000 } }, patched: { exact: { bytes: patched } } } },
      ],
    }) as never;
  expect(ask('startup-memory>+1k', record({ memory: memory(2024) }))).toEqual(['pass']);
  expect(ask('startup-memory>+1k', record({ memory: memory(2025) }))).toEqual(['fail']);
  expect(ask('startup-memory', record({ memory: memory(999) }))).toEqual(['pass']);
  expect(ask('startup-memory', record({}))).toEqual(['silent']);
});

test('a run without a result passes no gate of a measurement; a recipe for other versions stops none', () => {
  const all = Object.keys(GATES).filter((name) => name !== 'drift');
  const patch = (verdict: string) => ({ targets: [], patches: [{ verdict, recipe: { id: 'a' } }] }) as never;
  const of = (more: Partial<RunRecord>) => new Set(ask(all.join(), record({}, more)));
  expect(of(patch('drifted'))).toEqual(new Set(['fail']));
  expect(of(patch('not-applicable'))).toEqual(new Set(['silent']));
  expect(of({ state: 'failed' })).toEqual(new Set(['fail']));
  expect(new Set(ask(all.join(), record({ buildFailure: [{ code: 'x', message: 'no' }] })))).toEqual(new Set(['fail']));
  expect(ask('drift', record({}, patch('drifted')))).toEqual(['fail']);
  expect(ask('drift', record({}, patch('not-applicable')))).toEqual(['pass']);
});

describe('gates of forkwright.yml', () => {
  let folder: string;
  const read = async (yaml: string) => {
    await writeFile(path.join(folder, 'forkwright.yml'), yaml);
    return settingsGates(folder);
  };
  const place = (yaml: string) =>
    read(yaml).then(
      () => undefined,
      (error: UserError) => [error.diagnostics[0]?.place?.line, error.diagnostics[0]?.place?.column],
    );
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'fw-gates-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  test('a text, a list, or none', async () => {
    const names = async (yaml: string) => (await read(yaml)).map(({ name }) => name);
    expect(await names('gates: regression>2%, tests\n')).toEqual(['regression', 'tests']);
    expect(await names('gates:\n  - regression>2%\n  - "tests"\ntargets: [host]\n')).toEqual(['regression', 'tests']);
    expect(await names('gates: |\n  drift\n  tests\n')).toEqual(['drift', 'tests']);
    expect(await names('targets: [host]\n')).toEqual([]);
    expect(await names('gates:\n')).toEqual([]);
  });

  test('what cannot be read is told with its place in the file', async () => {
    expect(await place('targets: []\ngates: tests, regress>2%\n')).toEqual([2, 15]);
    expect(await place("gates:\n  - tests\n  - 'nothing'\n")).toEqual([3, 6]);
    expect(await place('gates: 7\n')).toEqual([1, 8]);
    expect(await place('gates: {tests: 1}\n')).toEqual([1, 8]);
    expect(await place('a: [\n')).toBeDefined();
  });
});
