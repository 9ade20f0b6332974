import { appendFile, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { compare } from '../../src/bench/comparison/compare.ts';
import { samplesOfEach } from '../../src/bench/comparison/session.ts';
import { measureSamples, type SpeedRequest } from '../../src/bench/measure.ts';
import { findPybench } from '../../src/bench/pybench/find.ts';
import { pinPybench } from '../../src/bench/pybench/pin.ts';
import { selfTest } from '../../src/bench/self-test.ts';
import { pybenchSuite } from '../../src/bench/suites/pybench.ts';
import { startup } from '../../src/bench/suites/startup.ts';
import type { SuiteInputs } from '../../src/bench/suites/suite.ts';
import type { Measured, SampleLine } from '../../src/bench/types.ts';
import { Cancelled } from '../../src/system/diagnostic.ts';
import { writeMiniPybench } from './mini-pybench.ts';
import { context, scratch, scripts, settings, systemPython } from './rig.ts';

/** Benchmarks that behave, and one that does not where the environment says so. */
const SCRIPT = `import os, time

def bench_add(loops):
    x = 0
    for i in range(loops):
        x += i

def bench_chatter(loops):
    print('to stdout, as if it were an answer')
    for i in range(loops):
        pass

def bench_trouble(loops):
    how = os.environ.get('TROUBLE', '')
    if how == 'raise':
        raise ValueError('on purpose')
    if how == 'crash':
        os._exit(3)
    if how == 'hang':
        time.sleep(60)
    for i in range(loops):
        pass
`;

async function request(extra: Readonly<Record<string, string>> = {}): Promise<SpeedRequest> {
  const folder = await scratch();
  const file = path.join(folder, 'script.py');
  await writeFile(file, SCRIPT);
  return {
    interpreters: [systemPython('baseline'), systemPython('patched', extra)],
    suite: await scripts(file),
    settings,
    samplesFile: path.join(folder, 'samples.jsonl'),
    ctx: context(),
  };
}

const measureSpeed = async (request: SpeedRequest) => compare(await measureSamples(request));

const samplesOf = (lines: readonly SampleLine[]) => lines.filter((line) => line.type === 'sample');

describe('measuring a script on the system’s Python', { timeout: 120_000 }, () => {
  test('writes every pair, block by block, and says what it is doing', async () => {
    const wanted = await request();
    const said: string[] = [];
    const lines = await measureSamples({ ...wanted, step: { progress: (text) => void said.push(text) } });
    const [header] = lines;
    if (header?.type !== 'header') throw new Error('no header');
    expect(header.tests).toEqual(['add', 'chatter', 'trouble']);
    expect(header.clock).toBe('cpu');
    expect(header.workers.patched?.clocks.cpu.name).toBe('time.process_time');
    expect(samplesOf(lines)).toHaveLength(2 * 2 * 3);
    for (const sample of samplesOf(lines)) {
      // Two repeats of ABBA, or one when the machine was so slow at planning that the test counts as a slow one; in the order that the line tells.
      expect(sample.order).toMatch(/^((ABBA)|(BAAB)){1,2}$/);
      expect(sample.cpu).toHaveLength(sample.order.length / 2);
      expect(sample.cpu.every((seconds) => seconds > 0)).toBe(true);
    }
    const seeds = lines.flatMap((line) => (line.type === 'pair-done' ? [line.hashSeed] : []));
    expect(new Set(seeds).size).toBe(2);
    expect(said).toContain('pair 2 of 2, test 3 of 3');
    expect(await readFile(wanted.samplesFile, 'utf8')).toBe(lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  });

  test.each([
    ['raise', 'failed', 'patched: ValueError: on purpose'],
    ['crash', 'failed', 'patched: the process ended'],
    ['hang', 'failed', 'patched: hangs: no answer within 1 s'],
  ])('a test that does "%s" on one side is a row, and the others go on', async (how, verdict, note) => {
    const wanted = await request({ TROUBLE: how });
    const result = await measureSpeed({ ...wanted, settings: { ...settings, testTimeoutMs: 1000 } });
    const row = result.tests.find((one) => one.test === 'trouble');
    expect(row?.verdict).toBe(verdict);
    expect(row?.note).toContain(note.replace('patched: hangs', 'hangs').replace('hangs: ', ''));
    expect(result.tests.filter((one) => one.estimate !== undefined).map((one) => one.test)).toEqual(['add', 'chatter']);
    expect(result.pairs).toBe(2);
  });

  test('a test that raises on both sides is missing, not failed', async () => {
    const wanted = await request({ TROUBLE: 'raise' });
    const interpreters = (['baseline', 'patched'] as const).map((v) => systemPython(v, { TROUBLE: 'raise' }));
    const result = await measureSpeed({ ...wanted, interpreters });
    expect(result.tests.find((one) => one.test === 'trouble')).toMatchObject({
      verdict: 'missing',
      note: 'baseline, patched: ValueError: on purpose',
    });
  });

  test('stopped in a pair, torn in a line: the same request goes on where it was', async () => {
    const wanted = await request();
    const stop = new AbortController();
    const stopping = measureSpeed({
      ...wanted,
      ctx: context(stop.signal),
      step: { progress: (text) => text.startsWith('pair 2 of 2, test 2') && stop.abort() },
    });
    await expect(stopping).rejects.toBeInstanceOf(Cancelled);
    await appendFile(wanted.samplesFile, '{"type":"sample","pa');
    const result = await measureSpeed(wanted);
    expect(result).toMatchObject({ pairs: 2, counts: { missing: 0, failed: 0 } });
    const lines = (await readFile(wanted.samplesFile, 'utf8'))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.filter((line) => line.type === 'resumed')).toHaveLength(1);
    expect(lines.filter((line) => line.type === 'sample' && line.pair === 1)).toHaveLength(6);
    // A finished file is not touched again.
    const before = await readFile(wanted.samplesFile, 'utf8');
    expect(await measureSpeed(wanted)).toEqual(result);
    expect(await readFile(wanted.samplesFile, 'utf8')).toBe(before);
  });

  test.each([
    ['raises', 'failed', 'too many'],
    ['crashes', 'failed', 'the process ended'],
  ])('a test that %s only with many loops is a row, and does not end the suite', async (how, verdict, note) => {
    const wanted = await request();
    const file = path.join(path.dirname(wanted.samplesFile), 'late.py');
    const action = how === 'raises' ? "raise ValueError('too many')" : 'os._exit(3)';
    await writeFile(
      file,
      `import os\ndef bench_late(loops):\n    if loops > 5:\n        ${action}\ndef bench_add(loops):\n    for i in range(loops):\n        loops + i\ndef bench_idle(loops):\n    pass\n`,
    );
    const result = await measureSpeed({ ...wanted, suite: await scripts(file) });
    expect(result.tests.find(({ test }) => test === 'late')).toMatchObject({ verdict });
    expect(result.tests.find(({ test }) => test === 'late')?.note).toContain(note);
    expect(result.tests.find(({ test }) => test === 'add')?.estimate).toBeDefined();
    // What the clock hardly sees is a row as well, with an estimate or with its reason.
    expect(result.tests.map(({ test }) => test)).toEqual(['add', 'idle', 'late']);
  });

  test('each pair runs the link of its own, the same on both sides, and the samples say how many there were', async () => {
    const wanted = await request();
    const log = path.join(path.dirname(wanted.samplesFile), 'log');
    const file = path.join(path.dirname(wanted.samplesFile), 'which.py');
    await writeFile(
      file,
      "import os\nopen(os.environ['LOG'], 'a').write(os.environ.get('SIDE', '') + os.environ.get('LINK', 'own') + ' ')\ndef bench_add(loops):\n    for i in range(loops):\n        loops + i\n",
    );
    const interpreters = (['baseline', 'patched'] as const).map((variant) => ({
      ...systemPython(variant, { LOG: log, SIDE: variant === 'baseline' ? 'b' : 'p' }),
      layouts: [1, 2].map((link) => ['env', `LINK=${link}`, 'python3']),
    }));
    const lines = await measureSamples({
      ...wanted,
      interpreters,
      suite: await scripts(file),
      settings: { ...settings, pairs: 3, layouts: 'each-pair' },
    });
    // The planning has the interpreters as they are; the third pair begins from the first link again.
    expect((await readFile(log, 'utf8')).trim().split(' ')).toEqual([
      'bown',
      'pown',
      'b1',
      'p1',
      'b2',
      'p2',
      'b1',
      'p1',
    ]);
    expect(lines[0]).toMatchObject({ layouts: { baseline: 2, patched: 2 }, settings: { layouts: 'each-pair' } });
    const unlike = interpreters.map(({ layouts: _, ...interpreter }) => interpreter);
    const again = measureSamples({
      ...wanted,
      interpreters: unlike,
      suite: await scripts(file),
      settings: { ...settings, pairs: 3, layouts: 'each-pair' },
    });
    await expect(again).rejects.toThrow(/another session: layouts differ/);
  });

  test('samples of another session are refused with what differs', async () => {
    const wanted = await request();
    await measureSpeed({ ...wanted, settings: { ...settings, pairs: 1 } });
    const other = measureSpeed({ ...wanted, settings: { ...settings, pairs: 1, seed: 2 } });
    await expect(other).rejects.toThrow(/another session: settings differ/);
    await appendFile(wanted.samplesFile, 'not json\n');
    await expect(measureSpeed(wanted)).rejects.toThrow(/damaged/);
  });

  test('bad requests are messages: no such test, a bad pattern, an interpreter that does not start', async () => {
    const wanted = await request();
    await expect(measureSpeed({ ...wanted, settings: { ...settings, tests: 'zzz' } })).rejects.toThrow(
      /no test matches/,
    );
    await expect(measureSpeed({ ...wanted, settings: { ...settings, tests: '(' } })).rejects.toThrow(/not a regular/);
    const interpreters = [{ ...systemPython('baseline'), command: ['false'] }, systemPython('patched')];
    await expect(measureSpeed({ ...wanted, interpreters })).rejects.toThrow(/does not run the benchmark worker/);
  });

  test('the start of the interpreter is a suite too: without site it is faster', async () => {
    const wanted = await request();
    const result = await measureSpeed({
      ...wanted,
      suite: await startup.prepare({} as SuiteInputs),
      settings: { ...settings, repeats: 1 },
    });
    const [whole, bare] = ['with_site', 'without_site'].map((name) => result.tests.find(({ test }) => test === name));
    expect(bare?.minBaselineMs).toBeGreaterThan(1);
    expect(whole?.minBaselineMs).toBeGreaterThan(bare?.minBaselineMs ?? 0);
  });

  test('several beside one baseline: a test that one of them cannot run is measured on the others', async () => {
    const wanted = await request();
    const interpreters = [
      systemPython('baseline'),
      systemPython('patched', { TROUBLE: 'raise' }),
      { ...systemPython('patched'), variant: 'patched-2' as const, buildKey: 'third' },
      { ...systemPython('patched', { TROUBLE: 'crash' }), variant: 'patched-3' as const },
    ];
    const lines = await measureSamples({ ...wanted, interpreters });
    const against = (baseline: Measured, patched: Measured) => ({
      baseline,
      patched,
      declared: { add: 'slower' } as const,
    });
    const all = [against('baseline', 'patched'), against('baseline', 'patched-2'), against('patched-2', 'patched-3')];
    const each = samplesOfEach(lines, all);
    const said = each.map((own) => compare(own, { add: 'slower' }).tests.map(({ verdict, pairs }) => [verdict, pairs]));
    const fine = ['inconclusive', 2];
    expect(said).toEqual([
      [fine, fine, ['failed', 0]],
      [fine, fine, fine],
      [fine, fine, ['failed', 0]],
    ]);
    const [, second] = each;
    expect(second?.[0]).toMatchObject({
      variants: { baseline: { buildKey: 'baseline' }, patched: { buildKey: 'third' } },
    });
    // p of one declared test of each of the two others; of `chatter` in both, and of `trouble` in neither.
    expect(second?.[1]).toMatchObject({
      type: 'family',
      declared: [expect.any(Number), expect.any(Number)],
    });
    expect(second?.[1]).toMatchObject({ others: [expect.any(Number), expect.any(Number)] });
    for (const sample of samplesOf(second ?? [])) {
      expect(sample.order).toMatch(/^((ABBA)|(BAAB)){1,2}$/);
      expect(sample.cpu).toHaveLength(sample.order.length / 2);
    }
    // Another comparison of the family has no say in the figures, only in q.
    const [alone] = samplesOfEach(lines, [against('baseline', 'patched-2')]);
    const figures = (own: readonly SampleLine[]) =>
      compare(own).tests.map(({ test, p, estimate }) => ({ test, p, estimate }));
    expect(figures(second ?? [])).toEqual(figures(alone ?? []));
    expect(await measureSamples({ ...wanted, interpreters })).toEqual(lines);
  });

  test('a self-test with copies: each is compared with the one baseline', async () => {
    const wanted = await request();
    const folder = path.dirname(wanted.samplesFile);
    const { runs } = await selfTest({
      ...{ interpreter: systemPython('baseline'), suite: wanted.suite, ctx: wanted.ctx, folder, copies: 3 },
      ...{ settings: { ...settings, tests: 'add' }, repetitions: 1, planted: [0.5] },
    });
    expect(runs.map(({ planted, copy, tests }) => [planted, copy, tests])).toEqual([
      [0, 1, 1],
      [0, 2, 1],
      [0, 3, 1],
      [0.5, undefined, 1],
    ]);
    expect(new Set(runs.map(({ samples }) => samples)).size).toBe(2);
  });

  test('the self-test plants a slowdown, and its label is in the samples', async () => {
    const { interpreters, ...wanted } = await request();
    const folder = path.dirname(wanted.samplesFile);
    const result = await selfTest({
      ...{ interpreter: systemPython('baseline'), suite: wanted.suite, ctx: wanted.ctx, folder },
      ...{ settings: { ...settings, pairs: 12, tests: 'add', repeats: 4 }, repetitions: 1, planted: [0.5] },
    });
    const planted = result.runs.find((run) => run.planted === 0.5)?.comparison;
    expect(planted?.planted).toEqual({ patched: 0.5 });
    expect(planted?.tests[0]?.estimate?.ratio).toBeGreaterThan(1.3);
    expect(planted?.tests[0]?.estimate?.ratio).toBeLessThan(1.8);
    expect(result.power).toEqual([{ planted: 0.5, found: 1 }]);
    expect(interpreters).toHaveLength(2);
  });
});

describe('pybench’s own modules', { timeout: 120_000 }, () => {
  test('2.1 runs on Python 3 as it is; a test that is its own empty loop is marked', async () => {
    const wanted = await request();
    const folder = await scratch();
    const from = await writeMiniPybench(path.join(folder, 'from'), '2.1');
    const version = { major: 3, minor: 9, micro: 2, level: 'final', serial: 0, text: '3.9.2', short: '3.9' } as const;
    const layout = { builtInPlace: false };
    const found = await findPybench({ checkout: { root: folder, version, layout }, folder: from });
    const copy = await pinPybench(found, path.join(folder, 'pinned'), [], wanted.ctx);
    const lines = await measureSamples({ ...wanted, suite: pybenchSuite(copy) });
    const [header] = lines;
    expect(header).toMatchObject({
      tests: ['Additions', 'Nothing'],
      defaultRounds: { Additions: 20_000 },
      operations: { Additions: 2 },
      uncalibrated: ['Nothing'],
    });
    for (const sample of samplesOf(lines)) {
      expect(sample.overheadCpu === undefined).toBe(sample.test === 'Nothing');
      expect(sample.note === undefined).toBe(sample.test !== 'Nothing');
    }
  });
});
