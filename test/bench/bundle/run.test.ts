/** run.py carried out by the system's Python, and what becomes of its lines. */
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { type BundlePlan, planBundle, planText } from '../../../src/bench/bundle/plan.ts';
import { readResults } from '../../../src/bench/bundle/results.ts';
import { matchResults, missingSteps, samplesOf } from '../../../src/bench/bundle/samples.ts';
import { compare } from '../../../src/bench/comparison/compare.ts';
import { scriptTestNames } from '../../../src/bench/suites/files.ts';
import { pybenchTestNames } from '../../../src/bench/suites/pybench.ts';
import { assetPath } from '../../../src/system/assets.ts';
import { sha256 } from '../../../src/system/hash.ts';
import { runProcess } from '../../../src/system/process.ts';
import { writeMiniPybench } from '../mini-pybench.ts';
import { scratch } from '../rig.ts';

const ask = async (code: string) =>
  (await runProcess('python3', ['-c', code], { cwd: '/', env: { PATH: process.env.PATH }, timeoutMs: 20_000 })).stdout;
const version = await ask('import sys; sys.stdout.write("%d.%d.%d" % sys.version_info[:3])');

interface Rig {
  readonly folder: string;
  readonly plan: BundlePlan;
  readonly hash: string;
  step(number: number, env?: Record<string, string>): ReturnType<typeof runProcess>;
  results(): Promise<string>;
}

/** A bundle's folder without interpreters of its own: the system's Python plays them. */
async function rig(tests: readonly string[], script?: string): Promise<Rig> {
  const folder = path.join(await scratch(), 'a bundle');
  await mkdir(path.join(folder, 'files'), { recursive: true });
  await writeMiniPybench(path.join(folder, 'pybench'), '2.1');
  await copyFile(assetPath('bench/worker.py'), path.join(folder, 'worker.py'));
  await copyFile(assetPath('bench/bundle/run.py'), path.join(folder, 'run.py'));
  if (script !== undefined) await writeFile(path.join(folder, 'files', 'mine.py'), script);
  const side = (variant: 'baseline' | 'patched') => ({
    ...{ variant, buildKey: variant, pythonVersion: version, sha256: 'a'.repeat(64) },
  });
  const plan = planBundle({
    ...{ run: 'r', target: 'board', mirrored: true, memory: false, tests },
    ...(script === undefined
      ? { suite: 'pybench', identity: { pybench: { version: '2.1', origin: 'here', sha256: 'b', converted: false } } }
      : { suite: 'files', identity: { files: { 'mine.py': 'c' } } }),
    settings: { pairs: 2, seed: 3, testTimeoutMs: 5000, blockMs: 0.3, repeats: 2 },
    sides: [side('baseline'), side('patched')],
  });
  const text = planText(plan);
  await writeFile(path.join(folder, 'plan.json'), text);
  const file = path.join(folder, 'results.jsonl');
  return {
    ...{ folder, plan, hash: sha256(text) },
    step: (number, env = {}) =>
      runProcess('python3', ['run.py', String(number)], {
        cwd: folder,
        env: { PATH: process.env.PATH, PYTHONDONTWRITEBYTECODE: '1', ...env },
        timeoutMs: 60_000,
      }),
    results: () => readFile(file, 'utf8'),
  };
}

async function all({ plan, step }: Rig): Promise<void> {
  for (const one of plan.steps) expect((await step(one.step)).exitCode).toBe(0);
}

const matchedOf = async ({ plan, hash, results }: Rig, change = (text: string) => text) =>
  matchResults(readResults(change(await results()), 'results.jsonl'), plan, hash, 'results.jsonl');

test('the plan is carried out, and its lines become samples that are compared', async () => {
  const here = await rig(['Additions', 'Compared', 'Nothing', 'NotThere']);
  await all(here);
  const matched = await matchedOf(here);
  if ('mistakes' in matched) throw new Error(JSON.stringify(matched.mistakes));
  expect(missingSteps(matched)).toEqual([]);
  const lines = samplesOf(matched) ?? [];
  const [header] = lines;
  expect(header).toMatchObject({ type: 'header', suite: 'pybench', settings: { seed: 3 }, uncalibrated: ['Nothing'] });
  const samples = lines.filter((line) => line.type === 'sample');
  expect(samples.filter(({ test: name }) => name === 'Additions')).toHaveLength(4);
  // Two processes of two blocks each.
  for (const { cpu, wall } of samples) expect([cpu.length, wall.length]).toEqual([4, 4]);
  expect(lines.filter((line) => line.type === 'pair-done')).toHaveLength(2);
  const speed = compare(lines);
  expect(speed).toMatchObject({ pairs: 2, counts: { missing: 2 } });
  // It is one and the same interpreter: nothing may be wildly different.
  expect(speed.geometricMean?.ratio ?? 9).toBeGreaterThan(0.3);
  expect(speed.geometricMean?.ratio ?? 9).toBeLessThan(3);
  // What is done is not done again.
  const before = await here.results();
  await here.step(5);
  expect(await here.results()).toBe(before);
});

