import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Context } from '../../src/system/context.ts';
import type { Event } from '../../src/system/events.ts';

/** A folder of its own for a test file, its context, and what was emitted. */
export interface Rig {
  readonly dir: string;
  readonly ctx: Context;
  readonly events: Event[];
  /** Texts of messages of a level. */
  messages(level: 'info' | 'warning'): string[];
  remove(): void;
}

export function makeRig(): Rig {
  const dir = realpathSync(mkdtempSync(path.join(tmpdir(), 'fw-checkout-')));
  const events: Event[] = [];
  // The user's own git configuration must not decide what these tests see.
  const env = { PATH: process.env.PATH, HOME: dir, GIT_CONFIG_NOSYSTEM: '1' };
  return {
    dir,
    events,
    ctx: {
      emit: (event) => events.push(event),
      signal: new AbortController().signal,
      cacheDir: path.join(dir, 'cache'),
      jobs: 2,
      env,
    },
    messages: (level) => events.flatMap((e) => (e.type === 'message' && e.level === level ? [e.text] : [])),
    remove: () => rmSync(dir, { recursive: true, force: true }),
  };
}

/** Include/patchlevel.h as CPython has it, as far as it matters. */
export function patchlevel(version: string, more = ''): string {
  const [, major, minor, micro = '0', level = '', serial = '0'] =
    /^(\d+)\.(\d+)(?:\.(\d+))?(a|b|rc|c)?(\d+)?/.exec(version) ?? [];
  const name = { a: 'ALPHA', b: 'BETA', c: 'GAMMA', rc: 'GAMMA' }[level] ?? 'FINAL';
  return [
    '/* Values for PY_RELEASE_LEVEL */',
    '#define PY_RELEASE_LEVEL_ALPHA\t0xA',
    '#define PY_RELEASE_LEVEL_FINAL\t0xF\t/* Serial should be 0 here */',
    '/*--start constants--*/',
    `#define PY_MAJOR_VERSION\t${major}`,
    `#define PY_MINOR_VERSION\t${minor}`,
    `#define PY_MICRO_VERSION\t${micro}`,
    `#define PY_RELEASE_LEVEL\tPY_RELEASE_LEVEL_${name}`,
    `#define PY_RELEASE_SERIAL\t${serial}`,
    '/* Version as a string */',
    `#define PY_VERSION      \t"${version}"`,
    `/*--end constants--*/${more}`,
    '',
  ].join('\n');
}

/** Writes files (latin1) below a folder. */
export function write(root: string, files: Readonly<Record<string, string>>): string {
  for (const [name, text] of Object.entries(files)) {
    const file = path.join(root, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text, 'latin1');
  }
  return root;
}

/** A small tree that passes for CPython. */
export function miniTree(root: string, version = '3.9.2', files: Readonly<Record<string, string>> = {}): string {
  return write(root, {
    'Include/patchlevel.h': patchlevel(version),
    'Objects/frameobject.c': 'int frame;\n',
    'Python/ceval.c': 'int eval;\n',
    configure: '#!/bin/sh\n',
    ...files,
  });
}

/** git, as a person with a name would run it. */
export function git(cwd: string, ...args: string[]): string {
  return execFileSync('git', ['-c', 'user.name=A', '-c', 'user.email=a@example.com', ...args], {
    cwd,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env.PATH,
      HOME: cwd,
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_AUTHOR_DATE: '2020-02-02T02:02:02Z',
      GIT_COMMITTER_DATE: '2020-02-02T02:02:02Z',
    },
  });
}

/** Makes a repository of a folder's content. */
export function gitInit(root: string, tag?: string): string {
  git(root, 'init', '-q', '-b', 'main');
  git(root, 'add', '-A', '-f');
  git(root, 'commit', '-q', '-m', 'start');
  if (tag !== undefined) git(root, 'tag', tag);
  return root;
}

/** The diagnostics that a promise fails with. */
export async function failure(
  promise: Promise<unknown>,
): Promise<{ code: string; message: string; hint: string; detail: readonly string[] }> {
  const error = await promise.then(
    () => undefined,
    (e: unknown) => e,
  );
  const [first] =
    (error as { diagnostics?: { code: string; message: string; hint?: string; detail?: string[] }[] })?.diagnostics ??
    [];
  if (first === undefined) throw new Error(`expected a UserError, got ${String((error as Error)?.stack ?? error)}`);
  return { hint: '', detail: [], ...first };
}
