import { UserError } from '../system/diagnostic.ts';
import { runStep } from '../system/events.ts';
import { runProcess } from '../system/process.ts';
import { findProgram, SYSTEM_PATH } from '../targets/tools.ts';
import type { CommandContext } from './frame.ts';

const LIMIT_MS = 15 * 60_000;

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
      const result = await runProcess(file, rest, { cwd: '/', env, timeoutMs: LIMIT_MS, signal: ctx.signal });
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
