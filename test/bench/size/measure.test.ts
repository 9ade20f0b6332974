import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { measureSize } from '../../../src/bench/size/measure.ts';
import { readSections, readSums } from '../../../src/bench/size/symbols.ts';
import { runProcess } from '../../../src/system/process.ts';
import { HOST } from '../../../src/targets/descriptors.ts';
import { context, scratch } from '../rig.ts';

const ctx = context();

test('size -A -d: sections by name, sections of one name summed up', () => {
  const text =
    'obj/python  :\nsection                 size      addr\n.text            1117537    303104\n.bss              135344   2080320\n.group                 8         0\n.group                12         0\nTotal            1252881\n\n';
  expect([...readSections(text)]).toEqual([
    ['.text', 1_117_537],
    ['.bss', 135_344],
    ['.group', 20],
  ]);
});

test('size -B -d: each file, in a folder with a space too', () => {
  const text =
    '   text\t   data\t    bss\t    dec\t    hex\tfilename\n1698533\t 247768\t 135344\t2081645\t 1fc36d\t/a b/python\n    100\t     20\t      0\t    120\t     78\t/x.so\n';
  expect(readSums(text).get('/a b/python')).toEqual({ text: 1_698_533, data: 247_768, bss: 135_344 });
  expect(readSums(text).get('/x.so')).toEqual({ text: 100, data: 20, bss: 0 });
});

const BASELINE = `
static int table[64] = { 1 };
int lost(int x) { return x * 3; }
int kept(int x) { return table[x & 63] + 7; }
int main(int argc, char **argv) { (void)argv; return kept(argc) + lost(argc); }
`;
/** A function less, a table half as large, a buffer more. */
const PATCHED = `
static int table[32] = { 1 };
char buffer[4096];
int kept(int x) { return table[x & 31] + 7; }
int main(int argc, char **argv) { (void)argv; return kept(argc) + buffer[argc]; }
`;

async function build(source: string, options: readonly string[] = []) {
  const obj = await scratch();
  const file = path.join(obj, 'main.c');
  const python = path.join(obj, 'python');
  await writeFile(file, source);
  const compile = ['-O0', '-g', '-o', python, file, ...options];
  const { exitCode, stderr } = await runProcess('gcc', compile, {
    cwd: obj,
    env: { PATH: process.env.PATH },
    timeoutMs: 60_000,
  });
  expect(stderr).toBe('');
  expect(exitCode).toBe(0);
  const lib = path.join(obj, 'build/lib.linux-x86_64-2.7');
  await mkdir(lib, { recursive: true });
  await copyFile(python, path.join(lib, '_one.so'));
  await copyFile('/bin/true', path.join(lib, '_two.cpython-39-x86_64-linux-gnu.so'));
  return { obj, python };
}

describe('of real programs', () => {
  test('files, sections, symbols and modules are compared', async () => {
    const [baseline, patched] = await Promise.all([build(BASELINE), build(PATCHED)]);
    const size = await measureSize({ baseline, patched, target: HOST, ctx });
    if (typeof size === 'string') throw new Error(size);
    expect(size.problems).toEqual([]);
    const changes = Object.fromEntries(size.symbols?.map((symbol) => [symbol.name, symbol]) ?? []);
    expect(changes.lost).toMatchObject({ kind: 'code', change: 'removed', patched: 0 });
    expect(changes.table).toMatchObject({ kind: 'data', change: 'resized', baseline: 256, patched: 128 });
    expect(changes.buffer).toMatchObject({ kind: 'zeroed', change: 'added', baseline: 0, patched: 4096 });
    expect(size.symbols?.[0]?.name).toBe('buffer');
    const [python] = size.files;
    expect(python?.name).toBe('python');
    expect((python?.patched.bss ?? 0) - (python?.baseline.bss ?? 0)).toBeGreaterThanOrEqual(4096);
    expect(python?.baseline.stripped).toBeLessThan(python?.baseline.file ?? 0);
    expect(size.sections.find(({ name }) => name === '.data')).toMatchObject({ baseline: expect.any(Number) });
    expect(size.modules?.count).toEqual({ baseline: 2, patched: 2 });
    expect(size.modules?.changed.map(({ name }) => name)).toEqual(['_one']);
  });

  test('a stripped interpreter has sizes, and no symbols', async () => {
    const [baseline, patched] = await Promise.all([build(BASELINE, ['-s']), build(PATCHED, ['-s'])]);
    const size = await measureSize({ baseline, patched, target: HOST, ctx });
    if (typeof size === 'string') throw new Error(size);
    expect(size.symbols).toBeUndefined();
    expect(size.problems.join()).toMatch(/no symbol table/);
    expect(size.files[0]?.baseline.text).toBeGreaterThan(0);
  });

  test('the tools that are missing are named', async () => {
    const empty = { ...ctx, env: { ...ctx.env, FORKWRIGHT_PATH: await scratch() } };
    const one = { obj: '/', python: '/bin/true' };
    expect(await measureSize({ baseline: one, patched: one, target: HOST, ctx: empty })).toMatch(/size, nm, strip/);
  });
});
