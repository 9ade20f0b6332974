import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type GrowthRequest, measureGrowth } from '../../src/bench/growth.ts';
import type { Counter } from '../../src/bench/memory/counter.ts';
import type { Interpreter } from '../../src/bench/types.ts';
import { assetPath } from '../../src/system/assets.ts';
import { runProcess } from '../../src/system/process.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'fw-growth-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** An interpreter that is a shell script: `$1` is growth.py, `$2` the number of functions, `$n` the count of its runs. */
async function fake(name: string, script: string): Promise<string> {
  const file = path.join(folder, name);
  await writeFile(file, `#!/bin/sh\necho >> '${file}.runs'; n=$(wc -l < '${file}.runs')\n${script}\n`);
  await chmod(file, 0o755);
  return file;
}

const measure = (commands: Readonly<Record<string, string>>, counted?: GrowthRequest['counted']) =>
  measureGrowth({
    counted,
    functions: 500,
    interpreters: Object.entries(commands).map(([variant, file]) => ({
      variant: variant as 'baseline' | 'patched' | 'control',
      command: [file],
      env: {},
      pythonVersion: '2.7.18',
      buildKey: variant,
    })),
    ctx: { emit: () => {}, signal: new AbortController().signal, cacheDir: folder, jobs: 1, env: {} },
  });

const say = (grown: string) => `echo '{"method": "VmRSS", "before": 1000, "after": '$((1000 + ${grown}))'}'`;

describe('measureGrowth', () => {
  test('gives the bytes before, after and between, for the number of functions asked for', async () => {
    const result = await measure({ baseline: await fake('a', say('$2 * 8')), patched: await fake('b', say('0')) });
    expect(result).toMatchObject({ functions: 500, method: expect.stringMatching(/^VmRSS, median of 3/) });
    expect(result.growth).toEqual({
      baseline: { beforeBytes: 1000, afterBytes: 5000, grownBytes: 4000 },
      patched: { beforeBytes: 1000, afterBytes: 1000, grownBytes: 0 },
    });
    expect(result.problems).toBeUndefined();
  });

  test('the median counts, and runs that disagree are told', async () => {
    // 100, 10, 40: neither the first, the last nor the mean.
    const uneven = await fake('a', `case $n in 1) g=100;; 2) g=10;; *) g=40;; esac; ${say('g')}`);
    expect((await measure({ baseline: uneven })).growth.baseline).toMatchObject({ grownBytes: 40, spreadBytes: 90 });
  });

  test('hashing has a fixed order', async () => {
    const result = await measure({ baseline: await fake('a', `[ "$PYTHONHASHSEED" = 0 ] && ${say('7')}`) });
    expect(result.growth.baseline?.grownBytes).toBe(7);
  });

  describe('where a counter has to tell, as the system sees an emulator', () => {
    const direct = ({ command, env }: Interpreter, variables: Readonly<Record<string, string>>) => ({
      command,
      env: { ...env, ...variables, PATH: '/usr/bin:/bin' },
    });
    const counted = (counter: Counter | string, file: string) =>
      measure({ baseline: file }, { counter, withEnvironment: direct });
    const POINT = `point() { echo '{"point":1,"bytes":'$(($1))',"blocks":3,"peak":9,"calls":4,"mapped":0,"maps":0,"lost":0,"strays":0,"redirected":'\${redirected:-1}',"sizes":[],"types":[]}'; }`;

    test('live bytes before and after the calls, without pymalloc', async () => {
      // A preloaded counter is given a program that stops twice.
      const file = await fake(
        'a',
        `${POINT}
         case "$2" in *'growth.counted(500)'*os.getppid*os.getppid*) ;; *) exit 1;; esac
         [ "$FORKWRIGHT_MEMORY_PYMALLOC" = off ] && [ -n "$LD_PRELOAD" ] || exit 1
         { point 1000; point 5880; } > "$FORKWRIGHT_MEMORY_OUT"`,
      );
      const result = await counted({ file: path.join(folder, 'counter.so') }, file);
      expect(result.problems).toBeUndefined();
      expect(result.growth.baseline).toEqual({ beforeBytes: 1000, afterBytes: 5880, grownBytes: 4880 });
      expect(result.method).toMatch(
        /^live bytes by the malloc counter, preloaded; PyObject_Malloc led to malloc, median/,
      );
    });

    test('a linked counter is given two pieces of code, and reports after each', async () => {
      const file = await fake(
        'a',
        `${POINT}
         case "$2" in *'for stop in stops: break') ;; *) exit 1;; esac
         case "$1" in *'growth.counted(500)'*getppid*) exit 1;; *'growth.counted(500)'*) ;; *) exit 1;; esac
         { echo noise; point 900; point 1000; point 5880; } >&2`,
      );
      const programs = { baseline: { command: [file], env: { PATH: '/usr/bin:/bin' } } };
      const result = await counted({ programs }, file);
      expect(result.problems).toBeUndefined();
      expect(result.growth.baseline?.grownBytes).toBe(4880);
      expect(result.method).toContain('linked in');
    });

    test('with pymalloc still on there is no figure', async () => {
      const file = await fake('a', `${POINT}\nredirected=0\n{ point 10; point 20; } > "$FORKWRIGHT_MEMORY_OUT"`);
      const result = await counted({ file: path.join(folder, 'counter.so') }, file);
      expect(result.problems?.baseline).toMatch(/cannot be led to malloc/);
      expect(result.growth).toEqual({});
    });

    test('without a counter it is said why', async () => {
      const result = await counted('no counter for consoles', await fake('a', say('7')));
      expect(result).toMatchObject({ growth: {}, problems: { baseline: 'no counter for consoles' } });
    });
  });

  test('what cannot be measured is left out, with its reason', async () => {
    const result = await measure({
      baseline: await fake('a', say('8')),
      patched: await fake('b', 'echo "Fatal: no memory" >&2; exit 3'),
      control: await fake('c', `echo '{"method": "none"}'`),
    });
    expect(Object.keys(result.growth)).toEqual(['baseline']);
    expect(result.problems?.patched).toBe('ended with exit code 3: Fatal: no memory');
    expect(result.problems?.control).toContain('does not tell a process its memory');
  });

  test('nonsense is not taken for a number', async () => {
    for (const words of ['', 'nan', '{"method": "VmRSS", "before": "x"}'])
      expect(
        (await measure({ baseline: await fake(`w${words.length}`, `echo '${words}'`) })).problems?.baseline,
      ).toContain('unexpected output');
  });
});

describe('growth.py', () => {
  test('runs on the Python that is here and prints the two sizes', async () => {
    const result = await runProcess('python3', [assetPath('bench/growth.py'), '300'], {
      cwd: folder,
      env: { PATH: process.env.PATH },
      timeoutMs: 20_000,
    });
    expect(result).toMatchObject({ exitCode: 0, stderr: '' });
    const { before, after } = JSON.parse(result.stdout);
    expect(before).toBeGreaterThan(1_000_000);
    expect(after).toBeGreaterThanOrEqual(before);
  });
});
