import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';

import {
  isOurFile,
  mapRoots,
  type SshSession,
  translate,
  uploadKey,
} from '../../../../src/targets/runners/ssh/translate.ts';

const here = mkdtempSync(path.join(tmpdir(), 'fw-translate-'));
afterAll(() => rmSync(here, { recursive: true }));
mkdirSync(path.join(here, 'store/k/obj'), { recursive: true });
mkdirSync(path.join(here, 'work'));
writeFileSync(path.join(here, 'worker.py'), 'print(1)\n');

const session: SshSession = {
  ssh: ['ssh', 'board'],
  folder: '/fw',
  roots: [{ local: path.join(here, 'store/k'), remote: '/fw/builds/k' }],
  python: path.join(here, 'store/k/obj/python'),
  loaderEnv: {},
  seen: here,
  fixAddresses: ['setarch', '-R'],
  ownEnv: {},
};
const local = { id: '0a1b', args: [] as string[], env: {} as Record<string, string>, cwd: '/', fixedAddresses: false };

describe('paths of copied folders', () => {
  const roots = [
    { local: '/a/b', remote: '/r' },
    { local: '/a/b/c', remote: '/s' },
  ];
  test.each([
    ['/a/b', '/r'],
    ['/a/b/x.py', '/r/x.py'],
    ['/a/b/c/x.py', '/s/x.py'],
    ['/a/bc/x.py', '/a/bc/x.py'],
    ['/a/b-old', '/a/b-old'],
    ['sys.path.insert(0, "/a/b")', 'sys.path.insert(0, "/r")'],
    ['/x/a/b', '/x/a/b'],
    ['a=/a/b:/a/b/c', 'a=/r:/s'],
  ])('%s → %s', (text, expected) => expect(mapRoots(text, roots)).toBe(expected));

  test('characters of regular expressions are ordinary', () => {
    expect(mapRoots('/a+(b)/x /aab/x', [{ local: '/a+(b)', remote: '/$&' }])).toBe('/$&/x /aab/x');
  });
});

test('the interpreter is the one over there', () => {
  const { start } = translate(session, { ...local, args: ['-c', 'pass'] });
  expect(start.command).toEqual(['/fw/builds/k/obj/python', '-c', 'pass']);
  expect(start.cwd).toBe('/');
});

test('a file that is named is copied, under the name that it has', () => {
  const file = path.join(here, 'worker.py');
  const { start, uploads } = translate(session, { ...local, args: [file, 'x', file] });
  const remote = `/fw/files/${uploadKey(file)}/worker.py`;
  expect(start.command.slice(1)).toEqual([remote, 'x', remote]);
  expect(uploads).toEqual([{ local: file, key: uploadKey(file), remote }]);
});

test('another content is another copy', () => {
  const file = path.join(here, 'changing.py');
  writeFileSync(file, 'a');
  const before = uploadKey(file);
  writeFileSync(file, 'b');
  expect(uploadKey(file)).not.toBe(before);
});

test.each(['/usr/bin/env', '/nonexistent', '/', 'relative', '', '/dev/null', '/etc/passwd'])(
  'nothing of the system is copied: %j',
  (word) => expect(isOurFile(word)).toBe(false),
);

test('folders for temporary files are the call’s own, and it starts there', () => {
  const work = path.join(here, 'work');
  const { start } = translate(session, { ...local, cwd: work, env: { TMPDIR: work, HOME: '/nonexistent', LANG: 'C' } });
  expect(start.env).toEqual({ TMPDIR: '/fw/tmp/0a1b', HOME: '/nonexistent', LANG: 'C' });
  expect(start.cwd).toBeUndefined();
});

test('in a build’s folder it starts in that folder', () => {
  expect(translate(session, { ...local, cwd: path.join(here, 'store/k/obj') }).start.cwd).toBe('/fw/builds/k/obj');
});

test('what a counter writes comes back', () => {
  const out = path.join(here, 'counted');
  const { start, outputs } = translate(session, { ...local, env: { FORKWRIGHT_MEMORY_OUT: out } });
  expect(start.env).toEqual({ FORKWRIGHT_MEMORY_OUT: '/fw/tmp/0a1b/FORKWRIGHT_MEMORY_OUT' });
  expect(outputs).toEqual([{ local: out, remote: '/fw/tmp/0a1b/FORKWRIGHT_MEMORY_OUT' }]);
  expect(start.keep).toBe(true);
});

test('fixed addresses are fixed there', () => {
  expect(translate(session, { ...local, fixedAddresses: true }).start.command.slice(0, 2)).toEqual(['setarch', '-R']);
});
