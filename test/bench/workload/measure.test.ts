/** Programs under the real wrapper and the real counter, on the system's own Python: the sides differ by what a variable says. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { measureWorkload } from '../../../src/bench/workload/measure.ts';
import type { WorkloadResult } from '../../../src/bench/workload/types.ts';
import { compileCounter, context } from '../memory/rig.ts';

let folder: string;
let counter: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'fw-workload-'));
  counter = await compileCounter(folder);
}, 60_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

async function measured(
  source: string,
  patched: Readonly<Record<string, string>>,
  workers = 0,
): Promise<WorkloadResult> {
  const program = path.join(folder, 'app.py');
  await writeFile(program, source);
  const python = { command: ['/usr/bin/python3', '-S'], pythonVersion: '3.11.2' };
  return measureWorkload({
    interpreters: [
      { ...python, variant: 'baseline', env: { MORE: '0' }, buildKey: 'a' },
      { ...python, variant: 'patched', env: { MORE: '0', ...patched }, buildKey: 'b' },
    ],
    request: { program, args: ['an argument'], folder, workers },
    counter: { file: counter },
    nm: 'nm',
    ctx: context(folder),
    step: { progress: () => {} },
  });
}

const KEEPS = `
import os, sys
assert __name__ == "__main__" and sys.argv[1:] == ["an argument"]
try:
    from forkwright_marks import mark
except ImportError:
    def mark(name): pass
os.getppid()  # The counter must not take it for a mark.
kept = []
for i in range(3):
    kept.append(b"x" * 1000000 * (1 + int(os.environ["MORE"])))
    mark("step %d" % i)
def worker(number):
    global own
    own = bytearray(500000)
`;

test('what is kept more is found: at each mark to the byte, by who asked, by the kernel and in each worker', async () => {
  const result = await measured(KEEPS, { MORE: '1' }, 2);
  expect(result.problems).toEqual([]);
  expect(result.pairs).toBe(9);
  expect(result.live.map(({ mark, baseline, patched }) => [mark, patched - baseline])).toEqual([
    ['start', 0],
    ['step 0', 1_000_000],
    ['step 1', 2_000_000],
    ['step 2', 3_000_000],
    ['end', 3_000_000],
  ]);
  const verdicts = Object.fromEntries(result.figures.map(({ name, verdict }) => [name, verdict]));
  expect(verdicts).toMatchObject({ peak: 'more', end: 'more', 'end-pss': 'more', group: 'more' });
  expect(verdicts).toHaveProperty('worker-frozen');
  const grown = result.curve.map(({ baseline, patched }) => patched - baseline);
  expect(grown.at(-1)).toBeGreaterThan(2_900_000);
  expect(grown.at(-1)).toBeLessThan(5_000_000);
  const bytes = result.stacks.reduce((sum, one) => sum + one.patched.bytes - one.baseline.bytes, 0);
  expect(bytes).toBe(3_000_000);
  const worker = result.figures.find(({ name }) => name === 'worker');
  expect(worker?.baseline).toBeGreaterThan(500_000);
}, 120_000);

test('a script of benchmarks is run round by round, and nothing is found between equal sides', async () => {
  const result = await measured('def bench_nothing(loops):\n    return [i for i in range(loops)]\n', {});
  expect(result.problems).toEqual([]);
  expect(result.live).toHaveLength(22);
  expect(result.live.every(({ baseline, patched }) => baseline === patched)).toBe(true);
  expect([result.types, result.classes, result.stacks]).toEqual([[], [], []]);
  expect(result.figures.filter(({ verdict }) => verdict === 'more' || verdict === 'less')).toEqual([]);
}, 120_000);

test.each([
  ['raise ValueError("no such table")', /ended with exit code 1: ValueError: no such table/],
  ['import os; os._exit(0)', /ended before its end was seen/],
  ['import sys; sys.exit("bad")', /ended with exit code 1: bad/],
])(
  '%s: why nothing was measured is told, and no figure is made up',
  async (source, why) => {
    const result = await measured(source, {});
    expect(result).toMatchObject({ figures: [], live: [], pairs: 0 });
    expect(result.problems).toEqual([{ what: 'system', variant: expect.any(String), why: expect.stringMatching(why) }]);
  },
  60_000,
);

test('a worker that fails ends the others, and is told', async () => {
  const result = await measured('def worker(number):\n    assert number != 1, "the second one"\n', {}, 3);
  expect(result.problems[0]?.why).toMatch(/1 of 3 workers failed/);
}, 60_000);
