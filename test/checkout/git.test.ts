import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { GitExit, openGit, orExit, orFail, orNot } from '../../src/checkout/git.ts';
import { Cancelled } from '../../src/system/diagnostic.ts';
import { groupRuns } from '../../src/system/process-group.ts';
import { failure, git, gitInit, makeRig, miniTree, type Rig } from './rig.ts';

let rig: Rig;
let root: string;
beforeAll(() => {
  rig = makeRig();
  root = gitInit(miniTree(path.join(rig.dir, 'repo')), 'v1');
});
afterAll(() => rig.remove());

test('simple-git asks, its answers are read by it', async () => {
  const repo = await openGit(root, rig.ctx);
  expect((await repo.log()).latest).toMatchObject({ message: 'start', author_name: 'A' });
  expect((await repo.branch()).all).toEqual(['main']);
  expect((await repo.tags()).all).toEqual(['v1']);
  expect((await repo.status()).isClean()).toBe(true);
});

test("git's no is a value, nothing, or an error with its words", async () => {
  const repo = await openGit(root, rig.ctx);
  const said = await orExit(repo.revparse(['--verify', 'nothing']));
  expect(said).toBeInstanceOf(GitExit);
  expect(await orNot(repo.revparse(['--verify', 'nothing']))).toBeUndefined();
  expect(await failure(orFail('find it', root, repo.revparse(['--verify', 'nothing'])))).toMatchObject({
    code: 'checkout/git-failed',
    message: 'cannot find it: git exits with 128',
    detail: ['fatal: Needed a single revision'],
  });
});

test('bytes stay bytes', async () => {
  const input = `${git(root, 'hash-object', '-w', bytes()).trim()}\n`;
  const repo = await openGit(root, rig.ctx, { encoding: 'latin1', input });
  expect(await repo.catFile(['--batch'])).toContain('a\xe9\0\xff');
});
function bytes(): string {
  const file = path.join(rig.dir, 'bytes');
  writeFileSync(file, 'a\xe9\0\xff', 'latin1');
  return file;
}

test('what is not safe on a command line is refused by simple-git', async () => {
  const repo = await openGit(root, rig.ctx);
  await expect(repo.raw(['-c', 'core.sshCommand=evil', 'fetch'])).rejects.toMatchObject({
    diagnostics: [{ code: 'checkout/unsafe-git' }],
  });
  await expect(repo.raw(['ls-remote', '--upload-pack=evil', '.'])).rejects.toThrow(/allowUnsafePack/);
});

/** A git that waits for a program which it has started, and that program's process id. */
async function hanging(signal: AbortSignal, timeoutMs: number) {
  const pid = path.join(rig.dir, `pid${timeoutMs}`);
  const ssh = path.join(rig.dir, 'ssh');
  writeFileSync(ssh, `#!/bin/sh\necho $$ > '${pid}'\nsleep 600 & wait\n`, { mode: 0o755 });
  const ctx = { env: { ...rig.ctx.env, GIT_SSH: ssh, GIT_SSH_VARIANT: 'simple' }, signal };
  const repo = await openGit(root, ctx, { may: 'fetch', timeoutMs });
  const call = orExit(repo.listRemote(['ssh://nowhere/x']));
  const started = async () => {
    for (;;) {
      try {
        const text = readFileSync(pid, 'utf8').trim();
        if (text !== '') return Number(readFileSync(`/proc/${text}/stat`, 'latin1').split(' ')[4]);
      } catch {}
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  };
  return { call, started };
}

test('abort ends git with all that it has started', async () => {
  const stop = new AbortController();
  const { call, started } = await hanging(stop.signal, 60_000);
  const group = await started();
  expect(groupRuns(group)).toBe(true);
  stop.abort();
  await expect(call).rejects.toBeInstanceOf(Cancelled);
  expect(groupRuns(group)).toBe(false);
});

test('so does the time limit', async () => {
  const { call, started } = await hanging(new AbortController().signal, 1500);
  const [group] = await Promise.all([started(), call.catch((error) => error)]);
  expect(await failure(call)).toMatchObject({ code: 'checkout/git-slow' });
  expect(groupRuns(group)).toBe(false);
});

test('a folder that is not there, no git', async () => {
  expect(await failure(openGit(path.join(rig.dir, 'none'), rig.ctx))).toMatchObject({ code: 'checkout/no-folder' });
  const repo = await openGit(root, { ...rig.ctx, env: { PATH: '/nonexistent' } });
  expect(await failure(repo.status())).toMatchObject({ code: 'checkout/no-git' });
});
