import type { Command } from 'commander';
import { type CommandContext, execute, type Outcome } from '../frame.ts';
import { type SharedOptions, withShared } from '../options.ts';

interface SourceOptions extends SharedOptions {
  readonly debian?: boolean;
  readonly refresh?: boolean;
  readonly url?: string;
}

export function register(program: Command): void {
  withShared(
    program
      .command('source')
      .summary('get a CPython source tree, or pybench')
      .description(
        'Get a CPython tree: from Debian’s source packages where apt can reach them, else by git. Prints its folder; a second call takes no network.',
      )
      .argument('<what>', '2.7, 3.9, 3.11.2, v3.8.5, a git URL with an optional #ref, or "pybench"')
      .argument('[dir]', 'copy it there; without it the tree stays in the cache, for reading'),
  )
    .option('--debian', 'with Debian’s own patches applied')
    .option('--refresh', 'fetch again what is in the cache')
    .option('--url <url>', 'CPython’s repository (default: the official one)')
    .addHelpText(
      'after',
      `
Examples:
  $ forkwright source 3.9 ~/src/cpython-3.9
  $ forkwright source https://github.com/python/cpython#v3.8.5
  $ forkwright run remove-zombieframe --checkout "$(forkwright source 2.7)"`,
    )
    .action((what: string, dir: string | undefined, options: SourceOptions) =>
      execute('source', options, (ctx) => source(what, dir, options, ctx)),
    );
}

async function source(
  what: string,
  dir: string | undefined,
  options: SourceOptions,
  ctx: CommandContext,
): Promise<Outcome> {
  if (what === 'pybench') {
    const { obtainPybench } = await import('../../checkout/index.ts');
    const found = await obtainPybench(ctx, options.url === undefined ? {} : { url: options.url });
    return { exitCode: 0, data: found, text: found.folder };
  }
  const { obtainSource } = await import('../../checkout/index.ts');
  const found = await obtainSource(what, ctx, {
    debian: options.debian,
    refresh: options.refresh,
    to: dir,
    cpythonUrl: options.url,
  });
  return { exitCode: 0, data: found, text: found.root };
}
