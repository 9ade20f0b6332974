import { chmod, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { findCounter, perf, readCallgrind, readPerfStat, whyNoCounters } from '../../../src/bench/instructions/find.ts';
import { countMarked } from '../../../src/bench/instructions/process.ts';
import type { CountJob } from '../../../src/bench/instructions/types.ts';
import type { Interpreter } from '../../../src/bench/types.ts';
import { writeMiniPybench } from '../mini-pybench.ts';
import { context, scratch, systemPython } from '../rig.ts';

const ctx = context();

async function script(folder: string, name: string, text: string): Promise<string> {
  const file = path.join(folder, name);
  await writeFile(file, `#!/bin/sh\n${text}\n`);
  await chmod(file, 0o755);
  return file;
}

async function job(tests: readonly string[] = ['Additions']): Promise<CountJob> {
  const pybench = await writeMiniPybench(await scratch(), '2.1');
  return {
    interpreter: systemPython('baseline'),
    pybench,
    tests,
    divisor: 100,
    layout: 0,
    mark: 'getppid',
    timeoutMs: 20_000,
    ctx,
  };
}

test('callgrind: one total a part, in their order', () => {
  const parts = [
    'version: 1\npart: 1\nevents: Ir\nsummary: 700\n\nfn=(1) main\n5 3\ntotals: 700\n',
    'part: 2\ntotals: 0\n',
  ];
  expect(readCallgrind(parts.join(''))).toEqual([700, 0]);
  expect(readCallgrind('')).toEqual([]);
});

describe('perf stat -x,', () => {
  // As perf 6.1 writes it to its file; the first where the processor's counters can be read, the second in a virtual machine.
  const HEAD = '# started on Sat Nov 22 21:04:05 2026\n\n';

  test('a count', () => {
    expect(readPerfStat(`${HEAD}1067362,,instructions:u,401234,100.00,0.95,insn per cycle\n`)).toBe(1_067_362);
    expect(readPerfStat(`${HEAD}1067362,,instructions:u,401234,100.00,,\n`)).toBe(1_067_362);
  });

  test.each([
    ['<not supported>,,instructions:u,0,100.00,,', /cannot be read here: not supported/],
    ['<not counted>,,instructions:u,0,0.00,,', /not counted/],
    ['1067362,,instructions:u,401234,62.50,,', /only 62.50% of the time/],
    ['', /no count/],
  ])('%s is none', (line, why) => {
    expect(readPerfStat(`${HEAD}${line}\n`)).toMatch(why);
  });

  /** Runs the command, and “counts” 7000 in the mode `full`, 2000 in `empty`. */
  const FAKE = `
while [ "$1" != -- ]; do [ "$1" = -o ] && out=$2; shift; done; shift
"$@" || exit
case "$*" in *' full '*) n=7000;; *) n=2000;; esac
echo "$n,,instructions:u,401234,100.00,," > "$out"`;

  test('a test is the difference of a process with it and one without', async () => {
    const file = await script(await scratch(), 'perf', FAKE);
    const counter = perf({ name: 'perf', path: file, version: 'perf version 6.1' }, []);
    const { counts, failed } = await counter.count(await job(['Additions', 'Nothing']));
    expect(counts.get('Additions')).toEqual({ rounds: 200, empty: 0, full: 5000 });
    expect(counts.get('Nothing')?.full).toBe(5000);
    expect(failed.size).toBe(0);
  });

  test('whether there are counters is tried, not guessed', async () => {
    const folder = await scratch();
    const tool = async (text: string) => ({ name: 'perf', path: await script(folder, 'perf', text), version: '' });
    expect(await whyNoCounters(await tool(FAKE), ctx)).toBeUndefined();
    expect(
      await whyNoCounters(await tool('echo "Access to performance monitoring is limited" >&2; exit 255'), ctx),
    ).toMatch(/limited/);
    const unsupported = FAKE.replace(/echo .*/, 'echo "<not supported>,,instructions:u,0,100.00,," > "$out"');
    expect(await whyNoCounters(await tool(unsupported), ctx)).toMatch(/not supported/);
  });
});

describe('marks', () => {
  /** Counts nothing; says what it would have counted: three numbers a test, after the first. */
  const tool = (between: readonly number[]) => ({
    wrap: ({ command }: Interpreter, args: readonly string[], file: string) => [
      ...['sh', '-c', `echo x > ${file}; exec "$@"`, 'sh'],
      ...command,
      ...args,
    ],
    read: (text: string) => (text === 'x\n' ? between : []),
  });

  test('the empty loop, the test, and what is between two tests', async () => {
    const { counts, failed } = await countMarked(
      await job(['Additions', 'Nothing']),
      tool([99, 10, 500, 77, 20, 21, 88]),
    );
    expect(failed.size).toBe(0);
    expect(counts.get('Additions')).toEqual({ rounds: 200, empty: 10, full: 500 });
    expect(counts.get('Nothing')).toEqual({ rounds: 200, empty: 20, full: 21 });
  });

  test('marks that were not seen are a failure, not a zero', async () => {
    const { counts, failed } = await countMarked(await job(), tool([99]));
    expect(counts.size).toBe(0);
    expect(failed.get('Additions')).toMatch(/marks were not seen/);
  });

  test('a test in which the process dies does not take the others with it', async () => {
    const one = await job(['Dies', 'Raises', 'Additions']);
    const source = `from pybench import Test
import os
class Dies(Test):
    rounds = 1000
    def test(self):
        os._exit(7)
class Raises(Test):
    rounds = 1000
    def test(self):
        raise ValueError('no')
`;
    await writeFile(path.join(one.pybench, 'Bad.py'), source);
    // The first process dies in its first test; the second counts from its second.
    const { counts, failed } = await countMarked(one, tool([99, 10, 500, 88]));
    expect(failed.get('Dies')).toMatch(/exit code 7/);
    expect(failed.get('Raises')).toBe('ValueError: no');
    expect(counts.get('Additions')).toEqual({ rounds: 200, empty: 10, full: 500 });
  });
});

describe('which counter', () => {
  const withTools = async (tools: Readonly<Record<string, string>>) => {
    const folder = await scratch();
    for (const [name, text] of Object.entries(tools)) await script(folder, name, text);
    return { ...ctx, env: { ...process.env, FORKWRIGHT_PATH: folder } };
  };

  test('callgrind before perf', async () => {
    const found = await findCounter('auto', await withTools({ valgrind: 'echo valgrind-3.19.0', perf: 'echo perf 6' }));
    expect(found.counter?.name).toBe('callgrind');
    expect(found.counter?.method).toContain('valgrind-3.19.0');
  });

  test('none: why, and the command that helps', async () => {
    const found = await findCounter('auto', await withTools({ 'apt-get': '' }));
    expect(found).toMatchObject({
      why: 'instructions cannot be counted here: valgrind is not installed; perf is not installed',
      hint: expect.stringContaining('apt-get install valgrind'),
    });
  });

  test('perf that cannot count is not taken for one that can', async () => {
    const perfText = 'case $1 in --version) echo perf version 6.1;; *) echo "not permitted" >&2; exit 255;; esac';
    const found = await findCounter('perf', await withTools({ valgrind: 'echo 3', perf: perfText }));
    expect(found).toMatchObject({ why: expect.stringContaining('not permitted') });
    expect(found.counter).toBeUndefined();
  });
});
