/** docs/scale/measured.json: what builds and stages took on the machine that wrote it, and how large they are. */

import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { readBuild } from '../../../src/builds/build-file.ts';
import { observationsOf } from '../../../src/run/fanout/observations.ts';
import { readRunRecord, runFolder } from '../../../src/run/folder.ts';
import { runProcess } from '../../../src/system/process.ts';
import { TARGETS } from './matrix.ts';

const number = z.number();
const text = z.string();

const schema = z.object({
  machine: text,
  /** One line a build of the store; seconds. `prepare` is the tree and configure. */
  builds: z.array(z.object({ target: text, python: text, launcher: text, prepare: number, make: number })),
  /** One a target of a run. Seconds. */
  stages: z.array(z.object({ target: text, python: text, quick: z.boolean(), seconds: z.record(text, number) })),
  /** `tar | zstd -3` of a build; MB of 10⁶ bytes. */
  archives: z.array(z.object({ target: text, python: text, megabytes: number, folder: number })),
  artifacts: z.array(z.object({ run: text, kilobytes: number })),
});
export type Measured = z.infer<typeof schema>;

export async function readMeasured(file: string): Promise<Measured> {
  return schema.parse(JSON.parse(await readFile(file, 'utf8')));
}

export const measuredText = (measured: Measured): string =>
  `${JSON.stringify(measured, undefined, 1)
    .replace(/\n {3,}/g, ' ')
    .replace(/\n {2}\}/g, ' }')}\n`;

/** @param runs run folders. @param store the cache's `builds`. @param machine words for the reader. */
export async function measure(runs: readonly string[], store: string, machine: string): Promise<Measured> {
  const builds: Measured['builds'] = [];
  const folders = new Map<string, { readonly key: string; readonly bytes: number }[]>();
  for (const key of (await readdir(store)).sort()) {
    const build = await readBuild(path.join(store, key)).catch(() => undefined);
    // Small trees of tests are no CPython.
    if (build === undefined || !TARGETS.includes(build.target) || !(await isWhole(build.src))) continue;
    const { target, inputs, durationsMs } = build;
    const python = series(build.pythonVersion);
    const prepare = seconds(durationsMs.tree + durationsMs.configure);
    builds.push({ target, python, launcher: String(inputs.launcher), prepare, make: seconds(durationsMs.make) });
    const bytes = Number(await shell(`du -sb ${quote(path.join(store, key))} | cut -f1`));
    const alike = `${target} ${python}`;
    folders.set(alike, [...(folders.get(alike) ?? []), { key, bytes }]);
  }
  const archives: Measured['archives'] = [];
  for (const [alike, all] of folders) {
    const [target = '', python = ''] = alike.split(' ');
    // The one in the middle: some were measured in many link orders, and are several times as large.
    const typical = all.sort((a, b) => a.bytes - b.bytes)[(all.length - 1) >> 1];
    if (typical === undefined) continue;
    const archive = await shell(`tar -C ${quote(store)} -cf - ${typical.key} | nice zstd -q -3 -c | wc -c`);
    archives.push({ target, python, megabytes: megabytes(Number(archive)), folder: megabytes(typical.bytes) });
  }
  const stages: Measured['stages'] = [];
  const artifacts: Measured['artifacts'] = [];
  for (const dir of runs) {
    const record = await readRunRecord(runFolder(path.resolve(dir)));
    // `--quick` measures speed and counts no instructions.
    const quick = record.targets.some(({ speed, instructions }) => speed !== undefined && instructions === undefined);
    for (const { target, python, stages: took } of observationsOf(record)) {
      if (!TARGETS.includes(target)) continue;
      const timed = record.targets.find((one) => one.target === target)?.speed?.tests.length ?? 0;
      const whole = Object.entries(took).filter(([stage]) => stage !== 'speed' || timed >= MOST_OF_PYBENCH);
      const of = Object.fromEntries(whole.map(([stage, ms]) => [stage, seconds(ms)]));
      if (Object.keys(of).length > 0) stages.push({ target, python, quick, seconds: of });
    }
    const archive = await shell(`tar -C ${quote(dir)} -cf - . | zstd -q -3 -c | wc -c`);
    artifacts.push({ run: path.basename(path.resolve(dir)), kilobytes: Math.round(Number(archive) / 1000) });
  }
  return { machine, builds, stages, archives, artifacts };
}

/** pybench has 58 tests. A run with a few of them says nothing of what the stage takes. */
const MOST_OF_PYBENCH = 50;

async function shell(command: string): Promise<string> {
  const options = { cwd: process.cwd(), env: process.env, timeoutMs: 600_000 };
  const { exitCode, stdout, stderr } = await runProcess('sh', ['-c', command], options);
  if (exitCode !== 0) throw new Error(`${command}: ${stderr}`);
  return stdout;
}

const quote = (word: string) => `'${word.replaceAll("'", "'\\''")}'`;
const seconds = (ms: number) => Math.round(ms / 100) / 10;
const megabytes = (bytes: number) => Math.round(bytes / 1e5) / 10;
const series = (version: string) => /^\d+\.\d+/.exec(version)?.[0] ?? version;
const isWhole = async (src: string) => (await readdir(path.join(src, 'Objects')).catch(() => [])).length > 30;
