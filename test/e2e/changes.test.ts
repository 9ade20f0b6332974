/** Changes of every kind on real sources, from what is typed to what the report says. */
import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseFolders, patchFolders } from '../../src/change/patch-files.ts';
import { givenPatches } from '../../src/change/patches.ts';
import { folderTree, openCheckout } from '../../src/checkout/index.ts';
import { overlayTree } from '../../src/checkout/overlay-tree.ts';
import { generateSeries } from '../../src/patch/series.ts';
import type { RunRecord } from '../../src/run/types.ts';
import { COPYRIGHT, git, HOLDS, noise, repository } from './commits.ts';
import { forkwright, forkwrightJson, sourceTree, UNOPTIMISED_ARGS } from './forkwright.ts';

let dir: string;
const at = (name: string) => path.join(dir, name);
beforeAll(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'fw-changes-'));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

const built = ({ targets }: RunRecord, variant: string) => {
  const found = targets[0]?.builds.find((one) => one.variant === variant)?.build;
  if (found === undefined) throw new Error(`no ${variant}`);
  return found;
};
const says = (python: string, code: string) => execFileSync(python, ['-S', '-c', code], { encoding: 'utf8' }).trim();
const run = async (args: readonly string[]) => (await forkwrightJson<{ record: RunRecord }>(args)).record;

describe('patches of Debian for 3.11', () => {
  const ctx = { emit: () => {}, signal: new AbortController().signal, cacheDir: tmpdir(), jobs: 2, env: process.env };

  test('all of them, in their series, make of the release what Debian makes of it', async () => {
    const [plain, debian] = [await sourceTree('3.11'), await sourceTree('3.11', '--debian')];
    const tree = folderTree(await openCheckout(plain, ctx), ctx);
    const wanted = folderTree(await openCheckout(debian, ctx), ctx);
    const parsed = parseFolders(await patchFolders([path.join(debian, 'debian/patches')], ctx));
    expect(parsed.length).toBeGreaterThan(50);
    const items = givenPatches(parsed, undefined, new Set(), ctx).map((given) => ({ given, params: {} }) as const);
    const series = await generateSeries(items, tree);
    let made = tree;
    for (const { identity, result } of series) {
      if (result.verdict !== 'applies') throw new Error(`${identity.id}: ${JSON.stringify(result)}`);
      made = overlayTree(made, result.patch.files);
    }
    // One makes a file below "Core and Builtins", whose name patch(1), with which Debian applies it, cuts at the space.
    const other = /^(?:debian|\.pc)\/|^\.forkwright|^Misc\/NEWS\.d\/next\/Core(?:$| and Builtins\/2023-07-18)/;
    const own = (paths: readonly string[]) => paths.filter((name) => !other.test(name));
    expect(own(await made.list())).toEqual(own(await wanted.list()));
    const differ: string[] = [];
    for (const name of own(await wanted.list())) {
      const [is, should] = [await made.read(name), await wanted.read(name)];
      if (is?.text !== should?.text) differ.push(name);
    }
    expect(differ).toEqual([]);
  });

  test('one of them, built', async () => {
    const patch = path.join(await sourceTree('3.11', '--debian'), 'debian/patches/lib-argparse.diff');
    const record = await run(['build', patch, '-C', await sourceTree('3.11'), '-o', at('debian'), ...UNOPTIMISED_ARGS]);
    expect(record.patches).toMatchObject([{ verdict: 'applies', origin: { kind: 'patch', file: patch } }]);
    // With it argparse does without gettext.
    const code = 'import sys; sys.modules["gettext"] = None; import argparse; print("imported")';
    expect(says(built(record, 'patched').python, code)).toBe('imported');
    expect(() => says(built(record, 'baseline').python, code)).toThrow(/gettext/);
  });
});

