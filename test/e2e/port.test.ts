/** Real patches on real trees: what `port` places is right, and what it cannot place it refuses. */
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { codeTokens } from '../../src/c/lex.ts';
import { readSeries } from '../../src/checkout/source/unpack.ts';
import type { PortedChange, PortedPatch } from '../../src/patch/port/types.ts';
import { ARTIFACTS, forkwright, ROOT, sourceTree } from './forkwright.ts';

interface Ported {
  readonly exitCode: number | null;
  readonly patches: readonly PortedPatch[];
  readonly changes: readonly PortedChange[];
  readonly problem?: string | undefined;
}

async function port(patch: string, from: string, checkout: string): Promise<Ported> {
  const ran = await forkwright(['port', patch, '--from', from, '-C', checkout, '--accept', 'proven', '--json']);
  const lines = ran.out
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  const patches: PortedPatch[] = lines.at(-1)?.data?.patches ?? [];
  const problem = lines.find((line) => line.type === 'diagnostic')?.diagnostic.message;
  return { exitCode: ran.exitCode, patches, changes: patches.flatMap((p) => p.changes), problem };
}

const shipped = (version: string, recipe: string) => path.join(ROOT, 'patches', version, `${recipe}.patch`);
const where = (h: PortedChange) => `${h.outcome} ${h.newFile ?? h.oldFile}`;

describe('the shipped patches, as if a person had made them', () => {
  test('remove-zombieframe of 2.7 on 3.9: the field goes from its new header; shapes that drifted need a person', async () => {
    const { exitCode, changes, patches } = await port(
      shipped('2.7', 'remove-zombieframe'),
      await sourceTree('2.7'),
      await sourceTree('3.9'),
    );
    expect(exitCode).toBe(1);
    expect(changes.map(where)).toEqual([
      'structure Include/cpython/code.h',
      'three-way Lib/test/test_gdb.py',
      'three-way Lib/test/test_gdb.py',
      'needs-a-person Lib/test/test_gdb.py',
      'needs-a-person Lib/test/test_gdb.py',
      'needs-a-person Lib/test/test_gdb.py',
      'needs-a-person Lib/test/test_sys.py',
      'needs-a-person Objects/codeobject.c',
      'structure Objects/codeobject.c',
      'needs-a-person Objects/frameobject.c',
      'needs-a-person Objects/frameobject.c',
      'needs-a-person Objects/frameobject.c',
    ]);
    // What was placed is what the recipe does there; each that was not says where to look.
    const wanted = readFileSync(shipped('3.9', 'remove-zombieframe'), 'latin1');
    for (const line of patches[0]?.text.match(/^[-+](?![-+]).*$/gm) ?? []) expect(wanted).toContain(`\n${line}\n`);
    for (const hunk of changes.filter((h) => h.outcome === 'needs-a-person')) {
      expect(hunk.reasons.length).toBeGreaterThan(0);
      expect(hunk.candidates[0]?.line).toBeGreaterThan(1);
    }
  });

  test.each([
    ['3.9', '3.11', 'method-cache-size', 'refused'],
    ['3.9', '3.11', 'arena-size', 'refused'],
    ['3.11', '3.13', 'method-cache-size', 'equal'],
    ['3.11', '3.13', 'arena-size', 'refused'],
    ['3.11', '3.13', 'gc-thresholds', 'refused'],
    ['3.11', '3.13', 'data-stack-chunk', undefined],
    ['3.11', '3.13', 'specialization-warmup', undefined],
    ['3.11', '3.13', 'small-freelists', undefined],
    ['2.7', '3.9', 'small-int-range', undefined],
    ['2.7', '3.9', 'frame-freelist', undefined],
    ['2.7', '3.9', 'method-cache-size', undefined],
  ])('%s → %s: %s is what the recipe yields there, or refused', async (from, to, recipe, expected) => {
    const {
      exitCode,
      patches,
      changes: placed,
    } = await port(shipped(from, recipe), await sourceTree(from), await sourceTree(to));
    expect(exitCode).toBe(patches.every((p) => p.complete) ? 0 : 1);
    const changes = (text: string) =>
      text.match(/^[-+](?![-+]).*$/gm)?.map((line) => line[0] + codeTokens(line.slice(1)).join(' ')) ?? [];
    const wanted = changes(readFileSync(shipped(to, recipe), 'latin1'));
    const made = changes(patches.map((p) => p.text).join(''));
    // Placed or not: nothing that the recipe does not do.
    for (const change of made) expect(wanted).toContain(change);
    const verdict = exitCode === 0 ? 'equal' : 'refused';
    if (exitCode === 0 && !placed.every((h) => h.outcome === 'already-there')) expect(made.length).toBeGreaterThan(0);
    if (expected !== undefined) expect(verdict).toBe(expected);
  });
});

