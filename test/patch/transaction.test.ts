/** `apply` is all or nothing, whenever it is killed and whatever fails: each change to a file is a moment of its own here. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { applyPatches, recoverApply } from '../../src/patch/index.ts';
import { Transaction } from '../../src/patch/transaction.ts';
import { type Faults, openFaults } from '../faults/preload.ts';
import { AFTER, BEFORE, PATCH } from './apply-child.ts';

const CHILD = path.join(import.meta.dirname, 'apply-child.ts');
const ctx = { env: process.env, signal: new AbortController().signal };
type Files = Readonly<Record<string, string>>;

let root: string;
let faults: Faults;
beforeAll(() => {
  faults = openFaults();
});
afterAll(() => faults.close());
beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'fw-transaction-'));
  reset();
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function put(files: Files) {
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
    writeFileSync(path.join(root, file), text);
  }
}

function reset() {
  for (const name of readdirSync(root)) rmSync(path.join(root, name), { recursive: true });
  put(BEFORE);
}

/** All files of the tree, also what was left over. */
function contents(): Files {
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).sort();
  const plain = files.filter((file) => lstatSync(path.join(root, file)).isFile());
  return Object.fromEntries(plain.map((file) => [file, readFileSync(path.join(root, file), 'latin1')]));
}

function isLike(files: Files): boolean {
  const sources = Object.entries(contents()).filter(([file]) => !file.startsWith('.forkwright'));
  return JSON.stringify(sources) === JSON.stringify(Object.entries(files).sort(([a], [b]) => (a < b ? -1 : 1)));
}

const command = () => [process.execPath, CHILD, root];
const journal = () => path.join(root, '.forkwright-apply/journal.json');

test('killed at any moment: put back whole, and applied whole by the next call', async () => {
  const moments = faults.count(root, command());
  expect(contents()).toEqual(AFTER);
  expect(moments).toBeGreaterThan(30);
  let mixed = 0;
  for (let at = 1; at <= moments; at++) {
    reset();
    expect(faults.run(root, command(), at, 'kill').signal).toBe('SIGKILL');
    if (!isLike(BEFORE) && !isLike(AFTER)) mixed += 1;
    const isDone = isLike(AFTER) && !existsSync(journal());
    await recoverApply(root, ctx);
    expect({ at, files: contents() }).toEqual({ at, files: isDone ? AFTER : BEFORE });
    await applyPatches(root, [PATCH]);
    expect({ at, files: contents() }).toEqual({ at, files: AFTER });
  }
  // The test can fail: there are such moments.
  expect(mixed).toBeGreaterThan(2);
}, 240_000);

test('whatever fails: all or nothing, and a word for it', async () => {
  const moments = faults.count(root, command());
  let refused = 0;
  for (let at = 1; at <= moments; at++) {
    reset();
    const { exitCode, err } = faults.run(root, command(), at, 'fail');
    if (exitCode !== 0) {
      refused += 1;
      expect({ at, exitCode, err }).toEqual({ at, exitCode: 2, err: expect.stringMatching(/^UserError: /) });
    }
    await recoverApply(root, ctx);
    expect({ at, isWhole: isLike(exitCode === 0 ? AFTER : BEFORE) }).toEqual({ at, isWhole: true });
    await applyPatches(root, [PATCH]);
    expect({ at, files: contents() }).toEqual({ at, files: AFTER });
  }
  expect(refused).toBeGreaterThan(20);
}, 240_000);

describe('one at a time', () => {
  test('a living process keeps its right, also one that was stopped', async () => {
    const child = spawn(process.execPath, [
      '-e',
      `import(${JSON.stringify(path.resolve('src/patch/transaction.ts'))}).then(async ({ Transaction }) => {
        await Transaction.claim(${JSON.stringify(root)});
        console.log('claimed');
        setInterval(() => {}, 1000);
      })`,
    ]);
    await once(child.stdout, 'data');
    child.kill('SIGSTOP');
    await expect(applyPatches(root, [PATCH])).rejects.toThrow(`process ${child.pid} on`);
    await expect(recoverApply(root, ctx)).rejects.toThrow('at work in this checkout');
    expect(isLike(BEFORE)).toBe(true);
    child.kill('SIGKILL');
    await once(child, 'close');
    await applyPatches(root, [PATCH]);
    expect(contents()).toEqual(AFTER);
  });

  test('of many at once, each says what it did', async () => {
    const all = await Promise.allSettled(Array.from({ length: 8 }, () => applyPatches(root, [PATCH])));
    const done = all.filter((one) => one.status === 'fulfilled').map(({ value }) => value.nothingToDo);
    expect(done.filter((nothing) => !nothing)).toEqual([false]);
    for (const one of all)
      if (one.status === 'rejected') expect(one.reason).toMatchObject({ diagnostics: [{ code: 'patch/busy' }] });
    expect(contents()).toEqual(AFTER);
  });
});

/** As a kill leaves it, in the middle of the renames. */
async function interrupted(head?: string) {
  const transaction = await Transaction.claim(root);
  const writes = PATCH.files.map(({ path: file, is, before, after }) => ({
    path: file,
    from: is === 'made' ? undefined : before,
    to: is === 'removed' ? undefined : after,
    mode: 0o644,
  }));
  await transaction.write(writes, head);
  rmSync(path.join(root, '.forkwright-apply/owner.1'));
  return transaction;
}

