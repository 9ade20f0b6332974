/** Signals are listened to only while something must be put in order. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { Cancelled } from '../../src/system/diagnostic.ts';
import { inTemporaryFolder } from '../../src/system/files.ts';
import { exitCodeOfStop, hold, whenStopped } from '../../src/system/held.ts';
import { locked } from '../../src/system/lock.ts';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const listeners = () => SIGNALS.map((signal) => process.listenerCount(signal));
const before = listeners();
const withOurs = before.map((count) => count + 1);
afterEach(() => whenStopped(undefined));

test('no listener of ours, nor of a library, where nothing is held', async () => {
  whenStopped(() => {});
  expect(listeners()).toEqual(before);
  const [first, second] = [hold(), hold()];
  expect(listeners()).toEqual(withOurs);
  await first();
  await first();
  expect(listeners()).toEqual(withOurs);
  await second();
  expect(listeners()).toEqual(before);
  await inTemporaryFolder('fw-held-', async (folder) => {
    const how = { staleMs: 10_000, signal: new AbortController().signal, onWait: () => {} };
    process.on('SIGINT', () => {});
    await locked(path.join(folder, 'one'), how, async () => {});
  });
  expect(listeners()).toEqual(before);
});

test('a signal in the last moment of what is held is told, and the folder is gone', async () => {
  let told = 0;
  whenStopped(() => {
    told += 1;
  });
  let folder = '';
  const work = inTemporaryFolder('fw-held-', async (made) => {
    folder = made;
    process.kill(process.pid, 'SIGTERM');
  });
  await expect(work).rejects.toThrow(Cancelled);
  expect({ told, there: existsSync(folder), code: exitCodeOfStop() }).toEqual({ told: 1, there: false, code: 143 });
});
