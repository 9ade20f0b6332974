import { rm } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { remembered } from '../bench/once.ts';
import { writeView } from '../report/render-view.ts';
import { KINDS, type Varied, type VariedRun, variedJson } from '../report/varied.ts';
import { variedView } from '../report/views/varied.ts';
import { loadRequest, readRunRecord, runFolder, withRunLock } from '../run/folder.ts';
import type { PreparedRun } from '../run/prepare.ts';
import { measureTogether, type NeighbourResult } from '../run/session.ts';
import { STAGES } from '../run/stages/list.ts';
import type { RunRecord } from '../run/types.ts';
import { Cancelled } from '../system/diagnostic.ts';
import { runStep } from '../system/events.ts';
import { readJson, writeJson } from '../system/files.ts';
import { shownPath } from '../system/paths.ts';
import { freshFolder, type WorkContext } from './request.ts';
import { type BegunRun, begin, carryOut, type DoneRun, reopen } from './run.ts';
import type { RunOptions } from './run-options.ts';

/** One of several runs that belong together. */
export interface Member {
  /** What tells it from the others, and its folder's name. */
  readonly name: string;
  /** Looks up what it is made of. @throws UserError */
  prepare(ctx: WorkContext): Promise<PreparedRun>;
}

/** `runs.json`: what several runs in folders of one folder are to each other. */
const manySchema = z.strictObject({
  schemaVersion: z.literal(1),
  /** A run for each value of a parameter, each change of a series, or each side. */
  kind: z.enum(KINDS),
  runs: z.array(z.strictObject({ name: z.string(), folder: z.string() })).min(1),
  /** Places of runs that are one step apart: their patched interpreters are compared with each other, too. */
  steps: z.array(z.tuple([z.int(), z.int()]).readonly()),
});
type Many = z.infer<typeof manySchema>;

export interface DoneMany extends Varied {
  readonly folder: string;
  readonly runs: readonly (VariedRun & { readonly folder: string })[];
}

type Options = Pick<RunOptions, 'recipesDir' | 'history'>;

interface Begun {
  readonly name: string;
  readonly run: BegunRun;
}

/**
 * Carries out several runs in folders inside one, and writes their common report there. What is equal in two of them is built
 * once, by the store, and their speed is measured in one session.
 * @param title of the folder that is made where the options do not name one.
 * @throws UserError, Cancelled
 */
export async function performMany(
  members: readonly Member[],
  what: Pick<Many, 'kind'> & { readonly title: string; readonly steps?: Many['steps'] },
  options: Options & Pick<RunOptions, 'out'>,
  ctx: WorkContext,
): Promise<DoneMany> {
  const { dir } = await freshFolder(options.out, what.title);
  const names = foldersOf(members);
  const begun: Begun[] = [];
  try {
    // All before the first is built: what is wrong with the last is said now, and a stopped sweep goes on from its folder alone.
    for (const [i, { name, prepare }] of members.entries()) {
      const run = await begin(await prepare(ctx), runFolder(path.join(dir, names[i] ?? name)));
      begun.push({ name, run });
    }
  } catch (error) {
    for (const name of names) await rm(path.join(dir, name), { recursive: true, force: true });
    throw error;
  }
  const runs = members.map(({ name }, i) => ({ name, folder: names[i] ?? name }));
  const many = { schemaVersion: 1 as const, kind: what.kind, runs, steps: what.steps ?? [] };
  await writeJson(runFolder(dir).many, many);
  return carryOn(dir, many, begun, options, ctx);
}

/** Whether a folder is of several runs. */
export const isMany = async (dir: string): Promise<boolean> => (await readMany(dir)) !== undefined;

const readMany = (dir: string) => readJson(runFolder(dir).many, manySchema, 'the list of runs');

/** Goes on with several runs that were begun together. @throws UserError, Cancelled */
export async function resumeMany(dir: string, options: Options, ctx: WorkContext): Promise<DoneMany> {
  const many = await readMany(dir);
  if (many === undefined) throw new Error('not a folder of several runs');
  const begun: Begun[] = [];
  for (const { name, folder } of many.runs) {
    const own = runFolder(path.join(dir, folder));
    begun.push({ name, run: await reopen(own, await loadRequest(own), options, ctx) });
  }
  return carryOn(dir, many, begun, options, ctx);
}

/** Each up to its speed, then the speed of all, then each to its end. What is done already is taken from the folders. */
async function carryOn(
  dir: string,
  { kind, steps }: Many,
  begun: readonly Begun[],
  options: Options,
  ctx: WorkContext,
): Promise<DoneMany> {
  const folder = runFolder(dir);
  const once = remembered();
  const together = begun.length > 1 && begun.every(({ run }) => run.prepared.request.stages.includes('speed'));
  const ended = new Map<BegunRun, RunRecord>();
  for (const { run } of begun) {
    const before = await readRunRecord(run.folder).catch(() => undefined);
    if (before?.state === 'finished') ended.set(run, before);
  }
  let between: readonly NeighbourResult[] = [];
  const done: { name: string; folder: string; record: RunRecord }[] = [];
  const report = async () => {
    // After each: what is done can be read while the others run.
    await writeView(dir, variedView(done, { kind, steps, neighbours: between }));
    await writeJson(path.join(dir, 'comparison.json'), variedJson(done, { kind, steps, neighbours: between }));
  };
  const each = async (how: string, body: (run: BegunRun) => Promise<DoneRun>) => {
    done.length = 0;
    for (const [index, { name, run }] of begun.entries()) {
      const id = `${how}/${index}`;
      const title = `${how} ${index + 1} of ${begun.length}: ${name}`;
      const record = ended.get(run) ?? (await runStep(ctx.emit, { id, title }, () => body(run))).record;
      done.push({ name, folder: run.folder.dir, record });
      if (how === 'Run') await report();
    }
  };
  try {
    return await withRunLock(folder, async () => {
      if (together) {
        const before = STAGES.filter(({ name }) => name !== 'speed');
        await each('Run', (run) => carryOut(run, {}, ctx, { stages: before, once }));
        const runs = begun.flatMap(({ name, run }, i) => {
          const record = done[i]?.record;
          return record === undefined ? [] : [{ name, run, ...run, record }];
        });
        const { neighbours, renewed } = await measureTogether(runs, steps, folder, ctx);
        between = neighbours;
        for (const one of runs) if (renewed.has(one)) ended.delete(one.run);
      }
      await each(together ? 'Report' : 'Run', (run) => carryOut(run, options, ctx, { once }));
      await report();
      return { folder: dir, kind, steps, runs: done, neighbours: between };
    });
  } catch (error) {
    if (!(error instanceof Cancelled)) throw error;
    throw new Cancelled(`stopped; continue with: forkwright run --resume ${shownPath(dir)}`);
  }
}

/** A folder's name for each, no two alike. */
function foldersOf(members: readonly Member[]): readonly string[] {
  const taken = new Set(['samples', 'logs']);
  return members.map(({ name }) => {
    const plain =
      name
        .replace(/[^\w.=+-]+/g, '-')
        .replace(/^[-.]+/, '')
        .slice(0, 80) || 'run';
    let own = plain;
    for (let n = 2; taken.has(own.toLowerCase()); n += 1) own = `${plain}-${n}`;
    taken.add(own.toLowerCase());
    return own;
  });
}
