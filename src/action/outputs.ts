import path from 'node:path';
import { setOutput } from '@actions/core';
import type { GateResult } from '../run/gates/index.ts';
import type { RunRecord } from '../run/types.ts';
import type { Posted } from './comments.ts';

interface Outputs {
  readonly verdict: 'ok' | 'not-ok' | 'error';
  readonly folder?: string | undefined;
  readonly record?: RunRecord | undefined;
  readonly gates: readonly GateResult[];
  readonly posted?: Posted | undefined;
  readonly artifact?: number | undefined;
}

/** What later steps get: paths, and the same with the verdicts as JSON. */
export function setOutputs(
  { verdict, folder, record, gates, posted, artifact }: Outputs,
  mask: (text: string) => string,
): void {
  const file = (name: string) => (folder === undefined ? '' : path.join(folder, name));
  const patches = (record?.patches ?? []).flatMap((patch) => (patch.file === undefined ? [] : [file(patch.file)]));
  const reviewed = patches.length > 0 ? file('review.html') : '';
  const paths = {
    'run-folder': folder ?? '',
    // Of several patches the folder: `git am` takes it in the order of its file `series`.
    patch: patches.length > 1 ? file('patches') : (patches[0] ?? ''),
    report: file('report.html'),
    'report-markdown': file('report.md'),
    review: reviewed,
    comparison: file('comparison.json'),
  };
  for (const [name, value] of Object.entries(paths)) setOutput(name, value);
  setOutput('verdict', verdict);
  const said = posted === undefined ? undefined : 'url' in posted ? { url: posted.url } : { why: posted.why };
  const json = { schemaVersion: 1, verdict, ...paths, patches, gates, comment: said, artifact };
  setOutput('json', mask(JSON.stringify(json)));
}
