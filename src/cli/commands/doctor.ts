import type { Command } from 'commander';
import pc from 'picocolors';
import { UserError } from '../../system/diagnostic.ts';
import { runStep } from '../../system/events.ts';
import { runProcess } from '../../system/process.ts';
import type { Requirement } from '../../target/types.ts';
import { type CommandContext, execute, type Outcome, type SharedOptions, withShared } from '../frame.ts';
import { collect } from '../shared-run-options.ts';
import { table } from '../table.ts';

interface DoctorOptions extends SharedOptions {
  readonly target: readonly string[];
  readonly fix?: boolean;
  readonly checkout?: string;
  readonly bench?: boolean;
}

export function register(program: Command): void {
  withShared(
    program
      .command('doctor')
      .summary('say what is missing here, and how to get it')
      .description(
        'Look at this machine: what a target needs, what of it is there, and the command that installs the rest.',
      ),
  )
    .option('-t, --target <name>', 'the target to look for; repeatable (default: host)', collect, [])
    .option('-C, --checkout <dir>', 'also say what this CPython needs with this compiler')
    .option('--fix', 'install what is missing (runs apt-get)')
    .option('--bench', 'say instead what on this machine disturbs measuring; changes nothing')
    .addHelpText(
      'after',
      `
Examples:
  $ forkwright doctor --target host --checkout ../cpython
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
  const { resolveTarget } = await import('../../target/descriptors.ts');
  const { requirements } = await import('../../target/requirements.ts');
  const names = options.target.length === 0 ? ['host'] : options.target;
  const targets = await Promise.all(names.map((name) => resolveTarget(name)));
  let all = await Promise.all(targets.map(async (target) => ({ target, needs: await requirements(target, ctx) })));
  if (options.fix) {
    const packages = [
      ...new Set(
        all.flatMap(({ needs }) => needs.filter((need) => need.found === undefined).flatMap((need) => need.packages)),
      ),
    ];
    if (packages.length > 0) {
      await install(packages, ctx);
      all = await Promise.all(targets.map(async (target) => ({ target, needs: await requirements(target, ctx) })));
    }
  }
  const quirks =
    options.checkout === undefined ? [] : await checkoutQuirks(options.checkout, targets[0]?.name ?? 'host', ctx);
  const missing = all.flatMap(({ needs }) => needs.filter((need) => need.found === undefined));
  const required = missing.filter((need) => !need.optional);
  const c = pc.createColors(ctx.terminal.colorOut);
  const text = all.map(({ target, needs }) => `${c.bold(`Target ${target.name}`)}\n${needsTable(needs, ctx)}`);
  for (const quirk of quirks) text.push(`${c.bold('Quirk')} ${quirk.id}: ${quirk.why}`);
  const command = await installAll(missing, ctx);
  if (required.length > 0)
    text.push(
      `${c.bold('Missing')}: ${required.map((need) => need.need).join(', ')}. Install with:\n  ${await installAll(required, ctx)}`,
    );
  else if (missing.length > 0) text.push(`Everything that is needed is here. For what is optional:\n  ${command}`);
  else text.push('Everything is here.');
  return {
    exitCode: required.length === 0 ? 0 : 1,
    data: { targets: all.map(({ target, needs }) => ({ target: target.name, requirements: needs })), quirks },
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
  return table(rows, ctx.terminal.width);
}

async function installAll(needs: readonly Requirement[], ctx: CommandContext): Promise<string> {
  const { installCommand } = await import('../../target/install.ts');
  return installCommand([...new Set(needs.flatMap((need) => need.packages))], ctx);
}

/** What is done about this version with this compiler, before it goes wrong. */
async function checkoutQuirks(dir: string, targetName: string, ctx: CommandContext) {
  const { openCheckout } = await import('../../checkout/index.ts');
  const { resolveTarget } = await import('../../target/descriptors.ts');
  const { findToolchain } = await import('../../target/toolchain.ts');
  const { quirksFor } = await import('../../build/quirks.ts');
  const checkout = await openCheckout(dir, ctx);
  const toolchain = await findToolchain(await resolveTarget(targetName), ctx);
  return quirksFor(checkout.version, toolchain.cc);
}

async function install(packages: readonly string[], ctx: CommandContext): Promise<void> {
  const root = process.getuid?.() === 0;
  await runStep(ctx.emit, { id: 'fix', title: `Installing ${packages.join(' ')}` }, async () => {
    for (const args of [['update'], ['install', '-y', '--no-install-recommends', ...packages]]) {
      const command = [...(root ? [] : ['sudo', '-n']), 'apt-get', '-q', ...args];
      const [file = '', ...rest] = command;
      const env = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C', DEBIAN_FRONTEND: 'noninteractive' };
      const result = await runProcess(file, rest, { cwd: '/', env, timeoutMs: 15 * 60_000, signal: ctx.signal });
      if (result.exitCode === 0) continue;
      throw new UserError({
        code: 'cli/fix-failed',
        message: `"${command.join(' ')}" failed`,
        detail: result.stderr.trim().split('\n').slice(-5),
        hint: root ? 'read what apt-get says above' : 'run the command yourself: it may need your password',
      });
    }
  });
}
