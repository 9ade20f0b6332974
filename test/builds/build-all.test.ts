import { existsSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { buildAll } from '../../src/builds/build-all.ts';
import { compareConditions } from '../../src/builds/conditions.ts';
import { forgetUsers } from '../../src/builds/in-use.ts';
import { listStore, pruneStore } from '../../src/builds/store.ts';
import type { Build, BuildOutcome } from '../../src/builds/types.ts';
import { Cancelled, UserError } from '../../src/system/diagnostic.ts';
import { FRAMEOBJECT, makeRig, patchOf, type Rig, until } from './rig.ts';

let rig: Rig;
beforeEach(async () => {
  rig = await makeRig();
});
afterEach(() => rig.remove());

const FILE = 'Objects/frameobject.c';
const good = patchOf(FILE, FRAMEOBJECT, 'return zombie', 'return 0');
/** Built whole, beside the baseline: what touches .c files only starts from its objects. */
const header = patchOf('Include/object.h', '\n', '\n', '#define X\n');
const bad = patchOf(FILE, FRAMEOBJECT, 'return zombie', 'return undeclared');
const configureCalls = async () => (await rig.calls()).filter((call) => call.startsWith('configure')).length;
const pair = (patch = good) => [rig.request('baseline'), rig.request('patched', [patch])];

function built(outcome: BuildOutcome | undefined): Build {
  if (outcome?.ok !== true) throw new Error(`not built: ${JSON.stringify(outcome, undefined, 1)}`);
  return outcome.build;
}

describe('a baseline and a patched variant', () => {
  test('are built under the same conditions, from one configure', async () => {
    const outcomes = await buildAll(pair(), rig.ctx);
    const [baseline, patched] = outcomes.map(built) as [Build, Build];
    expect(compareConditions(baseline, patched)).toEqual([]);
    expect(baseline.root).toHaveLength(patched.root.length);
    expect(await configureCalls()).toBe(1);
    expect([baseline.configureReused, patched.configureReused].sort()).toEqual([false, true]);
    expect(await readFile(path.join(patched.src, FILE), 'latin1')).toContain('return 0');
    expect(await readFile(path.join(baseline.src, FILE), 'latin1')).toBe(FRAMEOBJECT);
    // The reused files name the folder that they lie in now.
    expect(await readFile(path.join(patched.obj, 'Makefile'), 'latin1')).toContain(patched.obj);
    expect(await readFile(path.join(patched.obj, 'config.log'), 'latin1')).not.toContain(baseline.key);
    expect(baseline.missingModules).toEqual(['_bsddb', 'nis']);
  });

  test("get nothing of the user's environment", async () => {
    await buildAll([rig.request('baseline')], rig.ctx);
    const environment = await rig.environment();
    expect(environment).not.toContain('USERS_OWN');
    expect(environment).toMatch(/^LC_ALL=C$/m);
    expect(environment).toMatch(/^SOURCE_DATE_EPOCH=\d+$/m);
    expect(environment).toMatch(/^HOME=.*\/home$/m);
  });

  test('configure apart when the patch touches what configure reads', async () => {
    await buildAll(pair(patchOf('Makefile.pre.in', '\n', '\n', '# changed\n')), rig.ctx);
    expect(await configureCalls()).toBe(2);
  });

  test('differ in a configure option that a patch asks for, and in nothing else', async () => {
    const outcomes = await buildAll(pair({ ...good, buildOptions: ['--with-thing'] }), rig.ctx);
    const [baseline, patched] = outcomes.map(built) as [Build, Build];
    expect(compareConditions(baseline, patched).join()).toContain('--with-thing');
    expect(compareConditions(baseline, patched, ['--with-thing'])).toEqual([]);
    expect(compareConditions(baseline, patched, ['--with-other']).join()).toContain('--with-thing');
  });

  test('run at once with two jobs, one after the other with one', async () => {
    await rig.tell('hold');
    const both = buildAll(pair(header), rig.ctx);
    await until(async () => (await rig.mostAtOnce()) === 2);
    await rig.tell('hold', false);
    await both;
    const slow = await makeRig({ jobs: 1 });
    try {
      await buildAll([slow.request('baseline'), slow.request('patched', [header])], slow.ctx);
      expect(await slow.mostAtOnce()).toBe(1);
    } finally {
      await slow.remove();
    }
  });
});

test('a compiler launcher stands before the compiler, with the user’s cache, and has builds of its own', async () => {
  const seen = path.join(rig.folder, 'launched');
  await writeFile(
    path.join(rig.folder, 'ccache'),
    `#!/bin/sh\ncase $1 in --version) echo ccache 4.8;; *) echo "$CCACHE_DIR $CCACHE_BASEDIR" >> ${seen}; exec "$@";; esac\n`,
    { mode: 0o755 },
  );
  const ctx = { ...rig.ctx, env: { ...rig.ctx.env, FORKWRIGHT_PATH: `${rig.folder}:/usr/bin:/bin` } };
  const [plain] = await buildAll([rig.request('baseline')], ctx);
  const [launched] = await buildAll([rig.request('baseline', [], { launcher: 'ccache' })], ctx);
  expect(built(launched).key).not.toBe(built(plain).key);
  expect(await readFile(seen, 'utf8')).toContain(`${rig.folder}/.cache/ccache ${built(launched).root}\n`);
  expect(built(launched).tools.map((tool) => tool.name)).toEqual(['make', 'ccache']);
});

describe('the store', () => {
  test('answers the second time without building', async () => {
    const first = await buildAll(pair(), rig.ctx);
    const calls = await rig.calls();
    const second = await buildAll(pair(), rig.ctx);
    expect(second.map((outcome) => outcome.ok && outcome.hit)).toEqual([true, true]);
    expect(second.map((outcome) => built(outcome))).toEqual(first.map((outcome) => built(outcome)));
    expect(await rig.calls()).toEqual(calls);
    expect(rig.events.filter((event) => event.type === 'step-finished' && event.outcome === 'hit')).toHaveLength(2);
  });

  test('gives a second patch its own tree, the same baseline and the same configure', async () => {
    const [baseline] = await buildAll(pair(), rig.ctx);
    const other = patchOf(FILE, FRAMEOBJECT, 'return zombie', 'return 1');
    const [again, patched] = await buildAll(pair(other), rig.ctx);
    expect(built(again).key).toBe(built(baseline).key);
    expect([again, patched].map((outcome) => outcome?.ok && outcome.hit)).toEqual([true, false]);
    expect(await configureCalls()).toBe(1);
  });

  test('builds the same thing once, and a control as a second build', async () => {
    const requests = [rig.request('baseline'), rig.request('patched'), rig.request('control')];
    const [baseline, same, control] = (await buildAll(requests, rig.ctx)).map(built) as [Build, Build, Build];
    expect(same.key).toBe(baseline.key);
    expect(control.key).not.toBe(baseline.key);
    expect(compareConditions(baseline, control)).toEqual([]);
  });

  test.each([
    ['an interpreter with other bytes', (build: Build) => writeFile(build.python, '#!/bin/sh\nexit 1\n')],
    ['a missing library', (build: Build) => rm(path.join(build.src, 'Lib'), { recursive: true })],
    ['a record that is cut off', (build: Build) => writeFile(path.join(build.root, 'build.json'), '{"schemaVersion":')],
    ['no record: interrupted', (build: Build) => rm(path.join(build.root, 'build.json'))],
  ])('makes an entry with %s anew', async (_what, damage) => {
    const [first] = await buildAll([rig.request('baseline')], rig.ctx);
    await damage(built(first));
    const [second] = await buildAll([rig.request('baseline')], rig.ctx);
    expect(second?.ok && second.hit).toBe(false);
    expect(existsSync(path.join(built(second).src, 'Lib', 'os.py'))).toBe(true);
    const [third] = await buildAll([rig.request('baseline')], rig.ctx);
    expect(third?.ok && third.hit).toBe(true);
  });

  test('says so when it finds a damaged entry', async () => {
    const [first] = await buildAll([rig.request('baseline')], rig.ctx);
    await writeFile(built(first).python, 'other');
    await buildAll([rig.request('baseline')], rig.ctx);
    expect(rig.events).toContainEqual(
      expect.objectContaining({ type: 'message', level: 'warning', text: expect.stringContaining('other bytes') }),
    );
  });

  test('lists its entries and removes the longest unused first', async () => {
    const [baseline, patched] = (await buildAll(pair(), rig.ctx)).map(built) as [Build, Build];
    await new Promise((resolve) => setTimeout(resolve, 20));
    await buildAll([rig.request('baseline')], rig.ctx);
    const entries = await listStore(rig.ctx);
    expect(entries.map((entry) => [entry.key, entry.complete, entry.changedFiles])).toEqual([
      [baseline.key, true, 0],
      [patched.key, true, 1],
    ]);
    // This process uses them.
    expect(await pruneStore({ all: true }, rig.ctx)).toEqual([]);
    for (const { folder } of entries) await forgetUsers(folder);
    const removed = await pruneStore({ maxBytes: entries[0]?.bytes ?? 0 }, rig.ctx);
    expect(removed.map((entry) => entry.key)).toEqual([patched.key]);
    await pruneStore({ all: true }, rig.ctx);
    expect(await listStore(rig.ctx)).toEqual([]);
  });

  test("that cannot be written to is the user's to mend", async () => {
    const file = path.join(rig.folder, 'a-file');
    await writeFile(file, '');
    const failed = buildAll([rig.request('baseline')], { ...rig.ctx, cacheDir: path.join(file, 'cache') });
    await expect(failed).rejects.toThrow(UserError);
  });
});

describe('a failing variant', () => {
  test('says which edit wrote the line, and leaves the baseline in the store', async () => {
    const outcomes = await buildAll(pair(bad), rig.ctx);
    const [baseline, patched] = outcomes;
    expect(baseline?.ok).toBe(true);
    if (patched?.ok !== false) throw new Error('it was built');
    expect(patched.failure.diagnostics[0]).toEqual({
      code: 'build/compile-error',
      message: "'undeclared' undeclared (first use in this function)",
      place: { file: FILE, line: 5, column: 5 },
      hint: 'this was written by edit 2 (replace-expression) of the recipe test-recipe: for the test',
    });
    expect(patched.failure.diagnostics.at(-1)?.detail?.join()).toContain('make.log');
    expect(await readFile(patched.failure.logs.make ?? '', 'utf8')).toContain('undeclared');
    const [again] = await buildAll([rig.request('baseline')], rig.ctx);
    expect(again?.ok && again.hit).toBe(true);
    const ends = rig.events.filter((event) => event.type === 'step-finished').map((event) => event.outcome);
    expect(ends).toContain('failed');
  });

  test('is tried again the next time', async () => {
    await rig.tell('configure-fails');
    const [failed] = await buildAll([rig.request('baseline')], rig.ctx);
    expect(failed).toMatchObject({
      ok: false,
      failure: { step: 'configure', diagnostics: [{ message: 'no acceptable thing found' }, {}] },
    });
    await rig.tell('configure-fails', false);
    const [second] = await buildAll([rig.request('baseline')], rig.ctx);
    expect(second?.ok).toBe(true);
  });

  test("on a full disk is nobody's variant's fault", async () => {
    await rig.tell('disk-full');
    await expect(buildAll(pair(), rig.ctx)).rejects.toMatchObject({
      diagnostics: [{ code: 'build/disk-full', hint: expect.stringContaining('cache --prune') }],
    });
  });
});

describe('stopping', () => {
  test('ends the compilers at once, leaves no hit, and the next call goes on', async () => {
    const stop = new AbortController();
    await rig.tell('hold');
    const work = buildAll(pair(header), { ...rig.ctx, signal: stop.signal });
    await until(async () => (await rig.mostAtOnce()) === 2);
    stop.abort();
    // The compilers are held: of themselves they never end.
    await expect(work).rejects.toThrow(Cancelled);
    expect((await listStore(rig.ctx)).every((entry) => !entry.complete)).toBe(true);
    await rig.tell('hold', false);
    const outcomes = await buildAll(pair(header), rig.ctx);
    expect(outcomes.every((outcome) => outcome.ok && !outcome.hit)).toBe(true);
    expect(await configureCalls()).toBe(1);
  });

  test("two at the same work: the second waits and takes the first's", async () => {
    await rig.tell('hold');
    const first = buildAll([rig.request('baseline')], rig.ctx);
    await until(async () => (await rig.mostAtOnce()) >= 1);
    const second = buildAll([rig.request('baseline')], rig.ctx);
    await until(async () => rig.events.some((event) => event.type === 'message' && event.text.includes('waiting')));
    await rig.tell('hold', false);
    const [[a], [b]] = await Promise.all([first, second]);
    expect([a?.ok && a.hit, b?.ok && b.hit]).toEqual([false, true]);
  });
});
