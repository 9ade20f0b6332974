/** CPython's own generators make what follows from a recipe's edits: on a real tree, by the interpreter that it builds. */
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { forkwright, sourceTree } from './forkwright.ts';

let folder: string;
let tree: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'fw-regenerate-'));
  tree = await sourceTree('3.9');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function recipe(id: string, line: string, targets: string) {
  const file = path.join(folder, `${id}.yaml`);
  const edits = `  - add-lines: {after: "def_op('POP_TOP', 1)", text: "${line}"}\n  - regenerate: {make: [${targets}]}\n`;
  const head = `id: ${id}\ntitle: A name for a free opcode\nwhy: for the test\ncpython: "3.9"\nfiles: [Lib/opcode.py]\n`;
  await writeFile(file, `${head}edits:\n${edits}`);
  return file;
}

test('a new opcode is in the header and in the table of targets', async () => {
  const file = await recipe('spare-opcode', "def_op('SPARE_TOP', 7)", 'regen-opcode, regen-opcode-targets');
  const refused = await forkwright(['generate', file, '-C', tree]);
  expect(refused.exitCode).toBe(1);
  expect(refused.err).toContain('still to be made by make regen-opcode, make regen-opcode-targets');
  expect(refused.stdout).toHaveLength(0);

  const patch = path.join(folder, 'spare-opcode.patch');
  const made = await forkwright(['generate', file, '-C', tree, '--regenerate', '-o', patch]);
  expect(made).toMatchObject({ exitCode: 0 });
  execFileSync('patch', ['-s', '-p1', '-F0', '--dry-run', '-i', patch], { cwd: tree });
  const again = await forkwright(['generate', file, '-C', tree, '--regenerate', '--quiet']);
  const text = again.stdout.toString('latin1');
  expect(execFileSync('cat', [patch]).equals(again.stdout)).toBe(true);
  expect(text.match(/^\+\+\+ .*$/gm)).toEqual([
    '+++ b/Include/opcode.h',
    '+++ b/Lib/opcode.py',
    '+++ b/Python/opcode_targets.h',
  ]);
  expect(text).toContain('+#define SPARE_TOP                 7');
  expect(text).toContain('+    &&TARGET_SPARE_TOP,');
});

test('the frozen importlib is made by a program that the target builds', async () => {
  const file = path.join(folder, 'importlib.yaml');
  const edit = `{in: _verbose_message, at: before, text: "_SPARE = 'spare constant'\\n\\n"}`;
  const head = 'id: frozen-constant\ntitle: A constant of importlib\nwhy: for the test\ncpython: "3.9"\n';
  const edits = `  - add-lines: ${edit}\n  - regenerate: {make: regen-importlib}\n`;
  await writeFile(file, `${head}files: [Lib/importlib/_bootstrap.py]\nedits:\n${edits}`);
  const { exitCode, out } = await forkwright(['generate', file, '-C', tree, '--regenerate', '--quiet']);
  expect(exitCode).toBe(0);
  expect(out.match(/^\+\+\+ .*$/gm)).toEqual(['+++ b/Lib/importlib/_bootstrap.py', '+++ b/Python/importlib.h']);
});

test('a generator that fails leaves no patch, and its last lines are told', async () => {
  const file = await recipe('broken-opcode', "raise SystemExit('no opcodes today')", 'regen-opcode');
  const { exitCode, err, stdout } = await forkwright(['generate', file, '-C', tree, '--regenerate']);
  expect(exitCode).toBe(1);
  expect(err).toContain('make regen-opcode failed, so what it would make is not in the patch');
  expect(err).toContain('no opcodes today');
  expect(stdout).toHaveLength(0);
});
