import { readFile, rm, symlink } from 'node:fs/promises';
import { loadavg } from 'node:os';
import path from 'node:path';
import type { Variant } from '../../builds/types.ts';
import { assetPath } from '../../system/assets.ts';
import type { Context } from '../../system/context.ts';
import type { Step } from '../../system/events.ts';
import { inTemporaryFolder } from '../../system/files.ts';
import { runProcess } from '../../system/process.ts';
import { fixedAddresses, PATH, whyEnded } from '../instructions/process.ts';
import { readCounted, whyInexact } from '../memory/counted.ts';
import { typeDifferences, withoutPymalloc } from '../memory/figures.ts';
import { medianInterval } from '../statistics/median-interval.ts';
import { type Interpreter, timeLimit } from '../types.ts';
import { figuresOf, readTold, type Told } from './read.ts';
import { type Functions, foldSites, readFunctions, readSites, stackDifferences } from './sites.ts';
import type { FigureName, WorkloadFigure, WorkloadProblem, WorkloadRequest, WorkloadResult } from './types.ts';

/**
 * Nine: from the smallest to the largest of nine differences covers their median with 99.6% (order statistics, Conover
 * 1999), so all seven figures together are covered with at least 97% (Bonferroni).
 */
export const WORKLOAD_PAIRS = 9;

/** What is called a change: an interval that does not hold 1. What is called the same: one within this. */
const SAME = 0.01;

const TIMEOUT_MS = 10 * 60_000;

export interface WorkloadJob {
  readonly interpreters: readonly Interpreter[];
  readonly request: WorkloadRequest;
  /** The preloaded counter's library, or why there is none. */
  readonly counter: { readonly file: string } | string;
  /** Names the functions of a file; absent: there is no `nm`. */
  readonly nm?: string | undefined;
  readonly ctx: Context;
  readonly step: Pick<Step, 'progress'>;
}

/**
 * What a program takes on both interpreters: resident memory from pairs of processes that run as the interpreters do, with
 * addresses as the system gives them and another hash seed in each pair; live bytes to the byte from a counter, without pymalloc.
 * @throws Cancelled
 */
export async function measureWorkload(job: WorkloadJob): Promise<WorkloadResult> {
  const { request, interpreters } = job;
  const began = loadavg()[0] ?? 0;
  const problems: WorkloadProblem[] = [];
  return inTemporaryFolder('fw-load-', async (folder) => {
    const session: Session = { ...job, folder, prefix: await fixedAddresses(job.ctx), problems };
    const pairs = await inPairs(session);
    const live = pairs.length === 0 ? NOTHING_COUNTED : await counted(session);
    const stacks = pairs.length === 0 ? [] : await bySite(session);
    const both = interpreters.length === 2;
    return {
      schemaVersion: 1,
      program: [path.basename(request.program), ...request.args].join(' '),
      workers: request.workers,
      pairs: both ? pairs.length : 0,
      figures: FIGURES.flatMap((name) => figure(name, pairs) ?? []),
      curve: curve(pairs, problems),
      ...live,
      stacks,
      load: [began, loadavg()[0] ?? 0],
      problems,
    };
  });
}

const FIGURES: readonly FigureName[] = ['peak', 'end', 'end-pss', 'group', 'worker', 'group-frozen', 'worker-frozen'];
const NOTHING_COUNTED = { live: [], types: [], classes: [] };

type Session = WorkloadJob & {
  readonly folder: string;
  readonly prefix: readonly string[];
  readonly problems: WorkloadProblem[];
};
type Sides<T> = Readonly<Record<'baseline' | 'patched', T>>;

async function runOnce(
  session: Session,
  interpreter: Interpreter,
  how: 'system' | 'counted' | 'sites',
  more: { readonly prefix?: readonly string[]; readonly workers?: number; readonly env: Record<string, string> },
): Promise<Told | string> {
  const { folder, request, ctx } = session;
  const out = path.join(folder, 'told');
  await rm(out, { force: true });
  const own = [out, how, String(more.workers ?? 0), request.program, ...request.args];
  const [file = '', ...args] = [...(more.prefix ?? []), ...interpreter.command, assetPath('bench/workload.py'), ...own];
  const timeoutMs = timeLimit(TIMEOUT_MS, interpreter);
  const env = { PATH, LC_ALL: 'C', ...interpreter.env, ...bytecode(folder, interpreter), ...more.env };
  const result = await runProcess(file, args, { cwd: request.folder, env, timeoutMs, signal: ctx.signal });
  if (result.exitCode !== 0) return whyEnded(result, timeoutMs);
  return readTold(await readFile(out, 'utf8').catch(() => ''));
}

