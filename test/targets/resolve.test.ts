import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { HOST } from '../../src/targets/descriptors.ts';
import { targetFor } from '../../src/targets/resolve.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'fw-resolve-'));
  await writeFile(
    path.join(folder, 'forkwright.yml'),
    'targets:\n  - {name: board, title: a board, host: x, run: {runner: ssh, url: "ssh://a/fw", options: [-i, key]}}\n',
  );
});
afterAll(() => rm(folder, { recursive: true }));
const resolved = (
  name: string,
  choices?: Parameters<typeof targetFor>[2],
  env = {},
  platform: NodeJS.Platform = 'linux',
) => targetFor(name, { env: { FORKWRIGHT_TRUST_CONFIG: '1', ...env } }, choices, folder, platform);

test('the interpreters run there, all else stays', async () => {
  const there = await resolved('host', { runners: { host: 'ssh://pi@board/fw' } });
  expect(there).toEqual({ ...HOST, run: { runner: 'ssh', url: 'ssh://pi@board/fw' } });
});

test('another machine of the same kind is reached with the same options', async () => {
  const { run } = await resolved('board', { runners: { board: 'ssh://b/fw' } });
  expect(run).toEqual({ runner: 'ssh', url: 'ssh://b/fw', options: ['-i', 'key'] });
});

test('a runner is of one target alone', async () => {
  expect(await resolved('host', { runners: { board: 'ssh://b/fw' } })).toEqual(HOST);
});

test.each(['pi@board:/fw', 'ssh://-x/fw', 'wine', ''])('refused: %j', async (url) => {
  await expect(resolved('host', { runners: { host: url } })).rejects.toThrow(
    expect.objectContaining({ name: 'UserError' }),
  );
});

test('--sysroot is resolved from where one stands, wins over the environment, and reaches only targets that take one', async () => {
  const env = { MSVC_SYSROOT: '/opt/sdk' };
  expect((await resolved('msvc-x64', {}, env)).toolchain?.sysroot).toBe('/opt/sdk');
  expect((await resolved('msvc-x64', { sysroot: 'sdk' }, env)).toolchain?.sysroot).toBe(path.resolve('sdk'));
  const windows = await resolved('msvc-x64', { sysroot: 'sdk' }, env, 'win32');
  expect(windows).toEqual(await resolved('msvc-x64', {}, env, 'win32'));
});

test('a folder of the user’s with a dollar in its name stays as it is', async () => {
  const sysroot = ['/opt/$', '{MSVC_SYSROOT}'].join('');
  expect((await resolved('msvc-x64', { sysroot }, { MSVC_SYSROOT: '/elsewhere' })).toolchain?.sysroot).toBe(sysroot);
});