describe("Debian's patches of 3.11 on 3.13", () => {
  let folder: string;
  const git = (cwd: string, ...args: string[]) =>
    execFileSync(
      'git',
      ['-c', 'user.name=T', '-c', 'user.email=t@invalid', '-c', 'core.autocrlf=false', '-c', 'gc.auto=0', ...args],
      {
        cwd,
        encoding: 'latin1',
        maxBuffer: 1 << 28,
      },
    );
  const repo = (version: string) => path.join(folder, version);
  const file = (version: string, name: string) => path.join(folder, `patches-${version}`, name);
  let names: Record<string, string[]>;

  /** A repository whose tags `before/NAME` and `after/NAME` are the tree around each of Debian's patches. */
  async function history(version: string): Promise<string[]> {
    const patches = path.join(await sourceTree(version, '--debian'), 'debian', 'patches');
    cpSync(patches, path.join(folder, `patches-${version}`), { recursive: true });
    cpSync(await sourceTree(version), repo(version), { recursive: true, verbatimSymlinks: true });
    const series = readSeries(readFileSync(path.join(patches, 'series'), 'latin1'));
    git(repo(version), 'init', '-q');
    git(repo(version), 'add', '-A', '-f');
    git(repo(version), 'commit', '-qm', 'base');
    git(repo(version), 'tag', 'base');
    for (const name of series) {
      git(repo(version), 'tag', `before/${name}`);
      execFileSync(
        'patch',
        ['-p1', '--batch', '--forward', '--silent', '--no-backup-if-mismatch', '-i', path.join(patches, name)],
        {
          cwd: repo(version),
        },
      );
      git(repo(version), 'add', '-A', '-f');
      git(repo(version), 'commit', '-q', '--allow-empty', '-m', name);
      git(repo(version), 'tag', `after/${name}`);
    }
    return series;
  }

  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'fw-port-'));
    names = { '3.11': await history('3.11'), '3.13': await history('3.13') };
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test.each(['proven', 'likely'] as const)(
    'what is placed as %s is what Debian has there, but for what Debian left out or wrote anew',
    async (accept) => {
      const { gitTree } = await import('../../src/checkout/index.ts');
      const { portPatches } = await import('../../src/patch/port/index.ts');
      const ctx = { env: process.env, signal: new AbortController().signal };
      const rows: string[] = [];
      const surprises: string[] = [];
      let [same, all] = [0, 0];
      for (const name of names['3.11'] ?? []) {
        const both = names['3.13']?.includes(name) === true;
        const ref = both ? `before/${name}` : 'base';
        const [from, to] = [await gitTree(repo('3.11'), `before/${name}`, ctx), await gitTree(repo('3.13'), ref, ctx)];
        const result = await portPatches(
          { patches: [{ name, text: readFileSync(file('3.11', name), 'latin1') }], from, to, accept },
          ctx,
        );
        const text = result.patches.map((p) => p.text).join('');
        git(repo('3.13'), 'checkout', '-q', '-f', ref);
        if (text !== '') {
          writeFileSync(path.join(folder, 'ported.patch'), text, 'latin1');
          execFileSync(
            'patch',
            ['-p1', '-F0', '--silent', '--no-backup-if-mismatch', '-i', path.join(folder, 'ported.patch')],
            {
              cwd: repo('3.13'),
            },
          );
        }
        git(repo('3.13'), 'add', '-A', '-f');
        const made = pieces(git(repo('3.13'), 'diff', '--cached', '-U0'));
        const debian = both ? pieces(git(repo('3.13'), 'diff', '-U0', ref, `after/${name}`)) : undefined;
        const equal =
          debian === undefined
            ? ''
            : [...made].every((p) => debian.has(p)) && made.size === debian.size
              ? 'equal'
              : 'different';
        rows.push(`${both ? 'both' : '3.11 only'}\t${result.complete ? `placed ${equal}` : 'refused'}\t${name}`);
        if (debian !== undefined) {
          all += made.size;
          same += [...made].filter((piece) => debian.has(piece)).length;
        }
        for (const piece of debian === undefined ? [] : made) {
          if (!debian?.has(piece) && !/^b\/Misc\/(NEWS|ACKS)/.test(piece))
            surprises.push(`${name} ${piece.split('\n')[0]}`);
        }
        git(repo('3.13'), 'reset', '-q', '--hard');
      }
      writeFileSync(
        path.join(ARTIFACTS, `port-debian-${accept}.tsv`),
        `${rows.join('\n')}\n${same} of ${all} changes\n`,
      );
      if (accept === 'proven') expect(surprises).toEqual(SURPRISES);
      else expect(surprises.length).toBeLessThan(all / 10);
      expect(rows.filter((row) => row.includes('\tplaced ')).length).toBeGreaterThanOrEqual(PLACED[accept]);
    },
  );
});