/** Modules that are compiled in one process and read in the next would be the largest difference of all: each side keeps its own. */
function bytecode(folder: string, { pythonVersion, variant }: Interpreter): Record<string, string> {
  const [major = 0, minor = 0] = pythonVersion.split('.').map(Number);
  return major === 3 && minor >= 8
    ? { PYTHONPYCACHEPREFIX: path.join(folder, variant[0] ?? '') }
    : { PYTHONDONTWRITEBYTECODE: '1' };
}

/** The first process of each side only writes its bytecode. A pair's second side runs first in every other pair. */
async function inPairs(session: Session): Promise<readonly Sides<Told>[]> {
  const { interpreters, request, problems, step } = session;
  const pairs: Sides<Told>[] = [];
  for (let pair = -1; pair < WORKLOAD_PAIRS; pair++) {
    step.progress(`pair ${Math.max(1, pair + 1)}`, Math.max(0, pair), WORKLOAD_PAIRS);
    const told: Partial<Record<Variant, Told>> = {};
    for (const interpreter of pair % 2 === 0 ? interpreters : interpreters.toReversed()) {
      const { variant } = interpreter;
      const env = { PYTHONHASHSEED: String(pair + 1) };
      const one = await runOnce(session, interpreter, 'system', { workers: request.workers, env });
      if (typeof one === 'string') {
        problems.push({ what: 'system', variant, why: one });
        return [];
      }
      told[variant] = one;
    }
    const { baseline, patched } = told;
    if (pair >= 0 && baseline !== undefined && patched !== undefined) pairs.push({ baseline, patched });
  }
  return pairs;
}

const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;

function figure(name: FigureName, pairs: readonly Sides<Told>[]): WorkloadFigure | undefined {
  const both = pairs.flatMap(({ baseline, patched }) => {
    const [before, after] = [figuresOf(baseline)[name], figuresOf(patched)[name]];
    return before === undefined || after === undefined || before === 0 ? [] : [{ before, after }];
  });
  if (both.length === 0 || both.length < pairs.length) return undefined;
  const ratios = both.map(({ before, after }) => after / before);
  const { low, high } = medianInterval(ratios, 0.99);
  const verdict =
    low > 1 ? 'more' : high < 1 ? 'less' : low >= 1 - SAME && high <= 1 + SAME ? 'same' : ('inconclusive' as const);
  const [baseline, patched] = [both.map(({ before }) => before), both.map(({ after }) => after)].map(median);
  return { name, baseline: baseline ?? 0, patched: patched ?? 0, ratio: median(ratios), low, high, verdict };
}

const marksOf = ({ marks }: Told) => marks.map(({ name }) => name);

function curve(pairs: readonly Sides<Told>[], problems: WorkloadProblem[]): WorkloadResult['curve'] {
  const [first] = pairs;
  if (first === undefined) return [];
  const names = marksOf(first.baseline);
  const alike = pairs.every((pair) =>
    [pair.baseline, pair.patched].every((told) => marksOf(told).join('\n') === names.join('\n')),
  );
  if (!alike) {
    problems.push({ what: 'system', why: 'the processes set different marks, so there is no curve' });
    return [];
  }
  return names.flatMap((mark, i) => {
    const [baseline, patched] = (['baseline', 'patched'] as const).map((side) =>
      median(
        pairs.map((pair) => pair[side].marks[i]?.kernel).map((kernel) => kernel?.Rss ?? kernel?.VmRSS ?? Number.NaN),
      ),
    );
    return baseline === undefined || patched === undefined || Number.isNaN(baseline + patched)
      ? []
      : [{ mark, baseline, patched }];
  });
}

async function counting(session: Session, interpreter: Interpreter, how: 'counted' | 'sites') {
  const { counter, folder, prefix } = session;
  if (typeof counter === 'string') return counter;
  // A path without spaces, which LD_PRELOAD would split.
  const [library, out, stacks] = ['counter.so', 'counted', 'stacks'].map((name) => path.join(folder, name));
  if (library === undefined || out === undefined || stacks === undefined) throw new Error('three paths');
  for (const file of [library, out, stacks]) await rm(file, { force: true });
  await symlink(counter.file, library);
  const { variables, check } = withoutPymalloc(interpreter.pythonVersion);
  const env = {
    ...{ PYTHONHASHSEED: '0', LD_PRELOAD: library, FORKWRIGHT_MEMORY_OUT: out, ...variables },
    ...(how === 'sites' ? { FORKWRIGHT_MEMORY_STACKS: stacks } : {}),
  };
  const told = await runOnce(session, interpreter, how, { prefix, env });
  if (typeof told === 'string') return told;
  const reports = readCounted(await readFile(out, 'utf8').catch(() => ''));
  if (typeof reports === 'string') return reports;
  const marks = marksOf(told);
  const expected = how === 'sites' ? 1 : marks.length;
  if (reports.length !== expected) return `${reports.length} points were counted in place of ${expected}`;
  const inexact = reports.map((one) => check(one) ?? whyInexact(one)).find((why) => why !== undefined);
  return inexact ?? { told, marks, reports, stacks: await readFile(stacks, 'latin1').catch(() => ''), library };
}

