import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { memoryOf } from '../../bench/bundle/memory.ts';
import { type BundlePlan, bundlePlanSchema } from '../../bench/bundle/plan.ts';
import { type ResultsRead, readResults } from '../../bench/bundle/results.ts';
import { type BundleResults, matchResults, missingSteps, runnersOf, samplesOf } from '../../bench/bundle/samples.ts';
import { compare } from '../../bench/comparison/compare.ts';
import { completeSamples } from '../../bench/samples/complete.ts';
import type { SampleLine } from '../../bench/types.ts';
import { type Diagnostic, UserError } from '../../system/diagnostic.ts';
import { withFileProblems, writeFileAtomic, writeJson } from '../../system/files.ts';
import { sha256 } from '../../system/hash.ts';
import { toPosix } from '../../system/paths.ts';
import { declaredBy } from '../declared.ts';
import { type RunFolder, readRunRecord, withRunLock } from '../folder.ts';
import type { RunRecord, TargetResult } from '../types.ts';
import { runVerdict } from '../verdict.ts';
import { elsewhereSamples, isImported, limitsWith } from './imported.ts';

export interface BundleImport {
  /** `results.jsonl`, as it was brought. */
  readonly file: string;
  readonly folder: RunFolder;
  /** Put in the place of what was measured here. */
  readonly replace: boolean;
}

export interface Imported {
  readonly record: RunRecord;
  readonly target: string;
  /** What was left out or is missing: for the user, and no reason to stop. */
  readonly remarks: readonly Diagnostic[];
}

/** A run of a year is far below. */
const MOST_BYTES = 256 * 1024 * 1024;

/**
 * Reads a bundle's results into its run: the samples as those of the target, its speed and memory judged as if they had
 * been measured here.
 * @throws UserError when the results are of another bundle or other builds, hold unknown lines, or not one whole pair;
 * nothing is written then.
 */
