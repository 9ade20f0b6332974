import type { Context } from '../system/context.ts';
import { UserError } from '../system/diagnostic.ts';
import type { Step } from '../system/events.ts';
import { canonicalJson } from '../system/hash.ts';
import { canCompare, planSession } from './planning.ts';
import { completeSamples } from './samples/complete.ts';
import { openSamples, readSamples } from './samples/read.ts';
import { letterOf, schedulePair, type Turn } from './schedule.ts';
import type { PreparedSuite } from './suites/suite.ts';
import { runTurn, startTeam, type TeamOptions } from './team.ts';
import type { BenchSettings, Interpreter, Measured, SampleHeader, SampleLine } from './types.ts';
import { choosePinning } from './worker.ts';

export interface SpeedRequest {
  /** Baseline first; then patched, one or several; then the control, when there is one. */
  readonly interpreters: readonly Interpreter<Measured>[];
  readonly suite: PreparedSuite;
  readonly settings: BenchSettings;
  /** `samples.jsonl`: made, or continued when it holds an interrupted session of the same kind. */
  readonly samplesFile: string;
  readonly ctx: Context;
  /** Where progress is shown: `pair 3 of 16, test 12 of 58`. */
  readonly step?: Pick<Step, 'progress'> | undefined;
  /** For self-tests: variants to slow down by this fraction. */
  readonly planted?: Readonly<Partial<Record<Measured, number>>> | undefined;
}

/**
 * Measures pairs of interpreters, appending every sample to the file as it comes. A finished file is not measured again.
 * @returns the lines of the file.
 * @throws UserError when an interpreter does not start, no test runs, or the file is of another session.
 * @throws Cancelled when stopped: the same request continues with the pair that was under way.
 */
export async function measureSamples(request: SpeedRequest): Promise<readonly SampleLine[]> {
  const { ctx, settings, step, suite } = request;
  const existing = await readSamples(request.samplesFile);
  const lines: SampleLine[] = [...(existing?.lines ?? [])];
  const before = completeSamples(lines);
  const identity = identityOf(request);
  if (before !== undefined) refuseOther(before.header, identity, request.samplesFile);
  if (before !== undefined && before.pairs.length >= settings.pairs) return lines;

  const elsewhere = request.interpreters.some((interpreter) => interpreter.elsewhere === true);
  const pinning = elsewhere ? undefined : await choosePinning(settings.cpu, ctx);
  const { interpreters, planted = {} } = request;
  const team: TeamOptions = { interpreters, suite, pinning, planted, timeoutMs: settings.testTimeoutMs, ctx };
  const writer = await openSamples(request.samplesFile, before === undefined ? 0 : (existing?.wholeBytes ?? 0));
  const write = async (...added: readonly SampleLine[]) => {
    await writer.write(...added);
    lines.push(...added);
  };
  try {
    let header = before?.header;
    if (header === undefined) {
      lines.length = 0;
      const planned = await plan(team, request, (done, total) =>
        step?.progress(`planning, test ${done + 1} of ${total}`, 0, settings.pairs * total),
      );
      const startedAt = new Date().toISOString();
      const { problems, ...chosen } = planned;
      header = { type: 'header', schemaVersion: 1, ...identity, ...chosen, pinnedCpu: pinning?.cpu, startedAt };
      await write(header, ...problems);
      await writer.sync();
    } else {
      const next = Math.max(0, ...(before?.pairs ?? [])) + 1;
      await write({ type: 'resumed', pair: next, at: new Date().toISOString() });
    }
    await runPairs(team, header, { lines, write, sync: writer.sync, step });
  } finally {
    await writer.close();
  }
  return lines;
}

async function plan(team: TeamOptions, request: SpeedRequest, progress: (done: number, total: number) => void) {
  const { hashSeed } = schedulePair(request.settings.seed, 0, [], [], {});
  const workers = await startTeam(team, hashSeed);
  try {
    const planned = await planSession(workers, request.settings, progress);
    const facts = Object.fromEntries(workers.variants.map((variant) => [variant, workers.of(variant).facts]));
    return { ...planned, workers: facts };
  } finally {
    await workers.end();
  }
}

