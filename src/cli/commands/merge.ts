import { option } from '../../work/options.ts';
import { RUN_OPTIONS } from '../../work/run-options.ts';
import { command, shownOn } from '../frame.ts';
import { asJson, deliver, formatOption, OUTPUT_OPTION } from '../output.ts';

export const register = command({
  name: 'merge',
  summary: 'join the runs of many machines into one report',
  description:
    'Join run folders, folders of downloaded artifacts, or zips of them into one table: a row a cell, run or not. Which machine measured what is said; times are never compared across machines. Exit code 1 when a cell’s answer is no, or missing.',
  args: { '<run...>': 'run folders, folders or zips with runs in them' },
  options: {
    plan: option('--plan <file>', 'what forkwright plan --format json wrote: tells what is missing'),
    ...formatOption('terminal', 'markdown', 'html', 'json'),
    ...OUTPUT_OPTION,
    failOn: {
      ...RUN_OPTIONS.failOn,
      text: 'what is a no, as of run (default: gates of forkwright.yml; else each run’s own verdict)',
    },
  },
  help: `
Examples:
  $ forkwright merge artifacts/* --plan plan.json --format html -o matrix.html
  $ forkwright merge linux.zip windows.zip`,
  async run(named, { format, output, failOn, plan: planned }, ctx) {
    const { readPlan } = await import('../../run/fanout/types.ts');
    const { findRuns } = await import('../../run/fanout/find-runs.ts');
    const { mergeRuns } = await import('../../run/fanout/merge.ts');
    const { settingsGates } = await import('../../run/gates/index.ts');
    const { mergedJson } = await import('../../report/comparison-json.ts');
    const { mergedView, stateCounts } = await import('../../report/views/merged.ts');
    const { renderView } = await import('../../report/render-view.ts');
    const gates = failOn ?? (await settingsGates(process.cwd()));
    const plan = planned === undefined ? undefined : await readPlan(planned);
    const { runs, unreadable } = await findRuns(named, ctx.signal);
    const merged = mergeRuns(runs, unreadable, { plan, gates });
    const data = mergedJson(merged);
    const text = format === 'json' ? asJson(data) : renderView(mergedView(merged), format, shownOn(ctx));
    return deliver({ exitCode: merged.ok ? 0 : 1, data, text }, output, ctx, `: ${stateCounts(merged)}`);
  },
});
