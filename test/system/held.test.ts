/** Signals are listened to only while something must be put in order. */
import { spawnSync } from 'node:child_process';
import { existsSync, stat } from 'node:fs';
import path from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { Cancelled } from '../../src/system/diagnostic.ts';
import { inTemporaryFolder } from '../../src/system/files.ts';
import { exitCodeOfStop, hold, isUnfinished, whenStopped } from '../../src/system/held.ts';
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
    const how = { signal: new AbortController().signal, onWait: () => {} };
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

test('a signal while something else computes, in the last turn before nothing is held, is told', async () => {
  let told = 0;
  whenStopped(() => {
    told += 1;
  });
  const computing = (ms: number) => {
    const until = performance.now() + ms;
    while (performance.now() < until);
  };
  const released = hold()();
  // Answered in the next turn, behind the place at which that one looks for signals.
  setImmediate(() => {
    stat('.', () => {
      process.kill(process.pid, 'SIGTERM');
      computing(10);
    });
    computing(20);
  });
  await released;
  expect({ told, listeners: listeners() }).toEqual({ told: 1, listeners: before });
});

test('what can be undone is undone at the exit, the last first; what cannot is waited for', async () => {
  const held = path.resolve(import.meta.dirname, '../../src/system/held.ts');
  const text = `import { hold } from ${JSON.stringify(held)};
const say = (what) => () => process.stdout.write(what);
hold({ undo: say('folder') });
const ended = hold({ undo: say('file') });
hold({ undo: () => { throw new Error('no') } });
hold({ undo: say('process ') });
await ended();
process.exit(0);`;
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', text], { encoding: 'utf8' });
  expect({ stdout, stderr }).toEqual({ stdout: 'process folder', stderr: '' });
  const undoable = hold({ undo: () => {} });
  expect(isUnfinished()).toBe(false);
  const group = hold({ undo: () => {}, wait: true });
  expect(isUnfinished()).toBe(true);
  await group();
  const writing = hold();
  expect(isUnfinished()).toBe(true);
  await writing();
  expect(isUnfinished()).toBe(false);
  await undoable();
});
