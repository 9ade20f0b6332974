/** The order of things around the interpreters, which are shell scripts here: real ones are in test/e2e/memory.test.ts. */
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { measureStartupMemory, type StartupMemoryRequest } from '../../../src/bench/memory/measure.ts';
import { context } from './rig.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'fw-memory-test-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/**
 * An interpreter that is a shell script: `$2` is the program. It has `$kind` of what it is asked for, `$imports` when the
 * modules are to be imported, and `count BYTES` writes a report.
 */
async function fake(name: string, script: string): Promise<string> {
  const file = path.join(folder, name);
  await writeFile(
    file,
    `#!/bin/sh
case "$2" in
  *gc.collect*) kind=collected;; *getppid*) kind=count;; *getallocated*) kind=pymalloc;; */proc/*) kind=resident;; *) kind=warm;;
esac
case "$2" in 'import site, json'*) imports=1;; *) imports=0;; esac
count() { echo '{"point":1,"bytes":'$(($1))',"blocks":3,"peak":9,"calls":4,"mapped":262144,"maps":1,"lost":0,"strays":'\${strays:-0}',"redirected":1,"sizes":[['$(($1))',1]],"types":[["frame",1,'$(($1))']]}' >> "$FORKWRIGHT_MEMORY_OUT"; }
${script}
exit 0
`,
  );
  await chmod(file, 0o755);
  return file;
}

const measure = (
  commands: Readonly<Record<string, string>>,
  { version = '2.7.18', ...more }: Partial<StartupMemoryRequest> & { readonly version?: string } = {},
) =>
  measureStartupMemory({
    interpreters: Object.entries(commands).map(([variant, file]) => ({
      variant: variant as 'baseline' | 'patched' | 'control',
      command: [file],
      env: { PATH: '/usr/local/bin:/usr/bin:/bin' },
      pythonVersion: version,
      buildKey: variant,
    })),
    counter: { file: path.join(folder, 'counter.so') },
    ctx: context(folder),
    ...more,
  });

const WHOLE = `case $kind in
  count) if [ -n "$FORKWRIGHT_MEMORY_PYMALLOC$PYTHONMALLOC" ]; then count "$base + $imports * 50"; else count 10; fi;;
  collected) count "$base - 5";;
  pymalloc) echo 12; echo '# bytes in allocated blocks        =   1,234' >&2;;
  resident) echo "Rss: 100 kB"; echo "Anonymous: 40 kB";;
esac`;

