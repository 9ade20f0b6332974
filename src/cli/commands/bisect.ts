import path from 'node:path';
import { UserError } from '../../system/diagnostic.ts';
import { shownPath } from '../../system/paths.ts';
import { option } from '../../work/options.ts';
import { RUN_OPTIONS } from '../../work/run-options.ts';
import { command } from '../frame.ts';

const { failOn: _, cpythonTests, ...OPTIONS } = RUN_OPTIONS;

export const register = command({
  name: 'bisect',
  summary: 'which change of a series, or which commit, did it',
  description:
    'Find by halves the first of several changes after which a gate fails: more memory at start-up, slower, a test that fails, no build. Exact measures are asked once a step; noisy ones with more pairs until they are sure, and the result says how sure.',
  args: { '<change...>': 'commits as GOOD..BAD, a folder of patches, or several changes, in their order' },
  options: {
    ...OPTIONS,
    cpythonTests,
    least: option('--least', 'the smallest set of changes that does it, instead of the first'),
    when: option('--when <gate>', 'what is sought: startup-memory>16k, regression>2%, instructions>1%, tests, build', {
      required: true,
    }),
  },
  help: `
Examples:
  $ forkwright bisect v3.13.0..main --when 'startup-memory>16k' -C ../cpython
  $ forkwright bisect debian/patches --when tests -C 3.11
  $ forkwright bisect main..my-branch --when 'regression>2%' --pairs 32 -C ../cpython
  $ forkwright bisect debian/patches --least --when 'size>4k' -C ../cpython`,
  async run(names, { when, ...options }, ctx) {
    const { bisect } = await import('../../work/bisect.ts');
    const { parseGates } = await import('../../run/gates/index.ts');
    const [gate, ...more] = parseGates(when, '--when');
    if (gate === undefined || more.length > 0) {
      throw new UserError({
        code: 'cli/when',
        message: `--when ${JSON.stringify(when)}: one gate is sought, and ${more.length === 0 ? 'none is' : `${more.length + 1} are`} named`,
        hint: "for example --when 'startup-memory>16k'",
      });
    }
    const { bisectText, leastText } = await import('../bisect-text.ts');
    if (options.least) {
      const { leastSet } = await import('../../work/least.ts');
      const { folder, result } = await leastSet(names, gate, options, ctx);
      const text = `${leastText(result)}\nIts runs: ${shownPath(path.join(folder, 'least.json'))}\n`;
      return { exitCode: result.found === undefined ? 1 : 0, data: { folder, ...result }, text };
    }
    const { folder, result } = await bisect(names, gate, options, ctx);
    const text = `${bisectText(result)}\nIts runs: ${shownPath(path.join(folder, 'bisect.json'))}\n`;
    return { exitCode: result.found === undefined ? 1 : 0, data: { folder, ...result }, text };
  },
});
