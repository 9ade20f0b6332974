/** What a run looks up and makes, it looks up and makes once: its review is of what it built. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { makeRig, miniTree, type Rig } from '../checkout/rig.ts';
import { runOptions } from './rig.ts';

const { counts, counted } = vi.hoisted(() => {
  const counts = { opened: 0, resolved: 0, generated: 0 };
  const counted =
    <A extends unknown[], R>(name: keyof typeof counts, call: (...args: A) => R) =>
    (...args: A): R => {
      counts[name] += 1;
      return call(...args);
    };
  return { counts, counted };
});
vi.mock(import('../../src/checkout/open.ts'), async (original) => {
  const real = await original();
  return { ...real, openCheckout: counted('opened', real.openCheckout) };
});
vi.mock(import('../../src/targets/resolve.ts'), async (original) => {
  const real = await original();
  return { ...real, targetFor: counted('resolved', real.targetFor) };
});
vi.mock(import('../../src/patch/series.ts'), async (original) => {
  const real = await original();
  return { ...real, generateSeries: counted('generated', real.generateSeries) };
});

let rig: Rig;
beforeAll(() => {
  rig = makeRig();
  // Its configure fails: what is asked here is not whether it builds.
  miniTree(path.join(rig.dir, 'cpython'), '3.9.2', {
    'Include/thing.h': 'struct thing {\n    int used;\n    int th_unused;\n};\n',
    configure: '#!/bin/sh\nexit 1\n',
  });
  mkdirSync(path.join(rig.dir, 'recipes'));
  writeFileSync(
    path.join(rig.dir, 'recipes/drop-it.yaml'),
    'id: drop-it\ntitle: Drop it\nwhy: nobody reads it\ncpython: ">=3.8"\nfiles: ["Include/*.h"]\nedits:\n  - drop-field: { struct: thing, field: th_unused }\n',
  );
});
afterAll(() => rig.remove());

test('checkout, targets and series: once each, review and all', async () => {
  const { performRun } = await import('../../src/work/run.ts');
  const out = path.join(rig.dir, 'run');
  const options = runOptions(
    ...['-C', path.join(rig.dir, 'cpython'), '--recipes-dir', path.join(rig.dir, 'recipes'), '--out', out],
  );
  const ctx = { ...rig.ctx, commandLine: ['forkwright', 'run', 'drop-it'] };
  const { record, review } = await performRun(['drop-it'], options, ['build'], ctx);
  expect(counts).toEqual({ opened: 1, resolved: 1, generated: 1 });
  expect(record.commandLine).toEqual(ctx.commandLine);
  expect(record.patches.map(({ verdict }) => verdict)).toEqual(['applies']);
  expect(review?.patches[0]?.edits).toHaveLength(1);
  expect(review?.checkout?.pythonVersion).toBe('3.9.2');
  expect(readFileSync(path.join(out, 'review.html'), 'utf8')).toContain('th_unused');
});
