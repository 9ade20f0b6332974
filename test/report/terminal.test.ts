import { stripVTControlCharacters } from 'node:util';
import stringWidth from 'string-width';
import { describe, expect, test } from 'vitest';
import { reportView } from '../../src/report/report-view.ts';
import { renderTerminal } from '../../src/report/terminal/render.ts';
import * as records from './records.ts';

const STATES = {
  'everything-fine': records.everythingFine,
  'two-targets': records.twoTargets,
  'three-targets': records.threeTargets,
  drifted: records.drifted,
  'not-applicable': records.notApplicable,
  'build-failed': records.buildFailed,
  'tests-differ': records.testsDiffer,
  inconclusive: records.inconclusive,
  stopped: records.stopped,
  'different-conditions': records.differentConditions,
  'hostile-strings': records.hostileStrings,
};
const ALL = Object.entries(STATES);

describe('on a terminal', () => {
  test.each(ALL)('%s', async (name, make) => {
    const text = renderTerminal(reportView(make()), { width: 80, color: false });
    await expect(text).toMatchFileSnapshot(`__snapshots__/terminal/${name}.txt`);
  });

  test('everything that is known, when asked for', async () => {
    const text = renderTerminal(reportView(records.inconclusive()), { width: 80, color: false, verbose: true });
    await expect(text).toMatchFileSnapshot('__snapshots__/terminal/inconclusive-verbose.txt');
    for (const row of records.inconclusive().targets[0]?.speed?.tests ?? []) expect(text).toContain(row.test);
  });

  test.each([48, 60, 80, 132])('no line is wider than %d columns', (width) => {
    for (const [name, make] of ALL) {
      for (const verbose of [false, true]) {
        const lines = renderTerminal(reportView(make()), { width, color: true, verbose }).split('\n');
        const tooWide = lines.filter((line) => stringWidth(line) > width);
        expect(tooWide, `${name} at ${width}`).toEqual([]);
      }
    }
  });

  test.each(ALL)('the answer of %s stands in the first 24 lines', (_, make) => {
    const screen = renderTerminal(reportView(make()), { width: 80, color: false }).split('\n').slice(0, 24);
    expect(screen[0]).toMatch(/(OK|STOPPED|BROKEN OFF)$/);
    for (const { builds, tests, speed, growth, target } of make().targets) {
      const text = screen.join('\n');
      expect(text).toContain(target);
      expect(text).toContain('Builds');
      if (builds.length > 1) expect(text.match(/CPython’s tests/g)?.length).toBeGreaterThan(0);
      if (tests !== undefined) expect(text).toMatch(/as before|as expected|no: \d/);
      if (speed !== undefined) expect(text).toMatch(/no change beyond|inconclusive/);
      if (growth !== undefined) expect(text).toContain('less growth');
    }
  });

  test('colour adds nothing but colour', () => {
    for (const [name, make] of ALL) {
      const plain = renderTerminal(reportView(make()), { width: 80, color: false });
      const coloured = renderTerminal(reportView(make()), { width: 80, color: true });
      expect(coloured, name).not.toBe(plain);
      const bare = (text: string) => stripVTControlCharacters(text).replace(/ +$/gm, '');
      expect(bare(coloured), name).toBe(bare(plain));
    }
  });

  test('what a stranger wrote cannot steer the terminal', () => {
    const text = renderTerminal(reportView(records.hostileStrings()), { width: 80, color: false, verbose: true });
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/);
    expect(text).toContain('⟨U+202E⟩');
  });
});

test('the sign of a change is explained wherever changes are shown', () => {
  expect(renderTerminal(reportView(records.everythingFine()), { width: 80, color: false })).toContain(
    '+ means slower, − means faster',
  );
});
