/**
 * Real builds of CPython 2.7.18 with its core modules. Sources and builds lie in the user's cache, so that a second run
 * of these tests finds them there.
 */
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildAll } from '../../src/builds/build-all.ts';
import { compareConditions } from '../../src/builds/conditions.ts';
import { planBuild } from '../../src/builds/configure/plan.ts';
import { keepConfigured, reuseConfigured } from '../../src/builds/configure/store.ts';
import { expandRoot } from '../../src/builds/environment.ts';
import type { Build, BuildOutcome, BuildRequest } from '../../src/builds/types.ts';
import { epochOf, makeTree } from '../../src/checkout/make-tree.ts';
import { obtainSource } from '../../src/checkout/source/obtain.ts';
import type { Checkout } from '../../src/checkout/types.ts';
import type { GeneratedPatch } from '../../src/patch/types.ts';
import { cacheFolder } from '../../src/system/cache-folder.ts';
import type { Context } from '../../src/system/context.ts';
import { runProcess } from '../../src/system/process.ts';
import { HOST } from '../../src/targets/descriptors.ts';
import { runnerFor } from '../../src/targets/runner.ts';
import { findToolchain } from '../../src/targets/toolchain.ts';
import { patchOf } from '../builds/rig.ts';
import { UNOPTIMISED } from './forkwright.ts';

const ctx: Context = {
  emit: () => {},
  signal: new AbortController().signal,
  cacheDir: cacheFolder(process.env),
  jobs: 2,
  env: process.env,
};
const FILE = 'Objects/frameobject.c';
const ANCHOR = 'Py_TRASHCAN_SAFE_BEGIN(f)';
let checkout: Checkout;
let source: string;
beforeAll(async () => {
  checkout = (await obtainSource('2.7', ctx)).checkout;
  source = await readFile(path.join(checkout.root, FILE), 'latin1');
});

const request = (patches: readonly GeneratedPatch[] = []): BuildRequest => ({
  variant: patches.length === 0 ? 'baseline' : 'patched',
  checkout,
  target: HOST,
  patches,
  options: { ...UNOPTIMISED, launcher: 'ccache' },
});
const pair = (to: string) => [request(), request([patchOf(FILE, source, ANCHOR, to)])];

function built(outcome: BuildOutcome | undefined): Build {
  if (outcome?.ok !== true) throw new Error(`not built: ${JSON.stringify(outcome, undefined, 1)}`);
  return outcome.build;
}

async function python(build: Build, code: string): Promise<string> {
  const { file, args, env } = runnerFor(HOST).command(build, ['-c', code]);
  const result = await runProcess(file, args, { cwd: '/', env, timeoutMs: 60_000 });
  expect(result.stderr).toBe('');
  return result.stdout.trim();
}

