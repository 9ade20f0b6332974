import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { comparisonJson } from '../report/comparison-json.ts';
import { renderPybench } from '../report/pybench.ts';
import { patchTexts, renderView } from '../report/render-view.ts';
import { reportView } from '../report/report-view.ts';
import type { ReportView } from '../report/view.ts';
import { importView } from '../report/views/import.ts';
import { selfTestView } from '../report/views/self-test.ts';
import { severalView } from '../report/views/several.ts';
import { latestRunFolder, readRunRecord, runFolder } from '../run/folder.ts';
import { readImport } from '../run/import-record.ts';
import { readSelfTest } from '../run/self-test-record.ts';
import type { RunRecord } from '../run/types.ts';
import { UserError } from '../system/diagnostic.ts';
import { RUNS_DIR } from '../work/run-options.ts';
import { type CommandContext, shownOn } from './frame.ts';
import { asJson } from './output.ts';

type Format = 'terminal' | 'markdown' | 'html' | 'json' | 'pybench';
type Rendered = { readonly text: string; readonly data: object };

/**
 * The report of a run folder, of several side by side, of the newest where none is named.
 * @returns its text, and its data for `--json`. @throws UserError
 */
export async function renderRuns(runs: readonly string[], format: Format, ctx: CommandContext): Promise<Rendered> {
  const [run, second] = runs;
  if (second !== undefined) {
    const records: RunRecord[] = [];
    for (const one of runs) records.push(await readRunRecord(runFolder(one)));
    const data = { schemaVersion: 1, runs: records.map((record) => comparisonJson(record)) };
    if (format !== 'pybench') return { text: ofView(severalView(records), data, format, ctx), data };
    throw new UserError({
      code: 'cli/pybench-one-run',
      message: "pybench's own table compares two interpreters of one run",
      hint: 'name one run, or choose terminal, markdown, html or json',
    });
  }
  const folder = run === undefined ? await latestRunFolder(path.resolve(RUNS_DIR)) : runFolder(run);
  const other = run === undefined ? undefined : await otherOf(folder.dir);
  if (other === undefined) {
    const record = await readRunRecord(folder);
    return { text: await ofRun(format, record, folder.dir, ctx), data: { folder: folder.dir, record } };
  }
  const { record, view } = other;
  if (format !== 'pybench') return { text: ofView(view, record, format, ctx), data: { folder: folder.dir, record } };
  throw new UserError({
    code: 'cli/no-pybench-table',
    message: 'this folder is not a run’s, and has no pybench table of its own',
    place: { file: folder.dir },
    hint: 'choose terminal, markdown, html or json',
  });
}

/**
 * Writes the samples of a run folder (the newest where none is named) as pyperf's JSON.
 * @param out the folder for the files.
 * @throws UserError
 */
export async function pyperfFiles(runs: readonly string[], out: string | undefined): Promise<Rendered> {
  const { writePyperf } = await import('../work/pyperf-files.ts');
  const [run, second] = runs;
  if (second !== undefined) {
    throw new UserError({
      code: 'cli/pyperf-one-run',
      message: 'pyperf’s files are written of one run at a time',
      hint: 'name one run, and a folder for its files: -o DIR',
    });
  }
  const folder = run === undefined ? await latestRunFolder(path.resolve(RUNS_DIR)) : runFolder(run);
  const files = await writePyperf(folder.dir, out);
  return {
    text: files.map((file) => path.relative(process.cwd(), file)).join('\n'),
    data: { folder: folder.dir, files },
  };
}

async function ofRun(format: Format, record: RunRecord, dir: string, ctx: CommandContext): Promise<string> {
  switch (format) {
    case 'json':
      return readFile(path.join(dir, 'run.json'), 'utf8');
    case 'pybench': {
      const text = renderPybench(record);
      if (text !== '') return text;
      throw new UserError({
        code: 'cli/no-speed',
        message: 'this run has no pybench samples',
        place: { file: dir },
        hint: `measure in it: forkwright bench ${path.relative(process.cwd(), dir)}`,
      });
    }
    default:
      return renderView(reportView(record), format, shownOn(ctx), await patchTexts(dir, record));
  }
}

/** Of a folder that is not a run's: a self-test, imported results. @returns `undefined` for any other. */
async function otherOf(dir: string): Promise<{ readonly record: object; readonly view: ReportView } | undefined> {
  const selfTest = await readSelfTest(dir);
  if (selfTest !== undefined) return { record: selfTest, view: selfTestView(selfTest) };
  const imported = await readImport(dir);
  return imported && { record: imported, view: importView(imported) };
}

const ofView = (view: ReportView, data: object, format: Exclude<Format, 'pybench'>, ctx: CommandContext): string =>
  format === 'json' ? asJson(data) : renderView(view, format, shownOn(ctx));
