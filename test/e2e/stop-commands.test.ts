/**
 * Ctrl-C and SIGTERM end every command at once, as shells have it with 130 and 143, whatever it computes: real processes
 * on inputs that are large enough to compute for seconds. What it writes is there whole or not at all, and nobody is
 * shown a stack trace.
 */
import { spawn } from 'node:child_process';
import { globSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { historyEntry } from '../../src/run/history.ts';
import { git, gitInit, miniTree, patchlevel, write } from '../checkout/rig.ts';
import * as records from '../report/records.ts';

const main = path.resolve(import.meta.dirname, '../../src/cli/forkwright.ts');
/** Half a second on a machine that does nothing else; putting things in order may take as long again. */
const AT_ONCE_MS = 3000;

let dir: string;
const at = (name: string) => path.join(dir, name);
const FILES = 120;
const LINES = 400;

const source = (file: number, plus = 0) =>
  Array.from({ length: LINES }, (_, line) =>
    line % 8 === 0
      ? `\nint f${file}_${line}(int a)\n{\n`
      : line % 8 === 7
        ? '}\n'
        : `    a = g${line}(a + ${file + plus * (line % 16 === 5 ? 1 : 0)});\n`,
  ).join('');

beforeAll(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'fw-stop-'));
  mkdirSync(at('tmp'));
  const names = Array.from({ length: FILES }, (_, i) => i);
  const tree = (plus: number) => Object.fromEntries(names.map((i) => [`Objects/file${i}.c`, source(i, plus)]));
  const repo = gitInit(miniTree(at('cpython'), '3.9.2', { ...tree(0), 'Include/one.h': '#define ONE 1\n' }), 'v0');
  write(repo, tree(1));
  git(repo, 'diff', `--output=${at('large.patch')}`);
  git(repo, 'checkout', '-q', '.');
  for (let i = 1; i < 60; i += 1) {
    write(repo, { 'Include/one.h': `#define ONE ${i + 1}\n`, 'Include/patchlevel.h': patchlevel(`3.9.${i % 20}`) });
    git(repo, 'commit', '-qam', `${i}`);
    git(repo, 'tag', `v${i}`);
  }
  const edits = names
    .slice(0, 60)
    .map((i) => `  - replace-expression: { in: f${i}_8, match: "g9(a + ${i})", with: "g9(a)", why: A test. }\n`)
    .join('');
  writeFileSync(
    at('large.yaml'),
    `id: large\ntitle: Many edits\nwhy: A test.\nversion: 1\ncpython: ">=3.0"\nfiles: ["Objects/*.c"]\nedits:\n${edits}`,
  );
  mkdirSync(at('lint'));
  for (let i = 0; i < 150; i += 1)
    writeFileSync(
      at(`lint/r${i}.yaml`),
      `id: r${i}\ntitle: x\nwhy: x\nversion: 1\ncpython: ">=3.0"\nfiles: ["Objects/*.c"]\nedits:\n${edits}`,
    );
  mkdirSync(at('runs'));
  const record = records.record();
  for (let i = 0; i < 150; i += 1) {
    mkdirSync(at(`runs/${i}`));
    writeFileSync(at(`runs/${i}/run.json`), JSON.stringify({ ...record, id: `${i}` }));
  }
  const entry = JSON.stringify(historyEntry(record));
  writeFileSync(at('history.jsonl'), `${Array.from({ length: 20_000 }, () => entry).join('\n')}\n`);
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

/** What is in `out`: the file, or of each folder in which files are all of them with their names. */
function wrote(): Record<string, string> {
  const out: Record<string, string> = {};
  const files = globSync('out{,/**}', { cwd: dir }).filter((name) => statSync(at(name)).isFile());
  for (const name of files.sort()) {
    const key = path.dirname(name);
    out[key] = `${out[key] ?? ''}${name}\n${readFileSync(at(name), 'latin1')}\n`;
  }
  return out;
}

/** Runs a command, stops it when it has worked for a while, and says how it ended. */
async function ran(args: readonly string[], signal?: 'SIGINT' | 'SIGTERM', afterMs = 0) {
  rmSync(at('out'), { recursive: true, force: true });
  const child = spawn(process.execPath, [main, ...args], {
    cwd: dir,
    env: { PATH: process.env.PATH, HOME: dir, TMPDIR: at('tmp'), FORKWRIGHT_CACHE: at('cache'), NO_COLOR: '1' },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const started = performance.now();
  let said = '';
  child.stdout.resume();
  child.stderr.on('data', (text) => {
    said += text;
  });
  const ended = new Promise<{ code: number | null; by: NodeJS.Signals | null }>((resolve) =>
    child.on('close', (code, by) => resolve({ code, by })),
  );
  if (signal !== undefined) await wait(afterMs);
  const early = child.exitCode !== null;
  const began = performance.now();
  if (signal !== undefined) child.kill(signal);
  const { code, by } = await ended;
  // Shells say it so, whether the process put things in order first or the system ended it.
  return {
    code: code ?? 128 + constants.signals[by ?? 'SIGKILL'],
    early,
    said,
    took: performance.now() - began,
    whole: performance.now() - started,
    wrote: wrote(),
  };
}

const run = (n: number) => `runs/${n}`;
const COMMANDS: readonly (readonly string[])[] = [
  ['review', 'large.patch', '-C', 'cpython', '-o', 'out'],
  ['review', 'large.patch', '--against', 'large.patch', '-f', 'html', '-o', 'out'],
  ['review', '-'],
  ['generate', 'large.yaml', '-C', 'cpython', '-o', 'out'],
  ['generate', 'large.yaml', '-C', 'cpython', '--ref', 'v*', '--out-dir', 'out'],
  ['port', 'large.patch', '--from', 'cpython', '-C', 'cpython', '-o', 'out'],
  ['apply', 'large.yaml', '-C', 'cpython', '--check'],
  ['recipes', 'list', '--recipes-dir', 'lint'],
  ['plan', 'large.yaml', '-C', 'cpython', '--ref', 'v*', '--format', 'json'],
  ['merge', 'runs', '-f', 'html', '-o', 'out'],
  ['report', ...Array.from({ length: 150 }, (_, i) => run(i)), '-f', 'html', '-o', 'out'],
  ['history', 'history.jsonl', '-f', 'html', '-o', 'out'],
];

test.each(COMMANDS.map((args) => [args.slice(0, 6).join(' '), args] as const))('%s', async (_, args) => {
  // What waits for standard input would wait for ever.
  const whole = args.includes('-') ? { whole: 3000, wrote: {} } : await ran(args);
  for (const [signal, part, status] of [
    ['SIGINT', 0.5, 130],
    ['SIGTERM', 0.8, 143],
  ] as const) {
    let afterMs = Math.max(300, whole.whole * part);
    let end = await ran(args, signal, afterMs);
    // It was quicker than before: earlier then.
    for (let tries = 0; end.early && tries < 5; tries += 1) {
      afterMs *= 0.8;
      end = await ran(args, signal, afterMs);
    }
    const { code, said, took } = end;
    expect({ early: end.early, code }, said).toEqual({ early: false, code: status });
    expect(took, `${signal} after ${Math.round(afterMs)} of ${Math.round(whole.whole)} ms`).toBeLessThan(AT_ONCE_MS);
    expect(said).not.toMatch(/^\s+at |bug in Forkwright/m);
    // Nothing, or all: a file, or the folder of a tree.
    expect(whole.wrote).toEqual({ ...whole.wrote, ...end.wrote });
    // Node keeps there what it has compiled.
    expect(readdirSync(at('tmp')).filter((name) => name !== 'node-compile-cache')).toEqual([]);
  }
});
