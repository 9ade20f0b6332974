import type { Command } from 'commander';
import type { ValuesOf } from '../../work/options.ts';
import { SYSROOT_OPTION } from '../../work/run-options.ts';
import { type CommandContext, execute, type Outcome } from '../frame.ts';
import { type SharedOptions, withShared } from '../options.ts';

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
        const { table } = await import('../../document/terminal/table.ts');
        const { allTargets } = await import('../../targets/descriptors.ts');
        const all = await allTargets();
        const rows = all.map((target) => [target.name, target.driver, target.run.runner, target.title]);
        return {
          exitCode: 0,
          data: all,
          text: table([['TARGET', 'BUILT BY', 'RUN', 'WHAT IT IS'], ...rows], ctx.terminal.tableWidth),
        };
      }),
    );
  withShared(
    targets
      .command('show')
      .argument('<target>')
      .description('Show a target as it resolves on this machine, with where each tool was found.'),
    SYSROOT_OPTION,
  )
    .addHelpText('after', '\nExample:\n  $ forkwright targets show ps3-linux')
    .action((name: string, options: ShowOptions) =>
      execute('targets show', options, (ctx) => show(name, options.sysroot, ctx)),
    );
}

type ShowOptions = SharedOptions & ValuesOf<typeof SYSROOT_OPTION>;

async function show(name: string, sysroot: string | undefined, ctx: CommandContext): Promise<Outcome> {
  const { table } = await import('../../document/terminal/table.ts');
  const { toolchainEnvironment } = await import('../../targets/environment.ts');
  const { findBinutils } = await import('../../targets/binutils.ts');
  const { targetFor } = await import('../../targets/resolve.ts');
  const { driverOf } = await import('../../builds/drivers.ts');
  const { describeTarget } = await import('../describe-target.ts');
  const target = await targetFor(name, ctx, { sysroot });
  const env = toolchainEnvironment(target, ctx);
  const driver = driverOf(target);
  const [needs, binutils, way] = await Promise.all([
    driver.requirements(target, ctx),
    findBinutils(target, ctx),
    driver.way?.(target, ctx),
  ]);
  const rows = [
    ...describeTarget(target, env),
    ...(way === undefined ? [] : [['way', way.text]]),
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
    data: { target, toolchain: { environment: env, binutils }, way, requirements: needs },
    text: `${table(rows, ctx.terminal.tableWidth)}${note}`,
  };
}
