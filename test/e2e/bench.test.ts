/** Measuring the measuring, results from elsewhere, histories and several runs, with a real CPython 2.7. */
import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, test } from 'vitest';
import type { ImportRecord } from '../../src/run/import-record.ts';
import type { SelfTestRecord } from '../../src/run/self-test-record.ts';
import type { RunRecord } from '../../src/run/types.ts';
import { ARTIFACTS, forkwright, forkwrightJson, sourceTree } from './forkwright.ts';

const run = promisify(execFile);
const DIR = path.join(ARTIFACTS, 'bench');
let tree = '';

beforeAll(async () => {
  await rm(DIR, { recursive: true, force: true });
  tree = await sourceTree('2.7');
});

const narrow = (text: string) => text.split('\n').filter((line) => [...line].length > 80);

describe('bench --self-test', () => {
  const out = path.join(DIR, 'self-test');

  test('an interpreter against itself, and with 10% planted', async () => {
    const settings = ['--quick', '--pairs', '14', '--tests', 'Arithmetic|Calls', '--repeat', '2', '--plant', '10'];
    const ran = await forkwright(['bench', '--self-test', '-C', tree, ...settings, '--out', out]);
    // On a busy machine one false alarm would be luck; two break the promise.
    expect(ran.exitCode).toBe(0);
    expect(ran.out).toContain('False alarms');
    expect(narrow(ran.out)).toEqual([]);
    const record = JSON.parse(await readFile(path.join(out, 'self-test.json'), 'utf8')) as SelfTestRecord;
    expect(record.state).toBe('finished');
    expect(record.result.runs.map(({ planted }) => planted)).toEqual([0, 0, 0.1]);
    expect(record.result.runs[0]?.tests).toBeGreaterThanOrEqual(8);
    expect(record.result.power[0]?.found).toBeGreaterThan(0.5);
    expect(record.result.runs[2]?.comparison.geometricMean?.ratio).toBeGreaterThan(1.05);
  });

  test('is not measured again, and its report is rendered as a run’s is', async () => {
    const again = await forkwrightJson<{ record: SelfTestRecord }>(['bench', '--self-test', out]);
    expect(again.record.result.runs).toHaveLength(3);
    const report = await forkwright(['report', out, '--format', 'markdown']);
    expect(report.exitCode).toBe(0);
    expect(report.out).toContain('against itself');
  });

  test('what it cannot do it says', async () => {
    const none = await forkwright(['bench', '--self-test', '--python', '/bin/true', '--out', path.join(DIR, 'none')]);
    expect(none.exitCode).toBe(2);
    expect(none.err).toContain('not a Python');
    const stray = await forkwright(['bench', 'remove-zombieframe', '-C', tree, '--repeat', '3']);
    expect(stray.exitCode).toBe(2);
    expect(stray.err).toContain('--repeat goes with --self-test');
  });
});

describe('import-results', () => {
  const work = mkdtemp(path.join(tmpdir(), 'fw-pybench-'));
  const files = async () => {
    const dir = await work;
    return { text: path.join(dir, 'b.txt'), before: path.join(dir, 'a.pickle'), after: path.join(dir, 'b.pickle') };
  };

  test('what a real pybench printed and pickled', async () => {
    const { record } = await forkwrightJson<{ record: SelfTestRecord }>([
      'bench',
      '--self-test',
      path.join(DIR, 'self-test'),
    ]);
    const [python = ''] = record.python.command;
    const dir = path.join(await work, 'pybench');
    await cp(path.join(tree, 'Tools/pybench'), dir, { recursive: true });
    const { text, before, after } = await files();
    const pybench = async (...args: string[]) =>
      (
        await run(python, ['pybench.py', '-n', '2', '-w', '20', '-C', '2', ...args], {
          cwd: dir,
          env: record.python.env,
        })
      ).stdout;
    await pybench('-f', before);
    await writeFile(text, await pybench('-f', after, '-c', before));

    const pickled = await forkwrightJson<{ record: ImportRecord }>([
      ...['import-results', '--baseline', before, '--patched', after, '--out', path.join(DIR, 'import-pickle')],
    ]);
    const [exact] = pickled.record.comparisons;
    expect(exact?.rows).toHaveLength(58);
    expect(exact?.conditionsDiffer).toEqual([]);
    expect(exact?.baseline.pythonVersion).toMatch(/^2\.7\./);

    const printed = await forkwright(['import-results', text, '--out', path.join(DIR, 'import-text')]);
    expect(printed.exitCode).toBe(0);
    expect(printed.out).toContain('NO VERDICT');
    expect(narrow(printed.out)).toEqual([]);
    const saved = JSON.parse(await readFile(path.join(DIR, 'import-text/import.json'), 'utf8')) as ImportRecord;
    // The text is the pickles' figures in whole milliseconds, and its totals are pybench's own.
    for (const row of saved.comparisons[0]?.rows ?? []) {
      const same = exact?.rows.find(({ test }) => test === row.test);
      expect(Math.abs((row.minPatchedMs ?? 0) - (same?.minPatchedMs ?? 0))).toBeLessThanOrEqual(0.51);
      expect(Math.abs((row.minBaselineMs ?? 0) - (same?.minBaselineMs ?? 0))).toBeLessThanOrEqual(0.51);
    }
    const totals = /^Totals:\s+\d+ms\s+\d+ms\s+([+-]\s*[\d.]+)%/m.exec(await readFile(text, 'utf8'))?.[1];
    const own = (exact?.totals?.minDifference ?? Number.NaN) * 100;
    expect(Math.abs(own - Number(totals?.replace(/\s/g, '')))).toBeLessThan(0.11);
  });

  test('a pickle that wants something to be run is refused', async () => {
    const evil = path.join(await work, 'evil.pickle');
    const owned = path.join(await work, 'owned');
    await writeFile(evil, `cos\nsystem\n(S'touch ${owned}'\ntR.`);
    const ran = await forkwright(['import-results', evil]);
    expect(ran.exitCode).toBe(2);
    await writeFile(
      evil,
      `ccopy_reg\n_reconstructor\n(cos\nsystem\nc__builtin__\nobject\nNtR0cos\nsystem\n(S'touch ${owned}'\ntR.`,
    );
    const disguised = await forkwright(['import-results', evil]);
    expect(disguised.err).toContain('wants os.system to be called');
    await expect(readFile(owned)).rejects.toThrow();
  });

  test('our own samples are judged as if they had been measured here', async () => {
    const samples = path.join(DIR, 'self-test/samples/self-test-10.0-1.jsonl');
    const { record } = await forkwrightJson<{ record: ImportRecord }>([
      ...['import-results', samples, '--out', path.join(DIR, 'import-samples')],
    ]);
    const own = JSON.parse(await readFile(path.join(DIR, 'self-test/self-test.json'), 'utf8')) as SelfTestRecord;
    expect(record.samples[0]?.speed).toEqual(own.result.runs[2]?.comparison);
  });
});

