import { command } from '../frame.ts';
import { deliver, formatOption, OUTPUT_OPTION } from '../output.ts';

export const register = command({
  name: 'report',
  summary: 'show what a run found, or several side by side',
  description:
    'Render the report of a run, finished or not; of several, side by side; of a self-test or of imported results.',
  args: { '[run...]': 'run folders (default: the newest in ./forkwright-runs)' },
  options: { ...formatOption('terminal', 'markdown', 'html', 'json', 'pybench', 'pyperf'), ...OUTPUT_OPTION },
  help: `
Examples:
  $ forkwright report --format pybench
  $ forkwright report --format pyperf -o results    # results/baseline.json, results/patched.json
  $ forkwright report forkwright-runs/2.7 forkwright-runs/3.9 --format html -o both.html`,
  async run(runs, { format, output }, ctx) {
    if (format === 'pyperf') {
      const { pyperfFiles } = await import('../report-runs.ts');
      return { exitCode: 0, ...(await pyperfFiles(runs, output)), written: output !== undefined };
    }
    const { renderRuns } = await import('../report-runs.ts');
    return deliver({ exitCode: 0, ...(await renderRuns(runs, format, ctx)) }, output, ctx);
  },
});
