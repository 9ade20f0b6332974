import { Command } from 'commander';
import { addOptions } from '../../src/cli/options.ts';
import { RUN_OPTIONS, type RunOptions } from '../../src/work/run-options.ts';

/** What a command line of `forkwright run` means. */
export function runOptions(...args: readonly string[]): RunOptions {
  const command = addOptions(new Command().exitOverride().configureOutput({ writeErr: () => {} }), RUN_OPTIONS);
  command.parse(['--launcher', 'none', ...args], { from: 'user' });
  return command.opts<RunOptions>();
}
