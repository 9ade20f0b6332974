import { Command, CommanderError } from 'commander';
import { type RunOptions, withRef, withRunOptions } from '../cli/commands/run.ts';
import { type Gate, parseGates, settingsGates } from '../run/gates/index.ts';
import { type Diagnostic, UserError } from '../system/diagnostic.ts';

/** What a workflow's `with:` says, by the names of action.yml; what it does not say is empty. */
export type Given = (name: string) => string;

/** The runner's contract: `with: {cpython-tests: all}` comes as INPUT_CPYTHON-TESTS. */
export const givenBy =
  (env: Readonly<Record<string, string | undefined>>): Given =>
  (name) =>
    (env[`INPUT_${name.replace(/ /g, '_').toUpperCase()}`] ?? '').trim();

/** Inputs that are options of `forkwright run`, and how their values are taken apart. */
const OPTIONS = {
  checkout: 'one',
  params: 'lines',
  include: 'words',
  'recipes-dir': 'lines',
  targets: 'words',
  runner: 'words',
  pgo: 'switch',
  modules: 'one',
  'configure-options': 'lines',
  cflags: 'one',
  sysroot: 'one',
  externals: 'switch',
  launcher: 'one',
  'cpython-tests': 'one',
  quick: 'switch',
  pairs: 'one',
  seed: 'one',
  tests: 'one',
  suite: 'lines',
  pybench: 'one',
  instructions: 'one',
  history: 'one',
  control: 'switch',
  layouts: 'one',
  'test-timeout': 'one',
  jobs: 'one',
} as const satisfies Record<string, 'one' | 'words' | 'lines' | 'switch'>;

type OptionInput = keyof typeof OPTIONS;

/** Plural on GitHub, where one input holds all; repeated on the command line. */
const FLAGS: Readonly<Partial<Record<OptionInput, string>>> = {
  params: 'param',
  targets: 'target',
  'configure-options': 'configure-option',
};

export const RUN_INPUTS = Object.keys(OPTIONS) as readonly OptionInput[];

const words = (text: string) => text.split(/[\s,]+/).filter((word) => word !== '');
const lines = (text: string) =>
  text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '');

const wrong = (input: string, message: string, hint: string): Diagnostic => ({
  code: 'action/input',
  message: `the input "${input}": ${message}`,
  hint,
});

/** @throws UserError for what is neither true nor false. */
export function switchOf(given: Given, name: string, otherwise: boolean): boolean {
  const value = given(name);
  if (value === '') return otherwise;
  if (/^(true|false)$/i.test(value)) return value.toLowerCase() === 'true';
  throw new UserError(wrong(name, `${JSON.stringify(value)} is neither true nor false`, 'write true or false'));
}

/** One of a few words. @throws UserError */
export function choiceOf<T extends string>(given: Given, name: string, choices: readonly [T, ...T[]]): T {
  const value = given(name);
  if (value === '') return choices[0];
  const found = choices.find((choice) => choice === value);
  if (found !== undefined) return found;
  throw new UserError(wrong(name, `there is no ${JSON.stringify(value)}`, `it is one of: ${choices.join(', ')}`));
}

/** The gates of the input, else those of the cell, else those of the workspace's forkwright.yml. @throws UserError */
export async function gatesOf(given: Given, workspace: string, cell?: readonly Gate[]): Promise<readonly Gate[]> {
  const text = given('fail-on');
  return text === '' ? (cell ?? (await settingsGates(workspace))) : parseGates(text, 'fail-on');
}

/** What `forkwright run` is asked for. */
export interface RunInputs {
  readonly recipes: readonly string[];
  readonly options: RunOptions;
  /** The same as a command line: the report quotes it, for whoever wants to do it at home. */
  readonly args: readonly string[];
}

/**
 * The inputs as options of the command line, read by its own parser: the same checks, the same defaults.
 * No value can become an option of its own: each is bound to its option by `=`, and recipes stand after `--`.
 * @param out where the run folder is to be.
 * @throws UserError that names the input.
 */
export function runInputs(given: Given, out: string): RunInputs {
  if (given('cell') !== '') return cellInputs(given, out);
  const recipes = words(given('recipes'));
  if (recipes.length === 0)
    throw new UserError(wrong('recipes', 'no recipe is named', 'with: {recipes: remove-zombieframe}'));
  const args: string[] = [];
  for (const name of RUN_INPUTS) args.push(...optionArgs(given, name));
  args.push(`--out=${out}`);
  const all = [...args, '--', ...recipes];
  return { recipes, options: parsed(all), args: all };
}

/** A cell of `forkwright plan`, which says all of it: the words that follow `forkwright`, as a JSON list. */
function cellInputs(given: Given, out: string): RunInputs {
  const cell = cellOf(given);
  const contrary = ['recipes', 'params', 'targets'].find((name) => given(name) !== '');
  if (contrary !== undefined) {
    const hint = `leave ${contrary} out, and plan it: forkwright plan --help`;
    throw new UserError(wrong(contrary, 'a cell says this itself', hint));
  }
  const end = cell.indexOf('--');
  const args = cell.slice(1, end).filter((arg) => !arg.startsWith('--out='));
  const recipes = cell.slice(end + 1);
  const all = [...args, `--out=${out}`, '--', ...recipes];
  return { recipes, options: parsed(all, 'cell'), args: all };
}

function cellOf(given: Given): readonly string[] {
  try {
    const cell: unknown = JSON.parse(given('cell'));
    const isText = (word: unknown) => typeof word === 'string';
    if (Array.isArray(cell) && cell.every(isText) && cell[0] === 'run' && cell.slice(0, -1).includes('--')) return cell;
  } catch {
    // No JSON: the same to whoever wrote it.
  }
  const hint = '`args` of a job that forkwright plan --format github has made';
  throw new UserError(wrong('cell', `${JSON.stringify(given('cell').slice(0, 80))} is no cell of a plan`, hint));
}

function optionArgs(given: Given, name: OptionInput): string[] {
  const value = given(name);
  const flag = `--${FLAGS[name] ?? name}`;
  if (value === '') return [];
  switch (OPTIONS[name]) {
    case 'switch':
      return switchOf(given, name, false) ? [flag] : [];
    case 'one':
      return [`${flag}=${value}`];
    case 'words':
      return words(value).map((word) => `${flag}=${word}`);
    case 'lines':
      return lines(value).map((line) => `${flag}=${line}`);
  }
}

function parsed(args: readonly string[], source?: 'cell'): RunOptions {
  const command = withRef(withRunOptions(new Command('run').argument('[recipe...]')))
    .exitOverride()
    .configureOutput({ writeErr: () => {}, writeOut: () => {} });
  try {
    command.parse([...args], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    const message = error.message.replace(/^error: /, '');
    const flag = /option '(?:-\w, )?--([\w-]+)/.exec(message)?.[1];
    const input = RUN_INPUTS.find((name) => (FLAGS[name] ?? name) === flag) ?? 'recipes';
    throw new UserError(
      wrong(source ?? input, message, 'the inputs are those of `forkwright run --help`; see docs/action.md'),
    );
  }
  return command.opts<RunOptions>();
}
