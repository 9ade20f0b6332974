/**
 * Debian's own changes to CPython stand in for a fork: every recipe says of such a tree what it says of the release, and
 * its patch applies there.
 */
import { execFileSync } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { forkwright, sourceTree } from './forkwright.ts';

interface Generated {
  readonly recipe: string;
  readonly verdict: string;
  readonly patch?: {
    readonly files: readonly { path: string; before: string; after: string }[];
    readonly text: string;
  };
}

const recipes = async (): Promise<readonly string[]> => {
  const { out } = await forkwright(['recipes', '--json']);
  const data = JSON.parse(out.trimEnd().split('\n').at(-1) ?? '') as { data: { recipes: { id: string }[] } };
  return data.data.recipes.map(({ id }) => id);
};

/** What each recipe alone says of a tree. */
async function verdicts(tree: string): Promise<readonly Generated[]> {
  const all: Generated[] = [];
  for (const recipe of await recipes()) {
    const { out } = await forkwright(['generate', recipe, '-C', tree, '--json']);
    const result = JSON.parse(out.trimEnd().split('\n').at(-1) ?? '') as { data: Generated[] };
    all.push(...result.data);
  }
  return all;
}

test.each(['2.7', '3.9', '3.11', '3.13'])(
  "%s with Debian's patches: the same verdicts, and patches that apply",
  async (version) => {
    const [release, debian] = [await sourceTree(version), await sourceTree(version, '--debian')];
    expect(debian).not.toBe(release);
    const [ofRelease, ofDebian] = [await verdicts(release), await verdicts(debian)];
    const brief = (all: readonly Generated[]) => all.map(({ recipe, verdict }) => `${recipe}: ${verdict}`);
    expect(brief(ofDebian)).toEqual(brief(ofRelease));
    const applying = ofDebian.flatMap(({ patch }) => (patch !== undefined && patch.files.length > 0 ? [patch] : []));
    expect(applying.length).toBeGreaterThanOrEqual(6);
    const copy = await mkdtemp(path.join(tmpdir(), 'fw-forks-'));
    try {
      for (const [index, patch] of applying.entries()) {
        const file = path.join(copy, 'one.patch');
        const top = path.join(copy, String(index));
        for (const { path: name } of patch.files) await cp(path.join(debian, name), path.join(top, name));
        await writeFile(file, patch.text, 'latin1');
        execFileSync('patch', ['-s', '-p1', '-F0', '--no-backup-if-mismatch', '-i', file], { cwd: top });
        for (const { path: name, after } of patch.files)
          expect(await readFile(path.join(top, name), 'latin1')).toBe(after);
        execFileSync('patch', ['-s', '-R', '-p1', '-F0', '--no-backup-if-mismatch', '-i', file], { cwd: top });
        for (const { path: name, before } of patch.files)
          expect(await readFile(path.join(top, name), 'latin1')).toBe(before);
      }
    } finally {
      await rm(copy, { recursive: true, force: true });
    }
  },
);

test.each([
  ['2.7', 'remove-zombieframe,frame-freelist'],
  ['2.7', 'frame-freelist,remove-zombieframe'],
  ['3.9', 'remove-zombieframe,frame-freelist'],
  ['3.9', 'frame-freelist,remove-zombieframe'],
])(
  "%s with Debian's patches: %s with a limit of 0 compile as release, as debug, and without a free list",
  async (version, series) => {
    const names = series.split(',');
    const args = [
      'generate',
      ...names,
      '-p',
      'frame-freelist.limit=0',
      '-C',
      await sourceTree(version, '--debian'),
      '--verify',
    ];
    const { out, exitCode, err } = await forkwright([...args, '--json']);
    expect(exitCode, err + out.slice(-2000)).toBe(0);
    const { data } = JSON.parse(out.trimEnd().split('\n').at(-1) ?? '') as {
      data: { syntax: { file: string; defines: string[]; verdict: string }[] };
    };
    const ways = data.syntax.map(({ file, defines, verdict }) => `${file} ${defines.join(' ')}: ${verdict}`);
    expect(ways.filter((way) => !way.endsWith(': fine'))).toEqual([]);
    expect(ways).toEqual(
      expect.arrayContaining([
        'Objects/frameobject.c NDEBUG: fine',
        'Objects/frameobject.c Py_DEBUG: fine',
        'Objects/codeobject.c Py_DEBUG: fine',
        ...(version === '3.9' ? ['Objects/frameobject.c NDEBUG PyFrame_MAXFREELIST=0: fine'] : []),
      ]),
    );
  },
);