describe('history, and several runs side by side', () => {
  const history = path.join(DIR, 'history.jsonl');
  const dirs = [path.join(DIR, 'run-a'), path.join(DIR, 'run-b')];

  test('two short runs with a control in another layout append a line each', async () => {
    const settings = ['--quick', '--pairs', '6', '--tests', 'Calls', '--history', history];
    for (const [index, dir] of dirs.entries()) {
      const control = index === 0 ? ['--control'] : [];
      const ran = await forkwright(['bench', 'remove-zombieframe', '-C', tree, ...settings, ...control, '--out', dir]);
      expect(ran.exitCode).toBe(0);
    }
    const record = JSON.parse(await readFile(path.join(dirs[0] ?? '', 'run.json'), 'utf8')) as RunRecord;
    const target = record.targets[0];
    expect(target?.builds.find(({ variant }) => variant === 'control')?.build.linkOrder?.objects).toBeGreaterThan(50);
    expect(target?.builds.find(({ variant }) => variant === 'baseline')?.build.linkOrder).toBeUndefined();
    expect(target?.conditionsDiffer).toEqual([]);
    // The same sources in link orders of their own: what the control moves by is in its own intervals.
    expect(target?.bench?.header.layouts).toEqual({ baseline: 6, patched: 6, control: 6 });
    expect(target?.speed?.noiseFloor).toBeLessThan(0.05);
    expect(target?.speed?.controlFlagged).toBe(0);
    expect(target?.speed?.controlMean).toBeDefined();
    expect((await readFile(history, 'utf8')).trim().split('\n')).toHaveLength(2);
  });

  test('the trend', async () => {
    const drawn = await forkwright(['history', history]);
    expect(drawn.exitCode).toBe(0);
    expect(drawn.out).toMatch(/[▁▂▃▄▅▆▇█]/);
    expect(narrow(drawn.out)).toEqual([]);
    const page = path.join(DIR, 'history.html');
    expect((await forkwright(['history', history, '--format', 'html', '-o', page])).exitCode).toBe(0);
    expect(await readFile(page, 'utf8')).toContain('class="trend-point"');
  });

  test('side by side', async () => {
    const ran = await forkwright(['report', ...dirs]);
    expect(ran.exitCode).toBe(0);
    expect(ran.out).toContain('2 runs side by side');
    expect(narrow(ran.out)).toEqual([]);
    const data = await forkwrightJson<{ runs: unknown[] }>(['report', ...dirs]);
    expect(data.runs).toHaveLength(2);
    const one = await forkwright(['report', dirs[0] ?? '', '--format', 'markdown']);
    expect(one.out).toContain('What the usual comparisons would have said');
  });
});

test('doctor --bench looks, and changes nothing', async () => {
  const ran = await forkwright(['doctor', '--bench']);
  expect(ran.exitCode).toBe(0);
  expect(ran.out).toContain('Nothing was changed.');
  const { disturbances } = await forkwrightJson<{ disturbances: { id: string }[] }>(['doctor', '--bench']);
  expect(disturbances.map(({ id }) => id)).toContain('load');
});