interface Progressing extends Pick<SpeedRequest, 'step'> {
  readonly lines: readonly SampleLine[];
  readonly write: (...added: readonly SampleLine[]) => Promise<void>;
  readonly sync: () => Promise<void>;
}

async function runPairs(team: TeamOptions, header: SampleHeader, { lines, write, sync, step }: Progressing) {
  const { pairs, seed } = header.settings;
  const tests = Object.keys(header.loops);
  const variants = team.interpreters.map(({ variant }) => variant);
  const done = new Set(completeSamples(lines)?.pairs);
  for (let pair = 1; pair <= pairs; pair++) {
    if (done.has(pair)) continue;
    const schedule = schedulePair(seed, pair, tests, variants, header.repeats);
    const workers = await startTeam(inLayout(team, pair), schedule.hashSeed);
    try {
      for (const turn of schedule.turns) {
        const [at, total] = [turn.position, schedule.turns.length];
        step?.progress(`pair ${pair} of ${pairs}, test ${at} of ${total}`, (pair - 1) * total + at, pairs * total);
        const left = without(retired(lines, turn.test), turn);
        if (left !== undefined) await write(...(await runTurn(workers, pair, left, header)));
      }
    } finally {
      await workers.end();
    }
    await write({ type: 'pair-done', pair, hashSeed: schedule.hashSeed });
    await sync();
  }
}

/** The interpreters as the pair uses them: each linked in the pair's order, where there is one. */
function inLayout(team: TeamOptions, pair: number): TeamOptions {
  const interpreters = team.interpreters.map((one) => {
    const { command, layouts = [] } = one;
    return { ...one, command: layouts[(pair - 1) % layouts.length] ?? command };
  });
  return { ...team, interpreters };
}

/** On which variants a test hung once, failed twice, or could not even be planned: it will do so again, its row is there, and the time is better spent. */
function retired(lines: readonly SampleLine[], test: string): ReadonlySet<Measured> {
  const troubles = lines.flatMap((line) => (line.type === 'problem' && line.test === test ? [line] : []));
  const byVariant = [...Map.groupBy(troubles, ({ variant }) => variant)];
  const gone = byVariant.filter(
    ([, own]) => own.length > 1 || own.some((one) => one.kind === 'timeout' || one.pair === 0),
  );
  return new Set(gone.map(([variant]) => variant));
}

/** A turn of the variants that are left; `undefined` where no two of them can be compared. */
function without(gone: ReadonlySet<Measured>, turn: Turn): Turn | undefined {
  if (gone.size === 0) return turn;
  const blocks = turn.blocks.filter((variant) => !gone.has(variant));
  if (!canCompare(new Set(blocks)) || gone.has('control')) return undefined;
  return { ...turn, blocks, order: blocks.map(letterOf).join('') };
}

const IDENTITY = ['suite', 'pybench', 'files', 'pins', 'settings', 'variants', 'planted', 'layouts'] as const;
type Identity = Pick<SampleHeader, (typeof IDENTITY)[number]>;

function identityOf({ suite, settings, interpreters, planted }: SpeedRequest): Identity {
  const variants = Object.fromEntries(
    interpreters.map(({ variant, buildKey, pythonVersion }) => [variant, { buildKey, pythonVersion }]),
  );
  const linked = interpreters.flatMap(({ variant, layouts }) => (layouts ? [[variant, layouts.length] as const] : []));
  const layouts = linked.length === 0 ? {} : { layouts: Object.fromEntries(linked) };
  return { suite: suite.name, ...suite.identity, settings, variants, ...layouts, planted };
}

/** Samples of two sessions must not be mixed: what differs is named. */
function refuseOther(header: SampleHeader, identity: Identity, file: string): void {
  const differs = IDENTITY.filter((key) => canonicalJson(header[key] ?? null) !== canonicalJson(identity[key] ?? null));
  if (differs.length === 0) return;
  throw new UserError({
    code: 'bench/other-samples',
    message: `the samples there are of another session: ${differs.join(', ')} differ`,
    place: { file },
    detail: differs.map((key) => `${key}: ${canonicalJson(header[key])} there, ${canonicalJson(identity[key])} now`),
    hint: 'measure into another run folder, or repeat the command with the settings that it was started with',
  });
}