const PLACED = { proven: 14, likely: 14 };
/** Looked at one by one: at the same place Debian's port has other text, or a shorter one. */
const SURPRISES = [
  'distutils-install-layout.diff b/Lib/_distutils_system_mod.py -0,0',
  'CVE-2025-12084.patch b/Lib/test/test_minidom.py -175,0',
  'CVE-2026-4224.patch b/Lib/test/test_pyexpat.py -670,0',
];

/** The pieces of a diff without context: file, place and lines. */
function pieces(diff: string): Set<string> {
  const out = new Set<string>();
  let file = '';
  for (const part of diff.split(/^(?=diff --git |@@ )/m)) {
    file = /^\+\+\+ (.*)$/m.exec(part)?.[1] ?? (part.startsWith('diff --git ') ? '' : file);
    const old = /^@@ (-\S+)/.exec(part)?.[1];
    if (old !== undefined) out.add([`${file} ${old}`, ...part.split('\n').slice(1)].join('\n'));
  }
  return out;
}

test('the command line: what was placed, the rest, and requests that are not right', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'fw-port-'));
  try {
    const [old, now] = [await sourceTree('2.7'), await sourceTree('3.9')];
    const out = path.join(folder, 'out.patch');
    const args = ['port', shipped('2.7', 'remove-zombieframe'), '--from', old, '-C', now];
    const nothing = await forkwright(args);
    expect(nothing).toMatchObject({ exitCode: 1, out: '' });
    const partly = await forkwright([...args, '-o', out]);
    expect(partly.exitCode).toBe(1);
    expect(partly.out).toContain('NOT THE WHOLE PATCH');
    expect(readdirSync(folder).sort()).toEqual(['out.patch', 'out.patch.rej', 'out.patch.todo']);
    execFileSync('patch', ['-s', '-p1', '-F0', '--dry-run', '-i', out], { cwd: now });
    execFileSync('patch', ['-s', '-p1', '-F0', '--dry-run', '-i', `${out}.rej`], { cwd: old });
    rmSync(out);
    const wrong = await forkwright(['port', shipped('3.11', 'method-cache-size'), '--from', old, '-C', now, '-o', out]);
    expect(wrong.exitCode).toBe(2);
    expect(existsSync(out)).toBe(false);
    expect((await forkwright(['port', '--continue', folder])).exitCode).toBe(2);
    expect((await forkwright(['port', 'none.patch', '--from', 'v1', '-C', now])).exitCode).toBe(2);
    const pipe = path.join(folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
    expect((await port(pipe, old, now)).problem).toContain('is not a regular file');
    expect((await port(folder, old, now)).problem).toContain('is a folder');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
