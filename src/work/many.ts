import path from 'node:path';
import { writeView } from '../report/render-view.ts';
import { variedView } from '../report/views/varied.ts';
import type { RunRecord } from '../run/types.ts';
import { runStep } from '../system/events.ts';
import { writeJson } from '../system/files.ts';
import { freshFolder, type WorkContext } from './request.ts';
import type { DoneRun } from './run.ts';

/** One of several runs that belong together. */
export interface Member {
  /** What tells it from the others, and its folder's name. */
  readonly name: string;
  /** @param out its run folder. */
  run(out: string, ctx: WorkContext): Promise<DoneRun>;
}

export interface DoneMany {
  readonly folder: string;
  readonly runs: readonly { readonly name: string; readonly folder: string; readonly record: RunRecord }[];
}

/**
 * Runs several runs one after the other, in folders inside one, and writes their common report there: what is equal in two of them is
 * built once, by the store.
 * @param title of the folder that is made where `out` does not name one.
 */
export async function performMany(
  members: readonly Member[],
  title: string,
  out: string | undefined,
  ctx: WorkContext,
): Promise<DoneMany> {
  const { dir } = await freshFolder(out, title);
  const runs: DoneMany['runs'][number][] = [];
  for (const [index, { name, run }] of members.entries()) {
    const folder = path.join(dir, name.replace(/[^\w.=+-]+/g, '-'));
    const { record } = await runStep(
      ctx.emit,
      { id: `run/${index}`, title: `Run ${index + 1} of ${members.length}: ${name}` },
      () => run(folder, ctx),
    );
    runs.push({ name, folder, record });
    // After each: what is done can be read while the others run.
    await writeJson(path.join(dir, 'runs.json'), {
      schemaVersion: 1,
      planned: members.map((member) => member.name),
      runs: runs.map((one) => ({ name: one.name, folder: path.relative(dir, one.folder) })),
    });
    await writeView(dir, variedView(runs));
  }
  return { folder: dir, runs };
}
