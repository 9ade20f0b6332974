/** The worker thread of `scanTree`: lists and hashes one tree, answers, and ends. */
import { parentPort, workerData } from 'node:worker_threads';
import { UserError } from '../system/diagnostic.ts';
import type { Event } from '../system/events.ts';
import { type ScanAnswer, type ScanRequest, scanHere } from './scan.ts';

const warnings: string[] = [];
const emit = (event: Event) => {
  if (event.type === 'message') warnings.push(event.text);
};

async function answer(request: ScanRequest): Promise<ScanAnswer> {
  try {
    const ctx = { emit, env: {}, signal: new AbortController().signal, jobs: 1 };
    const { files, treeHash } = await scanHere(request, ctx);
    return { files: files.join('\0'), treeHash, warnings };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { diagnostics: error.diagnostics, exitCode: error.exitCode };
  }
}

parentPort?.postMessage(await answer(workerData as ScanRequest));
