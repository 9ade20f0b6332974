import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { readSamples } from '../../../src/bench/samples/read.ts';
import type { SampleLine } from '../../../src/bench/types.ts';
import { readRunRecord, runFolder } from '../../../src/run/folder.ts';
import { readSelfTest, type SelfTestRecord } from '../../../src/run/self-test-record.ts';
import type { RunRecord } from '../../../src/run/types.ts';
import { runProcess } from '../../../src/system/process.ts';

const FORKWRIGHT = fileURLToPath(new URL('../../../src/cli/forkwright.ts', import.meta.url));
/** Two builds, CPython's tests and all measurements, on a busy machine. */
const LIMIT_MS = 3 * 3600_000;

/** One run of the experiment: its folder in the folder of runs, the sources, and further options. */
export interface PlannedRun {
  readonly name: string;
  readonly source: string;
  readonly options: readonly string[];
}

/** The runs that the page compares, in the order of its columns, and a quick one for how long it takes. */
export function plannedRuns(quick: boolean): readonly PlannedRun[] {
  const options = quick ? ['--quick', '--control'] : ['--control'];
  const main = ['2.7', '3.9'].map((source) => ({ name: source, source, options }));
  return [...main, { name: '2.7-quick', source: '2.7', options: ['--quick'] }];
}

/**
 * What a run found: read when its folder has it, else done now.
 * @throws Error with what Forkwright said when it could not be done.
 */
export async function obtainRun(run: PlannedRun, runs: string): Promise<RunRecord> {
  const folder = runFolder(path.join(runs, run.name));
  const known = await readRunRecord(folder).catch(() => undefined);
  if (known?.state === 'finished') return known;
  const tree = await forkwright(['source', run.source, '--quiet']);
  await forkwright(['run', 'remove-zombieframe', '--checkout', tree, ...run.options, '--out', folder.dir, '--quiet']);
  return readRunRecord(folder);
}

async function forkwright(args: readonly string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await runProcess(process.execPath, [FORKWRIGHT, ...args], {
    cwd: process.cwd(),
    env: process.env,
    timeoutMs: LIMIT_MS,
  });
  // 1: the answer is no, which is an answer.
  if (exitCode !== 0 && exitCode !== 1) throw new Error(`forkwright ${args.join(' ')}: exit ${exitCode}\n${stderr}`);
  return stdout.trim();
}

/** The names of further finished runs in the folder, by hand or from before. */
export async function furtherRuns(runs: string, planned: readonly PlannedRun[]): Promise<readonly string[]> {
  const found: string[] = [];
  for (const entry of await readdir(runs, { withFileTypes: true })) {
    if (!entry.isDirectory() || planned.some(({ name }) => name === entry.name)) continue;
    const record = await readRunRecord(runFolder(path.join(runs, entry.name))).catch(() => undefined);
    if (record?.state === 'finished') found.push(entry.name);
  }
  return found.sort();
}

/** The samples of a run's first target. */
export async function samplesOf(record: RunRecord, name: string, runs: string): Promise<readonly SampleLine[]> {
  const file = record.targets[0]?.bench?.samples;
  const read = file === undefined ? undefined : await readSamples(path.join(runs, name, file));
  return read?.lines ?? [];
}

/** Of `forkwright bench --self-test --out RUNS/self-test`, when there is one that is finished. */
export async function selfTestOf(runs: string): Promise<SelfTestRecord | undefined> {
  const record = await readSelfTest(path.join(runs, 'self-test'));
  return record?.state === 'finished' ? record : undefined;
}
