import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import { files } from '../../src/bench/suites/files.ts';
import type { PreparedSuite, SuiteInputs } from '../../src/bench/suites/suite.ts';
import type { BenchSettings, Interpreter } from '../../src/bench/types.ts';
import type { Variant } from '../../src/builds/types.ts';
import type { Context } from '../../src/system/context.ts';

/** A folder of the test's own, gone when it is over. */
export async function scratch(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'forkwright-bench-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

export function context(signal: AbortSignal = new AbortController().signal): Context {
  return { emit: () => {}, signal, cacheDir: tmpdir(), jobs: 1, env: process.env };
}

/** The system's own Python as a variant. */
export function systemPython(variant: Variant, extra: Readonly<Record<string, string>> = {}): Interpreter {
  const env = { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '', ...extra };
  return { variant, command: ['python3'], env, pythonVersion: '3', buildKey: variant };
}

export const settings: BenchSettings = { pairs: 2, seed: 1, testTimeoutMs: 20_000, blockMs: 0.5, repeats: 2 };

/** Scripts as a suite: nothing else of the inputs is looked at. */
export const scripts = (...names: readonly string[]): Promise<PreparedSuite> =>
  files.prepare({ files: names } as unknown as SuiteInputs);
