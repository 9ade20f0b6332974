import { option } from '../../work/options.ts';
import { command } from '../frame.ts';

export const register = command({
  name: 'source',
  summary: 'get a CPython source tree, pybench or pyperformance',
  description:
    'Get a CPython tree: from Debian’s source packages where apt can reach them, else by git. Prints its folder; a second call takes no network.',
  args: {
    '<what>': '2.7, 3.9, 3.11.2, v3.8.5, a git URL with an optional #ref, "pybench" or "pyperformance"',
    '[dir]': 'copy it there; without it the tree stays in the cache, for reading',
  },
  options: {
    debian: option('--debian', 'with Debian’s own patches applied'),
    refresh: option('--refresh', 'fetch again what is in the cache'),
    url: option(
      '--url <url>',
      'the repository: CPython’s, of pyperformance its own with an optional #ref (default: the official one)',
    ),
  },
  help: `
Examples:
  $ forkwright source 3.9 ~/src/cpython-3.9
  $ forkwright source https://github.com/python/cpython#v3.8.5
  $ forkwright run remove-zombieframe --checkout "$(forkwright source 2.7)"`,
  async run([what, to], { debian, refresh, url }, ctx) {
    const { obtainPybench, obtainPyperformance, obtainSource } = await import('../../checkout/index.ts');
    if (what === 'pybench' || what === 'pyperformance') {
      const obtain = what === 'pybench' ? obtainPybench : obtainPyperformance;
      const data = await obtain(ctx, url === undefined ? {} : { url });
      return { exitCode: 0, data, text: data.folder };
    }
    const data = await obtainSource(what, ctx, { debian, refresh, to, cpythonUrl: url });
    return { exitCode: 0, data, text: data.root };
  },
});