type Counts = Exclude<Awaited<ReturnType<typeof counting>>, string>;

/** Both sides by the counter, `repeats` processes each. */
async function countedSides(
  session: Session,
  what: 'live' | 'sites',
  repeats: number,
): Promise<Sides<readonly Counts[]> | undefined> {
  const found: Partial<Record<Variant, Counts[]>> = {};
  for (const interpreter of session.interpreters) {
    const { variant } = interpreter;
    for (let repeat = 0; repeat < repeats; repeat++) {
      session.step.progress(`${what === 'live' ? 'live bytes' : 'who asked for them'}, ${variant}`);
      const one = await counting(session, interpreter, what === 'live' ? 'counted' : 'sites');
      if (typeof one === 'string') {
        session.problems.push({ what, ...(typeof session.counter === 'string' ? {} : { variant }), why: one });
        return undefined;
      }
      found[variant] = [...(found[variant] ?? []), one];
    }
  }
  const { baseline, patched } = found;
  return baseline === undefined || patched === undefined ? undefined : { baseline, patched };
}

async function counted(session: Session): Promise<Pick<WorkloadResult, 'live' | 'types' | 'classes'>> {
  const sides = await countedSides(session, 'live', 2);
  const [before, after] = [sides?.baseline[0], sides?.patched[0]];
  if (sides === undefined || before === undefined || after === undefined) return NOTHING_COUNTED;
  const [lastBefore, lastAfter] = [before.reports.at(-1), after.reports.at(-1)];
  if (lastBefore === undefined || lastAfter === undefined) return NOTHING_COUNTED;
  const alike = [...sides.baseline, ...sides.patched].every(
    ({ marks }) => marks.join('\n') === before.marks.join('\n'),
  );
  if (!alike) session.problems.push({ what: 'live', why: 'the processes set different marks: only the end is told' });
  const at = (runs: readonly Counts[], i: number) => runs.map(({ reports }) => reports.at(i)?.bytes ?? 0);
  const point = (mark: string, i: number) => {
    const [baseline, patched] = [at(sides.baseline, i), at(sides.patched, i)];
    const spreadBytes = Math.max(...[baseline, patched].map((bytes) => Math.max(...bytes) - Math.min(...bytes)));
    const spread = spreadBytes === 0 ? {} : { spreadBytes };
    return { mark, baseline: baseline[0] ?? 0, patched: patched[0] ?? 0, ...spread };
  };
  const asCounted = ({ told }: Counts) => ({
    ...lastBefore,
    types: told.classes.map((row) => [...row] as [string, number, number]),
  });
  return {
    live: alike ? before.marks.map(point) : [point('end', -1)],
    types: typeDifferences(lastBefore, lastAfter),
    classes: typeDifferences(asCounted(before), asCounted(after)),
  };
}

async function bySite(session: Session): Promise<WorkloadResult['stacks']> {
  if (session.nm === undefined) {
    session.problems.push({ what: 'sites', why: 'nm, which knows the functions’ names, is missing' });
    return [];
  }
  const sides = await countedSides(session, 'sites', 1);
  if (sides === undefined) return [];
  const known = new Map<string, Functions>();
  const folded: ReturnType<typeof foldSites>[] = [];
  for (const [one] of [sides.baseline, sides.patched]) {
    const sites = readSites(one?.stacks ?? '');
    if (sites.sites.length === 0) {
      session.problems.push({ what: 'sites', why: 'stacks cannot be walked here: libgcc_s.so.1 is missing' });
      return [];
    }
    for (const { file } of sites.modules)
      if (!known.has(file)) known.set(file, await functionsIn(file, session.nm, session.ctx));
    folded.push(foldSites(sites, one?.library ?? '', (file) => known.get(file) ?? []));
  }
  const [before, after] = folded;
  return before === undefined || after === undefined ? [] : stackDifferences(before, after);
}

/** Of the symbol table, else of the dynamic one: the system's libraries are stripped. */
async function functionsIn(file: string, nm: string, ctx: Context): Promise<Functions> {
  if (!path.isAbsolute(file)) return [];
  for (const table of [[], ['-D']]) {
    const options = {
      cwd: '/',
      env: { PATH, LC_ALL: 'C' },
      timeoutMs: 60_000,
      signal: ctx.signal,
      encoding: 'latin1',
    } as const;
    const result = await runProcess(nm, [...table, '-P', '--defined-only', file], options);
    const functions = result.exitCode === 0 ? readFunctions(result.stdout) : [];
    if (functions.length > 0) return functions;
  }
  return [];
}
