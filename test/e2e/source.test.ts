import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { folderTree, makeTree, type ObtainedSource, obtainSource, openCheckout } from '../../src/checkout/index.ts';
import { epochOf } from '../../src/checkout/make-tree.ts';
import type { Context } from '../../src/system/context.ts';
import type { Event } from '../../src/system/events.ts';

/** Of the files in CPython's own 2.7.18 release, whoever unpacks it. */
const TREE_2_7_18 = 'c76f9eeccf9f03c2436e4e4d62b0147ac5838296ed37731f3f1f84a279373e5c';

let dir: string;
let ctx: Context;
let first: ObtainedSource;
const events: Event[] = [];

beforeAll(async () => {
  dir = mkdtempSync(path.join(tmpdir(), 'fw-source-'));
  const signal = new AbortController().signal;
  ctx = { emit: (e) => events.push(e), signal, cacheDir: path.join(dir, 'cache'), jobs: 2, env: process.env };
  first = await obtainSource('2.7', ctx);
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

test('2.7 is the 2.7.18 release to the byte', () => {
  expect(first.hit).toBe(false);
  expect(first.checkout).toMatchObject({
    version: { text: '2.7.18' },
    flavour: { kind: 'release', name: 'CPython' },
    layout: { pybench: 'Tools/pybench', builtInPlace: false },
    base: { kind: 'tarball', treeHash: TREE_2_7_18 },
  });
});

test('a second call takes no network and no step', async () => {
  events.length = 0;
  const offline = { ...ctx, env: { PATH: '/nonexistent' } };
  const again = await obtainSource('2.7', offline);
  expect(again).toMatchObject({ hit: true, root: first.root });
  expect(again.checkout.base).toEqual(first.checkout.base);
  expect(events.filter((event) => event.type === 'step-started')).toEqual([]);
});

test('Latin-1 files come as their bytes', async () => {
  const tree = folderTree(first.checkout, ctx);
  const paths = await tree.list();
  const file = paths.find((name) => name.endsWith('test_doctest4.txt') || name === 'Misc/ACKS') ?? expect.fail();
  const bytes = readFileSync(path.join(first.root, file));
  expect(Buffer.from((await tree.read(file))?.text ?? '', 'latin1').equals(bytes)).toBe(true);
});

test('a tree is made in a moment, and all its files have one time', async () => {
  const started = performance.now();
  const root = path.join(dir, 'src');
  await makeTree(first.checkout, [{ path: 'Objects/frameobject.c', after: 'x' }], root, ctx);
  // 0.6 s on two idle cores.
  expect(performance.now() - started).toBeLessThan(10_000);
  const times = ['configure', 'Objects/frameobject.c', 'Lib/os.py'].map((f) => statSync(path.join(root, f)).mtimeMs);
  expect(new Set(times)).toEqual(new Set([(await epochOf(first.checkout, ctx)) * 1000]));
  expect((await openCheckout(first.root, ctx)).base).toEqual(first.checkout.base);
});

test('a cached tree that was tampered with is not used: it is kept aside, and fetched again', async () => {
  appendFileSync(path.join(first.root, 'Objects/frameobject.c'), '\n');
  const again = await obtainSource('2.7', ctx);
  expect(again.hit).toBe(false);
  expect(again.checkout.base).toEqual(first.checkout.base);
  expect(existsSync(`${first.root}.edited-1`)).toBe(true);
});
