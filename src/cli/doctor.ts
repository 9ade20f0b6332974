import pc from 'picocolors';
import { type Disturbance, findDisturbances } from '../bench/disturbances.ts';
import { driverOf } from '../builds/drivers.ts';
import { openCheckout } from '../checkout/index.ts';
import { joined } from '../document/say.ts';
import { paragraph, table } from '../document/terminal/style.ts';
import { UserError } from '../system/diagnostic.ts';
import { runStep } from '../system/events.ts';
import { runProcess } from '../system/process.ts';
import { defaultTarget } from '../targets/descriptors.ts';
import { forVersion } from '../targets/for-version.ts';
import { installCommand } from '../targets/install.ts';
import { targetFor } from '../targets/resolve.ts';
import { findToolchain } from '../targets/toolchain.ts';
import { findProgram, SYSTEM_PATH } from '../targets/tools.ts';
import type { Requirement } from '../targets/types.ts';
import type { CommandContext, Outcome } from './frame.ts';

interface DoctorRequest {
  readonly target: readonly string[];
  readonly fix?: boolean;
  readonly yes?: boolean;
  readonly checkout?: string;
  readonly bench?: boolean;
  readonly sysroot?: string;
}

/** What targets need here, what of it is there, and how to get the rest. @throws UserError */
export async function doctor(options: DoctorRequest, ctx: CommandContext): Promise<Outcome> {
  if (options.bench && options.fix) {
    throw new UserError({
      code: 'cli/bench-changes-nothing',
      message: '--bench changes nothing on this machine, so there is no --fix with it',
      hint: 'leave out --fix: what a person can do is said beside each finding',
    });
  }
  if (options.bench) return benchDoctor(ctx);
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
  const missing = () => all.flatMap(({ needs }) => needs.filter((need) => need.found === undefined));
  const packages = [...new Set(missing().flatMap((need) => need.packages))];
  if (options.fix && packages.length > 0) {
    await installPackages(packages, options.yes ?? false, ctx);
    all = await look();
  }
  const quirks =
    options.checkout === undefined ? [] : await checkoutQuirks(options.checkout, targets[0]?.name ?? 'host', ctx);
  const required = missing().filter((need) => !need.optional);
  const c = pc.createColors(ctx.terminal.colorOut);
  const text = all.map(({ target, needs, way }) =>
    [
      c.bold(`Target ${target.name}`),
      needsTable(needs, ctx),
      ...(way === undefined ? [] : [paragraph(`Way: ${way.text}`, ctx.terminal.width, '  ')]),
    ].join('\n'),
  );
  for (const quirk of quirks) text.push(`${c.bold('Quirk')} ${quirk.id}: ${quirk.why}`);
  if (required.length > 0) {
    const what = required.map((need) => need.need).join(', ');
    text.push(`${c.bold('Missing')}: ${what}.\n${await howToGet(required, ctx)}`);
  } else if (missing().length > 0)
    text.push(`Everything that is needed is here. For what is optional:\n${await howToGet(missing(), ctx)}`);
  else text.push('Everything is here.');
  const data = all.map(({ target, needs, way }) => ({ target: target.name, requirements: needs, way }));
  return { exitCode: required.length === 0 ? 0 : 1, data: { targets: data, quirks }, text: text.join('\n\n') };
}

function needsTable(needs: readonly Requirement[], ctx: CommandContext): string {
  const rows = needs.map(({ found, optional, need, why }) => [
    `  ${found !== undefined ? 'ok' : optional ? 'optional' : 'MISSING'}`,
    need,
    found === undefined ? why : [found.version, found.path].filter((part) => part !== '').join('  '),
  ]);
  return table(rows, ctx.terminal.tableWidth);
}

/** The command that installs what packages bring, then what there are no packages for, in the targets' own words. */
async function howToGet(needs: readonly Requirement[], ctx: CommandContext): Promise<string> {
  const packages = [...new Set(needs.flatMap((need) => need.packages))];
  const others = needs.filter((need) => need.packages.length === 0);
  return [
    ...(packages.length === 0 ? [] : [`Install with:\n  ${await installCommand(packages, ctx)}`]),
    ...[...new Set(others.map(({ install, why }) => paragraph(install ?? why, ctx.terminal.width, '  ')))],
  ].join('\n');
}

/** What is done about this version with this compiler, before it goes wrong. */
async function checkoutQuirks(dir: string, targetName: string, ctx: CommandContext) {
  const checkout = await openCheckout(dir, ctx);
  const target = forVersion(await targetFor(targetName, ctx), checkout.version);
  const { quirks } = driverOf(target);
  return quirks === undefined ? [] : quirks(checkout.version, (await findToolchain(target, ctx)).cc);
}

