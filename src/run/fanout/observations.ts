import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { runFolder } from '../folder.ts';
import type { History } from '../history.ts';
import { readRunRecord } from '../read-record.ts';
import { type Times, timesOf } from '../times.ts';
import type { RunRecord } from '../types.ts';

/** How long one target of one run took: what estimates are made of. */
export interface Observation extends Times {
  readonly target: string;
  /** `2.7` */
  readonly python: string;
}

/** What a run's record tells of its times, a target each. */
export function observationsOf(record: RunRecord): readonly Observation[] {
  const python = series(record.checkout.pythonVersion);
  return record.targets
    .filter(({ builds }) => builds.length > 0)
    .map((target) => ({ target: target.target, python, ...timesOf(record, target) }));
}

/** What a history tells; lines of before times were kept tell nothing. */
export function observationsIn({ entries }: History): readonly Observation[] {
  return entries.flatMap(({ python, targets }) =>
    targets.flatMap(({ target, timesMs }) =>
      timesMs === undefined ? [] : [{ target, python: series(python.version), ...timesMs }],
    ),
  );
}

/** All runs in the folders right below `parent`; what cannot be read is nothing to learn from. */
export async function observationsBelow(parent: string): Promise<readonly Observation[]> {
  const names = await readdir(parent).catch(() => []);
  const found: Observation[] = [];
  for (const name of names) {
    const record = await readRunRecord(runFolder(path.join(parent, name))).catch(() => undefined);
    if (record?.state === 'finished') found.push(...observationsOf(record));
  }
  return found;
}

const series = (version: string) => /^\d+\.\d+/.exec(version)?.[0] ?? version;
