import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { findDisturbances } from '../bench/disturbances.ts';
import { selfTest } from '../bench/self-test.ts';
import { suiteInputs, suiteOf } from '../bench/suites/list.ts';
import { pybenchSuite } from '../bench/suites/pybench.ts';
import type { PreparedSuite } from '../bench/suites/suite.ts';
import type { BenchSettings, Interpreter, SelfTestResult } from '../bench/types.ts';
import { findBuild } from '../builds/store.ts';
import type { Context } from '../system/context.ts';
import { Cancelled, UserError } from '../system/diagnostic.ts';
import { runStep, type Step } from '../system/events.ts';
import { withFileProblems, writeJson } from '../system/files.ts';
import { targetFor } from '../targets/resolve.ts';
import { type RunFolder, withRunLock } from './folder.ts';
import { inLayouts } from './layouts.ts';
import { readSelfTest, type SelfTestRecord, selfTestFile } from './self-test-record.ts';
import { describeMachine } from './types.ts';

/** The interpreter twice, with link orders of its own for each side when the settings want that. @throws UserError */
async function bothSides(
  { version, command, env, buildKey }: SelfTestRecord['python'],
  { layouts, pairs }: BenchSettings,
  ctx: Context,
  step: Step,
): Promise<[Interpreter, Interpreter]> {
  const common: Interpreter = { variant: 'baseline', command, env, pythonVersion: version, buildKey };
  const both: [Interpreter, Interpreter] = [common, { ...common, variant: 'patched' }];
  if (layouts === undefined) return both;
  const build = await findBuild(buildKey, ctx);
  if (build === undefined) {
    throw new UserError({
      code: 'bench/no-build',
      message: `the build ${buildKey} is no longer in the store, so it cannot be linked in other orders`,
      hint: 'build it again (`forkwright build` with the same options), or start a self-test with --layouts one',
    });
  }
  const sides = both.map((interpreter) => ({ interpreter, build }));
  const [baseline, patched] = await inLayouts(sides, await targetFor(build.target, ctx), pairs, ['patched'], ctx, step);
  return [baseline ?? both[0], patched ?? both[1]];
}

export interface SelfTestInputs
  extends Pick<
    SelfTestRecord,
    | 'python'
    | 'pybench'
    | 'suite'
    | 'pyperformance'
    | 'settings'
    | 'repetitions'
    | 'copies'
    | 'planted'
    | 'forkwright'
    | 'commandLine'
  > {
  readonly folder: RunFolder;
  readonly ctx: Context;
}

/** Suites that look at no checkout: all but pybench, whose copy was pinned when the self-test began. */
async function suiteFor(
  { pybench, suite, pyperformance }: Pick<SelfTestRecord, 'pybench' | 'suite' | 'pyperformance'>,
  ctx: Context,
): Promise<PreparedSuite> {
  if (pybench !== undefined) return pybenchSuite(pybench);
  return suiteOf(suite).prepare(
    suiteInputs({ suite, pyperformance }, { checkout: undefined, baseline: undefined, ctx }),
  );
}

/**
 * Measures an interpreter against itself in a folder of its own: `self-test.json` is rewritten after each repetition, the
 * samples lie in `samples/`. A stopped one goes on with the pair that was under way.
 * @throws UserError, Cancelled (the record says `stopped` then).
 */
export async function runSelfTest({ folder, ctx, ...asked }: SelfTestInputs): Promise<SelfTestRecord> {
  const { python, settings, repetitions, copies, planted } = asked;
  return withRunLock(folder, async () => {
    const before = await readSelfTest(folder.dir);
    const startedAt = before?.startedAt ?? new Date().toISOString();
    const machine = before?.machine ?? describeMachine();
    const disturbances = before?.disturbances ?? (await findDisturbances());
    let result: SelfTestResult = before?.result ?? { runs: [], falselyFlagged: 0, power: [] };
    const save = async (state: SelfTestRecord['state']): Promise<SelfTestRecord> => {
      const record: SelfTestRecord = {
        schemaVersion: 1,
        id: folder.name,
        ...asked,
        startedAt,
        ...(state === 'running' ? {} : { finishedAt: new Date().toISOString() }),
        ...{ state, machine, disturbances, result },
      };
      await writeJson(selfTestFile(folder.dir), record);
      return record;
    };
    const samples = path.join(folder.dir, 'samples');
    await withFileProblems('make the self-test’s folder', () => mkdir(samples, { recursive: true }));
    await save('running');
    try {
      result = await runStep(ctx.emit, { id: 'self-test', title: 'The interpreter against itself' }, async (step) => {
        const suite = await suiteFor(asked, ctx);
        const [interpreter, other] = await bothSides(python, settings, ctx, step);
        return selfTest({
          interpreter,
          otherLayouts: other.layouts,
          suite,
          settings,
          folder: samples,
          repetitions,
          copies,
          planted,
          known: before?.result.runs,
          ctx,
          step,
          update: async (known) => {
            result = known;
            await save('running');
          },
        });
      });
      return await save('finished');
    } catch (error) {
      await save('stopped').catch(() => {});
      if (error instanceof Cancelled) {
        throw new Cancelled(`stopped; continue with: forkwright bench --self-test ${folder.dir}`);
      }
      throw error;
    }
  });
}
