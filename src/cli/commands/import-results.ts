import path from 'node:path';
import { option } from '../../work/options.ts';
import { command, shownOn } from '../frame.ts';

export const register = command({
  name: 'import-results',
  summary: 'results brought from a machine that cannot be reached',
  description:
    'Read what stock pybench printed or pickled (-f), JSON of pyperf (pyperformance, bench_runner), or samples of Forkwright’s own. Results that were not measured in pairs get no verdict. Pickles are read as plain data; nothing in them is run. With --run, the results of a bundle become a part of the run that it was made from.',
  args: {
    '[file...]': 'comparisons that pybench printed (-c), samples/*.jsonl, or single results of pybench or pyperf',
  },
  options: {
    baseline: option('--baseline <file>', 'a result of the baseline: pybench’s text or pickle, pyperf’s JSON'),
    patched: option('--patched <file>', 'a result of the patched interpreter, to compare with it'),
    run: option('--run <dir>', 'the run from which a bundle was made: its results.jsonl becomes a part of it'),
    replace: option('--replace', 'with --run: also in the place of what was measured here'),
    out: option('-o, --out <dir>', 'the folder for the report (default: forkwright-runs/DATE-import)'),
  },
  help: `
Examples:
  $ forkwright import-results --baseline before.pybench --patched after.pybench
  $ forkwright import-results --baseline before.json --patched after.json.gz
  $ forkwright import-results pybench-output.txt
  $ forkwright import-results samples/ps3-linux.jsonl
  $ forkwright import-results results.jsonl --run forkwright-runs/2026-11-22-remove-zombieframe`,
  async run(files, options, ctx) {
    const work = await import('../../work/import-results.ts');
    if (options.run === undefined) {
      const { importView } = await import('../../report/views/import.ts');
      const { viewOutcome } = await import('../outcomes.ts');
      const done = await work.importResults(files, options, ctx);
      return viewOutcome(done, importView(done.record), 0, ctx);
    }
    const { renderView } = await import('../../report/render-view.ts');
    const { reportView } = await import('../../report/report-view.ts');
    const { runExitCode } = await import('../../work/gates.ts');
    const data = await work.importIntoRun(files, options.run, options, ctx);
    const report = path.join(options.run, 'report.html');
    const text = `${renderView(reportView(data.record), 'terminal', shownOn(ctx)).trimEnd()}\n\nReport: ${report}\n`;
    return { exitCode: runExitCode(data.record), data, text };
  },
});