const INSTALL_LIMIT_MS = 15 * 60_000;

/**
 * Installs Debian's packages, after asking unless `yes`. With sudo when the user is not root; the password is asked for
 * before, on the terminal, as what runs here has none.
 * @throws UserError when nobody can be asked, the answer is no, or apt-get fails.
 */
export async function installPackages(packages: readonly string[], yes: boolean, ctx: CommandContext): Promise<void> {
  const apt = await findProgram('apt-get', SYSTEM_PATH);
  if (apt === undefined) {
    throw new UserError({
      code: 'cli/no-apt',
      message: 'there is no apt-get on this machine, so nothing can be installed from here',
      hint: `install with this system's package manager what Debian calls ${packages.join(', ')}`,
    });
  }
  const sudo = process.getuid?.() === 0 ? [] : ['sudo', '-n'];
  const shown = [...sudo.slice(0, 1), 'apt-get', 'install', ...packages].join(' ');
  if (!yes) await ask(shown, ctx);
  await runStep(ctx.emit, { id: 'fix', title: `Installing ${packages.join(' ')}` }, async () => {
    for (const args of [['update'], ['install', '-y', '--no-install-recommends', ...packages]]) {
      const command = [...sudo, apt, '-q', '-o', 'DPkg::Lock::Timeout=300', ...args];
      const [file = '', ...rest] = command;
      const env = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C', DEBIAN_FRONTEND: 'noninteractive' };
      const result = await runProcess(file, rest, { cwd: '/', env, timeoutMs: INSTALL_LIMIT_MS, signal: ctx.signal });
      if (result.exitCode === 0) continue;
      throw new UserError({
        code: 'cli/fix-failed',
        message: `"${command.join(' ')}" failed`,
        detail: result.stderr.trim().split('\n').slice(-5),
        hint:
          sudo.length === 0
            ? 'read what apt-get says above'
            : `run the command yourself, as it may need your password: ${shown}`,
      });
    }
  });
}

async function ask(command: string, ctx: CommandContext): Promise<void> {
  const answer = await ctx.terminal.ask(`Run "${command}"? [Y/n] `);
  if (answer === undefined) {
    throw new UserError({
      code: 'cli/nobody-to-ask',
      message: `--fix would run "${command}", and there is nobody to ask`,
      hint: 'say --yes to have it run without asking',
    });
  }
  if (!/^(y|yes)?$/i.test(answer)) {
    throw new UserError({ code: 'cli/not-installed', message: 'nothing was installed', hint: `by hand: ${command}` });
  }
}

/** `forkwright doctor --bench`: what on this machine disturbs measuring, and what a person can do. Only reads. */
async function benchDoctor(ctx: CommandContext): Promise<Outcome> {
  const found = await findDisturbances();
  const disturbing = found.filter(({ disturbs }) => disturbs);
  const quiet = found.filter(({ disturbs }) => !disturbs);
  const { width, colorOut } = ctx.terminal;
  const c = pc.createColors(colorOut);
  const tell = ({ id, state, effect, advice }: Disturbance) => [
    `${c.yellow('!')} ${c.bold(TITLE[id])}: ${state}`,
    paragraph(`${effect}.`, width, '    '),
    paragraph(`→ ${advice}`, width, '    '),
  ];
  const verdict =
    disturbing.length === 0
      ? 'Nothing that was looked at disturbs measuring here.'
      : `${disturbing.length} of ${found.length} disturb. Verdicts stay honest all the same (pairs, control, self-test): it only takes more pairs to reach one. See what this machine can tell apart: forkwright bench --self-test --checkout DIR --quick --plant 2,5,10`;
  const text = [
    paragraph(verdict, width),
    ...disturbing.map((one) => tell(one).join('\n')),
    quiet.map(({ id, state }) => paragraph(`✓ ${TITLE[id]}: ${state}`, width)).join('\n'),
    'Nothing was changed.',
  ];
  return { exitCode: 0, data: { disturbances: found }, text: joined(text, '\n\n') };
}

const TITLE: Readonly<Record<Disturbance['id'], string>> = {
  load: 'Load',
  'cpu-quota': 'CPU quota of the container',
  governor: 'Clock governor',
  turbo: 'Turbo',
  smt: 'Threads of a core (SMT)',
  virtualisation: 'Virtual machine',
  emulation: 'Emulator',
  swap: 'Memory and swap',
  aslr: 'Address randomisation',
  pinning: 'Pinning',
  system: 'System',
};
