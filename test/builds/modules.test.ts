import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { writeModuleSetup } from '../../src/builds/configure/modules.ts';
import type { BuildPlan } from '../../src/builds/types.ts';
import { HOST } from '../../src/targets/descriptors.ts';
import type { BuildSettings } from '../../src/targets/types.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'fw-modules-'));
  await mkdir(path.join(folder, 'src/Modules'), { recursive: true });
  await writeFile(
    path.join(folder, 'src/Modules/Setup.dist'),
    'posix posixmodule.c\npwd pwdmodule.c\t\t# pwd(3)\n#math mathmodule.c # -lm\n#fcntl fcntlmodule.c\n#select selectmodule.c\n',
  );
  for (const name of ['math', 'fcntl', 'select']) {
    await writeFile(path.join(folder, `src/Modules/${name}module.c`), '');
  }
});
afterEach(() => rm(folder, { recursive: true }));

async function setup(modules: BuildSettings['modules'], asked: 'core' | 'all') {
  const plan = { request: { target: { ...HOST, modules }, options: { modules: asked } } } as unknown as BuildPlan;
  await writeModuleSetup(plan, path.join(folder, 'src'), path.join(folder, 'obj'));
  const read = (name: string) => readFile(path.join(folder, 'obj/Modules', name), 'latin1').catch(() => undefined);
  return { local: await read('Setup.local'), own: await read('Setup') };
}

test('all modules: the tree’s own Setup is used', async () => {
  expect(await setup(undefined, 'all')).toEqual({ local: undefined, own: undefined });
});

test('the core modules are linked in, but for those that cannot be had', async () => {
  const { local, own } = await setup({ set: 'choice', without: ['pwd', 'fcntl'] }, 'core');
  expect(local).toBe('*static*\nmath mathmodule.c\nselect selectmodule.c\n');
  expect(own).toMatch(/^posix posixmodule\.c\n#pwd pwdmodule\.c/);
});

test('what Setup forgets, or names a source of that is gone, is linked in where its source is there', async () => {
  const modules = path.join(folder, 'src/Modules');
  await writeFile(path.join(modules, 'Setup.dist'), '#_md5 md5module.c md5.c\n#atexit atexitmodule.c # exit\n');
  for (const name of ['md5module.c', 'sha1module.c', 'atexitmodule.c', '_json.c'])
    await writeFile(path.join(modules, name), '');
  const lines = ['atexit atexitmodule.c', '_json _json.c', '_md5 md5module.c', '_sha1 sha1module.c'];
  expect((await setup(undefined, 'core')).local).toBe(`*static*\n${lines.join('\n')}\n`);
  const chosen = await setup({ set: 'static', names: ['_sha1'] }, 'core');
  expect(chosen.local).toBe('*static*\n_sha1 sha1module.c\n');
  // As 2.7 has it: the line is right, and it stands once.
  await writeFile(path.join(modules, 'md5.c'), '');
  expect((await setup(undefined, 'core')).local).toMatch(/^_md5 md5module\.c md5\.c$/m);
  expect((await setup(undefined, 'core')).local?.match(/^_md5 /gm)).toHaveLength(1);
});

test('a target’s own choice, and lines that no Setup knows', async () => {
  const { local } = await setup({ set: 'static', names: ['select'], lines: ['cell cellmodule.c'] }, 'core');
  expect(local).toBe('*static*\nselect selectmodule.c\ncell cellmodule.c\n');
});
