import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { launcherLog, launcherTrouble } from '../../src/builds/launcher-trouble.ts';

let logs: string;
beforeEach(() => {
  logs = mkdtempSync(path.join(tmpdir(), 'fw-trouble-'));
});
afterEach(() => rmSync(logs, { recursive: true, force: true }));

test('a remote storage that does not answer is counted from what ccache wrote of this build', async () => {
  const { CCACHE_STATSLOG: file = '' } = launcherLog('ccache', logs);
  expect(path.dirname(file)).toBe(logs);
  expect(await launcherTrouble('ccache', '', logs)).toBeUndefined();
  const entry = (name: string, ...results: readonly string[]) => [`# ${name}`, ...results, ''].join('\n');
  writeFileSync(file, entry('a.c', 'direct_cache_hit', 'remote_storage_hit') + entry('b.c', 'cache_miss'));
  expect(await launcherTrouble('ccache', '', logs)).toBeUndefined();
  writeFileSync(file, entry('a.c', 'remote_storage_error') + entry('remote_storage_error.c', 'remote_storage_timeout'));
  expect(await launcherTrouble('ccache', '', logs)).toMatch(/did not answer in 2 calls/);
});

test('what distcc compiled here is counted in make’s log', async () => {
  const warning = "distcc[31357] (dcc_build_somewhere) Warning: remote compilation of 'a.c' failed, retrying locally";
  expect(await launcherTrouble('distcc', 'gcc -c a.c\n', logs)).toBeUndefined();
  expect(await launcherTrouble('distcc', `${warning}\n`, logs)).toMatch(/compiled 1 file here/);
  expect(await launcherTrouble('none', `${warning}\n`, logs)).toBeUndefined();
  expect(launcherLog('distcc', logs)).toEqual({});
});
