/** Compiling on several machines: a real distccd and a real Redis on loopback stand for them. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launcherLog, launcherTrouble } from '../../src/builds/launcher-trouble.ts';
import type { Build } from '../../src/builds/types.ts';
import type { RunRecord } from '../../src/run/types.ts';
import { runProcess } from '../../src/system/process.ts';
import { launcherEnvironment } from '../../src/targets/launcher.ts';
import { forkwright, sourceTree } from './forkwright.ts';
import { freePort, type Server, startServer } from './server.ts';

/**
 * Debugging information names the folder of the compiler: what other machines make must be as good as what is made here.
 * Not -O0: there gcc puts a `nop` where a debugger may stop, and distcc's preprocessed text has macros on other lines.
 */
const OPTIONS = ['--modules', 'core', '--cflags=-O1 -g'];
const SECRET = 'not-to-be-told';

const temporary = mkdtempSync(path.join(tmpdir(), 'forkwright-launchers-'));
const servers: Server[] = [];
let tree: string;
let first: Machine;

beforeAll(async () => {
  tree = await sourceTree('2.7');
});
afterAll(() => {
  for (const server of servers) server.stop();
  rmSync(temporary, { recursive: true, force: true });
});

interface Machine {
  readonly builds: readonly Build[];
  readonly said: string;
  readonly folder: string;
}

/** Builds baseline and patched with a cache folder, a home and a run folder that nothing else knows. */
async function buildOn(name: string, launcher: string, env: Record<string, string>): Promise<Machine> {
  const at = (...names: readonly string[]) => path.join(temporary, name, ...names);
  const ran = await forkwright(
    ['build', 'remove-zombieframe', '-C', tree, ...OPTIONS, '--launcher', launcher, '--out', at('run'), '--json'],
    { env: { FORKWRIGHT_CACHE: at('cache'), HOME: at('home'), ...env }, timeoutMs: 10 * 60_000 },
  );
  expect(ran.exitCode, ran.out + ran.err).toBe(0);
  const record = JSON.parse(readFileSync(at('run', 'run.json'), 'utf8')) as RunRecord;
  const builds = (record.targets[0]?.builds ?? []).map(({ build }) => build);
  expect(builds).toHaveLength(2);
  return { builds, said: ran.out + ran.err, folder: at() };
}

/** The code of a machine's interpreters: debugging information may name another folder, nothing that runs may differ. */
function code(builds: readonly Build[]): readonly string[] {
  const file = path.join(temporary, 'text');
  return builds.map(({ python }) => {
    execFileSync('objcopy', ['-O', 'binary', '--only-section=.text', python, file]);
    return createHash('sha256').update(readFileSync(file)).digest('hex');
  });
}

describe('ccache with a Redis server that two machines share', () => {
  let port: number;
  let second: Machine;
  const env = (name: string) => ({
    CCACHE_DIR: path.join(temporary, name, 'ccache'),
    CCACHE_REMOTE_STORAGE: `redis://${SECRET}@127.0.0.1:${port}`,
  });

  beforeAll(async () => {
    port = await freePort();
    const settings = [
      '--port',
      `${port}`,
      '--bind',
      '127.0.0.1',
      '--requirepass',
      SECRET,
      '--save',
      '',
      '--dir',
      temporary,
    ];
    servers.push(await startServer('redis-server', settings, port, path.join(temporary, 'redis.log')));
    first = await buildOn('first', 'ccache', env('first'));
    second = await buildOn('a second machine', 'ccache', env('a second machine'));
  });

  test('the second, whose own cache is empty, gets over 95% from the first', () => {
    const before = statistics(env('first').CCACHE_DIR);
    expect(before.cache_miss).toBeGreaterThan(100);
    for (const { said } of [first, second]) expect(said).not.toMatch(/remote storage/);
    const after = statistics(env('a second machine').CCACHE_DIR);
    const hits = (after.direct_cache_hit ?? 0) + (after.preprocessed_cache_hit ?? 0);
    expect(hits).toBeGreaterThan(100);
    expect(hits / (hits + (after.cache_miss ?? 0))).toBeGreaterThan(0.95);
    expect(after.remote_storage_hit).toBeGreaterThan(100);
    // configure's own programs are nobody's to share.
    for (const { autoconf_test, compile_failed } of [before, after]) {
      expect(autoconf_test).toBe(0);
      expect(compile_failed).toBe(0);
    }
  });

  test('both have the same interpreters, at folders of other names', () => {
    expect(code(second.builds)).toEqual(code(first.builds));
    expect(new Set([...first.builds, ...second.builds].map(({ root }) => root)).size).toBe(4);
  });

  test('the password is in nothing that a run leaves', () => {
    for (const { folder } of [first, second]) {
      const holds = (text: string) =>
        execFileSync('sh', ['-c', 'grep -rlaF -e "$1" -- "$2" || true', 'sh', text, folder], { encoding: 'utf8' });
      expect(holds('remove-zombieframe')).not.toBe('');
      expect(holds(SECRET)).toBe('');
    }
  });
});

