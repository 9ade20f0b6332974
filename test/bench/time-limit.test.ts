/** Limits that are meant for an interpreter of this machine are longer for one that is slower, by what its runner says. */
import { beforeEach, expect, test, vi } from 'vitest';
import { measureGrowth } from '../../src/bench/growth.ts';
import { measureInstructions, screen } from '../../src/bench/instructions/measure.ts';
import { inEnvironment, runCode } from '../../src/bench/memory/process.ts';
import type { Interpreter } from '../../src/bench/types.ts';
import type { ProcessResult } from '../../src/system/process.ts';

/** Every process reaches its limit, but for those whose output is here: by the last argument. */
const { runProcess, outputs } = vi.hoisted(() => {
  const outputs = new Map<string, string>();
  const runProcess = vi.fn(async (file: string, args: readonly string[], _options: { timeoutMs: number }) => {
    const stdout = outputs.get(args.at(-1) ?? '');
    const ended =
      stdout === undefined
        ? { exitCode: undefined, exitSignal: 'SIGKILL', timedOut: true, stdout: '' }
        : { exitCode: 0, exitSignal: undefined, timedOut: false, stdout };
    const result: ProcessResult = { command: [file, ...args], notFound: false, stderr: '', durationMs: 1, ...ended };
    return result;
  });
  return { runProcess, outputs };
});
vi.mock('../../src/system/process.ts', () => ({ runProcess }));

const ctx = { emit: () => {}, signal: new AbortController().signal, cacheDir: '', jobs: 1, env: {} };
const python = (slowdown?: number): Interpreter => ({
  ...{ variant: 'baseline', command: ['/emulator', '/python'], env: {}, pythonVersion: '2.7.18', buildKey: 'b' },
  ...(slowdown === undefined ? {} : { slowdown }),
});
/** The limits of the processes that were the interpreter's own. */
const limits = () =>
  runProcess.mock.calls
    .filter(([file, args]) => [file, ...args].includes('/python'))
    .map(([, , { timeoutMs }]) => timeoutMs);

beforeEach(() => {
  runProcess.mockClear();
  outputs.clear();
});

const MINUTE = 60_000;
const each = test.each([
  [undefined, 1],
  [10, 10],
]);

each('growth, slowdown %s', async (slowdown, times) => {
  const { problems } = await measureGrowth({ interpreters: [python(slowdown)], functions: 1, ctx });
  expect(limits()).toEqual([times * 5 * MINUTE]);
  expect(problems?.baseline).toBe(`not done within ${times * 300} s`);
});

each('memory at start-up, slowdown %s', async (slowdown, times) => {
  const rig = { prefix: [], withEnvironment: inEnvironment, out: '', ctx };
  expect(await runCode(rig, python(slowdown), 'pass')).toBe(`not done within ${times * 60} s`);
  await runCode({ ...rig, timeoutMs: 500 }, python(slowdown), 'pass');
  expect(limits()).toEqual([times * MINUTE, times * 500]);
});

each('screening of tests, slowdown %s', async (slowdown, times) => {
  expect(await screen(python(slowdown), '/pybench', undefined, 600, ctx)).toBe(`not done within ${times * 120} s`);
  expect(limits()).toEqual([times * 2 * MINUTE]);
});

each('counting of instructions, slowdown %s', async (slowdown, times) => {
  const listed = { tests: ['A'], rounds: { A: 1 }, operations: { A: 1 }, broken: {}, mark: 'getppid' };
  outputs.set('list', JSON.stringify(listed));
  outputs.set('A', '{"begin": "A"}\n{"test": "A", "marked": true, "rounds": 1}\n');
  const asked: number[] = [];
  const counter = {
    ...{ name: 'qemu' as const, method: 'made up' },
    count: async ({ timeoutMs }: { timeoutMs: number }) => {
      asked.push(timeoutMs);
      return { counts: new Map([['A', { rounds: 1, empty: 1, full: 2 }]]), failed: new Map() };
    },
  };
  const pybench = { folder: '/pybench', version: '2.0', origin: '', sha256: '', converted: false };
  const patched: Interpreter = { ...python(slowdown), variant: 'patched' };
  await measureInstructions({ baseline: python(slowdown), patched, pybench, counter, layouts: 1, ctx });
  expect(asked).toEqual(Array(4).fill(times * 10 * MINUTE));
});
