/** A run is packed, carried away, measured without anything of this machine's, and brought back. */
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RunRecord } from '../../src/run/types.ts';
import { sha256 } from '../../src/system/hash.ts';
import { runProcess } from '../../src/system/process.ts';
import { forkwright, forkwrightJson, sourceTree, UNOPTIMISED_ARGS } from './forkwright.ts';

let folder: string;
let cache: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'fw-bundle-'));
  cache = (await forkwrightJson<{ cacheDir: string }>(['cache'])).cacheDir;
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const recordIn = async (run: string) => JSON.parse(await readFile(path.join(run, 'run.json'), 'utf8')) as RunRecord;

/** In a shell that sees nothing of the cache, where the system lets a user arrange that, and no variable of ours. */
async function elsewhere(dir: string, script: string, env: Record<string, string> = {}) {
  const clean = { PATH: '/usr/local/bin:/usr/bin:/bin', ...env };
  const run = (file: string, ...args: string[]) =>
    runProcess(file, args, { cwd: '/', env: clean, timeoutMs: 20 * 60_000 });
  const hidden = ['-rm', 'sh', '-c', `mount -t tmpfs none '${cache}' && [ ! -e '${cache}/builds' ]`];
  expect(cache).toMatch(/^\//);
  const canHide = (await run('unshare', ...hidden)).exitCode === 0;
  const [, , , hide = ''] = hidden;
  const command = `cd '${dir}' && ${script}`;
  return canHide ? run('unshare', '-rm', 'sh', '-c', `${hide} && ${command}`) : run('sh', '-c', command);
}

interface SmokeLine {
  readonly type: 'smoke';
  readonly prefix: string;
  readonly path: readonly string[];
  readonly outside: readonly string[];
  readonly sha256: string;
}

async function smokeLines(dir: string): Promise<readonly SmokeLine[]> {
  const text = await readFile(path.join(dir, 'results.jsonl'), 'utf8');
  const lines = text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { type: string });
  return lines.filter((line) => line.type === 'smoke') as SmokeLine[];
}

async function onlyItsOwnFiles(dir: string): Promise<void> {
  const lines = await smokeLines(dir);
  expect(lines).toHaveLength(2);
  for (const [index, line] of lines.entries()) {
    expect(line.prefix).toBe(path.join(dir, 'AB'[index] ?? ''));
    expect(line.path.filter((entry) => !entry.startsWith(`${dir}/`) && entry !== dir)).toEqual([]);
    expect(line.outside).toEqual([]);
    expect(line.sha256).toBe(sha256(await readFile(path.join(dir, 'AB'[index] ?? '', 'bin/python'))));
  }
}

