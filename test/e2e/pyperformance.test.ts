/** pyperformance's way through the command line: measured, written as pyperf's JSON, and read back. With the system's own Python. */
import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import type { ImportRecord } from '../../src/run/import-record.ts';
import type { SelfTestRecord } from '../../src/run/self-test-record.ts';
import { readDocumented } from '../bench/pyperf/documented.ts';
import { miniPyperformance } from '../bench/pyperformance/mini.ts';
import { ARTIFACTS, forkwright, forkwrightJson } from './forkwright.ts';

const DIR = path.join(ARTIFACTS, 'pyperformance');
const out = path.join(DIR, 'self-test');

beforeAll(() => rm(DIR, { recursive: true, force: true }));

test('a self-test with a part of pyperformance, found slower where a slowdown was planted', async () => {
  const root = await miniPyperformance(DIR);
  const settings = ['--quick', '--pairs', '8', '--repeat', '1', '--plant', '30'];
  const suite = ['--suite', 'pyperformance:quick,calls,needs', '--pyperformance', root];
  const ran = await forkwright([
    'bench',
    '--self-test',
    '--python',
    '/usr/bin/python3',
    ...suite,
    ...settings,
    '-o',
    out,
  ]);
  expect(ran.exitCode, ran.err).toBe(0);
  expect(ran.out).toMatch(/pyperformance selection +quick,calls,needs/);
  const { result } = JSON.parse(await readFile(path.join(out, 'self-test.json'), 'utf8')) as SelfTestRecord;
  const [same, slowed] = result.runs.map(({ comparison }) => comparison);
  expect(same?.tests.map(({ test }) => test).sort()).toEqual(['double', 'longer', 'needs', 'rounds', 'two words']);
  expect(same?.tests.find(({ test }) => test === 'needs')).toMatchObject({ verdict: 'missing' });
  expect(slowed?.geometricMean?.ratio).toBeGreaterThan(1.2);
  expect(result.power[0]?.found).toBeGreaterThan(0.5);
});

test('its samples as pyperf’s files, a side each, and the memory', async () => {
  const { files } = await forkwrightJson<{ files: string[] }>([
    'report',
    out,
    '--format',
    'pyperf',
    '-o',
    path.join(DIR, 'json'),
  ]);
  expect(files.map((file) => path.basename(file)).slice(0, 4)).toEqual(
    ['baseline', 'baseline-memory', 'patched', 'patched-memory'].map((name) => `self-test-0.0-1-${name}.json`),
  );
  const read = await Promise.all(files.map(async (file) => readDocumented(await readFile(file, 'utf8'))));
  for (const { benchmarks } of read) {
    expect([...benchmarks.keys()].sort()).toEqual(['double', 'longer', 'rounds', 'two words']);
    for (const { runs } of benchmarks.values()) expect(runs).toHaveLength(8);
  }
  expect(read[1]?.benchmarks.get('double')?.unit).toBe('byte');
});

test('read back: means, no verdict, and why', async () => {
  const [baseline, patched] = ['baseline', 'patched'].map((name) =>
    path.join(DIR, 'json', `self-test-30.0-1-${name}.json`),
  );
  const sides = ['--baseline', baseline ?? '', '--patched', patched ?? ''];
  const ran = await forkwright(['import-results', ...sides, '-o', path.join(DIR, 'import')]);
  expect(ran.exitCode, ran.err).toBe(0);
  expect(ran.out).toContain('NO VERDICT');
  expect(ran.out).toContain('the processes of the two files are not paired');
  const record = JSON.parse(await readFile(path.join(DIR, 'import', 'import.json'), 'utf8')) as ImportRecord;
  expect(record.pyperf[0]?.rows).toHaveLength(4);
  expect(record.pyperf[0]?.geometricMean).toBeGreaterThan(1.2);
});
