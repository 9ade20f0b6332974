import type { Interpreter } from '../bench/types.ts';
import type { Build } from '../builds/types.ts';
import type { Runner } from '../targets/runner.ts';

/** What a side's settings add to how its interpreter is started: options such as -X, and variables. */
export function ownStart(
  { command, env }: Pick<Interpreter, 'command' | 'env'>,
  build: Build,
  runner: Runner,
): { readonly args: readonly string[]; readonly env: Readonly<Record<string, string>> } {
  const plain = runner.command(build, []);
  const own = Object.entries(env).filter(([name, value]) => plain.env[name] !== value);
  return { args: command.slice(1 + plain.args.length), env: Object.fromEntries(own) };
}
