import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { resolveTarget } from '../../src/targets/descriptors.ts';
import { obtainToolchain } from '../../src/targets/toolchain.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'fw-platform-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('msvc-x64', () => {
  test('elsewhere than on Windows it is built by clang, run under Wine, and ported', async () => {
    const target = await resolveTarget('msvc-x64', folder, 'linux');
    expect(target).toMatchObject({ driver: 'pcbuild', run: { runner: 'wine' }, recipes: ['port-clang-cl'] });
    expect(target).not.toHaveProperty('windows');
  });

  test('on Windows it is built by Visual Studio as it is, and run there', async () => {
    const target = await resolveTarget('msvc-x64', folder, 'win32');
    expect(target).toMatchObject({ name: 'msvc-x64', driver: 'msbuild', run: { runner: 'native' }, recipes: [] });
    expect(target.limits.join()).toContain('unverified');
    expect(target.toolchain).toEqual({});
    expect(target.title).toContain('Visual Studio');
  });
});

test('a target of the user’s that extends it is a Windows target on Windows, too', async () => {
  const text = 'targets:\n  - {name: mine, extends: msvc-x64, windows: {title: mine on Windows}}\n';
  await writeFile(path.join(folder, 'forkwright.yml'), text);
  expect(await resolveTarget('mine', folder, 'win32')).toMatchObject({ driver: 'msbuild', title: 'mine on Windows' });
  expect(await resolveTarget('mine', folder, 'linux')).toMatchObject({ driver: 'pcbuild' });
});

test('the host is the same everywhere', async () => {
  expect(await resolveTarget('host', tmpdir(), 'win32')).toEqual(await resolveTarget('host', tmpdir(), 'linux'));
});

test('what needs configure and make is not to be had on Windows, and what is instead', async () => {
  const host = await resolveTarget('host', tmpdir(), 'win32');
  expect(await obtainToolchain(host, { env: {} }, 'win32')).toContain('--target msvc-x64');
  expect(await obtainToolchain(host, { env: {} }, 'linux')).not.toContain('msvc-x64');
});
