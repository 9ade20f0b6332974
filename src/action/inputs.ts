import { type Gate, parseGates, settingsGates } from '../run/gates/index.ts';
import { UserError } from '../system/diagnostic.ts';
import { longName, type OptionSpec, readOptions, takesValue, type WrittenOption, written } from '../work/options.ts';
import { JOBS_OPTION, REF_OPTION, RUN_OPTIONS } from '../work/run-options.ts';

/** What a workflow's `with:` says, by the names of action.yml; what it does not say is empty. */
export type Given = (name: string) => string;

/** The runner's contract: `with: {cpython-tests: all}` comes as INPUT_CPYTHON-TESTS. */
export const givenBy =
  (env: Readonly<Record<string, string | undefined>>): Given =>
  (name) =>
    (env[`INPUT_${name.replace(/ /g, '_').toUpperCase()}`] ?? '').trim();

/** What an input may say: the options of a run; `jobs` is of the machine. */
const TABLE = { ...RUN_OPTIONS, ...REF_OPTION, ...JOBS_OPTION };

/** Options that are no inputs: they say where the Action keeps things, or are read with what a cell says. */
const NO_INPUTS = new Set(['out', 'fail-on', 'ref', 'head', 'upstream', 'dirty', 'strip', 'port-from']);

/** Plural on GitHub, where one input holds all; repeated on the command line. */
const PLURAL: Readonly<Record<string, string>> = {
  param: 'params',
  target: 'targets',
  'configure-option': 'configure-options',
};

/** Lists whose values hold no spaces; others have a value a line. */
const WORDS = new Set(['include', 'targets', 'runner']);

const INPUTS = Object.values<OptionSpec>(TABLE).flatMap((spec) => {
  const option = longName(spec.flags);
  return NO_INPUTS.has(option) ? [] : [{ name: PLURAL[option] ?? option, option, spec }];
});

export const RUN_INPUTS: readonly string[] = INPUTS.map(({ name }) => name);

const words = (text: string) => text.split(/[\s,]+/).filter((word) => word !== '');
export const linesOf = (text: string): string[] => text.split('\n').flatMap((line) => line.trim() || []);

const wrong = (input: string, message: string, hint: string) =>
  new UserError({ code: 'action/input', message: `the input "${input}": ${message}`, hint });

const refusal = (input: string, why: string) =>
  wrong(input, why, 'the inputs are those of `forkwright run --help`; see docs/action.md');

/** @throws UserError for what is neither true nor false. */
export function switchOf(given: Given, name: string, otherwise: boolean): boolean {
  const value = given(name);
  if (value === '') return otherwise;
  if (/^(true|false)$/i.test(value)) return value.toLowerCase() === 'true';
  throw wrong(name, `${JSON.stringify(value)} is neither true nor false`, 'write true or false');
}

/** One of a few words. @throws UserError */
export function choiceOf<T extends string>(given: Given, name: string, choices: readonly [T, ...T[]]): T {
  const value = given(name);
  const found = value === '' ? choices[0] : choices.find((choice) => choice === value);
  if (found !== undefined) return found;
  throw wrong(name, `there is no ${JSON.stringify(value)}`, `it is one of: ${choices.join(', ')}`);
}

/** @throws UserError for what is no number. */
export const jobsOf = (given: Given): number | undefined =>
  readOptions(
    JOBS_OPTION,
    INPUTS.filter(({ option }) => option === 'jobs').flatMap((input) => writtenIn(given, input)),
    refusal,
  ).jobs;

/** The gates of the input, else those of the cell, else those of the workspace's forkwright.yml. @throws UserError */
export async function gatesOf(given: Given, workspace: string, cell?: readonly Gate[]): Promise<readonly Gate[]> {
  const text = given('fail-on');
  return text === '' ? (cell ?? (await settingsGates(workspace))) : parseGates(text, 'fail-on');
}

/**
 * The inputs as a run's options, with the checks and the defaults of the command line.
 * @param out where the run folder is to be.
 * @param otherwise the change where none is named: a pull request's commits.
 * @throws UserError that names the input.
 */
export function runInputs(given: Given, out: string, otherwise?: string) {
  if (given('cell') !== '') return cellInputs(given, out);
  const named = words(given('recipes'));
  const recipes = named.length === 0 && otherwise !== undefined ? [otherwise] : named;
  if (recipes.length === 0) {
    const hint =
      'with: {recipes: remove-zombieframe}, or patches, or commits; on pull_request it is the pull request itself';
    throw wrong('recipes', 'no change is named', hint);
  }
  const options = INPUTS.flatMap((input) => writtenIn(given, input));
  return asked(recipes, options, out, (option) => PLURAL[option] ?? option);
}

/** A cell of `forkwright plan`, which says all of it: the words that follow `forkwright`, as a JSON list. */
function cellInputs(given: Given, out: string) {
  const cell = cellOf(given);
  const contrary = ['recipes', 'params', 'targets'].find((name) => given(name) !== '');
  if (contrary !== undefined) {
    const hint = `leave ${contrary} out, and plan it: forkwright plan --help`;
    throw wrong(contrary, 'a cell says this itself', hint);
  }
  const end = cell.indexOf('--');
  const options = cell.slice(1, end).flatMap((word): WrittenOption[] => {
    const [, name = word, value] = /^--([^=]+)(?:=(.*))?$/s.exec(word) ?? [];
    return name === 'out' ? [] : [{ name, value }];
  });
  return asked(cell.slice(end + 1), options, out, () => 'cell');
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
  throw wrong('cell', `${JSON.stringify(given('cell').slice(0, 80))} is no cell of a plan`, hint);
}

function writtenIn(given: Given, { name, option, spec }: (typeof INPUTS)[number]): readonly WrittenOption[] {
  const value = given(name);
  if (value === '') return [];
  if (!takesValue(spec)) return switchOf(given, name, false) ? [{ name: option }] : [];
  const values = !spec.list ? [value] : WORDS.has(name) ? words(value) : linesOf(value);
  return values.map((one) => ({ name: option, value: one }));
}

/**
 * What `forkwright run` is asked for; `args` is the same as a command line, which the report quotes.
 * @param inputOf the input to blame for an option.
 */
function asked(
  recipes: readonly string[],
  given: readonly WrittenOption[],
  out: string,
  inputOf: (option: string) => string,
) {
  const all = [...given, { name: 'out', value: out }];
  const options = readOptions(TABLE, all, (option, why) => refusal(inputOf(option), why));
  return { recipes, options, args: [...all.map(written), '--', ...recipes] };
}
