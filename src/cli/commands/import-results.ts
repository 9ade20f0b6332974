import path from 'node:path';
import type { Command } from 'commander';
import type { Imported } from '../../bench/import/read.ts';
import type { ImportedBenchmark, ImportedComparison } from '../../bench/import/types.ts';
import type { ImportRecord } from '../../run/import-record.ts';
import { UserError } from '../../system/diagnostic.ts';
import { packageVersion } from '../../system/version.ts';
import { type CommandContext, execute, type Outcome, type SharedOptions, withShared } from '../frame.ts';
import { RUNS_DIR } from '../run-request.ts';

interface ImportOptions extends SharedOptions {
  readonly baseline?: string;
  readonly patched?: string;
  readonly out?: string;
  readonly run?: string;
  readonly replace?: boolean;
}

export function register(program: Command): void {
  withShared(
    program
      .command('import-results')
      .summary('results brought from a machine that cannot be reached')
      .description(
        'Read what stock pybench printed or pickled (-f), or samples of Forkwright’s own, and report it honestly: one process a side has no interval and no verdict. Pickles are read as plain data; nothing in them is run. With --run, the results of a bundle become a part of the run that it was made from.',
      )
      .argument('[file...]', 'comparisons that pybench printed (-c), samples/*.jsonl, or single results'),
  )
    .option('--baseline <file>', 'a result of the baseline: text or pickle')
    .option('--patched <file>', 'a result of the patched interpreter, to compare with it')
    .option('--run <dir>', 'the run from which a bundle was made: its results.jsonl becomes a part of it')
    .option('--replace', 'with --run: also in the place of what was measured here')
    .option('-o, --out <dir>', 'the folder for the report (default: forkwright-runs/DATE-import)')
    .addHelpText(
      'after',
      `
Examples:
  $ forkwright import-results --baseline before.pybench --patched after.pybench
  $ forkwright import-results pybench-output.txt
  $ forkwright import-results samples/ps3-linux.jsonl
  $ forkwright import-results results.jsonl --run forkwright-runs/2026-11-22-remove-zombieframe`,
    )
    .action((files: string[], options: ImportOptions) =>
      execute('import-results', options, (ctx) => importResults(files, options, ctx)),
    );
}

async function importResults(files: readonly string[], options: ImportOptions, ctx: CommandContext): Promise<Outcome> {
  if (options.run !== undefined) {
    const { importIntoRun } = await import('../../work/import-bundle.ts');
    return importIntoRun(files, options.run, options, ctx);
  }
  if ((options.baseline === undefined) !== (options.patched === undefined)) {
    throw new UserError({
      code: 'cli/import-both',
      message: '--baseline and --patched go together',
      hint: 'name a result of each: --baseline before.txt --patched after.txt',
    });
  }
  if (files.length === 0 && options.baseline === undefined) {
    throw new UserError({
      code: 'cli/import-nothing',
      message: 'name what is to be imported',
      hint: 'for example: forkwright import-results --baseline before.pybench --patched after.pybench',
    });
  }
  const { readImported } = await import('../../bench/import/read.ts');
  const { compareImported } = await import('../../bench/import/compare.ts');
  const comparisons: ImportedComparison[] = [];
  const alone: ImportedBenchmark[] = [];
  const samples: ImportRecord['samples'][number][] = [];
  if (options.baseline !== undefined && options.patched !== undefined) {
    const before = single(await readImported(options.baseline), options.baseline);
    comparisons.push(compareImported(before, single(await readImported(options.patched), options.patched)));
  }
  for (const file of files) {
    const found = await readImported(file);
    if (found.kind === 'samples') samples.push(await judged(found));
    else if (found.other === undefined) alone.push(found.self);
    else comparisons.push(compareImported(found.other, found.self));
  }
  const { claimRunFolder, newRunFolder } = await import('../../run/folder.ts');
  const folder =
    options.out === undefined
      ? await newRunFolder(path.resolve(RUNS_DIR), 'import', new Date())
      : await claimRunFolder(path.resolve(options.out));
  const record: ImportRecord = {
    schemaVersion: 1,
    id: folder.name,
    forkwright: packageVersion(),
    importedAt: new Date().toISOString(),
    commandLine: ['forkwright', ...process.argv.slice(2)],
    comparisons,
    alone,
    samples,
  };
  return finish(record, folder.dir, ctx);
}

async function finish(record: ImportRecord, dir: string, ctx: CommandContext): Promise<Outcome> {
  const { importFile } = await import('../../run/import-record.ts');
  const { importView } = await import('../../report/views/import.ts');
  const { renderView, writeView } = await import('../../report/render-view.ts');
  const { writeJson } = await import('../../system/files.ts');
  const view = importView(record);
  await writeJson(importFile(dir), record);
  await writeView(dir, view);
  const { width, colorOut: color } = ctx.terminal;
  const text = renderView(view, 'terminal', { width, color, verbose: ctx.verbose });
  const shown = path.relative(process.cwd(), path.join(dir, 'report.html'));
  return {
    exitCode: 0,
    data: { folder: dir, record },
    text: `${text}\nReport: ${shown.startsWith('..') ? path.join(dir, 'report.html') : shown}\n`,
  };
}

function single(found: Imported, file: string): ImportedBenchmark {
  if (found.kind === 'benchmark' && found.other === undefined) return found.self;
  throw new UserError({
    code: 'cli/import-one-side',
    message: 'this holds both sides already',
    place: { file },
    hint: `import it by itself: forkwright import-results ${file}`,
  });
}

async function judged({ source, lines, torn }: Extract<Imported, { kind: 'samples' }>) {
  const { compare } = await import('../../bench/comparison/compare.ts');
  const speed = compare(lines);
  const header = lines.find((line) => line.type === 'header');
  if (header === undefined) throw new Error('samples without a header');
  return { source, torn, header, speed };
}