test('a range of two commits, and a recipe upon it', async () => {
  const root = await repository(at('range'), [
    ['Say who\n\nIt is told at the start.', ...COPYRIGHT, 'Nobody'],
    noise(1),
  ]);
  const record = await run([
    'build',
    'release..main',
    'frame-freelist',
    '-C',
    root,
    '-o',
    at('r'),
    ...UNOPTIMISED_ARGS,
  ]);
  expect(record.patches.map(({ recipe, verdict }) => [recipe.title, verdict])).toEqual([
    ['Say who', 'applies'],
    ['Nothing 1', 'applies'],
    [expect.any(String), 'applies'],
  ]);
  expect(says(built(record, 'patched').python, 'import sys; print("Nobody" in sys.copyright)')).toBe('True');
  expect(says(built(record, 'baseline').python, 'import sys; print("Nobody" in sys.copyright)')).toBe('False');
  // The work tree was not touched.
  expect(git(root, 'status', '--porcelain')).toBe('');
});

/** What is measured in a moment: of most stages only whether they are done is asked here. */
const SHORT = ['--quick', '--pairs', '2', '--tests', '^SimpleIntegerArithmetic$', '--cpython-tests', 'none'];

describe('two sides', () => {
  test('two releases: each is built from its own sources', async () => {
    const [old, now] = [await sourceTree('3.13'), await sourceTree('3.13.15')];
    const record = await run(['compare', old, now, '-o', at('releases'), ...SHORT, ...UNOPTIMISED_ARGS]);
    expect(record.sides?.map(({ checkout }) => checkout.pythonVersion)).toEqual(['3.13.5', '3.13.15']);
    expect(record.targets[0]?.builds.map(({ variant, build }) => [variant, build.pythonVersion])).toEqual([
      ['baseline', '3.13.5'],
      ['patched', '3.13.15'],
    ]);
    expect(record.targets[0]?.conditionsDiffer).toEqual([]);
    expect(record.targets[0]?.sidesDiffer).toContain('the Python version: 3.13.5 against 3.13.15');
    expect(record.targets[0]?.memory?.problems).toEqual([]);
    const { out } = await forkwright(['report', at('releases')]);
    expect(out).toContain(`${now} against ${old}`.slice(0, 40));
  });

  test('two ways to build one tree, and to start it', async () => {
    const tree = await sourceTree('2.7');
    const record = await run(['compare', ',-O2', ',-O3', '-C', tree, '-o', at('flags'), '--modules', 'core', ...SHORT]);
    const flags = record.targets[0]?.builds.map(({ build }) => build.commands.configure.join(' '));
    expect(flags?.map((one) => / CFLAGS=.*(-O\d)/.exec(one)?.[1])).toEqual(['-O2', '-O3']);
    expect(record.targets[0]?.conditionsDiffer).toEqual([]);
    expect(record.targets[0]?.speed?.tests).toHaveLength(1);
  });
});

