import { existsSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import type { Context } from '../../system/context.ts';
import { readJson, writeJson } from '../../system/files.ts';
import { locked, makeWhole } from './place.ts';

const RECORD = 'source.json';

const recordSchema = z.object({ schemaVersion: z.literal(1), origin: z.string(), commit: z.string() });

export interface ObtainedBenchmarks {
  readonly folder: string;
  /** For people: `Tools/pybench of v3.6.15`. */
  readonly origin: string;
  readonly commit: string;
  readonly hit: boolean;
}

/**
 * What is in the cache's folder `name`, made when it is not there.
 * @param within the folder in it that is meant.
 */
export async function cached(
  name: string,
  within: string,
  ctx: Context,
  make: (temporary: string) => Promise<{ origin: string; commit: string }>,
): Promise<ObtainedBenchmarks> {
  const folder = path.join(ctx.cacheDir, 'sources', name);
  const record = path.join(folder, RECORD);
  return locked(folder, ctx, async () => {
    const hit = existsSync(record);
    if (!hit) {
      await makeWhole(folder, async (temporary) => {
        const made = await make(temporary);
        await writeJson(path.join(temporary, RECORD), { schemaVersion: 1, ...made });
      });
    }
    const read = await readJson(record, recordSchema, 'the record of where it came from');
    if (read === undefined) throw new Error(`${record} is gone`);
    return { folder: path.join(folder, within), origin: read.origin, commit: read.commit, hit };
  });
}
