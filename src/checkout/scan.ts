import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { Context } from '../system/context.ts';
import { type Diagnostic, UserError } from '../system/diagnostic.ts';
import { listFiles } from './file-list.ts';
import { hashFiles, treeHash } from './tree-hash.ts';

/** What a tree holds. */
export interface Scan {
  readonly files: readonly string[];
  readonly treeHash: string;
}

export interface ScanRequest {
  readonly root: string;
  readonly builtInPlace: boolean;
  readonly cacheDir: string;
  /** The files, when they are known already; else all below `root` that are the tree's. */
  readonly files?: readonly string[] | undefined;
}

/** What the worker thread answers. One text for all names: thousands of strings take longer to hand over. */
export type ScanAnswer =
  | { readonly files: string; readonly treeHash: string; readonly warnings: readonly string[] }
  | { readonly diagnostics: readonly Diagnostic[]; readonly exitCode: 1 | 2 };

/** Lists and hashes a tree, here and now. @throws UserError for a file that cannot be read. */
export async function scanHere(
  request: ScanRequest,
  ctx: Pick<Context, 'emit' | 'env' | 'signal' | 'jobs'>,
): Promise<Scan> {
  const { root, builtInPlace, cacheDir } = request;
  const files = request.files ?? (await listFiles(root, { git: false, builtInPlace }, { ...ctx, cacheDir }));
  return { files, treeHash: treeHash(await hashFiles(root, files, { emit: ctx.emit, cacheDir })) };
}

/** The worker thread's module: beside the bundle's entry, or beside this file. */
const WORKER = ['../tree-scanner.js', './tree-scanner.js', './scan-worker.ts']
  .map((file) => new URL(file, import.meta.url))
  .find((url) => existsSync(fileURLToPath(url)));

/**
 * Lists and hashes a tree in a thread of its own: some 10,000 system calls, while which this thread loads a recipe and the
 * C parser.
 * @throws UserError for a file that cannot be read.
 */
export async function scanTree(request: ScanRequest, ctx: Context): Promise<Scan> {
  if (WORKER === undefined) return scanHere(request, ctx);
  const answer = await new Promise<ScanAnswer>((resolve, reject) => {
    const worker = new Worker(WORKER, { workerData: request, env: {}, execArgv: [], stdin: false });
    worker.once('message', resolve);
    worker.once('error', reject);
    worker.once('exit', (code) => reject(new Error(`the thread that reads the tree ended with ${code}`)));
  });
  if ('diagnostics' in answer) throw new UserError(answer.diagnostics, answer.exitCode);
  for (const text of answer.warnings) ctx.emit({ type: 'message', level: 'warning', text });
  return { files: answer.files === '' ? [] : answer.files.split('\0'), treeHash: answer.treeHash };
}
