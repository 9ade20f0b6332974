import { tmpdir } from 'node:os';
import { describe, expect, test } from 'vitest';
import { startSession } from '../../src/system/session.ts';

const start = (script: string, signal?: AbortSignal) =>
  startSession('/bin/sh', ['-c', script], {
    cwd: tmpdir(),
    env: { PATH: process.env.PATH },
    timeoutMs: 10_000,
    signal,
  });

describe('startSession', () => {
  test('talks line by line and says when the process is gone', async () => {
    const session = start('while read line; do echo "got $line"; [ "$line" = bye ] && exit 0; done');
    session.send('hello');
    expect(await session.nextLine(5000)).toBe('got hello');
    session.send('bye');
    expect(await session.nextLine(5000)).toBe('got bye');
    expect(await session.nextLine(5000)).toBeUndefined();
    await session.end();
  });

  test('a process that does not answer is a time-out, and can still be ended', async () => {
    const session = start('sleep 60');
    await expect(session.nextLine(100)).rejects.toThrow('no answer within 100 ms');
    await session.end();
  });

  test('stderr is kept', async () => {
    const session = start('echo oops >&2; echo done');
    expect(await session.nextLine(5000)).toBe('done');
    await session.end();
    expect(session.stderr()).toBe('oops\n');
  });

  test('tells how the process ended', async () => {
    for (const [script, end] of [
      ['exit 3', { exitCode: 3, exitSignal: undefined }],
      ['kill -SEGV $$', { exitCode: undefined, exitSignal: 'SIGSEGV' }],
    ] as const) {
      const session = start(script);
      expect(await session.nextLine(5000)).toBeUndefined();
      expect(session.ended()).toEqual(end);
      await session.end();
    }
  });

  test('abort wakes a waiting reader', async () => {
    const abort = new AbortController();
    const session = start('sleep 60', abort.signal);
    setTimeout(() => abort.abort(), 100);
    await expect(session.nextLine(60_000)).rejects.toMatchObject({ name: 'Cancelled' });
    await session.end();
  });
});
