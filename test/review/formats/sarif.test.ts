import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { reviewSarif } from '../../../src/review/formats/sarif.ts';
import { drifted, everything, everywhere, HOSTILE, onlyRead } from '../samples.ts';

const file = createRequire(import.meta.url)
  .resolve('@microsoft/jest-sarif')
  .replace(/lib\/.*$/, 'lib/schemas/sarif-2.1.0-rtm.5.json');
// zod takes a reference to be a whole URL: those are looked at below.
const schema = z.fromJSONSchema(
  JSON.parse(readFileSync(file, 'utf8').replaceAll('"format": "uri-reference"', '"minLength": 0')),
);
const problems = (log: unknown) => schema.safeParse(JSON.parse(JSON.stringify(log))).error?.issues ?? [];

describe('SARIF', () => {
  test('the schema finds what is wrong', () => {
    expect(
      problems({ version: '2.1.0', runs: [{ tool: { driver: {} }, results: [{ message: {}, level: 'bad' }] }] }),
    ).not.toEqual([]);
  });

  test.each([
    ['everything', everything],
    ['only-read', onlyRead],
    ['drifted', drifted],
  ])('%s', async (name, make) => {
    const log = reviewSarif(make());
    expect(problems(log)).toEqual([]);
    await expect(`${JSON.stringify(log, undefined, 2)}\n`).toMatchFileSnapshot(`__snapshots__/${name}.sarif`);
  });

  test('what has no place is not lost', () => {
    const [run] = reviewSarif(everything()).runs;
    expect(run?.results?.map(({ level }) => level)).toEqual(['warning', 'warning']);
    expect(run?.invocations?.[0]?.toolExecutionNotifications?.map(({ message }) => message.text)).toEqual([
      'the limited API does not have it',
    ]);
  });

  test('equal results are told apart, and are the same when lines above changed', () => {
    const review = everything();
    const [check] = review.checks;
    const [finding] = check?.findings ?? [];
    if (check === undefined || finding === undefined) throw new Error('no finding');
    const prints = (lines: readonly number[]) =>
      reviewSarif({
        ...review,
        patches: [],
        checks: [{ ...check, findings: lines.map((line) => ({ ...finding, place: { file: 'a.c', line } })) }],
      }).runs[0]?.results?.map(({ partialFingerprints }) => partialFingerprints?.primaryLocationLineHash);
    const before = prints([5, 9]);
    expect(new Set(before).size).toBe(2);
    expect(prints([6, 10])).toEqual(before);
  });

  test('paths are URIs within the tree, whatever they are called', () => {
    const uris = HOSTILE.map(
      (text) => reviewSarif(everywhere(text)).runs[0]?.results?.[0]?.locations?.[0]?.physicalLocation?.artifactLocation,
    );
    for (const location of uris) {
      expect(location?.uri).toMatch(/^[A-Za-z0-9%._~!*'()/-]+$/);
      expect(location?.uriBaseId).toBe('%SRCROOT%');
    }
  });

  test('any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 30 }), (text) => {
        const log = reviewSarif(everywhere(text));
        expect(problems(log)).toEqual([]);
        for (const { message } of log.runs[0]?.results ?? []) {
          expect(message.text).not.toMatch(/[[\p{Cc}\p{Bidi_Control}]--[\t\n]]/v);
          expect(message.text).not.toContain('](');
        }
      }),
      { numRuns: 20 },
    );
  });
});
