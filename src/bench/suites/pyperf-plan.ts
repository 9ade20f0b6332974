import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { withFileProblems, writeJson } from '../../system/files.ts';
import { canonicalJson, sha256 } from '../../system/hash.ts';
import type { PreparedSuite, SuiteIdentity } from './suite.ts';

/** A script on pyperf's interface, with its options; it may have several benchmarks. */
export interface PyperfEntry {
  readonly name: string;
  readonly script: string;
  readonly options: readonly string[];
  readonly requires?: string | undefined;
}

/**
 * Scripts on pyperf's interface as a suite: dispatch.py and a stand-in run them, pyperf itself need not be there.
 * @param cacheDir where what the worker reads is written.
 */
export async function pyperfSuite(
  name: string,
  entries: readonly PyperfEntry[],
  identity: SuiteIdentity,
  cacheDir: string,
): Promise<PreparedSuite> {
  const folder = path.join(cacheDir, 'pyperf');
  const key = sha256(canonicalJson({ entries, identity })).slice(0, 16);
  const plan = path.join(folder, `${key}.json`);
  await withFileProblems(`write ${plan}`, () => mkdir(folder, { recursive: true }));
  await writeJson(plan, { index: path.join(folder, `${key}.index.json`), entries });
  return { name, worker: 'bench/pyperf/dispatch.py', here: true, args: [plan], identity };
}