describe('baseline and patched 2.7.18', () => {
  let baseline: Build;
  let patched: Build;
  beforeAll(async () => {
    [baseline, patched] = (await buildAll(pair(`/* one */ ${ANCHOR}`), ctx)).map(built) as [Build, Build];
  });
  // It was made again with an environment that stands in its record: no later run is to find it.
  afterAll(() => rm(patched.root, { recursive: true }));

  test('were made under the same conditions', () => {
    expect(compareConditions(baseline, patched)).toEqual([]);
    expect(baseline.key).not.toBe(patched.key);
  });

  test('run from their own folders with all that pybench needs', async () => {
    for (const build of [baseline, patched]) {
      expect(await python(build, 'import sys; print sys.version.split()[0], sys.maxunicode')).toBe('2.7.18 1114111');
      expect(await python(build, 'import os; print os.path.dirname(os.__file__)')).toBe(path.join(build.src, 'Lib'));
      const modules = 'time math itertools operator _collections _struct cStringIO cPickle json unicodedata resource';
      await python(
        build,
        modules
          .split(' ')
          .map((name) => `import ${name}`)
          .join('\n'),
      );
      await python(build, "import sysconfig; assert sysconfig.get_config_var('CC') == 'ccache gcc'");
    }
  });

  test('obey the optimisation that was asked for, which OPT of 2.7 would undo', async () => {
    const log = await readFile(baseline.logs.make ?? '', 'latin1');
    const compiled = log.split('\n').filter((line) => /-c .*(frameobject|codeobject|ceval)\.c/.test(line));
    expect(compiled.length).toBeGreaterThanOrEqual(3);
    for (const line of compiled) expect(line.match(/(?<= )-O\S+/g)?.at(-1)).toBe('-O0');
  });

  test('do not carry the time at which they were built', async () => {
    const stamp = 'import platform; print platform.python_build()[1]';
    expect(await python(baseline, stamp)).toBe(await python(patched, stamp));
  });

  test('are found again in well under a second', async () => {
    const took: number[] = [];
    for (let round = 0; round < 5; round += 1) {
      const started = performance.now();
      const outcomes = await buildAll(pair(`/* one */ ${ANCHOR}`), ctx);
      took.push(performance.now() - started);
      expect(outcomes.map((outcome) => outcome.ok && outcome.hit)).toEqual([true, true]);
    }
    // The least of several: what else the machine does only ever adds, and other builds run beside this one.
    expect(Math.min(...took)).toBeLessThan(1000);
  });

  test('a damaged interpreter is seen and made again, and nothing else is', async () => {
    await writeFile(patched.python, 'not an interpreter');
    // Compiled, not taken from ccache as most of the first was: that must make no difference either.
    const compiling = { ...ctx, env: { ...ctx.env, CCACHE_DISABLE: '1' } };
    const outcomes = await buildAll(pair(`/* one */ ${ANCHOR}`), compiling);
    expect(outcomes.map((outcome) => outcome.ok && outcome.hit)).toEqual([true, false]);
    expect(built(outcomes[1]).configureReused).toBe(true);
    expect(await python(built(outcomes[1]), 'print 6 * 7')).toBe('42');
    // The same inputs give the same interpreter, byte for byte.
    expect(built(outcomes[1]).pythonSha256).toBe(patched.pythonSha256);
  });

  test("a patch that does not compile is the answer no, with the edit's line", async () => {
    const outcomes = await buildAll(pair(`no_such_name = 1; ${ANCHOR}`), ctx);
    const line = source.slice(0, source.indexOf(ANCHOR)).split('\n').length;
    expect(outcomes[1]).toMatchObject({
      ok: false,
      failure: {
        step: 'make',
        diagnostics: [
          {
            message: expect.stringContaining('no_such_name'),
            place: { file: FILE, line },
            hint: expect.stringContaining('edit 2 (replace-expression) of the recipe test-recipe'),
          },
          {},
        ],
      },
    });
  });
});

test('a reused configure leaves what a real one leaves, byte for byte', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'fw-configure-'));
  try {
    const toolchain = await findToolchain(HOST, ctx);
    const plan = await planBuild(request(), toolchain, await epochOf(checkout, ctx));
    const [made, real, reused] = ['a', 'b', 'c'].map((digit) => digit.repeat(16)) as [string, string, string];
    const root = (key: string) => path.join(folder, 'builds', key);
    const obj = (key: string) => path.join(root(key), 'obj');
    await makeTree(checkout, [], path.join(folder, 'src'), ctx);
    await Promise.all(
      [made, real].map(async (key) => {
        await mkdir(path.join(root(key), 'home'), { recursive: true });
        await mkdir(obj(key));
        await symlink(path.join(folder, 'src'), path.join(root(key), 'src'));
        const [file = '', ...args] = plan.configure;
        const result = await runProcess(file, args, {
          cwd: obj(key),
          env: expandRoot(plan.env, root(key)),
          timeoutMs: 600_000,
        });
        expect(result.exitCode).toBe(0);
      }),
    );
    const store = { ...ctx, cacheDir: folder };
    await keepConfigured('f'.repeat(64), made, obj(made), store);
    // Where it was made is gone: nothing may lead back there.
    await rm(root(made), { recursive: true });
    // A folder of the same name as the real one, elsewhere: then every byte must be equal.
    expect(await reuseConfigured('f'.repeat(64), real, path.join(root(reused), 'obj'), store)).toBe(true);

    const files = async (key: string) =>
      (await readdir(obj(key), { recursive: true, withFileTypes: true }))
        .map((entry) => path.relative(obj(key), path.join(entry.parentPath, entry.name)))
        .sort();
    const names = await files(real);
    expect(await files(reused)).toEqual(names);
    expect(names).toEqual(expect.arrayContaining(['Makefile', 'pyconfig.h', 'config.status', 'Modules/config.c']));
    for (const name of names) {
      const [a, b] = [path.join(obj(real), name), path.join(obj(reused), name)];
      if (name === 'config.log')
        expect(cacheVariables(await readFile(b, 'latin1'))).toEqual(cacheVariables(await readFile(a, 'latin1')));
      else if (existsSync(a) && !(await isFolder(a)))
        expect(await readFile(b, 'latin1'), name).toBe(await readFile(a, 'latin1'));
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

/** config.log holds times and process ids; what configure found out is in its list of cache variables. */
const cacheVariables = (log: string) => {
  const found = log.split('\n').filter((line) => line.startsWith('ac_cv_'));
  expect(found.length).toBeGreaterThan(200);
  return found;
};

const isFolder = async (file: string) =>
  readdir(file).then(
    () => true,
    () => false,
  );
