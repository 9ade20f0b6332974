import { compare } from '../bench/comparison/compare.ts';
import { compareImported } from '../bench/import/compare.ts';
import { comparePyperf } from '../bench/import/pyperf-compare.ts';
import { type Imported, readImported } from '../bench/import/read.ts';
import type { ImportedBenchmark, ImportedComparison, PyperfComparison } from '../bench/import/types.ts';
import { writeReports, writeView } from '../report/render-view.ts';
import { importView } from '../report/views/import.ts';
import { importBundle } from '../run/bundle/import.ts';
import { runFolder } from '../run/folder.ts';
import { type ImportRecord, importFile } from '../run/import-record.ts';
import { packageVersion } from '../system/assets.ts';
import type { Context } from '../system/context.ts';
import { UserError } from '../system/diagnostic.ts';
import { writeJson } from '../system/files.ts';
import { freshFolder, type WorkContext } from './request.ts';

interface ImportRequest {
  readonly baseline?: string;
  readonly patched?: string;
  readonly out?: string;
  /** With the folder of a run: also in the place of what was measured here. */
  readonly replace?: boolean;
}

/** Reads results of elsewhere into a folder of their own. @throws UserError */
export async function importResults(
  files: readonly string[],
  { baseline, patched, out }: ImportRequest,
  { commandLine }: WorkContext,
): Promise<{ readonly folder: string; readonly record: ImportRecord }> {
  if ((baseline === undefined) !== (patched === undefined)) {
    throw new UserError({
      code: 'cli/import-both',
      message: '--baseline and --patched go together',
      hint: 'name a result of each: --baseline before.txt --patched after.txt',
    });
  }
  if (files.length === 0 && baseline === undefined) {
    throw new UserError({
      code: 'cli/import-nothing',
      message: 'name what is to be imported',
      hint: 'for example: forkwright import-results --baseline before.pybench --patched after.pybench',
    });
  }
  const comparisons: ImportedComparison[] = [];
  const alone: ImportedBenchmark[] = [];
  const samples: ImportRecord['samples'][number][] = [];
  const pyperf: PyperfComparison[] = [];
  if (baseline !== undefined && patched !== undefined) {
    const [before, after] = [await readImported(baseline), await readImported(patched)];
    if (before.kind === 'pyperf' && after.kind === 'pyperf') pyperf.push(comparePyperf(before.file, after.file));
    else comparisons.push(compareImported(single(before, baseline), single(after, patched)));
  }
  for (const file of files) {
    const found = await readImported(file);
    if (found.kind === 'samples') samples.push(judged(found));
    else if (found.kind === 'pyperf') pyperf.push(comparePyperf(found.file));
    else if (found.other === undefined) alone.push(found.self);
    else comparisons.push(compareImported(found.other, found.self));
  }
  const folder = await freshFolder(out, 'import');
  const record: ImportRecord = {
    ...{ schemaVersion: 1, id: folder.name, forkwright: packageVersion(), importedAt: new Date().toISOString() },
    ...{ commandLine, comparisons, alone, pyperf, samples },
  };
  await writeJson(importFile(folder.dir), record);
  await writeView(folder.dir, importView(record));
  return { folder: folder.dir, record };
}

/** Reads a bundle's results into the run that it was made from, and renders its reports anew. @throws UserError */
export async function importIntoRun(files: readonly string[], run: string, request: ImportRequest, ctx: Context) {
  const [file, ...more] = files;
  const stray = (['baseline', 'patched', 'out'] as const).find((name) => request[name] !== undefined);
  if (file === undefined || more.length > 0 || stray !== undefined) {
    throw new UserError({
      code: 'cli/import-run',
      message:
        stray === undefined ? 'with --run, one results.jsonl is read at a time' : `--${stray} does not go with --run`,
      hint: 'for example: forkwright import-results results.jsonl --run forkwright-runs/2026-11-22-remove-zombieframe',
    });
  }
  const folder = runFolder(run);
  const { record, target, remarks } = await importBundle({ file, folder, replace: request.replace ?? false });
  for (const diagnostic of remarks) ctx.emit({ type: 'diagnostic', severity: 'warning', diagnostic });
  await writeReports(folder.dir, record);
  return { folder: folder.dir, target, remarks, record };
}

function single(found: Imported, file: string): ImportedBenchmark {
  if (found.kind === 'benchmark' && found.other === undefined) return found.self;
  if (found.kind === 'pyperf') {
    throw new UserError({
      code: 'cli/import-kinds',
      message: 'this is JSON of pyperf, and the other side is not',
      place: { file },
      hint: 'compare two files of one kind',
    });
  }
  throw new UserError({
    code: 'cli/import-one-side',
    message: 'this holds both sides already',
    place: { file },
    hint: `import it by itself: forkwright import-results ${file}`,
  });
}

function judged({ source, lines, torn }: Extract<Imported, { kind: 'samples' }>) {
  const header = lines.find((line) => line.type === 'header');
  if (header === undefined) throw new Error('samples without a header');
  return { source, torn, header, speed: compare(lines) };
}
