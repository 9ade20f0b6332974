import type { Command } from 'commander';
import pc from 'picocolors';
import { paragraph } from '../../document/terminal/columns.ts';
import { table } from '../../document/terminal/table.ts';
import { UserError } from '../../system/diagnostic.ts';
import type { Requirement } from '../../targets/types.ts';
import type { OptionTable, ValuesOf } from '../../work/options.ts';
import { SYSROOT_OPTION } from '../../work/run-options.ts';
import { type CommandContext, execute, type Outcome } from '../frame.ts';
import { type SharedOptions, withShared } from '../options.ts';

const OPTIONS = {
  target: {
    flags: '-t, --target <name>',
    text: 'the target to look for; repeatable (default: host; on Windows msvc-x64)',
    list: true,
  },
  checkout: { flags: '-C, --checkout <dir>', text: 'also say what this CPython needs with this compiler' },
  fix: { flags: '--fix', text: 'install what is missing (apt-get, with sudo when that is needed), after asking' },
  yes: { flags: '-y, --yes', text: 'with --fix: install without asking' },
  ...SYSROOT_OPTION,
  bench: { flags: '--bench', text: 'say instead what on this machine disturbs measuring; changes nothing' },
} as const satisfies OptionTable;

type DoctorOptions = SharedOptions & ValuesOf<typeof OPTIONS>;

export function register(program: Command): void {
  withShared(
    program
      .command('doctor')
      .summary('say what is missing here, and how to get it')
      .description(
        'Look at this machine: what a target needs, what of it is there, and the command that installs the rest.',
      ),
    OPTIONS,
  )
    .addHelpText(
      'after',
      `
Examples:
  $ forkwright doctor --target host --checkout ../cpython
  $ forkwright doctor --target ps3-linux --fix
  $ forkwright doctor --bench`,
    )
    .action((options: DoctorOptions) => execute('doctor', options, (ctx) => doctor(options, ctx)));
}

async function doctor(options: DoctorOptions, ctx: CommandContext): Promise<Outcome> {
  if (options.bench) {
    if (options.fix) {
      throw new UserError({
        code: 'cli/bench-changes-nothing',
        message: '--bench changes nothing on this machine, so there is no --fix with it',
        hint: 'leave out --fix: what a person can do is said beside each finding',
      });
    }
    const { benchDoctor } = await import('../bench-doctor.ts');
    return benchDoctor(ctx);
  }
  const { defaultTarget } = await import('../../targets/descriptors.ts');
  const { targetFor } = await import('../../targets/resolve.ts');
  const { driverOf } = await import('../../builds/drivers.ts');
  const names = options.target.length === 0 ? [defaultTarget()] : options.target;
  const targets = await Promise.all(names.map((name) => targetFor(name, ctx, { sysroot: options.sysroot })));
  const look = () =>
    Promise.all(
      targets.map(async (target) => {
        const driver = driverOf(target);
        return { target, needs: await driver.requirements(target, ctx), way: await driver.way?.(target, ctx) };
      }),
    );
  let all = await look();
  if (options.fix) {
    const packages = [
      ...new Set(
        all.flatMap(({ needs }) => needs.filter((need) => need.found === undefined).flatMap((need) => need.packages)),
      ),
    ];
    if (packages.length > 0) {
      const { installPackages } = await import('../install.ts');
      await installPackages(packages, options.yes ?? false, ctx);
      all = await look();
    }
  }
  const quirks =
    options.checkout === undefined ? [] : await checkoutQuirks(options.checkout, targets[0]?.name ?? 'host', ctx);
  const missing = all.flatMap(({ needs }) => needs.filter((need) => need.found === undefined));
  const required = missing.filter((need) => !need.optional);
  const c = pc.createColors(ctx.terminal.colorOut);
  const text = all.map(({ target, needs, way }) =>
    [
      c.bold(`Target ${target.name}`),
      needsTable(needs, ctx),
      ...(way === undefined ? [] : [paragraph(`Way: ${way.text}`, ctx.terminal.width, '  ')]),
    ].join('\n'),
  );
  for (const quirk of quirks) text.push(`${c.bold('Quirk')} ${quirk.id}: ${quirk.why}`);
  if (required.length > 0)
    text.push(
      `${c.bold('Missing')}: ${required.map((need) => need.need).join(', ')}.\n${await howToGet(required, ctx)}`,
    );
  else if (missing.length > 0)
    text.push(`Everything that is needed is here. For what is optional:\n${await howToGet(missing, ctx)}`);
  else text.push('Everything is here.');
  return {
    exitCode: required.length === 0 ? 0 : 1,
    data: { targets: all.map(({ target, needs, way }) => ({ target: target.name, requirements: needs, way })), quirks },
    text: text.join('\n\n'),
  };
}

function needsTable(needs: readonly Requirement[], ctx: CommandContext): string {
  const rows = needs.map((need) => [
    `  ${need.found !== undefined ? 'ok' : need.optional ? 'optional' : 'MISSING'}`,
    need.need,
    need.found === undefined
      ? need.why
      : [need.found.version, need.found.path].filter((part) => part !== '').join('  '),
  ]);
  return table(rows, ctx.terminal.tableWidth);
}

/** The command that installs what packages bring, then what there are no packages for, in the targets' own words. */
async function howToGet(needs: readonly Requirement[], ctx: CommandContext): Promise<string> {
  const { installCommand } = await import('../../targets/install.ts');
  const packages = [...new Set(needs.flatMap((need) => need.packages))];
  const words = [
    ...new Set(needs.filter((need) => need.packages.length === 0).map((need) => need.install ?? need.why)),
  ];
  return [
    ...(packages.length === 0 ? [] : [`Install with:\n  ${await installCommand(packages, ctx)}`]),
    ...words.map((text) => paragraph(text, ctx.terminal.width, '  ')),
  ].join('\n');
}

/** What is done about this version with this compiler, before it goes wrong. */
async function checkoutQuirks(dir: string, targetName: string, ctx: CommandContext) {
  const { openCheckout } = await import('../../checkout/index.ts');
  const { targetFor } = await import('../../targets/resolve.ts');
  const { findToolchain } = await import('../../targets/toolchain.ts');
  const { driverOf } = await import('../../builds/drivers.ts');
  const checkout = await openCheckout(dir, ctx);
  const { forVersion } = await import('../../targets/for-version.ts');
  const target = forVersion(await targetFor(targetName, ctx), checkout.version);
  const { quirks } = driverOf(target);
  if (quirks === undefined) return [];
  const toolchain = await findToolchain(target, ctx);
  return quirks(checkout.version, toolchain.cc);
}