export async function importBundle({ file, folder, replace }: BundleImport): Promise<Imported> {
  const read = readResults(await textOf(file), file);
  if (read.unknown.length > 0) throw new UserError(read.unknown.slice(0, 10));
  return withRunLock(folder, async () => {
    const record = await readRunRecord(folder);
    const { plan, hash } = await planOf(read, folder, file);
    const matched = matchResults(read, plan, hash, file);
    if ('mistakes' in matched) throw new UserError(matched.mistakes);
    const at = record.targets.findIndex(({ target }) => target === plan.target);
    const before = record.targets[at];
    if (before === undefined || !sameBuilds(before, plan)) throw builtAnew(plan, folder);
    if (!replace && before.speed !== undefined && !isImported(before)) throw measuredHere(plan, folder, file);
    const missing = missingSteps(matched);
    const lines = samplesOf(matched);
    if (lines === undefined || (completeSamples(lines)?.pairs.length ?? 0) === 0) throw nothing(file, read, missing);
    const samples = elsewhereSamples(folder, plan.target);
    await writeFileAtomic(samples, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    const after = resultWith(before, matched, lines, record, toPosix(path.relative(folder.dir, samples)), hash);
    const targets = record.targets.with(at, after);
    const changed: RunRecord = { ...record, targets, verdict: runVerdict(record.patches, targets) };
    await writeJson(folder.record, changed);
    return {
      record: changed,
      target: plan.target,
      remarks: [...read.torn, ...(missing.length === 0 ? [] : [unfinished(file, missing)])],
    };
  });
}

async function textOf(file: string): Promise<string> {
  return withFileProblems('read the results', async () => {
    const { size } = await stat(file);
    if (size > MOST_BYTES) {
      throw new UserError({
        code: 'run/results-too-large',
        message: `this is larger than the results of a bundle can be (${MOST_BYTES / 2 ** 20} MiB)`,
        place: { file },
        hint: 'bring results.jsonl as run.sh wrote it',
      });
    }
    return readFile(file, 'utf8');
  });
}

async function planOf({ lines }: ResultsRead, folder: RunFolder, file: string) {
  const begin = lines.find(({ data }) => data.type === 'begin');
  const named = begin?.data.type === 'begin' && /^[0-9a-f]{64}$/.test(begin.data.plan) ? begin.data.plan : undefined;
  const text = named === undefined ? undefined : await readFile(folder.bundle(named), 'utf8').catch(() => undefined);
  if (named === undefined || text === undefined || sha256(text) !== named) {
    throw new UserError({
      code: 'run/other-bundle',
      message:
        named === undefined
          ? 'the results do not say which bundle they are of'
          : `these results are of a bundle that was not made from this run (its plan is ${named.slice(0, 16)})`,
      place: { file, line: begin?.line ?? 1, column: 1 },
      hint: 'name the run that the bundle’s README.txt tells: forkwright import-results FILE --run RUN',
    });
  }
  return { plan: bundlePlanSchema.parse(JSON.parse(text)), hash: named };
}

const sameBuilds = ({ builds }: TargetResult, { sides }: BundlePlan): boolean =>
  Object.values(sides).every((side) =>
    builds.some(({ variant, build }) => variant === side.variant && build.key === side.buildKey),
  );

const builtAnew = ({ target }: BundlePlan, folder: RunFolder) =>
  new UserError({
    code: 'run/built-anew',
    message: `the run’s interpreters for ${target} are not those of the bundle any more`,
    place: { file: folder.dir },
    hint: `pack them again: forkwright bundle ${folder.dir} --target ${target}`,
  });

const measuredHere = ({ target }: BundlePlan, folder: RunFolder, file: string) =>
  new UserError({
    code: 'run/measured-here',
    message: `the speed of ${target} was measured by this run itself`,
    place: { file: folder.dir },
    hint: `to report what was brought in its place (the samples of both are kept): forkwright import-results ${file} --run ${folder.dir} --replace`,
  });

const nothing = (file: string, { torn }: ResultsRead, missing: readonly string[]) =>
  new UserError({
    code: 'run/nothing-whole',
    message: 'not one pair of processes is whole in these results: nothing can be compared',
    place: { file },
    detail: missing
      .map((one) => `missing: ${one}`)
      .concat(torn.map(({ message, place }) => `line ${place?.line}: ${message}`)),
    hint: 'start run.sh there again: it goes on where it stood',
  });

const unfinished = (file: string, missing: readonly string[]): Diagnostic => ({
  code: 'run/blocks-missing',
  message: `the plan was not carried out to its end; missing: ${missing.join(', ')}`,
  place: { file },
  hint: 'start run.sh there again to measure the rest, and import the file anew',
});

/** Programs of which it is known that they translate instructions. */
const EMULATORS = /(?:^|[\s/])(?:qemu-|wine|box(?:86|64)\b|FEX|valgrind|rpcs3)/i;

/** What translated the interpreters' instructions, if anything did: as it was named, or as their machine gives it away. */
function emulatorOf(results: BundleResults): string | undefined {
  const named = runnersOf(results).find((runner) => EMULATORS.test(runner));
  const { cpu = '', machine = results.plan.target } = results.smoke.A?.machine ?? {};
  // Linux tells an emulated program of the processor that there really is.
  const foreign = /\b(?:AMD|Intel)\b/.test(cpu) && !/^(?:x86_64|i\d86|amd64|host)$/i.test(machine);
  return named ?? (foreign ? `for ${machine}, on ${cpu}` : undefined);
}

function resultWith(
  before: TargetResult,
  results: BundleResults,
  lines: readonly SampleLine[],
  record: RunRecord,
  samples: string,
  hash: string,
): TargetResult {
  const { speedSkipped: _, ...rest } = before;
  const header = lines.find((line) => line.type === 'header');
  if (header === undefined) throw new Error('samples without a header');
  const applied = record.patches.filter(({ verdict }) => verdict === 'applies');
  const speed = compare(lines, declaredBy(applied.flatMap(({ expect }) => (expect === undefined ? [] : [{ expect }]))));
  const memory = memoryOf(results);
  const emulator = emulatorOf(results);
  return {
    ...rest,
    ...(emulator === undefined
      ? { speed, bench: { header, samples } }
      : {
          ...{ speed: undefined, bench: undefined },
          speedSkipped: `functional only: the bundle was run under emulation (${emulator}), where time says nothing about the machine itself`,
        }),
    bundle: { plan: hash, samples },
    ...(memory === undefined ? {} : { memory }),
    elsewhere: placeOf(results, memory !== undefined, header.startedAt),
    // What was said not to be there has come.
    limits: limitsWith(memory, rest),
  };
}

function placeOf({ smoke, plan }: BundleResults, memory: boolean, startedAt: string): string {
  const told = smoke.A?.machine;
  const system = [told?.system ?? told?.platform, told?.release, told?.machine]
    .filter((one) => one !== undefined)
    .join(' ');
  const cpu = told?.cpu === undefined ? '' : `, ${told.cpu}`;
  const what = memory ? 'speed and memory were' : 'speed was';
  return `${what} measured elsewhere, by bundle: ${system}${cpu}, from ${startedAt.slice(0, 16).replace('T', ' ')} UTC by its own clock; the processes of a pair ran one after the other (${plan.pairs[0]?.order ?? ''} and so on)`;
}
