import type { Command } from 'commander';
import { execute, type Outcome, type SharedOptions, withShared } from '../frame.ts';
import { table } from '../table.ts';

export function register(program: Command): void {
  const targets = program
    .command('targets')
    .summary('list and show what can be built for')
    .description('Targets: what an interpreter is built for, and how it is run.');
  targets.addHelpText('after', '\nExample:\n  $ forkwright targets show ps3-linux');
  withShared(targets.command('list', { isDefault: true }).description('List the targets.'))
    .addHelpText('after', '\nExample:\n  $ forkwright targets list --json')
    .action((options: SharedOptions) =>
      execute('targets list', options, async (ctx) => {
        const { allTargets } = await import('../../target/descriptors.ts');
        const all = await allTargets();
        const rows = all.map((target) => [target.name, target.driver, target.run.runner, target.title]);
        return {
          exitCode: 0,
          data: all,
          text: table([['TARGET', 'BUILT BY', 'RUN', 'WHAT IT IS'], ...rows], ctx.terminal.width),
        };
      }),
    );
  withShared(
    targets
      .command('show')
      .argument('<target>')
      .description('Show a target as it resolves on this machine, with where each tool was found.'),
  )
    .addHelpText('after', '\nExample:\n  $ forkwright targets show ps3-linux')
    .action((name: string, options: SharedOptions) => execute('targets show', options, (ctx) => show(name, ctx)));
}

async function show(name: string, ctx: Parameters<Parameters<typeof execute>[2]>[0]): Promise<Outcome> {
  const { resolveTarget } = await import('../../target/descriptors.ts');
  const { expandTarget, toolchainEnvironment } = await import('../../target/environment.ts');
  const { findBinutils } = await import('../../target/binutils.ts');
  const { requirements } = await import('../../target/requirements.ts');
  const { describeTarget } = await import('../describe-target.ts');
  const target = expandTarget(await resolveTarget(name), ctx);
  const env = toolchainEnvironment(target, ctx);
  const [needs, binutils] = await Promise.all([requirements(target, ctx), findBinutils(target, ctx)]);
  const rows = [
    ...describeTarget(target, env),
    ...needs
      .filter((need) => need.found !== undefined && !need.need.startsWith('binutils'))
      .map((need) => [need.need, [need.found?.path, need.found?.version].filter((part) => part !== '').join('  ')]),
    ...Object.entries(binutils).map(([tool, file]) => [tool, file]),
  ];
  const missing = needs.filter((need) => need.found === undefined && !need.optional).map((need) => need.need);
  const note =
    missing.length === 0 ? '' : `\n\nmissing: ${missing.join(', ')}; see: forkwright doctor --target ${name}`;
  return {
    exitCode: 0,
    data: { target, toolchain: { environment: env, binutils }, requirements: needs },
    text: `${table(rows, ctx.terminal.width)}${note}`,
  };
}
