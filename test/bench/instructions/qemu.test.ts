/** Counting under qemu, whose place a shell script takes here: the real one is in test/e2e/emulated.test.ts. */
import { chmod, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { findCounter } from '../../../src/bench/instructions/find.ts';
import { systemCallsUnder } from '../../../src/bench/instructions/marks.ts';
import { type Emulator, pluginApi, readPlugin } from '../../../src/bench/instructions/qemu.ts';
import type { InstructionCounter } from '../../../src/bench/instructions/types.ts';
import { writeMiniPybench } from '../mini-pybench.ts';
import { context, scratch, systemPython } from '../rig.ts';

describe('what the plugin writes', () => {
  test('running totals become the instructions between marks', () => {
    const text = 'mark 25128\nmark 60025152\nmark 300033808\nend 300034953\n';
    expect(readPlugin(text)).toEqual([25_128, 60_000_024, 240_008_656, 1145]);
  });

  test('a process that is killed leaves its marks, and half a line counts for nothing', () => {
    expect(readPlugin('mark 7\nmark 19\nmark 5')).toEqual([7, 12]);
    expect(readPlugin('')).toEqual([]);
  });
});

test('the system call that is the mark has the number of the emulated machine', () => {
  expect(systemCallsUnder('qemu-ppc64')).toEqual({ getppid: 64, getpid: 20 });
  expect(systemCallsUnder('/usr/bin/qemu-aarch64-static')).toMatchObject({ getppid: 173 });
  expect(systemCallsUnder('qemu-x86_64')).toMatchObject({ getppid: 110 });
  expect(systemCallsUnder('qemu-arm')).toMatchObject({ getppid: 64 });
  expect(systemCallsUnder('qemu-vax')).toBeUndefined();
  expect(systemCallsUnder('rosetta')).toBeUndefined();
});

test.each([
  ['qemu-ppc64 version 7.2.22 (Debian 1:7.2+dfsg-7+deb12u18+b3)', 1],
  ['qemu-ppc64 version 8.2.2 (Debian 1:8.2.2+ds-0ubuntu1)', 1],
  ['qemu-ppc64 version 10.0.2 (Debian 1:10.0.2+ds-2)', 2],
])('%s takes plugins of interface %i', (version, api) => {
  expect(pluginApi(version)).toBe(api);
});

/**
 * An emulator that emulates nothing: it notes its options in `$0.options`, runs the program that comes after them, and
 * writes what a plugin would.
 */
const QEMU = `
case "$1" in
  --version) echo "qemu-ppc64 version $\{VERSION:-7.2.22} (Debian)"; exit;;
  -h) echo "usage: qemu-ppc64 [options] program"; echo "-plugin  QEMU_PLUGIN  [file=]<file>[,<argname>=<argvalue>]"; exit;;
esac
while [ "\${1#-}" != "$1" ]; do
  [ "$1" = -plugin ] && plugin=$2
  echo "$1 $2" >> "$0.options"; shift 2
done
"$@" || exit
out=\${plugin#*,out=}; out=\${out%,mark=*}
printf 'mark 100\\nmark 110\\nmark 610\\nend 700\\n' > "$out"`;

async function rig(script = QEMU) {
  const folder = await scratch();
  const program = path.join(folder, 'qemu-ppc64');
  await writeFile(program, `#!/bin/sh\n${script}\n`);
  await chmod(program, 0o755);
  const ctx = { ...context(), cacheDir: folder };
  const emulator: Emulator = {
    program,
    command: ({ command }, options) => [program, '-cpu', 'power7', ...options, ...command],
  };
  return { folder, program, ctx, emulator, found: await findCounter('auto', ctx, emulator) };
}

async function count(
  counter: InstructionCounter | undefined,
  ctx: ReturnType<typeof context>,
  mark: 'getppid' | 'getpid',
) {
  if (counter === undefined) throw new Error('no counter');
  const pybench = await writeMiniPybench(await scratch(), '2.1');
  const job = { interpreter: systemPython('baseline'), pybench, tests: ['Additions'], divisor: 100, layout: 0 };
  return counter.count({ ...job, mark, timeoutMs: 20_000, ctx });
}

describe('findCounter under an emulator', () => {
  test('counts with a plugin, whatever counters this machine has', async () => {
    const { program, ctx, found } = await rig();
    expect(found.counter).toMatchObject({ name: 'qemu' });
    expect(found.counter?.method).toMatch(
      /^guest instructions under qemu-ppc64 version 7\.2\.22 \(Debian\), by a plugin/,
    );
    const { counts, failed } = await count(found.counter, ctx, 'getppid');
    expect(failed.size).toBe(0);
    expect(counts.get('Additions')).toEqual({ rounds: 200, empty: 10, full: 500 });
    const options = await readFile(`${program}.options`, 'utf8');
    expect(options).toMatch(/^-cpu power7\n-seed 1\n-plugin \/\S+\.so,out=\/\S+,mark=64\n$/);
  });

  test('another mark has another number', async () => {
    const { program, ctx, found } = await rig();
    await count(found.counter, ctx, 'getpid');
    expect(await readFile(`${program}.options`, 'utf8')).toMatch(/,mark=20\n/);
  });

  test('the plugin is compiled once for an emulator and its version', async () => {
    const { folder, ctx, emulator } = await rig();
    const kept = () => readdir(path.join(folder, 'counters'));
    const first = await kept();
    expect(first).toHaveLength(1);
    await findCounter('auto', ctx, emulator);
    expect(await kept()).toEqual(first);
    await writeFile(emulator.program, `#!/bin/sh\n${QEMU.replace('7.2.22', '8.0.0')}\n`);
    await findCounter('auto', ctx, emulator);
    expect(await kept()).toHaveLength(2);
  });

  test.each([
    ['an emulator without plugins', QEMU.replace(/echo "-plugin[^;]*; /, ''), /was built without plugins/],
    ['an emulator that cannot be run', 'exit 1', /is not installed/],
  ])('%s is told', async (_, script, why) => {
    const { found } = await rig(script);
    expect(found).toMatchObject({ why: expect.stringMatching(why), hint: expect.stringContaining('qemu 6.0') });
  });

  test('an emulator that refuses the plugin is a failure of the tests, not a count', async () => {
    const { ctx, found } = await rig(
      QEMU.replace('"$@" || exit', 'echo "this QEMU supports only a minimum version of 3" >&2; exit 1'),
    );
    const { counts, failed } = await count(found.counter, ctx, 'getppid');
    expect(counts.size).toBe(0);
    expect(failed.get('Additions')).toMatch(/only a minimum version of 3/);
  });
});
