import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { compareReviews } from '../../../src/review/compare/index.ts';
import { readPatchText } from '../../../src/review/model/read-patch.ts';
import { git } from '../../checkout/rig.ts';

let repo: string;
beforeAll(() => {
  repo = mkdtempSync(path.join(tmpdir(), 'fw-range-'));
  git(repo, 'init', '-q', '-b', 'main');
  mkdirSync(path.join(repo, 'src'));
  for (const name of ['ring', 'list', 'heap', 'tree']) write(name, plain(name));
  git(repo, 'add', '.');
  git(repo, 'commit', '-qm', 'base');
});
afterAll(() => rmSync(repo, { recursive: true, force: true }));

const plain = (name: string) =>
  Array.from({ length: 40 }, (_, i) => `static int ${name}_value_${i} = compute_${name}(${i});`);
const write = (name: string, lines: readonly string[]) =>
  writeFileSync(path.join(repo, `src/${name}.c`), `${lines.join('\n')}\n`);

/** One commit: a file's lines from `at` on replaced by others. */
interface Step {
  readonly title: string;
  readonly file: string;
  readonly at: number;
  readonly lines: readonly string[];
}

function commitSeries(branch: string, steps: readonly Step[], shift = 0): void {
  git(repo, 'checkout', '-q', '-b', branch, 'main');
  const files = new Map<string, string[]>();
  if (shift > 0) {
    for (const name of ['ring', 'list', 'heap', 'tree']) {
      files.set(name, [...Array.from({ length: shift }, (_, i) => `/* ${branch} ${i} */`), ...plain(name)]);
      write(name, files.get(name) ?? []);
    }
    git(repo, 'commit', '-qam', 'moved base');
    git(repo, 'tag', `${branch}-base`);
  } else git(repo, 'tag', `${branch}-base`);
  for (const { title, file, at, lines } of steps) {
    const all = files.get(file) ?? plain(file);
    all.splice(at + shift, lines.length, ...lines);
    files.set(file, all);
    write(file, all);
    git(repo, 'commit', '-qam', title);
  }
}

const ring: Step = {
  title: 'Keep no spare',
  file: 'ring',
  at: 5,
  lines: ['int no_spare;', 'int kept = 0;', 'free_all();'],
};
const list: Step = {
  title: 'Smaller lists',
  file: 'list',
  at: 9,
  lines: ['enum { MOST = 8 };', 'shrink(MOST);', 'trim();'],
};
const heap: Step = {
  title: 'A heap of its own',
  file: 'heap',
  at: 20,
  lines: ['heap_new();', 'heap_own(1);', 'heap_end();'],
};
const tree: Step = { title: 'Trees are thin', file: 'tree', at: 3, lines: ['thin(1);', 'thinner(2);', 'thinnest(3);'] };

/** What git itself says: `1: abc = 1: def Title`. */
function byGit(old: string, now: string): readonly string[] {
  return git(repo, 'range-diff', '-s', '--no-color', `${old}-base..${old}`, `${now}-base..${now}`)
    .trim()
    .split('\n')
    .map((line) => {
      const [, from, sign, to] = /^\s*(-|\d+):\s+\S+ ([=!<>])\s+(-|\d+):/.exec(line) ?? [];
      return `${from} ${sign} ${to}`;
    })
    .sort();
}

function byUs(old: string, now: string): readonly string[] {
  const series = (name: string) => ({
    label: name,
    patches: readPatchText(git(repo, 'format-patch', '--stdout', `${name}-base..${name}`), { file: name }),
  });
  const signs = { same: '=', 'context-only': '!', changed: '!', removed: '<', added: '>' };
  return compareReviews(series(old), series(now))
    .patches.map(({ oldIndex, newIndex, status }) => `${oldIndex ?? '-'} ${signs[status]} ${newIndex ?? '-'}`)
    .sort();
}

describe('series are paired as git range-diff pairs them', () => {
  test.each([
    ['unchanged', [ring, list, heap]],
    ['in another order', [heap, ring, list]],
    ['one was dropped, one is new', [ring, tree, heap]],
    ['one was changed', [ring, { ...list, lines: ['enum { MOST = 16 };', 'shrink(MOST);', 'trim();'] }, heap]],
    [
      'one was changed and given another title',
      [ring, { ...list, title: 'Lists of 8', lines: ['x();', ...list.lines.slice(1)] }, heap],
    ],
    ['changed and in another order', [{ ...heap, lines: [...heap.lines.slice(0, 2), 'heap_stop();'] }, list, ring]],
    ['one became another thing altogether', [ring, { ...tree, title: 'Something else' }]],
    ['all are new', [tree]],
  ] as const)('%s', (name, steps) => {
    const branch = name.replace(/[^a-z]/g, '-');
    commitSeries(`${branch}-old`, [ring, list, heap]);
    commitSeries(`${branch}-new`, steps);
    expect(byUs(`${branch}-old`, `${branch}-new`)).toEqual(byGit(`${branch}-old`, `${branch}-new`));
  });

  test('titles swapped: paired by what they do; what they are called is told as a fact', () => {
    commitSeries('named', [ring, list]);
    commitSeries('swapped', [
      { ...ring, title: list.title },
      { ...list, title: ring.title },
    ]);
    expect(byGit('named', 'swapped')).toEqual(['1 ! 1', '2 ! 2']);
    expect(byUs('named', 'swapped')).toEqual(['1 = 1', '2 = 2']);
  });

  test('on a base that moved: git has no line numbers, and what only moved is the same to it', () => {
    commitSeries('still', [ring, list, heap]);
    commitSeries('moved', [list, heap, ring], 7);
    expect(byGit('still', 'moved')).toEqual(['1 = 3', '2 = 1', '3 = 2']);
    expect(byUs('still', 'moved')).toEqual(['1 ! 3', '2 ! 1', '3 ! 2']);
  });
});
