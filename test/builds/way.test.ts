import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { driverOf } from '../../src/builds/drivers.ts';
import { msbuild } from '../../src/builds/msbuild/driver.ts';
import type { Context } from '../../src/system/context.ts';
import { targetFor } from '../../src/targets/resolve.ts';
import type { TargetDescriptor } from '../../src/targets/types.ts';
import { standIn } from '../targets/visual-studio/rig.ts';

let folder: string;
let ctx: Context;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'fw-way-'));
  ctx = { emit: () => {}, signal: new AbortController().signal, cacheDir: folder, jobs: 1, env: {} };
  const names = ['crt/include', 'crt/lib/x86_64', ...['ucrt', 'um', 'shared'].map((kind) => `sdk/include/${kind}`)];
  for (const name of [...names, 'sdk/lib/ucrt/x86_64', 'sdk/lib/um/x86_64'])
    await mkdir(path.join(folder, 'my sdk', name), { recursive: true });
});
afterAll(() => rm(folder, { recursive: true }));
const target = (platform: NodeJS.Platform, sysroot?: string) =>
  targetFor('msvc-x64', ctx, { sysroot }, folder, platform);

const needOf = async (given: TargetDescriptor) =>
  (await driverOf(given).requirements(given, ctx)).find(({ need }) => need === 'headers and libraries of Windows');

describe('the ways to a Windows build', () => {
  test('Visual Studio on Windows', async () => {
    const way = await msbuild(() => standIn()).way?.(await target('win32'), ctx);
    expect(way).toMatchObject({ kind: 'visual-studio' });
    expect(way?.text).toContain('build.bat: Visual Studio Enterprise 2022 17.8.34309.116 (v142: 14.29.30133, v143');
  });

  test('Windows without it: why there is none', async () => {
    const way = await msbuild(() => standIn({ files: [] })).way?.(await target('win32'), ctx);
    expect(way).toMatchObject({ kind: 'none', text: expect.stringContaining('not installed') });
  });

  test('a Microsoft SDK of the user’s, on Linux', async () => {
    const sdk = path.join(folder, 'my sdk');
    const given = await target('linux', sdk);
    const way = await driverOf(given).way?.(given, ctx);
    expect(way).toMatchObject({ kind: 'sdk' });
    expect(way?.text).toMatch(/clang in cl mode and lld-link, with a Microsoft SDK \(xwin\) in .*my sdk$/);
    expect(await needOf(given)).toMatchObject({ found: { path: sdk } });
  });

  test('a folder that holds none', async () => {
    const given = await target('linux', folder);
    expect(await driverOf(given).way?.(given, ctx)).toMatchObject({
      kind: 'none',
      text: expect.stringContaining(folder),
    });
    const need = await needOf(given);
    expect(need?.found).toBeUndefined();
    expect(need).toMatchObject({ packages: [], install: expect.stringContaining('xwin') });
  });

  test('other targets have none', async () => {
    expect(driverOf(await targetFor('host', ctx, {}, folder, 'linux')).way).toBeUndefined();
  });
});

describe('what Windows needs', () => {
  test('Visual Studio alone: no ninja, no Wine, no clang', async () => {
    const needs = await msbuild(() => standIn()).requirements(await target('win32'), ctx);
    expect(needs).toMatchObject([
      {
        need: 'Visual Studio',
        found: { version: 'Visual Studio Enterprise 2022 17.8.34309.116, toolsets v142, v143' },
      },
    ]);
  });
  test('and how to get it', async () => {
    const [need] = await msbuild(() => standIn({ files: [] })).requirements(await target('win32'), ctx);
    expect(need).toMatchObject({ optional: false, install: expect.stringContaining('winget install') });
  });
});
