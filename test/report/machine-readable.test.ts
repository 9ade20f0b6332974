import { describe, expect, test } from 'vitest';
import { comparisonJson } from '../../src/report/comparison-json.ts';
import { renderPybench } from '../../src/report/pybench.ts';
import * as records from './records.ts';

describe('comparison.json', () => {
  test.each([
    ['everything-fine', records.everythingFine],
    ['build-failed', records.buildFailed],
    ['not-applicable', records.notApplicable],
  ])('%s', async (name, make) => {
    const text = `${JSON.stringify(comparisonJson(make()), undefined, 2)}\n`;
    await expect(text).toMatchFileSnapshot(`__snapshots__/json/${name}.json`);
  });

  test('a stopped run is not ok, whatever it had found', () => {
    expect(comparisonJson({ ...records.stopped(), verdict: { ok: true, lines: [] } })).toMatchObject({
      ok: false,
      state: 'stopped',
    });
  });

  test('holds nothing of the machine’s folders', () => {
    expect(JSON.stringify(comparisonJson(records.twoTargets()))).not.toContain('/home/ada');
  });
});

describe('the classic table of pybench', () => {
  test('comes from the same samples', () => {
    const text = renderPybench(records.everythingFine());
    expect(text).toMatch(/^ +PythonFunctionCalls: .*\+6\.1%/m);
    expect(text).toMatch(/\n\(this=patched, other=baseline\)\n$/);
  });

  test('is empty where nothing was measured', () => {
    expect(renderPybench(records.buildFailed())).toBe('');
  });

  test('names the target when there are several', () => {
    expect(renderPybench(records.twoTargets())).toMatch(/^Target: host\n/);
  });
});
