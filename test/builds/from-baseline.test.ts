import { appendFile, readFile, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { buildAll } from '../../src/builds/build-all.ts';
import { compareConditions } from '../../src/builds/conditions.ts';
import type { Build, BuildOutcome } from '../../src/builds/types.ts';
import { openCheckout } from '../../src/checkout/open.ts';
import type { GeneratedPatch } from '../../src/patch/types.ts';
import { FRAMEOBJECT, makeRig, patchOf, type Rig } from './rig.ts';

let rig: Rig;
beforeEach(async () => {
  rig = await makeRig();
});
afterEach(() => rig.remove());

const FILE = 'Objects/frameobject.c';
const good = patchOf(FILE, FRAMEOBJECT, 'return zombie', 'return 0');

function built(outcome: BuildOutcome | undefined): Build {
  if (outcome?.ok !== true) throw new Error(`not built: ${JSON.stringify(outcome, undefined, 1)}`);
  return outcome.build;
}
const builds = async (patch: GeneratedPatch, options = {}, checkout = rig.checkout) => {
  const requests = [rig.request('baseline', [], options), rig.request('patched', [patch], options)];
  const outcomes = await buildAll(
    requests.map((request) => ({ ...request, checkout })),
    rig.ctx,
  );
  return outcomes.map(built) as [Build, Build];
};
const compiled = async (file: string) =>
  (await rig.calls()).filter((call) => call.includes(` -c ../src/${file} `)).length;
const products = ({ obj }: Build) =>
  Promise.all(['Objects.o', 'Other.o', 'python', 'Makefile'].map((name) => readFile(path.join(obj, name), 'latin1')));

test('a change of one .c file compiles that one, and gives the bytes of a whole build', async () => {
  const [baseline, patched] = await builds(good);
  expect(patched.objectsFrom).toMatchObject({ key: baseline.key });
  expect(baseline.objectsFrom).toBeUndefined();
  expect([await compiled(FILE), await compiled('Objects/object.c')]).toEqual([2, 1]);
  expect(compareConditions(baseline, patched)).toEqual([]);
  const own = await products(patched);
  expect(own.join()).not.toContain(baseline.key);
  const { mtimeMs } = await stat(path.join(patched.src, FILE));
  expect(mtimeMs).toBe((await stat(path.join(patched.src, 'Objects/object.c'))).mtimeMs);

  await rm(path.join(rig.ctx.cacheDir, 'builds'), { recursive: true });
  const [whole] = (await buildAll([rig.request('patched', [good])], rig.ctx)).map(built) as [Build];
  expect(whole.objectsFrom).toBeUndefined();
  expect(whole.root).toBe(patched.root);
  expect(await products(whole)).toEqual(own);
});

test('a baseline that is in the store is started from; one that was changed there since is not', async () => {
  const [baseline] = (await buildAll([rig.request('baseline')], rig.ctx)).map(built) as [Build];
  expect((await builds(good))[1].objectsFrom).toMatchObject({ key: baseline.key });
  await appendFile(path.join(baseline.obj, 'Other.o'), 'later');
  const [, patched] = await builds(patchOf(FILE, FRAMEOBJECT, 'return zombie', 'return 1'));
  expect(patched.objectsFrom).toBeUndefined();
  expect(await readFile(path.join(patched.obj, 'Other.o'), 'latin1')).not.toContain('later');
  expect(await compiled('Objects/object.c')).toBe(2);
});

const header = patchOf('Include/object.h', '\n', '\n', '#define X\n');
const WHOLE: [string, GeneratedPatch, object][] = [
  ['a change of a header', header, {}],
  ['a change of a .c file and a header', { ...good, files: [...good.files, ...header.files] }, {}],
  ['a change with an option of configure', { ...good, buildOptions: ['--with-thing'] }, {}],
  [
    'a change that asks for the time of its file',
    patchOf(FILE, FRAMEOBJECT, 'return zombie', 'return *__TIMESTAMP__'),
    {},
  ],
  ['a change with link-time optimisation', good, { cflags: '-flto' }],
];
test.each(WHOLE)('%s is built whole', async (_, patch, options) => {
  expect((await builds(patch, options))[1].objectsFrom).toBeUndefined();
});

test('a .c file that another one includes, by a macro too, is built whole', async () => {
  const file = path.join(rig.checkout.root, 'Python/ceval.c');
  await appendFile(file, '#define BODY "../Objects/frameobject.c"\n#include BODY\n');
  const checkout = await openCheckout(rig.checkout.root, rig.ctx);
  expect((await builds(good, {}, checkout))[1].objectsFrom).toBeUndefined();
});
