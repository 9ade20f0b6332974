import path from 'node:path';
import { z } from 'zod';
import { readSamples } from '../../bench/samples/read.ts';
import { sampleHeaderSchema } from '../../bench/samples/schema.ts';
import { suiteInputs, suiteOf } from '../../bench/suites/list.ts';
import type { PreparedSuite } from '../../bench/suites/suite.ts';
import { type BenchSettings, type Interpreter, type SampleLine, speedSchema } from '../../bench/types.ts';
import { VARIANTS } from '../../builds/types.ts';
import { UserError } from '../../system/diagnostic.ts';
import type { Step } from '../../system/events.ts';
import { toPosix } from '../../system/paths.ts';
import { struct } from '../../system/schema.ts';
import { runnerFor } from '../../targets/runner.ts';
import type { TargetDescriptor } from '../../targets/types.ts';
import type { Asked } from '../asked.ts';
import { declaredBy } from '../declared.ts';
import { compared, isFound, ofVariant, type StageInputs, stage } from './stage.ts';

/**
 * Runs pybench, or what was asked for in its place, on the built interpreters in pairs. What keeps a suite from being
 * measured at all (there is none to be had) is a row of the report, not the end of the run: everything else about the change is known by then.
 */
export const speed = stage({
  name: 'speed',
  title: ({ bench }) => suiteOf(bench.suite).title,
  row: ({ bench }) => `${suiteOf(bench.suite).title} on both`,
  bench: true,
  members: {
    speed: speedSchema.optional(),
    speedSkipped: z.string().optional(),
    /** The header of the samples that `speed` was computed from, and their file relative to the run folder. */
    bench: struct({ header: sampleHeaderSchema, samples: z.string() }).optional(),
  },
  async prepare(inputs) {
    const { target, checkout, request, patches, folder, built, interpreters, ctx } = inputs;
    let suite: PreparedSuite;
    try {
      const { build } = ofVariant(built, 'baseline');
      const needs = suiteInputs(request.bench, { checkout, baseline: build, ctx });
      suite = await suiteOf(request.bench.suite).prepare(needs);
    } catch (error) {
      const named = request.bench.pybench ?? request.bench.pyperformance;
      if (!(error instanceof UserError) || named !== undefined) throw error;
      return { why: error.message, warnings: error.diagnostics };
    }
    if (suite.here === true && interpreters.some(({ elsewhere }) => elsewhere)) {
      return {
        why: 'scripts on pyperf’s Runner are measured on this machine only, and the interpreters are on another',
      };
    }
    return {
      async measure(step) {
        const { compare } = await import('../../bench/comparison/compare.ts');
        const { measureSamples } = await import('../../bench/measure.ts');
        const samplesFile = folder.samples(target.name);
        const sorted = [...interpreters].sort((a, b) => VARIANTS.indexOf(a.variant) - VARIANTS.indexOf(b.variant));
        const measure = async () =>
          measureSamples({
            interpreters:
              isLinkedInOrders(request, target) && !isFound(built)
                ? await linkedInOrders(inputs, sorted, step)
                : sorted,
            ...{ suite, settings: sessionSettings(request), samplesFile, ctx, step },
          });
        const lines = (await fromSession(samplesFile, interpreters)) ?? (await measure());
        const speed = compare(lines, declaredBy(patches));
        const header = lines.find((line) => line.type === 'header');
        if (header === undefined) throw new Error(`no header in ${samplesFile}`);
        const some = (n: number, what: string) => `${n} ${what}${n === 1 ? '' : 's'}`;
        step.note(`${some(speed.pairs, 'pair')}, ${some(speed.tests.length, 'test')}`);
        return { speed, bench: { header, samples: toPosix(path.relative(folder.dir, samplesFile)) } };
      },
    };
  },
});

/** Only what the samples depend on: a session goes on where all of its settings are the same. */
export function sessionSettings({ bench }: Asked): BenchSettings {
  const { pybench: _, pyperformance: __, suite: ___, control: ____, instructions: _____, ...settings } = bench;
  return settings;
}

/** To another machine, one interpreter a variant is copied. */
export const isLinkedInOrders = ({ bench }: Asked, target: TargetDescriptor): boolean =>
  bench.layouts !== undefined && !runnerFor(target).remote;

/** The samples of these interpreters from a session of several runs, which put them there; `undefined` where there are none. */
async function fromSession(
  file: string,
  interpreters: readonly Interpreter[],
): Promise<readonly SampleLine[] | undefined> {
  const lines = (await readSamples(file))?.lines ?? [];
  const header = lines.find((line) => line.type === 'header');
  if (header === undefined || !lines.some(({ type }) => type === 'family')) return undefined;
  const isSame = compared(interpreters).every(
    ({ variant, buildKey }) => header.variants[variant]?.buildKey === buildKey,
  );
  return isSame ? lines : undefined;
}

/** The interpreters with a layout for each pair; those that are there already are not linked again. */
async function linkedInOrders(
  { target, request, built, ctx }: StageInputs,
  interpreters: readonly Interpreter[],
  step: Pick<Step, 'progress'>,
): Promise<readonly Interpreter[]> {
  const { inLayouts } = await import('../layouts.ts');
  const buildOf = ({ variant }: Interpreter) => ofVariant(built, variant).build;
  const sides = interpreters.map((interpreter) => ({ interpreter, build: buildOf(interpreter) }));
  return inLayouts(sides, target, request.bench.pairs, ['control'], ctx, step);
}
