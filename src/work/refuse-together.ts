import { UserError } from '../system/diagnostic.ts';

/**
 * @param command whose help tells more.
 * @throws UserError (exit code 2) for options that mean nothing beside one another.
 */
export function refuseTogether<T extends object>(
  options: T,
  one: string,
  others: readonly (keyof T & string)[],
  command = 'review',
): void {
  const given = others.filter((name) => {
    const value = options[name];
    return Array.isArray(value) ? value.length > 0 : value !== undefined;
  });
  if (given.length === 0) return;
  const flags = given.map((name) => `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`);
  throw new UserError({
    code: 'cli/usage',
    message: `${flags.join(' and ')} and ${one} do not go together`,
    hint: `see \`forkwright ${command} --help\``,
  });
}