describe('measureStartupMemory', () => {
  test('measures every figure of every interpreter at both points, and what differs between them', async () => {
    const result = await measure({
      baseline: await fake('a', `base=1000\n${WHOLE}`),
      patched: await fake('b', `base=900\n${WHOLE}`),
    });
    expect(result).toMatchObject({ schemaVersion: 1, repeats: 3, problems: [] });
    expect(result.points.map(({ name, code }) => [name, code])).toEqual([
      ['pass', 'pass'],
      ['imports', 'import site, json'],
    ]);
    const [pass, imports] = result.points;
    expect(pass?.variants.baseline).toEqual({
      exact: { bytes: 1000, blocks: 3, peakBytes: 9 },
      collected: { bytes: 995, blocks: 3 },
      taken: { bytes: 10, blocks: 3, arenaBytes: 262_144, arenas: 1 },
      pymalloc: { bytes: 1234, blocks: 12 },
      resident: { bytes: 102_400, ownBytes: 40_960 },
    });
    expect(imports?.variants.baseline?.exact?.bytes).toBe(1050);
    expect(imports?.variants.patched?.exact?.bytes).toBe(950);
    expect(pass?.types).toEqual([
      { type: 'frame', baseline: { blocks: 1, bytes: 1000 }, patched: { blocks: 1, bytes: 900 } },
    ]);
    expect(pass?.collectedTypes[0]?.patched.bytes).toBe(895);
    expect(pass?.sizes).toEqual([
      { size: 1000, baseline: 1, patched: 0 },
      { size: 900, baseline: 0, patched: 1 },
    ]);
    expect(Object.keys(result.methods).sort()).toEqual(['collected', 'exact', 'pymalloc', 'resident', 'taken']);
    expect(result.methods.exact).toContain('PyObject_Malloc led to malloc');
  });

  test('repeats that differ give their median and their spread', async () => {
    // 100, 10, 40: neither the first, the last nor the mean.
    const uneven = await fake(
      'a',
      `echo >> "$0.$kind"; n=$(wc -l < "$0.$kind")
       case $kind$n in collected*) count 5;; count1) count 100;; count2) count 10;; count*) count 40;; esac`,
    );
    const result = await measure({ baseline: uneven });
    expect(result.points[0]?.variants.baseline?.exact).toMatchObject({ bytes: 40, spreadBytes: 90 });
    expect(result.points[0]?.variants.baseline?.collected).toEqual({ bytes: 5, blocks: 3 });
  });

  test('the .pyc files are written, by a run without the counter, before anything is measured', async () => {
    const cold = await fake(
      'a',
      `if [ $kind = warm ] && [ -z "$LD_PRELOAD" ]; then touch "$0.warm$imports"; fi
       [ -e "$0.warm$imports" ] || exit 1; [ $kind = warm ] || [ -z "$LD_PRELOAD" ] || count 7`,
    );
    const result = await measure({ baseline: cold });
    expect(result.points.map(({ variants }) => variants.baseline?.exact?.bytes)).toEqual([7, 7]);
  });

  test('hashing has a fixed order, and nobody’s home or folder gets in', async () => {
    const strict = await fake(
      'a',
      `[ "$PYTHONHASHSEED $HOME $(pwd)" = '0 /nonexistent /' ] || exit 1\nbase=10\n${WHOLE}`,
    );
    expect((await measure({ baseline: strict })).problems).toEqual([]);
  });

  test('an emulator is given the variables in its own way', async () => {
    const result = await measure(
      { baseline: await fake('a', `base=10\n[ "$EMULATED" = yes ] || exit 1; ${WHOLE}`) },
      {
        withEnvironment: ({ command, env }, variables) => ({
          command: [
            '/usr/bin/env',
            ...Object.entries(variables).map(([name, value]) => `${name}=${value}`),
            'EMULATED=yes',
            ...command,
          ],
          env,
        }),
      },
    );
    expect(result.problems).toEqual([]);
    expect(result.points[0]?.variants.baseline?.exact?.bytes).toBe(10);
  });

  test('without a counter there is what the interpreter and the system tell, and the reason', async () => {
    const result = await measure(
      { baseline: await fake('a', `base=10\n${WHOLE}`) },
      { counter: 'linked statically', version: '3.9.2' },
    );
    expect(result.points[0]?.variants.baseline).toEqual({
      pymalloc: { bytes: 1234, blocks: 12 },
      resident: { bytes: 102_400, ownBytes: 40_960 },
    });
    expect(result.problems).toEqual(
      ['exact', 'collected', 'taken'].map((figure) => ({ figure, why: 'linked statically' })),
    );
  });

  test.each([
    ['an interpreter that ends badly', 'echo "ImportError: no site" >&2; exit 1', 'exit code 1: ImportError: no site'],
    ['a counter that is not loaded', ':', 'the counter wrote nothing: it was not loaded into the interpreter'],
    ['two points for one', '[ -z "$LD_PRELOAD" ] || { count 1; count 2; }', '2 points were counted in place of 1'],
    ['blocks that were not seen', '[ -z "$LD_PRELOAD" ] || { strays=2; count 1; }', '2 blocks were freed'],
  ])('%s is told, and the other interpreter is measured', async (_, script, why) => {
    const result = await measure({
      baseline: await fake('a', `base=10\n${WHOLE}`),
      patched: await fake('b', script),
    });
    expect(result.problems).toContainEqual({
      figure: 'exact',
      variant: 'patched',
      why: expect.stringContaining(why),
    });
    expect(result.points[0]?.variants.baseline?.exact?.bytes).toBe(10);
    expect(result.points[0]?.variants.patched?.exact).toBeUndefined();
    expect(result.points[0]?.types).toEqual([]);
  });

  test('under an emulator, the system’s figure would be the emulator’s', async () => {
    const notResident = 'it is the emulator’s';
    const result = await measure({ baseline: await fake('a', `base=10\n${WHOLE}`) }, { notResident });
    expect(result.points[0]?.variants.baseline).not.toHaveProperty('resident');
    expect(result.problems).toEqual([{ figure: 'resident', why: notResident }]);
  });

  test('stops when it is told to', async () => {
    const stopped = AbortSignal.abort();
    const slow = await fake('a', 'sleep 30');
    await expect(measure({ baseline: slow }, { ctx: { ...context(folder), signal: stopped } })).rejects.toThrow();
  });
});
