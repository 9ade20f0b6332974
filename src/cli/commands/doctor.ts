import type { Command } from 'commander';
import { type OptionTable, option, type ValuesOf } from '../../work/options.ts';
import { SYSROOT_OPTION } from '../../work/run-options.ts';
import { execute } from '../frame.ts';
import { type SharedOptions, withShared } from '../options.ts';

const OPTIONS = {
  target: option('-t, --target <name>', 'the target to look for; repeatable (default: host; on Windows msvc-x64)', {
    list: true,
  }),
  checkout: option('-C, --checkout <dir>', 'also say what this CPython needs with this compiler'),
  fix: option('--fix', 'install what is missing (apt-get, with sudo when that is needed), after asking'),
  yes: option('-y, --yes', 'with --fix: install without asking'),
  ...SYSROOT_OPTION,
  bench: option('--bench', 'say instead what on this machine disturbs measuring; changes nothing'),
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