describe('a target that a person runs', () => {
  const TARGETS = `targets:
  - name: kiosk
    extends: host
    title: a machine in another hall
    run: {runner: manual, how: Carry it there on a stick.}
`;
  const at = (...parts: string[]) => path.join(folder, 'kiosk', ...parts);
  const unpacked = () => at('another machine', 'forkwright-run-kiosk');
  const bundle = (file: string, ...more: string[]) =>
    forkwright(
      ['bundle', at('run'), '--target', 'kiosk', '--pairs', '3', '--tests', 'FunctionCalls', '-o', at(file), ...more],
      { cwd: at() },
    );

  test('is built, and each stage that would start it says what it needs', async () => {
    await mkdir(at('another machine'), { recursive: true });
    await writeFile(at('forkwright.yml'), TARGETS);
    const tree = await sourceTree('2.7');
    const asked = ['--target', 'kiosk', ...UNOPTIMISED_ARGS, '--quick', '--out', at('run')];
    const ran = await forkwright(['run', 'remove-zombieframe', '-C', tree, ...asked], { cwd: at() });
    expect(ran.err).not.toMatch(/^error:/m);
    expect(ran.exitCode).toBe(0);
    const [result] = (await recordIn(at('run'))).targets;
    expect(result?.speedSkipped).toBe('needs a bundle: forkwright bundle RUN --target kiosk');
    expect(result?.limits).toContain('memory was not measured: needs a bundle: forkwright bundle RUN --target kiosk');
    expect(result?.size?.files.length).toBeGreaterThan(0);
  });

  test('is packed twice into the same bytes, without the tests of the library', async () => {
    for (const name of ['one.tar.gz', 'two.tar.gz']) {
      const made = await bundle(name);
      expect(made.err).not.toMatch(/^error:/m);
      expect(made.exitCode).toBe(0);
    }
    expect((await readFile(at('one.tar.gz'))).equals(await readFile(at('two.tar.gz')))).toBe(true);
    const untar = await runProcess('tar', ['-xf', at('one.tar.gz'), '-C', at('another machine')], {
      ...{ cwd: '/', env: { PATH: process.env.PATH }, timeoutMs: 120_000 },
    });
    expect(untar.exitCode, untar.stderr).toBe(0);
    const library = await readdir(path.join(unpacked(), 'A/lib/python2.7'));
    expect(library).toContain('os.py');
    expect(library).not.toContain('test');
    expect(await readFile(path.join(unpacked(), 'README.txt'), 'utf8')).toContain('Carry it there on a stick.');
  });

  test('every file is in the manifest, by its hash', async () => {
    const { files, run, target } = JSON.parse(await readFile(path.join(unpacked(), 'manifest.json'), 'utf8')) as {
      files: Record<string, string>;
      run: string;
      target: string;
    };
    expect([run, target]).toEqual(['run', 'kiosk']);
    const there = await readdir(unpacked(), { recursive: true, withFileTypes: true });
    const names = there.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
    expect(names.map((name) => path.relative(unpacked(), name)).sort()).toEqual(
      [...Object.keys(files), 'manifest.json'].sort(),
    );
    for (const [name, hash] of Object.entries(files))
      expect(sha256(await readFile(path.join(unpacked(), name))), name).toBe(hash);
  });

  test('is measured elsewhere by nothing but what was packed, and goes on after a stop', async () => {
    const half = await elsewhere(unpacked(), '(sleep 1; kill -INT 0) & sh run.sh');
    expect(half.exitCode).not.toBe(0);
    const ran = await elsewhere(unpacked(), 'sh run.sh');
    expect(ran.exitCode, ran.stderr).toBe(0);
    expect(ran.stdout).toMatch(/All is done: bring back .*another machine/);
    await onlyItsOwnFiles(unpacked());
  });

  test('its results become the run’s, with what they are worth and where they are from', async () => {
    const results = path.join(unpacked(), 'results.jsonl');
    const bare = await forkwright(['import-results', results]);
    expect(bare.err).toMatch(/--run RUN/);
    const imported = await forkwright(['import-results', results, '--run', at('run')]);
    expect(imported.err).toBe('');
    expect(imported.exitCode).toBe(0);
    const report = await forkwright(['report', at('run')]);
    expect(report.out.replace(/\s+/g, ' ')).toMatch(/Speed and memory were measured elsewhere, by bundle: Linux/);
    expect(report.out).toMatch(/PythonFunctionCalls .*%/);
    expect(report.out).not.toMatch(/alive at the same time/);
    const [result] = (await recordIn(at('run'))).targets;
    expect(result?.speed).toMatchObject({ pairs: 3, pairsPlanned: 3 });
    expect(result?.speed?.tests.length).toBe(3);
    expect(result?.limits.join()).not.toMatch(/memory was not measured/);
    // What remove-zombieframe saves on 64 bits.
    const { baseline, patched } = result?.memory?.points[0]?.variants ?? {};
    const saved = (baseline?.exact?.bytes ?? Number.NaN) - (patched?.exact?.bytes ?? Number.NaN);
    expect(saved).toBeGreaterThan(38_000);
    expect(saved).toBeLessThan(46_000);
  });

  test('a run that is resumed keeps what was brought', async () => {
    const resumed = await forkwright(['run', '--resume', at('run')], { cwd: at() });
    expect(resumed.exitCode).toBe(0);
    const [result] = (await recordIn(at('run'))).targets;
    expect(result?.speed?.pairs).toBe(3);
    expect(result?.elsewhere).toMatch(/by bundle/);
  });

  test('results that are cut off, altered or of another run are told with their place', async () => {
    const whole = await readFile(path.join(unpacked(), 'results.jsonl'), 'utf8');
    const bring = async (text: string, run = at('run')) => {
      await writeFile(at('brought.jsonl'), text);
      return forkwright(['import-results', at('brought.jsonl'), '--run', run]);
    };
    const cut = await bring(whole.slice(0, -700));
    expect(cut.exitCode).toBe(0);
    expect(cut.err).toMatch(/warning: this line is broken off[\s\S]*brought\.jsonl:\d+:\d+/);
    expect(cut.err).toMatch(/missing: pair 3 \(1 of 4 processes\)/);
    const before = await readFile(at('run/run.json'), 'utf8');
    const foreign = await bring(`${whole}{"type":"gift","step":1}\n`);
    expect(foreign.exitCode).toBe(2);
    expect(foreign.err).toMatch(/no line of a bundle’s results[\s\S]*brought\.jsonl:\d+:2/);
    const other = await bring(whole.replaceAll(/"plan":"[0-9a-f]{64}"/g, `"plan":"${'0'.repeat(64)}"`));
    expect(other.exitCode).toBe(2);
    expect(other.err).toMatch(/not made from this run/);
    const none = await bring(whole.slice(0, whole.indexOf('"type":"calibrated"')));
    expect(none.exitCode).toBe(2);
    expect(none.err).toMatch(/not one pair of processes is whole/);
    // What was refused changed nothing.
    expect(await readFile(at('run/run.json'), 'utf8')).toBe(before);
  });
});

test('a static build for another processor comes as a folder, and can be tried under its emulator', async () => {
  const run = path.join(folder, 'static');
  const tree = await sourceTree('2.7');
  const asked = ['--target', 'ps3-linux-static', '--modules', 'core', '--out', run];
  expect((await forkwright(['build', 'remove-zombieframe', '-C', tree, ...asked])).exitCode).toBe(0);
  const dir = path.join(folder, 'on a board');
  const what = ['--target', 'ps3-linux-static', '--pairs', '2', '--tests', '^PythonFunctionCalls', '-o', dir];
  expect((await forkwright(['bundle', run, ...what])).exitCode).toBe(0);
  const ran = await elsewhere(dir, 'sh run.sh', { RUNNER: 'qemu-ppc64 -cpu power7' });
  expect(ran.exitCode, ran.stderr).toBe(0);
  await onlyItsOwnFiles(dir);
  // The name that it was written under is no matter.
  await copyFile(path.join(dir, 'results.jsonl'), path.join(folder, 'from the board'));
  const imported = await forkwright(['import-results', path.join(folder, 'from the board'), '--run', run]);
  expect(imported.exitCode, imported.err).toBe(0);
  const [result] = (await recordIn(run)).targets;
  expect(result?.speed).toBeUndefined();
  expect(result?.speedSkipped).toMatch(/^functional only: .*qemu-ppc64 -cpu power7/);
  const { baseline, patched } = result?.memory?.points[0]?.variants ?? {};
  const saved = (baseline?.exact?.bytes ?? Number.NaN) - (patched?.exact?.bytes ?? Number.NaN);
  expect(Math.abs(saved / 41_464 - 1)).toBeLessThan(0.03);
});