test('two interpreters that were built elsewhere', async () => {
  const trees = [await sourceTree('3.13'), await sourceTree('3.13.15')] as const;
  // From the store, where the test above has left them.
  const { targets } = await run(['compare', ...trees, '-o', at('built'), ...SHORT, ...UNOPTIMISED_ARGS]);
  const pythons = targets[0]?.builds.map(({ build }) => build.python) ?? [];
  const [old = '', now = ''] = pythons;
  const args = ['run', '--baseline', old, '--patched', now, '-o', at('elsewhere'), '--control', ...SHORT];
  const record = await run(args);
  const [target] = record.targets;
  expect(record.sides?.map(({ name, checkout }) => [name, checkout.pythonVersion])).toEqual([
    [old, '3.13.5'],
    [now, '3.13.15'],
  ]);
  expect(target?.builds.map(({ variant, build }) => [variant, build.python, build.interpreter?.compiler])).toEqual([
    ['baseline', old, expect.stringMatching(/GCC|Clang/)],
    ['patched', now, expect.stringMatching(/GCC|Clang/)],
    ['control', old, expect.anything()],
  ]);
  // Both were built by this house, under the same conditions.
  expect(target?.sidesDiffer).toEqual(['the Python version: 3.13.5 against 3.13.15']);
  expect(target?.speed?.tests).toHaveLength(1);
  expect(target?.memory?.problems).toEqual([]);
  expect(target?.limits.join()).toContain('no objects here to link in other orders');
  const json = JSON.parse(await readFile(at('elsewhere/comparison.json'), 'utf8'));
  expect(json.targets[0].build).toMatchObject({
    identicalConditions: null,
    sidesDiffer: ['the Python version: 3.13.5 against 3.13.15'],
    interpreters: { baseline: { debug: false, configure: expect.stringContaining('--without-ensurepip') } },
  });
  const { out } = await forkwright(['report', at('elsewhere')]);
  expect(out.replace(/\s+/g, ' ')).toContain('Nothing proves that both were built alike');

  const request = at('elsewhere/request.json');
  await writeFile(request, (await readFile(request, 'utf8')).replace(/"interpreter": "./, '"interpreter": "x'));
  const resumed = await forkwright(['run', '--resume', at('elsewhere')]);
  expect(resumed.exitCode).toBe(2);
  expect(resumed.err).toContain('is not the interpreter that the run was begun with');

  const twice = await forkwright(['bench', '--baseline', old, '--patched', old]);
  expect(twice.err).toContain('are the same: program, library and settings');
});

describe('many at once', () => {
  interface Many {
    readonly folder: string;
    readonly runs: readonly { readonly name: string; readonly record: RunRecord }[];
  }
  const bytes = ({ targets }: RunRecord): number => {
    const point = targets[0]?.memory?.points[0]?.variants;
    const of = (variant: 'baseline' | 'patched') => point?.[variant]?.exact?.bytes ?? Number.NaN;
    return of('patched') - of('baseline');
  };

  test('a sweep: a curve of four values', async () => {
    const tree = await sourceTree('3.9');
    const args = ['run', 'method-cache-size', '-p', 'exponent=8..11', '-C', tree, '-o', at('sweep')];
    const { runs } = await forkwrightJson<Many>([...args, ...SHORT, ...UNOPTIMISED_ARGS]);
    expect(runs.map(({ name }) => name)).toEqual(['exponent=8', 'exponent=9', 'exponent=10', 'exponent=11']);
    expect(runs.every(({ record }) => record.verdict.ok)).toBe(true);
    const page = await readFile(at('sweep/report.md'), 'utf8');
    expect(page).toContain('Time over all tests');
    expect(page).toContain('exponent=11');
    expect(await readFile(at('sweep/report.html'), 'utf8')).toContain('<figure class="chart"');
    // One session: the baseline once, and four beside it.
    const [header] = (await readFile(at('sweep/samples/host.jsonl'), 'utf8')).split('\n');
    const { variants } = JSON.parse(header ?? '') as { variants: Record<string, unknown> };
    expect(Object.keys(variants)).toEqual(['baseline', 'patched', 'patched-2', 'patched-3', 'patched-4']);
    const { targets } = JSON.parse(await readFile(at('sweep/comparison.json'), 'utf8'));
    expect(targets[0].neighbours.map(({ from, to }: Record<string, string>) => `${from} ${to}`)).toEqual([
      'exponent=8 exponent=9',
      'exponent=9 exponent=10',
      'exponent=10 exponent=11',
    ]);
    // Killed before its last report: the rest is there, and the figures are the same.
    for (const file of ['exponent=11/run.json', 'comparison.json']) await rm(at(`sweep/${file}`));
    const again = await forkwrightJson<Many>(['run', '--resume', at('sweep')]);
    const figures = (all: Many['runs']) =>
      all.map(({ record: { targets } }) => [targets[0]?.speed, targets[0]?.memory, targets[0]?.growth]);
    expect(figures(again.runs)).toEqual(figures(runs));
  });

  test('each of three commits: which of them holds the memory', async () => {
    const root = await repository(at('each'), [noise(1), HOLDS, noise(2)]);
    const args = ['run', 'release..main', '--each', '-C', root, '-o', at('each-runs')];
    const { runs } = await forkwrightJson<Many>([...args, ...SHORT, ...UNOPTIMISED_ARGS]);
    const [before, holds, after] = runs.map(({ record }) => bytes(record));
    expect([before, after]).toEqual([0, 0]);
    expect(holds).toBeGreaterThanOrEqual(40_960);
    expect(holds).toBeLessThan(41_100);
  });
});
