import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import stringWidth from 'string-width';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { historyEntry } from '../../../src/run/history.ts';
import { runProcess } from '../../../src/system/process.ts';
import { git, gitInit, miniTree } from '../../checkout/rig.ts';
import * as records from '../../report/records.ts';

/** The command itself, on small trees and recipes of our own. */

let dir: string;
const main = fileURLToPath(new URL('../../../src/cli/forkwright.ts', import.meta.url));
const recipe = (id: string, cpython: string) => `
id: ${id}
title: Another size
why: A test.
version: 1
cpython: "${cpython}"
probe: { identifier: FRAME_SIZE }
params:
  size: { type: int, default: 16, min: 1, max: 99, why: A test. }
files: [Objects/frameobject.c]
edits:
  - set-define: { name: FRAME_SIZE, value: "\${size}", why: A test. }
`;
const SOURCE = '#define FRAME_SIZE 8\nint frame(void)\n{\n    return FRAME_SIZE;\n}\n';

beforeAll(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'fw-plan-'));
  const repo = gitInit(miniTree(path.join(dir, 'cpython'), '3.9.2', { 'Objects/frameobject.c': SOURCE }), 'v3.9.2');
  git(repo, 'tag', 'same');
  miniTree(repo, '3.12.0', { 'Objects/frameobject.c': SOURCE.replace(/#define.*\n/, '') });
  git(repo, 'commit', '-qam', 'later');
  git(repo, 'tag', 'v3.12.0');
  git(repo, 'rm', '-q', 'Include/patchlevel.h');
  git(repo, 'commit', '-qm', 'pages');
  git(repo, 'tag', 'pages');
  await writeFile(path.join(dir, 'old.yaml'), recipe('old', '>=2.5'));
  await writeFile(path.join(dir, 'new.yaml'), recipe('new', '>=3.11'));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

const plan = async (...args: readonly string[]) => {
  const { exitCode, stdout, stderr } = await runProcess(process.execPath, [main, 'plan', ...args], {
    cwd: dir,
    env: { PATH: process.env.PATH ?? '', HOME: dir, FORKWRIGHT_CACHE: path.join(dir, 'cache'), COLUMNS: '80' },
    timeoutMs: 60_000,
  });
  return { exitCode, out: stdout, err: stderr };
};

const matrix = ['old.yaml', 'new.yaml', '-C', 'cpython', '--ref', 'v*', '--ref', 'same', '--ref', 'pages'];
interface PlannedCell {
  readonly id: string;
  readonly state: string;
  readonly why?: string;
  readonly args: readonly string[];
  readonly checkout: { readonly refs: readonly string[] };
  readonly estimate?: object;
}
const cellsOf = async (...args: readonly string[]) => {
  const { out, err, exitCode } = await plan(...args, '--format', 'json');
  expect(exitCode, err).toBe(0);
  return (JSON.parse(out) as { readonly cells: readonly PlannedCell[] }).cells;
};

test('what is known without building is told, and not run; names of one commit are one cell', async () => {
  const cells = await cellsOf(...matrix);
  expect(cells.map(({ id, state }) => `${id} ${state}`)).toEqual([
    'old-v3.9.2-host run',
    'new-v3.9.2-host not-applicable',
    'old-v3.12.0-host drifted',
    'new-v3.12.0-host drifted',
    'old-pages-host no-tree',
    'new-pages-host no-tree',
  ]);
  expect(cells[0]?.checkout.refs).toEqual(['v3.9.2', 'same']);
});

test('options of run go to the cells as they were written; what is the plan’s own does not', async () => {
  const options = ['--quick', '--pairs=9', '--cflags=-O0 -g', '-p', 'size=3', '--cpython-tests', 'test_gc,test_sys'];
  const [cell] = await cellsOf(
    'old.yaml',
    '-C',
    'cpython',
    '--ref',
    'v3.9.2',
    ...options,
    '--machines',
    '3',
    '--jobs',
    '1',
  );
  expect(cell?.args).toEqual([
    'run',
    '--checkout=cpython',
    `--ref=${git(path.join(dir, 'cpython'), 'rev-parse', 'v3.9.2').trim()}`,
    '--target=host',
    '--param=size=3',
    '--quick',
    '--pairs=9',
    '--cflags=-O0 -g',
    '--cpython-tests=test_gc,test_sys',
    '--out=forkwright-runs/old-v3.9.2-host',
    '--',
    'old.yaml',
  ]);
});

test('a person reads a reason once, with the cells that it is the reason of, in 80 columns', async () => {
  const { out, exitCode } = await plan(...matrix);
  expect(exitCode).toBe(0);
  expect(out).toMatch(/old-v3\.9\.2-host +3\.9\.2 +built/);
  expect(out).toMatch(/not applicable: .*3\.9\.2/);
  expect(out.match(/^no tree: /gm)).toHaveLength(1);
  expect(out).toMatch(/^6 cells: 1 to run, 1 not applicable, 2 drifted, 2 no tree\.$/m);
  expect(out).toContain('No estimate: no run for host is known.');
  expect(out.split('\n').filter((line) => stringWidth(line) > 80)).toEqual([]);
});

test('a plan that was kept is printed in another form, the same', async () => {
  const { out } = await plan(...matrix, '--format', 'json');
  await writeFile(path.join(dir, 'plan.json'), out);
  expect((await plan('--from', 'plan.json', '--format', 'json')).out).toBe(out);
  expect((await plan('--from', 'plan.json', '--format', 'github')).out).toMatch(/^cells=1\nchunks=\[1\]\nleaders=\{/);
  expect(await plan('--from', 'plan.json', 'old.yaml')).toMatchObject({ exitCode: 2 });
});

test('estimates come from a history; what it cannot tell is not guessed', async () => {
  const entry = historyEntry(records.record({ timingsMs: { 'host/tests': 60_000, 'host/speed': 240_000 } }));
  await writeFile(path.join(dir, 'history.jsonl'), `${JSON.stringify(entry)}\n`);
  const [cell] = await cellsOf('old.yaml', '-C', 'cpython', '--ref', 'v3.9.2', '--history', 'history.jsonl');
  expect(cell?.estimate).toEqual({
    baseline: 86,
    patched: 70.2,
    rest: 300,
    from: '1 run of other CPythons for host',
  });
  const { out } = await plan(
    'old.yaml',
    '-C',
    'cpython',
    '--ref',
    'v3.9.2',
    '--history',
    'history.jsonl',
    '--price',
    '0.5',
  );
  expect(out.replace(/\s+/g, ' ')).toMatch(/9 minutes as they are billed, 4\.50 at 0\.5 a minute/);
});

test.each([
  [['nosuch', '-C', 'cpython'], 'nosuch'],
  [['old.yaml', '-C', 'nowhere'], 'nowhere'],
  [['old.yaml', '-C', 'cpython', '--ref', 'v9*'], 'v9*'],
  [['old.yaml', '-C', 'cpython', '-t', 'amiga'], 'amiga'],
  [['old.yaml', '-C', 'cpython', '-p', 'colour=3'], 'colour'],
  [['old.yaml+', '-C', 'cpython'], 'names no recipes'],
  [['--from', 'nowhere.json'], 'there is no such plan'],
  [['--from', 'old.yaml'], 'old.yaml'],
  [[...matrix, '--chunk', '2', '--format', 'github'], 'there is no chunk 2'],
  [[...matrix, '--price', 'much'], 'expected an amount'],
  [[], 'recipe'],
])('%j is refused in words', async (args, word) => {
  const { exitCode, out, err } = await plan(...args);
  expect(exitCode).toBe(2);
  expect(out).toBe('');
  expect(err).toContain(word);
  expect(err).not.toMatch(/^ +at /m);
});