describe('distcc', () => {
  let port: number;
  let log: string;

  beforeAll(async () => {
    port = await freePort();
    log = path.join(temporary, 'distccd.log');
    const settings = ['--no-detach', '--daemon', '--listen', '127.0.0.1', '--allow', '127.0.0.1', '--port', `${port}`];
    // Which compilers it may start is the system's list otherwise, which its package makes.
    settings.push('--enable-tcp-insecure', '--log-stderr', '--log-level', 'info', '--jobs', '2');
    servers.push(await startServer('distccd', settings, port, log));
  });

  test('compiles over there, what matters and nothing else', async () => {
    const env = { DISTCC_HOSTS: `127.0.0.1:${port}/4`, DISTCC_FALLBACK: '0' };
    const { builds, said } = await buildOn('farm', 'distcc', env);
    expect(said).not.toMatch(/distcc compiled/);
    const compiled = readFileSync(log, 'utf8').match(/COMPILE_OK.*/g) ?? [];
    const objects = builds.flatMap(({ obj }) =>
      execFileSync('find', ['Parser', 'Objects', 'Python', 'Modules', '-name', '*.o'], { cwd: obj, encoding: 'utf8' })
        .trim()
        .split('\n'),
    );
    expect(objects.length).toBeGreaterThan(200);
    expect(compiled.length).toBeGreaterThanOrEqual(objects.length);
    expect(compiled.filter((line) => line.includes('conftest'))).toEqual([]);
    expect(code(builds)).toEqual(code(first.builds));
  });
});

describe('where nobody answers, what is compiled here instead is told', () => {
  /** Compiles a small file as a build does. @returns what the launcher leaves: its output, and the folder of its log. */
  async function compile(launcher: 'ccache' | 'distcc', env: Record<string, string>) {
    const logs = path.join(temporary, `${launcher}-alone`);
    mkdirSync(logs);
    writeFileSync(path.join(logs, 'a.c'), 'int f(void) { return 1; }\n');
    const { exitCode, stderr, stdout } = await runProcess(launcher, ['gcc', '-c', 'a.c', '-o', 'a.o'], {
      cwd: logs,
      env: {
        PATH: process.env.PATH ?? '',
        HOME: logs,
        ...launcherEnvironment(launcher, logs, env),
        ...launcherLog(launcher, logs),
      },
      timeoutMs: 30_000,
    });
    expect(exitCode, stderr).toBe(0);
    return launcherTrouble(launcher, stdout + stderr, logs);
  }

  test('ccache without its server', async () => {
    const env = {
      CCACHE_DIR: path.join(temporary, 'own'),
      CCACHE_REMOTE_STORAGE: `redis://127.0.0.1:${await freePort()}`,
    };
    expect(await compile('ccache', env)).toMatch(/remote storage did not answer in 1 call:/);
  });

  test('distcc without its machines', async () => {
    const env = { DISTCC_HOSTS: `127.0.0.1:${await freePort()}/4`, DISTCC_DIR: path.join(temporary, 'distcc') };
    expect(await compile('distcc', env)).toMatch(/^distcc compiled 1 file here/);
  });
});

/** @source ccache(1), `--print-stats`: a counter a line, name and number */
function statistics(folder: string): Readonly<Record<string, number>> {
  const text = execFileSync('ccache', ['--print-stats'], {
    encoding: 'utf8',
    env: { ...process.env, CCACHE_DIR: folder, CCACHE_REMOTE_STORAGE: '' },
  });
  return Object.fromEntries(
    text
      .trim()
      .split('\n')
      .map((line) => line.split('\t'))
      .map(([name = '', number = '']) => [name, Number(number)]),
  );
}
