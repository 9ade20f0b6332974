import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { consoleFiles, isPs3dev } from '../../../src/run/bundle/console.ts';
import type { Context } from '../../../src/system/context.ts';
import { resolveTarget } from '../../../src/targets/descriptors.ts';

/** ps3dev's programs as scripts that leave a mark on what they are given. */
async function toolchain(programs: Readonly<Record<string, string>>) {
  const folder = await mkdtemp(path.join(tmpdir(), 'fw-ps3dev-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await mkdir(path.join(folder, 'bin'));
  for (const [name, body] of Object.entries(programs)) {
    const file = path.join(folder, 'bin', name);
    await writeFile(file, `#!/bin/sh\n${body}\n`);
    await chmod(file, 0o755);
  }
  const env = { PATH: process.env.PATH, PS3DEV: folder };
  const ctx: Context = { emit: () => {}, signal: new AbortController().signal, cacheDir: folder, jobs: 1, env };
  const target = await resolveTarget('ps3-psl1ght');
  expect(isPs3dev(target)).toBe(true);
  const made = await consoleFiles(target, { A: Buffer.from('base\n'), B: Buffer.from('other\n') }, ctx);
  return {
    said: made.said.join('\n'),
    files: Object.fromEntries(made.files.map(({ name, data }) => [name, String(data)])),
  };
}

const strip = { 'powerpc64-ps3-elf-strip': 'echo stripped >>"$1"' };
const ALL = {
  ...strip,
  sprxlinker: 'echo bound >>"$1"',
  fself: 'cat "$1" >"$2"; echo signed >>"$2"',
  ps3load: 'exit 1',
  'sfo.py': 'exit 1',
  'pkg.py': 'exit 1',
};

test('with ps3dev’s programs: stripped, bound and signed, in that order', async () => {
  const { files, said } = await toolchain(ALL);
  expect(files).toEqual({
    'console/A.elf': 'base\nstripped\nbound\n',
    'console/A.self': 'base\nstripped\nbound\nsigned\n',
    'console/B.elf': 'other\nstripped\nbound\n',
    'console/B.self': 'other\nstripped\nbound\nsigned\n',
  });
  expect(said).toMatch(/No console and no RPCS3 was at hand/);
  expect(said).not.toMatch(/Missing/);
});

test('what is missing is named, and what can be made is made', async () => {
  const { files, said } = await toolchain(strip);
  expect(Object.keys(files)).toEqual(['console/A.elf', 'console/B.elf']);
  expect(said).toMatch(/Missing where this was packed: sprxlinker .*; fself .*; ps3load .*; sfo\.py .*; pkg\.py/);
});

test('a program that fails is quoted, and nothing is signed that was not bound', async () => {
  const { files, said } = await toolchain({ ...ALL, sprxlinker: 'echo "bad header" >&2; exit 3' });
  expect(files['console/A.self']).toBeUndefined();
  expect(files['console/A.elf']).toBe('base\nstripped\n');
  expect(said).toMatch(/sprxlinker failed here: bad header/);
});
