import { type Command, InvalidArgumentError, Option } from 'commander';
import { UserError } from '../system/diagnostic.ts';
import { withShared } from './frame.ts';

export const collect = (value: string, all: string[]): string[] => [...all, value];

/** `NAME=VALUE`, or `RECIPE.NAME=VALUE` when there are several recipes. */
export interface ParamOption {
  readonly recipe: string | undefined;
  readonly name: string;
  readonly value: string;
}

export function parseParam(text: string, all: ParamOption[]): ParamOption[] {
  const match = /^(?:([\w-]+)\.)?([\w-]+)=(.*)$/s.exec(text);
  if (match === null) throw new InvalidArgumentError('expected NAME=VALUE or RECIPE.NAME=VALUE');
  return [...all, { recipe: match[1], name: match[2] ?? '', value: match[3] ?? '' }];
}

/** The parameters that are meant for one recipe. */
export function paramsOf(recipe: string, params: readonly ParamOption[]): Record<string, string> {
  return Object.fromEntries(
    params.filter((p) => p.recipe === undefined || p.recipe === recipe).map((p) => [p.name, p.value]),
  );
}

/** @throws UserError when a parameter is addressed to a recipe that was not named. */
export function refuseStrayParams(recipes: readonly string[], params: readonly ParamOption[]): void {
  const stray = params.find((p) => p.recipe !== undefined && !recipes.includes(p.recipe));
  if (stray === undefined) return;
  throw new UserError({
    code: 'cli/param',
    message: `--param ${stray.recipe}.${stray.name}: no recipe "${stray.recipe}" was named`,
    hint: `the recipes are: ${recipes.join(', ')}`,
  });
}

const oneCheckout = () => new Option('-C, --checkout <dir>', 'the CPython source tree').default('.');

/** Options of every command that takes recipes and a checkout. @param checkout for a command that takes several. */
export function withRecipes(command: Command, checkout = oneCheckout()): Command {
  return withShared(command)
    .addOption(checkout)
    .option(
      '-p, --param <name=value>',
      'a parameter of a recipe (RECIPE.NAME=VALUE with several); repeatable',
      parseParam,
      [],
    )
    .option(
      '--include <glob>',
      'make the edits of code in these files too: users of a field that only this fork has; repeatable',
      collect,
      [],
    )
    .option('--recipes-dir <dir>', 'more recipes, beside the shipped ones and ./recipes; repeatable', collect, []);
}

export interface RecipeOptions {
  readonly checkout: string;
  readonly param: readonly ParamOption[];
  readonly recipesDir: readonly string[];
  readonly include: readonly string[];
}

/** Options of the commands that build. */
export function withBuild(command: Command): Command {
  return command
    .option('-t, --target <name>', 'what to build for; repeatable (default: host; on Windows msvc-x64)', collect, [])
    .option(
      '--runner <[target=]url>',
      'run a target’s interpreters elsewhere: ssh://user@host/folder; repeatable',
      collect,
      [],
    )
    .option('-o, --out <dir>', 'the run folder (default: forkwright-runs/DATE-NAME)')
    .option('--pgo', 'profile-guided optimisation: slower to build, faster to run')
    .addOption(new Option('--modules <set>', 'extension modules to build').choices(['core', 'all']).default('all'))
    .option('--configure-option <option>', 'passed to configure of every variant; repeatable', collect, [])
    .option('--cflags <flags>', 'added to the compiler flags of every variant')
    .option('--sysroot <dir>', 'of msvc-x64 on Linux: a Microsoft SDK, as xwin or msvc-wine unpacks it')
    .option(
      '--externals',
      'of msvc-x64 on Windows: let CPython’s own script fetch OpenSSL, Tcl/Tk and others from the net',
    )
    .addOption(
      new Option('--launcher <name>', 'compiler launcher (default: ccache when it is installed)').choices([
        'ccache',
        'sccache',
        'distcc',
        'icecc',
        'none',
      ]),
    );
}

/**
 * Where `--runner` says that targets' interpreters run, by the targets' names.
 * @throws UserError for one that belongs to no target, or to which of several is not said.
 */
export function runnersOf(given: readonly string[], targets: readonly string[]): Record<string, string> {
  const refuse = (runner: string, why: string) =>
    new UserError({
      code: 'cli/runner',
      message: `--runner ${runner}: ${why}`,
      hint: `say which target is meant: --runner ${targets.at(-1)}=ssh://user@host/folder`,
    });
  const runners: Record<string, string> = {};
  for (const runner of given) {
    const named = /^([\w.-]+)=(.*)$/s.exec(runner);
    if (named === null && targets.length > 1) throw refuse(runner, `there are ${targets.length} targets`);
    const [name = '', url = ''] = named === null ? [targets[0], runner] : named.slice(1);
    if (!targets.includes(name)) throw refuse(runner, `the target ${name} is not asked for`);
    if (name in runners) throw refuse(runner, `the target ${name} has a runner already`);
    runners[name] = url;
  }
  return runners;
}

export interface BuildCliOptions {
  readonly target: readonly string[];
  readonly runner: readonly string[];
  readonly out?: string;
  readonly pgo?: boolean;
  readonly modules: 'core' | 'all';
  readonly configureOption: readonly string[];
  readonly cflags?: string;
  readonly sysroot?: string;
  readonly externals?: boolean;
  readonly launcher?: 'ccache' | 'sccache' | 'distcc' | 'icecc' | 'none';
}