test('files that were edited since stay, and their old bytes are named', async () => {
  await interrupted();
  put({ 'Include/a.h': 'mine\n' });
  await expect(recoverApply(root, ctx)).rejects.toMatchObject({
    exitCode: 1,
    diagnostics: [{ code: 'patch/interrupted', detail: ['Include/a.h (as it was: .forkwright-apply/old.0)'] }],
  });
  expect(readFileSync(path.join(root, 'Include/a.h'), 'latin1')).toBe('mine\n');
  expect(readFileSync(path.join(root, '.forkwright-apply/old.0'), 'latin1')).toBe('a\n');
  // What was not edited is back.
  expect(readFileSync(path.join(root, 'Objects/b.c'), 'latin1')).toBe('b\n');
});

describe('a journal that a stranger brought', () => {
  const bring = (file: string, old: string) => {
    const mine = { path: file, mode: 0o644, from: null, to: null };
    put({ '.forkwright-apply/journal.json': JSON.stringify({ schemaVersion: 1, files: [mine], folders: [old] }) });
  };

  test.each([['../outside'], ['/etc/hostname'], ['a/../../outside']])('no way out of the tree: %s', async (file) => {
    const outside = path.join(path.dirname(root), 'outside');
    rmSync(outside, { force: true, recursive: true });
    mkdirSync(outside);
    bring('Lib/none.py', file);
    await recoverApply(root, ctx).catch(() => undefined);
    bring(file, 'Lib');
    await recoverApply(root, ctx).catch(() => undefined);
    expect(existsSync(outside)).toBe(true);
    expect(existsSync('/etc/hostname')).toBe(true);
    rmSync(outside, { recursive: true });
  });

  test('links are not followed', async () => {
    const outside = mkdtempSync(path.join(tmpdir(), 'fw-outside-'));
    symlinkSync(outside, path.join(root, '.forkwright-apply'));
    await expect(applyPatches(root, [PATCH])).rejects.toMatchObject({ diagnostics: [{ code: 'patch/journal' }] });
    expect(readdirSync(outside)).toEqual([]);
    rmSync(path.join(root, '.forkwright-apply'));
    mkdirSync(path.join(root, '.forkwright-apply'));
    for (const name of ['.gitignore', 'old.0', 'new.0', 'draft.journal'])
      symlinkSync(path.join(outside, 'x'), path.join(root, '.forkwright-apply', name));
    await applyPatches(root, [PATCH]);
    expect(readdirSync(outside)).toEqual([]);
    expect(isLike(AFTER)).toBe(true);
    rmSync(outside, { recursive: true });
  });

  test('old bytes that are not those of the journal are not put back', async () => {
    await interrupted();
    put({ '.forkwright-apply/old.1': 'evil\n' });
    await expect(recoverApply(root, ctx)).rejects.toMatchObject({ diagnostics: [{ code: 'patch/journal' }] });
    expect(readFileSync(path.join(root, 'Objects/b.c'), 'latin1')).toBe('B\n');
  });
});

describe('killed while git commits', () => {
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...args], { cwd: root, encoding: 'utf8' });
  beforeEach(() => {
    git('init', '-q');
    git('add', '-A');
    git('commit', '-qm', 'base');
  });
  const head = () => git('rev-parse', 'HEAD').trim();

  test('not committed: put back, and no longer staged', async () => {
    await interrupted(head());
    git('add', '-A');
    expect((await recoverApply(root, ctx)).length).toBe(4);
    expect(git('status', '--porcelain')).toBe('');
    expect(existsSync(path.join(root, 'Modules'))).toBe(false);
  });

  test('git still at work: nothing is touched', async () => {
    await interrupted(head());
    writeFileSync(path.join(root, '.git/index.lock'), '');
    await expect(recoverApply(root, ctx)).rejects.toMatchObject({ diagnostics: [{ code: 'patch/git-at-work' }] });
    expect(readFileSync(path.join(root, 'Objects/b.c'), 'latin1')).toBe('B\n');
    rmSync(path.join(root, '.git/index.lock'));
    await recoverApply(root, ctx);
    expect(git('status', '--porcelain')).toBe('');
  });

  test('committed: it stays', async () => {
    await interrupted(head());
    git('add', '-A');
    git('commit', '-qm', 'done');
    expect(await recoverApply(root, ctx)).toEqual([]);
    expect(git('status', '--porcelain')).toBe('');
    expect(readFileSync(path.join(root, 'Objects/b.c'), 'latin1')).toBe('B\n');
  });
});

test('modes stay, and a file that was put back has its own', async () => {
  chmodSync(path.join(root, 'Objects/b.c'), 0o755);
  await applyPatches(root, [PATCH]);
  expect(lstatSync(path.join(root, 'Objects/b.c')).mode & 0o777).toBe(0o755);
});

test('git sees nothing of it', async () => {
  execFileSync('git', ['init', '-q'], { cwd: root });
  execFileSync('git', ['add', '-A'], { cwd: root });
  const transaction = await interrupted();
  const status = execFileSync('git', ['status', '--porcelain', '--untracked-files=all'], {
    cwd: root,
    encoding: 'utf8',
  });
  expect(status).not.toContain('.forkwright');
  await transaction.takeBack();
});
