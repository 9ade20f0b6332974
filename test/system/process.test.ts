import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runProcess } from '../../src/system/process.ts';
import { groupRuns } from '../../src/system/process-group.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'fw-process-'));
});
afterAll(() => rm(folder, { recursive: true }));

const env = { PATH: process.env.PATH };
const sh = (script: string, more: Partial<Parameters<typeof runProcess>[2]> = {}) =>
  runProcess('/bin/sh', ['-c', script], { cwd: folder, env, timeoutMs: 10_000, ...more });

describe('runProcess', () => {
  test('a failing exit code is a value', async () => {
    const result = await sh('echo out; echo err >&2; exit 3');
    expect(result).toMatchObject({ exitCode: 3, stdout: 'out\n', stderr: 'err\n', timedOut: false, notFound: false });
  });

  test('inherits nothing of the environment', async () => {
    process.env.FW_LEAK = 'leaked';
    expect((await sh('echo "<$FW_LEAK>"')).stdout).toBe('<>\n');
  });

  test('says when the program is not there', async () => {
    const result = await runProcess('/nonexistent/tool', [], { cwd: folder, env, timeoutMs: 1000 });
    expect(result.notFound).toBe(true);
  });

  test('a log file gets both streams, appended', async () => {
    const logFile = path.join(folder, 'log');
    await sh('echo one; echo two >&2', { logFile });
    await sh('echo three', { logFile });
    expect(await readFile(logFile, 'utf8')).toBe('one\ntwo\nthree\n');
  });

  test('what has left the group and holds the pipes is not waited for', async () => {
    const result = await sh('echo out; echo err >&2; setsid sleep 600 & echo $! > pid3; exit 3');
    expect(result).toMatchObject({ exitCode: 3, stdout: 'out\n', stderr: 'err\n', timedOut: false });
    // It runs still; throws where it does not.
    process.kill(Number(await readFile(path.join(folder, 'pid3'), 'utf8')), 'SIGKILL');
  });

  test('latin1 keeps every byte', async () => {
    const result = await sh("printf '\\351\\377\\200'", { encoding: 'latin1' });
    expect(result.stdout).toBe('\xe9\xff\x80');
  });

  test('the time limit ends grandchildren too', async () => {
    const result = await sh('sleep 60 & sleep 60 & echo $$ > pid; wait', { timeoutMs: 300 });
    expect(result.timedOut).toBe(true);
    expect(result.exitCode).toBeUndefined();
    const group = Number(await readFile(path.join(folder, 'pid'), 'utf8'));
    expect(groupRuns(group)).toBe(false);
  });

  test('abort ends the whole group and throws Cancelled', async () => {
    const abort = new AbortController();
    const work = sh('sleep 60 & echo $$ > pid2; sleep 60', { signal: abort.signal });
    setTimeout(() => abort.abort(), 300);
    await expect(work).rejects.toMatchObject({ name: 'Cancelled' });
    const group = Number(await readFile(path.join(folder, 'pid2'), 'utf8'));
    expect(groupRuns(group)).toBe(false);
  });

  test('a background process that holds the pipe does not hold the step', async () => {
    // Longer than a test may take.
    const result = await sh('sleep 600 & echo done');
    expect(result.stdout).toBe('done\n');
  });

  test('ends what ignores SIGTERM', async () => {
    const result = await sh("trap '' TERM; while :; do sleep 1; done", { timeoutMs: 200 });
    expect(result.timedOut).toBe(true);
  });
});
