import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { planBundle } from '../../../src/bench/bundle/plan.ts';
import { compare } from '../../../src/bench/comparison/compare.ts';
import { measureSamples } from '../../../src/bench/measure.ts';
import { SUITES, suiteInputs, suiteOf } from '../../../src/bench/suites/list.ts';
import type { Suite, SuiteInputs } from '../../../src/bench/suites/suite.ts';
import { renderView } from '../../../src/report/render-view.ts';
import { reportView } from '../../../src/report/report-view.ts';
import { everythingFine } from '../../report/records.ts';
import { context, scratch, settings, systemPython } from '../rig.ts';

const SCRIPT = 'def bench_sum(loops):\n    for i in range(loops):\n        sum((1, 2, 3))\n';

/** A suite in a file of its own, as somebody would add one: it makes what both sides run, and pins its version. */
const sums = (version: string): Suite => ({
  name: 'sums',
  title: 'Sums',
  words: 'sums',
  async prepare({ ctx }) {
    const file = path.join(ctx.cacheDir, 'sums.py');
    await writeFile(file, SCRIPT);
    return { name: 'sums', args: ['files', file], identity: { pins: { 'version of sums': version } } };
  },
  pack: { message: 'sums are not packed', hint: 'bundle pybench' },
});
const prepared = (version: string, folder: string) => {
  const rest = { ctx: { ...context(), cacheDir: folder } } as unknown as SuiteInputs;
  const suites = [...SUITES, sums(version)];
  return suiteOf('sums', suites).prepare(suiteInputs({ suite: 'sums' }, rest));
};

test('a suite in the list is found by its name, and the default is still the first', () => {
  expect(suiteOf('sums', [...SUITES, sums('1')]).title).toBe('Sums');
  expect(suiteOf(undefined, [...SUITES, sums('1')]).name).toBe('pybench');
  expect(suiteOf(['/a.py'], [...SUITES, sums('1')]).name).toBe('files');
  expect(() => suiteOf('sums')).toThrow('no suite sums');
});

test('it is measured, its pins keep samples of two versions apart, and the report tells them', {
  timeout: 60_000,
}, async () => {
  const folder = await scratch();
  const request = async (version: string) => ({
    interpreters: [systemPython('baseline'), systemPython('patched')],
    suite: await prepared(version, folder),
    settings,
    samplesFile: path.join(folder, 'samples.jsonl'),
    ctx: context(),
  });
  const lines = await measureSamples(await request('1.1'));
  expect(lines[0]).toMatchObject({ type: 'header', suite: 'sums', pins: { 'version of sums': '1.1' }, tests: ['sum'] });
  await expect(measureSamples(await request('1.2'))).rejects.toThrow(/another session: pins differ/);
  const speed = compare(lines);
  const [target] = everythingFine().targets;
  if (target === undefined) throw new Error('no target');
  const view = reportView({ ...everythingFine(), targets: [{ ...target, speed }] });
  const text = renderView(view, 'terminal', { width: 100, color: false, verbose: true });
  expect(text).toContain('Speed: sums');
  expect(text).toMatch(/version of sums +1\.1/);
});

test('a bundle’s plan is tied to the pins, too', () => {
  const plan = (version: string) =>
    planBundle({
      ...{
        run: 'r',
        target: 'board',
        suite: 'sums',
        tests: ['sum'],
        mirrored: true,
        memory: false,
        settings,
        sides: [],
      },
      identity: { pins: { 'version of sums': version } },
    });
  expect(plan('1')).toMatchObject({ suite: 'sums', pins: { 'version of sums': '1' } });
  expect(plan('2')).not.toEqual(plan('1'));
});
