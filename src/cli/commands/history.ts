import path from 'node:path';
import { command, shownOn } from '../frame.ts';
import { asJson, deliver, formatOption, OUTPUT_OPTION } from '../output.ts';

export const register = command({
  name: 'history',
  summary: 'the trend of many runs',
  description:
    'Draw how a change developed from run to run: speed with its interval, memory, instructions. The file is what `run` and `bench` append to with --history FILE.',
  args: { '<file>': 'the history: one JSON line a run' },
  options: { ...formatOption('terminal', 'markdown', 'html', 'json'), ...OUTPUT_OPTION },
  help: `
Examples:
  $ forkwright run remove-zombieframe --checkout ../cpython --history speed.jsonl
  $ forkwright history speed.jsonl --format html -o trend.html`,
  async run([file], { format, output }, ctx) {
    const { readHistory } = await import('../../run/history.ts');
    const { historyView } = await import('../../report/views/history.ts');
    const { renderView } = await import('../../report/render-view.ts');
    const data = await readHistory(path.resolve(file));
    const text =
      format === 'json' ? asJson(data) : renderView(historyView(data, path.basename(file)), format, shownOn(ctx));
    return deliver({ exitCode: 0, data, text }, output, ctx);
  },
});
