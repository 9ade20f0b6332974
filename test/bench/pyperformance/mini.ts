import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';

/** Own scripts on pyperf's interface: every kind of benchmark, and each kind of trouble. */
const SCRIPTS: Readonly<Record<string, string>> = {
  calls: `import pyperf
def double(values):
    return [2 * value for value in values]
runner = pyperf.Runner(add_cmdline_args=lambda cmd, args: None)
runner.metadata['description'] = 'a list'
runner.bench_func('double', double, list(range(50)))
runner.bench_func('two words', double, (1, 2), inner_loops=4)
`,
  timed: `import pyperf
def rounds(loops, size):
    start = pyperf.perf_counter()
    for _ in range(loops):
        sum(range(size))
    return pyperf.perf_counter() - start
if __name__ == '__main__':
    runner = pyperf.Runner()
    runner.argparser.add_argument('size', type=int)
    runner.argparser.add_argument('--name', default='rounds')
    args = runner.parse_args()
    runner.bench_time_func(args.name, rounds, args.size)
`,
  waits: `import asyncio
import sys
import pyperf
async def one():
    await asyncio.sleep(0)
runner = pyperf.Runner()
runner.bench_async_func('wait', one)
runner.bench_command('start', [sys.executable, '-S', '-c', 'pass'])
runner.timeit('statement', stmt=['x = list(y)', 'x.sort()'], setup='y = [3, 1, 2]', duplicate=2)
`,
  needs: 'import no_such_package.part\n',
  fails: `import pyperf
def once():
    raise ValueError('not today')
pyperf.Runner().bench_func('fails', once)
`,
  crashes: `import os, signal, pyperf
pyperf.Runner().bench_func('crashes', lambda: os.kill(os.getpid(), signal.SIGKILL))
`,
  own: `import time, pyperf
def own_clock(loops):
    start = time.perf_counter()
    for _ in range(loops):
        sorted(range(20))
    return time.perf_counter() - start
pyperf.Runner().bench_time_func('own_clock', own_clock)
`,
};

const metafile = (name: string, more = '') => `[project]
name = "mini_bm_${name}"
requires-python = ">=3.4"
[tool.pyperformance]
name = "${name}"
${more}`;

/** A pyperformance with a MANIFEST, metadata and scripts of our own, in a new folder below `parent`. */
export async function miniPyperformance(parent: string): Promise<string> {
  const root = path.join(parent, 'mini');
  const write = async (name: string, text: string) => {
    await mkdir(path.dirname(path.join(root, name)), { recursive: true });
    await writeFile(path.join(root, name), text);
  };
  const tags: Readonly<Record<string, string>> = { calls: 'tags = "small"\n', timed: 'tags = ["small"]\n' };
  for (const [name, script] of Object.entries(SCRIPTS)) {
    await write(`bm_${name}/run_benchmark.py`, script);
    const options = name === 'timed' ? 'extra_opts = ["100"]\n' : '';
    await write(`bm_${name}/pyproject.toml`, metafile(name, `${tags[name] ?? ''}${options}`));
  }
  await write('bm_timed/bm_longer.toml', '[tool.pyperformance]\nextra_opts = ["500", "--name", "longer"]\n');
  await write(
    'bm_timed/bm_future.toml',
    '[project]\nrequires-python = ">=3.99,<4"\n[tool.pyperformance]\nextra_opts = ["1"]\n',
  );
  const lines = Object.keys(SCRIPTS).map((name) => `${name}\t<local>`);
  await write(
    'MANIFEST',
    [
      '[benchmarks]',
      '',
      'name\tmetafile',
      ...lines,
      'longer\t<local:timed>',
      'future\t<local:timed>',
      '#gone\t<local>',
      '',
    ]
      .concat(
        '[group default]',
        '[group small]',
        '[group quick]',
        'timed',
        'longer',
        '[group sound]',
        '-needs',
        '-fails',
      )
      .join('\n'),
  );
  return root;
}
