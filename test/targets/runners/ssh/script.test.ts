import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { groupRuns } from '../../../../src/system/process-group.ts';
import { asRemoteCommand, endScript, startScript } from '../../../../src/targets/runners/ssh/script.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'fw-script-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** As sshd does it: the login shell gets the command as one word. */
const remote = (script: string) => spawnSync('/bin/sh', ['-c', asRemoteCommand(script)], { encoding: 'utf8' });
const start = { folder, id: 'abcdef', env: {}, keep: false };

test('words arrive as they are, whatever is in them', () => {
  const word = fc
    .string({ unit: 'binary', maxLength: 30 })
    .filter((text) => !text.includes('\0') && text.isWellFormed());
  fc.assert(
    fc.property(fc.array(word, { maxLength: 4 }), (words) => {
      const command = ['/usr/bin/printf', '%s\\n--\\n', ...words];
      const { stdout } = remote(startScript({ ...start, command }));
      expect(stdout).toBe(words.length === 0 ? '\n--\n' : words.map((one) => `${one}\n--\n`).join(''));
    }),
    { numRuns: 60 },
  );
});

test('the interpreter has the given variables and no others', () => {
  const env = { NAME: "it's $HOME\n`x`", EMPTY: '' };
  const { stdout } = remote(startScript({ ...start, env, command: ['/usr/bin/env', '-0'] }));
  expect(
    stdout
      .split('\0')
      .filter((one) => one !== '')
      .sort(),
  ).toEqual(['EMPTY=', `NAME=${env.NAME}`]);
});

test('it ends with the exit code of what it ran, and leaves nothing', () => {
  expect(remote(startScript({ ...start, command: ['/bin/sh', '-c', 'echo x >file; exit 7'] })).status).toBe(7);
  expect(readdirSync(path.join(folder, 'tmp'))).toEqual([]);
});

test('what is to be fetched stays', () => {
  remote(startScript({ ...start, keep: true, command: ['/bin/sh', '-c', 'echo x >file'] }));
  expect(existsSync(path.join(folder, 'tmp/abcdef/file'))).toBe(true);
  expect(remote(endScript(start)).status).toBe(0);
  expect(readdirSync(path.join(folder, 'tmp'))).toEqual([]);
});

test('the whole process group is ended', async () => {
  const command = ['/bin/sh', '-c', 'sleep 1000 & sleep 1000'];
  // A leader of a group, as sshd makes it.
  const script = path.join(folder, 'script');
  writeFileSync(script, startScript({ ...start, command }));
  execFileSync('/bin/sh', ['-c', `setsid sh ${script} >/dev/null 2>&1 &`]);
  const pidFile = path.join(folder, 'tmp/abcdef.pid');
  while (!existsSync(pidFile)) await new Promise((resolve) => setTimeout(resolve, 20));
  const group = Number(readFileSync(pidFile, 'utf8'));
  expect(groupRuns(group)).toBe(true);
  remote(endScript(start));
  expect(groupRuns(group)).toBe(false);
});
