/** Folders of patches, read as quilt reads them: nothing is left out in silence. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { shippedFolders } from '../../../src/change/patch-files.ts';
import type { Event } from '../../../src/system/events.ts';
import { write } from '../../checkout/rig.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'fw-series-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

/** What is read of a folder, and what is said to be left out. */
async function folder(files: Readonly<Record<string, string>>) {
  write(dir, files);
  const said: string[] = [];
  const emit = (event: Event) => void said.push(event.type === 'message' ? event.text : event.type);
  const found = await shippedFolders(dir, { emit });
  const read = found.map(({ patches, isSeries }) => [
    isSeries,
    ...patches.map(({ file, text }) => `${path.relative(dir, file)}=${text}`),
  ]);
  return { read, said };
}

test('options, comments, sub folders and any ending; what lies there and is not listed is named', async () => {
  const series = '# all\n1.patch -p1\r\n2.patch # why\n\nsub/3.patch\t-p 1 # both\n4.diff\nfoo\n';
  const files = { '1.patch': '1', '2.patch': '2', 'sub/3.patch': '3', '4.diff': '4', foo: '5', '6.patch': '6' };
  expect(await folder({ ...files, 'sub/7.diff': '7', series, README: 'r' })).toEqual({
    read: [[true, '1.patch=1', '2.patch=2', 'sub/3.patch=3', '4.diff=4', 'foo=5']],
    said: ['not in series: 6.patch, sub/7.diff'],
  });
});

test('a folder below with a file `series` of its own is a series of its own', async () => {
  const files = { 'a/1.patch': '1', 'a/series': '1.patch\n', 'b/2.patch': '2', 'b/series/x': '' };
  expect(await folder(files)).toEqual({
    read: [
      [true, 'a/1.patch=1'],
      [false, 'b/2.patch=2'],
    ],
    said: [],
  });
});

test.each([
  ['1.patch -p0', 'has -p0 for 1.patch'],
  ['1.patch -R', 'has -R for 1.patch'],
  ['1.patch 2.patch', 'has 2.patch for 1.patch'],
  ['none.patch', 'names none.patch'],
  ['../1.patch', 'names ../1.patch'],
])('%s is refused, with its line', async (line, message) => {
  await expect(folder({ '1.patch': '1', series: `# a\n${line}\n` })).rejects.toMatchObject({
    message: expect.stringContaining(message),
    diagnostics: [{ code: 'cli/series', place: { file: path.join(dir, 'series'), line: 2 } }],
  });
});

test('without `series` all endings of patches are read, and what looks like one is named', async () => {
  const files = { '1.patch': '1', '2.diff': '2', '3.patch~': 'x', '4.txt': 'why\n\n--- a/x\n+++ b/x\n', README: 'r' };
  expect(await folder(files)).toEqual({
    read: [[false, '1.patch=1', '2.diff=2']],
    said: ['not read, though it looks like a patch: 3.patch~, 4.txt'],
  });
});
