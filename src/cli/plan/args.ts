import type { Command } from 'commander';
import type { GivenArg } from './options.ts';

/** What a plan says itself of each cell, and what is about the command that plans. */
const OWN = new Set([
  ...['checkout', 'target', 'runner', 'param', 'out', 'history', 'ref'],
  ...['json', 'quiet', 'verbose', 'cache', 'jobs'],
  ...['format', 'from', 'chunk', 'runs', 'machines', 'price'],
]);

/** Of these a build is made differently. */
const OF_BUILDS = new Set(['pgo', 'modules', 'configure-option', 'cflags', 'sysroot', 'externals', 'launcher']);

/** Notes every option that goes to the cells, with its value as the user wrote it: what `parse` makes of it may not be written back. */
export function watchRunArgs(command: Command): readonly GivenArg[] {
  const given: GivenArg[] = [];
  for (const option of command.options) {
    const name = option.name();
    if (OWN.has(name)) continue;
    command.on(`option:${name}`, (value: unknown) => {
      given.push({ name, value: typeof value === 'string' ? value : undefined });
    });
  }
  return given;
}

/** Bound to its option, so that no value can be taken for another option. */
export function written({ name, value }: GivenArg): string {
  return value === undefined ? `--${name}` : `--${name}=${value}`;
}

export const isOfBuilds = ({ name }: GivenArg): boolean => OF_BUILDS.has(name);
