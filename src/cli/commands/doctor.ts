import type { Command } from 'commander';
import type { OptionTable, ValuesOf } from '../../work/options.ts';
import { SYSROOT_OPTION } from '../../work/run-options.ts';
import { execute } from '../frame.ts';
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
    .action((options: DoctorOptions) =>
      execute('doctor', options, async (ctx) => (await import('../doctor.ts')).doctor(options, ctx)),
    );
}
