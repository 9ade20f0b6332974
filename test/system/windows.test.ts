/** What is decided by the system that Forkwright runs on, for both, wherever the tests run. */
import { readFile, type rename } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { expandHome } from '../../src/system/cache-folder.ts';
import { renameOver } from '../../src/system/files.ts';
import { endLeftovers, taskkill } from '../../src/system/process-group.ts';
import { defaultTarget } from '../../src/targets/descriptors.ts';
import { runEnvironment } from '../../src/targets/runners/native.ts';
import { programCandidates, searchFolders } from '../../src/targets/tools.ts';

describe('~ is the home folder', () => {
  test.each([
    ['~', path.win32, 'HOME'],
    ['~\\cache', path.win32, 'HOME\\cache'],
    ['~/cache', path.win32, 'HOME/cache'],
    ['~/cache', path.posix, 'HOME/cache'],
    ['~\\cache', path.posix, '~\\cache'],
    ['~ada/cache', path.posix, '~ada/cache'],
    ['D:\\~', path.win32, 'D:\\~'],
  ] as const)('%s', (folder, flavour, expected) => expect(expandHome(folder, 'HOME', flavour)).toBe(expected));
});

describe('programs', () => {
  test('on Windows a name stands for its .exe, too, and the Path is all there is', () => {
    const env = { Path: 'C:\\Windows\\System32;C:\\Program Files\\Git\\cmd;relative' };
    const folders = searchFolders({ env }, path.win32);
    expect(folders).toEqual(['C:\\Windows\\System32', 'C:\\Program Files\\Git\\cmd']);
    expect(programCandidates('git', folders.slice(1), path.win32)).toEqual([
      'C:\\Program Files\\Git\\cmd\\git',
      'C:\\Program Files\\Git\\cmd\\git.exe',
    ]);
    expect(programCandidates('D:\\tools\\git.exe', folders, path.win32)[0]).toBe('D:\\tools\\git.exe');
  });
  test('elsewhere the system’s folders come first', () => {
    const folders = searchFolders({ env: { PATH: '/opt/bin:relative' } }, path.posix);
    expect(folders[0]).toBe('/usr/local/bin');
    expect(folders.at(-1)).toBe('/opt/bin');
    expect(programCandidates('git', ['/usr/bin'], path.posix)).toEqual(['/usr/bin/git']);
  });
});

describe('processes', () => {
  test('on Windows a process is ended with its descendants by the system’s own program', () => {
    expect(taskkill(42, { SystemRoot: 'D:\\Windows' })).toEqual([
      'D:\\Windows\\System32\\taskkill.exe',
      ...['/pid', '42', '/t', '/f'],
    ]);
  });
  test('and one that has ended is left alone: its number may be another’s', async () => {
    // This process' own: it would not live to tell.
    await endLeftovers(process.pid, 'win32');
  });
  test('interpreters get the system’s own folders, and nothing of the user’s', () => {
    const env = {
      SystemRoot: 'D:\\Windows',
      TEMP: 'D:\\Temp',
      PATH: 'D:\\mine',
      PYTHONPATH: 'D:\\lib',
      USERNAME: 'ada',
    };
    expect(runEnvironment('win32', env)).toEqual({
      SystemRoot: 'D:\\Windows',
      TEMP: 'D:\\Temp',
      PATH: 'D:\\Windows\\System32;D:\\Windows',
      LC_ALL: 'C',
      TZ: 'UTC',
    });
    expect(runEnvironment('linux', env)).toEqual({ PATH: '/usr/local/bin:/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' });
  });
});

describe('a file that is held open for a moment', () => {
  const held = (times: number) => {
    const calls: string[] = [];
    const how = (async (from: string) => {
      calls.push(from);
      if (calls.length <= times) throw Object.assign(new Error('held'), { code: 'EBUSY' });
    }) as unknown as typeof rename;
    return { calls, how };
  };
  test('is waited for on Windows', async () => {
    const { calls, how } = held(2);
    await renameOver('a', 'b', 'win32', how);
    expect(calls).toHaveLength(3);
  });
  test('and tells something else elsewhere', async () => {
    const { calls, how } = held(2);
    await expect(renameOver('a', 'b', 'linux', how)).rejects.toMatchObject({ code: 'EBUSY' });
    expect(calls).toHaveLength(1);
  });
  test('what is never let go is an error after a while', async () => {
    await expect(renameOver('a', 'b', 'win32', held(1e9).how)).rejects.toMatchObject({ code: 'EBUSY' });
  });
});

test('what is built when nothing is said', () => {
  expect([defaultTarget('linux'), defaultTarget('darwin'), defaultTarget('win32')]).toEqual([
    ...['host', 'host'],
    'msvc-x64',
  ]);
});

test('the launcher for cmd.exe ends its lines as it needs them', async () => {
  const text = await readFile(path.resolve(import.meta.dirname, '../../scripts/forkwright.cmd'), 'latin1');
  expect(
    text
      .split('\n')
      .slice(0, -1)
      .filter((line) => !line.endsWith('\r')),
  ).toEqual([]);
  // Every label that is gone to is there.
  const labels = [...text.matchAll(/^:(\w+)\r$/gm)].map(([, label]) => label);
  for (const [, label] of text.matchAll(/\bgoto (\w+)/g)) expect(labels).toContain(label);
});
