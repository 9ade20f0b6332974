import { option, repeatable } from '../../work/options.ts';
import { SYSROOT_OPTION } from '../../work/run-options.ts';
import { command } from '../frame.ts';

export const register = command({
  name: 'doctor',
  summary: 'say what is missing here, and how to get it',
  description:
    'Look at this machine: what a target needs, what of it is there, and the command that installs the rest.',
  options: {
    target: repeatable(
      '-t, --target <name>',
      'the target to look for; repeatable (default: host; on Windows msvc-x64)',
    ),
    checkout: option('-C, --checkout <dir>', 'also say what this CPython needs with this compiler'),
    fix: option('--fix', 'install what is missing (apt-get, with sudo when that is needed), after asking'),
    yes: option('-y, --yes', 'with --fix: install without asking'),
    ...SYSROOT_OPTION,
    bench: option('--bench', 'say instead what on this machine disturbs measuring; changes nothing'),
  },
  help: `
Examples:
  $ forkwright doctor --target host --checkout ../cpython
  $ forkwright doctor --target ps3-linux --fix
  $ forkwright doctor --bench`,
  run: async (_, options, ctx) => (await import('../doctor.ts')).doctor(options, ctx),
});
