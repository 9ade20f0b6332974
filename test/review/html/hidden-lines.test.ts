import { inflateRawSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { gapsOf, hiddenLinesHtml } from '../../../src/review/html/rows.ts';
import type { ReviewFile } from '../../../src/review/types.ts';
import { AFTER, counterPatch, hostile } from './reviews.ts';

function fileOf(patch: { files: readonly ReviewFile[] } | undefined): ReviewFile {
  const file = patch?.files[0];
  if (file === undefined) throw new Error('no file');
  return file;
}

const unpack = (page: string): (string | [string, string])[][][] =>
  JSON.parse(inflateRawSync(Buffer.from(/>([^<]*)</.exec(page)?.[1] ?? '', 'base64')).toString());
const plain = (line: (string | [string, string])[]) =>
  line.map((part) => (typeof part === 'string' ? part : part[1])).join('');

describe('hidden lines', () => {
  test('with the hunks they make up the whole text', () => {
    const file = fileOf(counterPatch());
    const gaps = gapsOf(file);
    expect(gaps.map(({ oldStart, newStart, lines }) => [oldStart, newStart, lines])).toEqual([
      [1, 1, 31],
      [39, 39, 28],
    ]);
    const [before = [], after = []] = unpack(hiddenLinesHtml(file, gaps, []).text);
    const hunk = (file.hunks[0]?.rows ?? []).filter(({ kind }) => kind !== 'removed').map(({ text }) => text);
    expect(`${[...before.map(plain), ...hunk, ...after.map(plain)].join('\n')}\n`).toBe(AFTER);
  });

  test('no byte of them is markup, and what cannot be seen is shown', () => {
    const file = fileOf(hostile().patches[0]);
    const page = hiddenLinesHtml(file, gapsOf(file), []).text;
    expect(page).toMatch(/^<script type="text\/plain" class="hidden-lines">[A-Za-z0-9+/=]+<\/script>$/);
    expect(unpack(page).flat().map(plain)).toContain('⟨U+202E⟩ hidden');
  });

  test('without the whole text, of a new file and of a deleted one there are none', () => {
    const file = fileOf(counterPatch());
    expect(gapsOf({ ...file, contents: undefined })).toEqual([]);
    expect(gapsOf({ ...file, status: 'deleted' })).toEqual([]);
    const added: ReviewFile = {
      ...file,
      status: 'added',
      contents: { before: '', after: 'a\n' },
      hunks: [
        {
          oldStart: 0,
          oldLines: 0,
          newStart: 1,
          newLines: 1,
          section: '',
          rows: [{ kind: 'added', newLine: 1, text: 'a', eol: '\n', marks: [] }],
          edits: [],
        },
      ],
    };
    expect(gapsOf(added).map(({ lines }) => lines)).toEqual([0, 0]);
    expect(hiddenLinesHtml(added, gapsOf(added), []).text).toBe('');
  });
});
