import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  claimRunFolder,
  latestRunFolder,
  loadRequest,
  newRunFolder,
  runFolder,
  saveRequest,
  withRunLock,
} from '../../src/run/folder.ts';
import { openJournal } from '../../src/run/journal.ts';
import type { RunRequest } from '../../src/run/request.ts';

let parent: string;
beforeEach(async () => {
  parent = await mkdtemp(path.join(tmpdir(), 'fw-run-'));
});
afterEach(() => rm(parent, { recursive: true }));

const request: RunRequest = {
  schemaVersion: 1,
  checkout: '/src/cpython',
  changes: [{ recipe: 'remove-zombieframe', params: { abi: 'keep-field' } }],
  targets: ['host'],
  stages: ['build', 'speed'],
  build: { pgo: false, modules: 'all', configure: [], launcher: 'none' },
  cpythonTests: ['test_gc'],
  bench: { pairs: 12, seed: 1, testTimeoutMs: 1000, blockMs: 5, repeats: 1, instructions: 'off', control: false },
};

describe('run folders', () => {
  test('are named after the day and the recipes, and never used twice', async () => {
    const day = new Date(2026, 10, 2);
    const names = [];
    for (let n = 0; n < 3; n += 1) names.push((await newRunFolder(parent, 'a+b/../c', day)).name);
    expect(names).toEqual(['2026-11-02-a+b-..-c', '2026-11-02-a+b-..-c-2', '2026-11-02-a+b-..-c-3']);
  });

  test('--out takes a new or empty folder, and refuses one that holds anything', async () => {
    const dir = path.join(parent, 'out');
    expect((await claimRunFolder(dir)).dir).toBe(dir);
    await claimRunFolder(dir);
    await writeFile(path.join(dir, 'x'), '');
    await expect(claimRunFolder(dir)).rejects.toThrow('the run folder is not empty');
  });

  test('the newest is the one whose request is newest; others are not looked at', async () => {
    await expect(latestRunFolder(parent)).rejects.toThrow('there is no run in');
    for (const [name, seconds] of [
      ['old', 1000],
      ['new', 3000],
      ['middle', 2000],
    ] as const) {
      const folder = runFolder(path.join(parent, name));
      await saveRequest(folder, request);
      await utimes(folder.request, seconds, seconds);
    }
    expect((await latestRunFolder(parent)).name).toBe('new');
  });

  test('a request comes back as it was; a damaged one is refused', async () => {
    const folder = runFolder(path.join(parent, 'r'));
    await expect(loadRequest(folder)).rejects.toThrow('this is not a run folder');
    await saveRequest(folder, request);
    expect(await loadRequest(folder)).toEqual(request);
    await writeFile(folder.request, JSON.stringify({ ...request, targets: [] }));
    await expect(loadRequest(folder)).rejects.toThrow('does not have the expected shape');
  });

  test('one process at a time works in a folder', async () => {
    const folder = await claimRunFolder(path.join(parent, 'locked'));
    await withRunLock(folder, async () => {
      await expect(withRunLock(folder, async () => 1)).rejects.toThrow('another Forkwright works in this run folder');
    });
    expect(await withRunLock(folder, async () => 2)).toBe(2);
  });
});

describe('the journal', () => {
  test('gives a finished stage back for the same inputs only, also to a later process', async () => {
    const folder = await claimRunFolder(path.join(parent, 'j'));
    const journal = await openJournal(folder);
    expect(journal.find('host/tests', { set: 'quick' })).toBeUndefined();
    await journal.record('host/tests', { set: 'quick', builds: ['a', 'b'] }, { rows: [1] });
    const later = await openJournal(folder);
    expect(later.find('host/tests', { builds: ['a', 'b'], set: 'quick' })).toEqual({ rows: [1] });
    expect(later.find('host/tests', { set: 'all', builds: ['a', 'b'] })).toBeUndefined();
    expect(later.find('host/growth', { set: 'quick', builds: ['a', 'b'] })).toBeUndefined();
  });

  test('a torn last line costs that stage, not the others, and what is recorded next is not lost', async () => {
    const folder = await claimRunFolder(path.join(parent, 'torn'));
    await (await openJournal(folder)).record('a', {}, 1);
    const { appendFile } = await import('node:fs/promises');
    await appendFile(folder.journal, '{"stage":"b","inp');
    const journal = await openJournal(folder);
    expect(journal.find('a', {})).toBe(1);
    expect(journal.find('b', {})).toBeUndefined();
    await journal.record('c', {}, 3);
    expect((await openJournal(folder)).find('c', {})).toBe(3);
  });
});