const CRASHES = `import os
def bench_fine(loops):
    for i in range(loops): pass
def bench_crash(loops):
    os.abort()
def bench_raises(loops):
    raise ValueError('n\\u00f6')
def bench_once(loops):
    if not os.path.exists('crashed'):
        open('crashed', 'w').close()
        os.abort()
`;

test('a test that ends its interpreter twice is left out, one that does so once is not; all others are measured', async () => {
  const here = await rig(['crash', 'fine', 'once', 'raises'], CRASHES);
  const [smoke, , calibrate] = here.plan.steps;
  expect((await here.step(smoke?.step ?? 0)).exitCode).toBe(0);
  const codes: unknown[] = [];
  for (let tries = 0; tries < 5; tries++) codes.push((await here.step(calibrate?.step ?? 0)).exitCode);
  expect(codes).toEqual([undefined, undefined, undefined, 0, 0]);
  const { lines } = readResults(await here.results(), 'f');
  const said = lines.flatMap(({ data }) =>
    data.type === 'problem' || data.type === 'calibrated' ? [[data.test, data.type === 'problem' && data.message]] : [],
  );
  expect(said).toEqual([
    ['crash', 'the interpreter ended in the middle of it, twice'],
    ['fine', false],
    ['once', expect.anything()],
    ['raises', 'ValueError: nö'],
  ]);
});

test('a line that was broken off is told with its place, and costs its step alone', async () => {
  const here = await rig(['Additions']);
  await all(here);
  const text = await here.results();
  const cut = text.slice(0, text.lastIndexOf('"emptyWall"') + 14);
  await writeFile(path.join(here.folder, 'results.jsonl'), cut);
  const torn = readResults(cut, 'results.jsonl').torn;
  expect(torn).toEqual([
    expect.objectContaining({
      code: 'bench/torn-line',
      place: { file: 'results.jsonl', line: cut.split('\n').length, column: expect.any(Number) },
    }),
  ]);
  const matched = await matchedOf(here);
  if ('mistakes' in matched) throw new Error('mistakes');
  expect(missingSteps(matched)).toEqual(['pair 2 (1 of 4 processes)']);
  expect(samplesOf(matched)?.filter((line) => line.type === 'pair-done')).toHaveLength(1);
  // There, it goes on where it stood; the half line stays a line of its own.
  expect((await here.step(here.plan.steps.length)).exitCode).toBe(0);
  const healed = await matchedOf(here);
  if ('mistakes' in healed) throw new Error(JSON.stringify(healed.mistakes));
  expect(missingSteps(healed)).toEqual([]);
});

test('results of another bundle, of another interpreter, of two sessions, or with foreign lines are refused', async () => {
  const here = await rig(['Additions']);
  await all(here);
  const text = await here.results();
  const codes = async (change: (text: string) => string) => {
    const matched = await matchedOf(here, change);
    return 'mistakes' in matched ? matched.mistakes.map(({ code, place }) => `${code}:${place?.line}`)[0] : 'none';
  };
  expect(await codes((all_) => all_.replace(here.hash, 'f'.repeat(64)))).toBe('bench/other-bundle:1');
  expect(await codes((all_) => all_ + all_)).toMatch(/^bench\/two-sessions:/);
  expect(await codes((all_) => all_.replaceAll('"Additions"', '"__proto__"'))).toMatch(/^bench\/not-planned:/);
  expect(await codes((all_) => all_.replace('"side":"A"', '"side":"B"'))).toBe('bench/not-planned:1');
  expect(await codes((all_) => all_.replace(`"version":"${version}"`, '"version":"2.4.0"'))).toMatch(
    /^bench\/other-interpreter:2/,
  );
  expect(await codes((all_) => all_.replace('"sha256":null', `"sha256":"${'0'.repeat(64)}"`))).toMatch(
    /^bench\/other-int/,
  );
  const { unknown } = readResults(
    `${text}{"type":"blocks","step":5,"test":"Additions","cpu":["x"]}\n{"type":"evil"}\n[1]\n`,
    'f',
  );
  expect(unknown.map(({ code, place }) => [code, place?.line, place?.column])).toEqual([
    ['bench/not-a-result', text.split('\n').length, 46],
    ['bench/not-a-result', text.split('\n').length + 1, 2],
    ['bench/not-a-result', text.split('\n').length + 2, 1],
  ]);
});

test('the names of tests are those that the worker finds', async () => {
  const folder = await writeMiniPybench(await scratch(), '2.1');
  await writeFile(
    path.join(folder, 'More.py'),
    'from Loops import Additions\nif 1:\n    class Again(Additions):\n        pass\nclass No(object):\n  pass\n',
  );
  expect(await pybenchTestNames(folder, ['Loops.py', 'More.py'])).toEqual([...['Additions', 'Again', 'Nothing']]);
  const one = path.join(folder, 'my own.py');
  await writeFile(one, 'def bench_a(loops):\n  pass\ndef other():\n  pass\ndef bench_b(loops): pass\n');
  expect(await scriptTestNames([one])).toEqual(['a', 'b']);
  expect(await scriptTestNames([one, one])).toEqual(['my_own.a', 'my_own.b']);
});
