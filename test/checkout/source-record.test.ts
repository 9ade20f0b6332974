import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { SOURCE_RECORD } from '../../src/checkout/index.ts';
import { readSourceRecord, type SourceRecord } from '../../src/checkout/source-record.ts';

const hash = 'a'.repeat(64);
const sound: SourceRecord = {
  schemaVersion: 1,
  origin: { kind: 'debian', package: 'python9.9', version: '9.9.1-1', suite: 'none', patched: false },
  tarball: { name: 'python9.9_9.9.1.orig.tar.xz', sha256: hash },
  files: [{ name: 'a', size: 1, sha256: hash }],
  treeHash: hash,
  sourceDateEpoch: 1,
};

let root: string;
beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'fw-record-'));
});
afterEach(() => rmSync(root, { recursive: true }));
const write = (text: string) => writeFileSync(path.join(root, SOURCE_RECORD), text);

test('a tree without a record has none', async () => {
  expect(await readSourceRecord(root)).toBeUndefined();
});

test('a sound record is read as it was written', async () => {
  write(JSON.stringify(sound));
  expect(await readSourceRecord(root)).toEqual(sound);
});

test.each([
  ['{', /damaged: .*JSON/],
  ['null', /damaged: schemaVersion/],
  [JSON.stringify({ ...sound, schemaVersion: 2 }), /damaged: schemaVersion/],
  [JSON.stringify({ ...sound, origin: { ...sound.origin, kind: 'other' } }), /damaged: origin\.kind/],
  [JSON.stringify({ ...sound, origin: { ...sound.origin, suite: 1 } }), /damaged: origin\.suite/],
  [JSON.stringify({ ...sound, tarball: { name: 'x', sha256: 'short' } }), /damaged: tarball\.sha256/],
  [JSON.stringify({ ...sound, files: [null] }), /damaged: files/],
  [JSON.stringify({ ...sound, treeHash: undefined }), /damaged: treeHash/],
  [JSON.stringify({ ...sound, sourceDateEpoch: '1' }), /damaged: sourceDateEpoch/],
])('a damaged record is told with what is wrong: %s', async (text, message) => {
  write(text);
  await expect(readSourceRecord(root)).rejects.toThrow(message);
});
