import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { findDisturbances } from '../bench/disturbances.ts';
import { type SelfTestResult, selfTest } from '../bench/self-test.ts';
import type { BenchSettings, PybenchCopy } from '../bench/types.ts';
import type { Context } from '../system/context.ts';
import { Cancelled } from '../system/diagnostic.ts';
import { runStep } from '../system/events.ts';
import { withFileProblems, writeJson } from '../system/files.ts';
import type { RunFolder } from './folder.ts';
import { withRunLock } from './lock.ts';
import { describeMachine } from './machine.ts';
import { readSelfTest, type SelfTestRecord, selfTestFile } from './self-test-record.ts';

export interface SelfTestInputs {
  readonly python: SelfTestRecord['python'];
  readonly pybench: PybenchCopy;
  readonly settings: BenchSettings;
  readonly repetitions: number;
  /** Slowdowns as fractions. */
  readonly planted: readonly number[];
  readonly folder: RunFolder;
  readonly forkwright: string;
  readonly commandLine: readonly string[];
  readonly ctx: Context;
}

/**
 * Measures an interpreter against itself in a folder of its own: `self-test.json` is rewritten after each repetition, the
 * samples lie in `samples/`. A stopped one goes on with the pair that was under way.
 * @throws UserError, Cancelled (the record says `stopped` then).
 */
export async function runSelfTest(inputs: SelfTestInputs): Promise<SelfTestRecord> {
  const { folder, ctx, python, settings, repetitions, planted } = inputs;
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
        forkwright: inputs.forkwright,
        startedAt,
        ...(state === 'running' ? {} : { finishedAt: new Date().toISOString() }),
        state,
        commandLine: inputs.commandLine,
        python,
        pybench: inputs.pybench,
        settings,
        repetitions,
        planted,
        machine,
        disturbances,
        result,
      };
      await writeJson(selfTestFile(folder.dir), record);
      return record;
    };
    const samples = path.join(folder.dir, 'samples');
    await withFileProblems('make the self-test’s folder', () => mkdir(samples, { recursive: true }));
    await save('running');
    try {
      result = await runStep(ctx.emit, { id: 'self-test', title: 'The interpreter against itself' }, (step) =>
        selfTest({
          interpreter: {
            variant: 'baseline',
            command: python.command,
            env: python.env,
            pythonVersion: python.version,
            buildKey: python.buildKey,
          },
          suite: { kind: 'pybench', copy: inputs.pybench },
          settings,
          folder: samples,
          repetitions,
          planted,
          known: before?.result.runs,
          ctx,
          step,
          update: async (known) => {
            result = known;
            await save('running');
          },
        }),
      );
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
