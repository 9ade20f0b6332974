import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { type PyperfSide, pyperfSides } from '../bench/pyperf/write.ts';
import { readSamples } from '../bench/samples/read.ts';
import type { SampleLine } from '../bench/types.ts';
import { readRunRecord, runFolder } from '../run/folder.ts';
import { readSelfTest } from '../run/self-test-record.ts';
import type { RunRecord } from '../run/types.ts';
import { packageVersion } from '../system/assets.ts';
import { UserError } from '../system/diagnostic.ts';
import { withFileProblems, writeFileAtomic } from '../system/files.ts';

type Machine = RunRecord['machine'];
type Facts = Readonly<Record<string, string | number>>;

/** One session: the name that its files begin with, its samples, what is known of a variant beside them. */
interface Session {
  readonly name: string;
  readonly samples: string;
  readonly facts: (variant: string) => Facts;
}

/**
 * Writes a run's samples (or a self-test's) as pyperf's JSON, a file a side and session, and one more of the peak memory
 * where it was measured.
 * @param out the folder; by default `pyperf` in the run's own.
 * @returns the files, absolute.
 * @throws UserError when nothing was measured there.
 */
export async function writePyperf(dir: string, out: string | undefined): Promise<readonly string[]> {
  const folder = path.resolve(out ?? path.join(dir, 'pyperf'));
  const files: string[] = [];
  for (const { name, samples, facts } of await sessionsOf(dir)) {
    const read = await readSamples(path.join(dir, samples));
    const lines: readonly SampleLine[] = read?.lines ?? [];
    for (const side of pyperfSides(lines, facts)) files.push(...(await writeSide(folder, name, side)));
  }
  if (files.length > 0) return files;
  throw new UserError({
    code: 'cli/no-speed',
    message: 'there are no samples with a whole pair',
    place: { file: dir },
    hint: `measure in it: forkwright bench ${path.relative(process.cwd(), dir)}`,
  });
}

async function writeSide(folder: string, name: string, { variant, time, memory }: PyperfSide): Promise<string[]> {
  const written: string[] = [];
  await withFileProblems(`write ${folder}`, () => mkdir(folder, { recursive: true }));
  for (const [kind, data] of [
    ['', time],
    ['-memory', memory],
  ] as const) {
    if (data === undefined) continue;
    const file = path.join(folder, `${name}${variant}${kind}.json`);
    await writeFileAtomic(file, `${JSON.stringify(data)}\n`);
    written.push(file);
  }
  return written;
}

async function sessionsOf(dir: string): Promise<readonly Session[]> {
  const selfTest = await readSelfTest(dir);
  if (selfTest !== undefined) {
    const { machine, result } = selfTest;
    return result.runs.map(({ samples }) => ({
      name: `${path.basename(samples, '.jsonl')}-`,
      samples: path.join('samples', samples),
      facts: () => machineFacts(machine),
    }));
  }
  const record = await readRunRecord(runFolder(dir));
  const several = record.targets.length > 1;
  return record.targets.flatMap(({ target, bench, builds }) => {
    if (bench === undefined) return [];
    const facts = (variant: string) => {
      const build = builds.find((one) => one.variant === variant)?.build;
      return { ...machineFacts(record.machine), ...commitFacts(record, variant, build?.key) };
    };
    return [{ name: several ? `${target}-` : '', samples: bench.samples, facts }];
  });
}

const machineFacts = ({ os, arch, cpu, cores }: Machine): Facts => ({
  perf_version: `forkwright ${packageVersion()}`,
  platform: `${os} ${arch}`,
  cpu_model_name: cpu,
  cpu_count: cores,
});

/** As bench_runner names them. The patched side is the baseline's commit with a change: its hash is its build's. */
function commitFacts({ checkout: { base } }: RunRecord, variant: string, key: string | undefined): Facts {
  const commit = base.kind === 'git' && variant !== 'patched' ? base.commit : undefined;
  return {
    commit_fork: 'local',
    commit_branch: variant,
    ...(commit === undefined ? (key === undefined ? {} : { commit_id: key }) : { commit_id: commit }),
    ...(base.kind === 'git' && variant === 'patched' ? { commit_merge_base: base.commit } : {}),
  };
}
