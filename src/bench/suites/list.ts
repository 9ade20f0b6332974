import path from 'node:path';
import { UserError } from '../../system/diagnostic.ts';
import { isFile } from '../../system/files.ts';
import { files } from './files.ts';
import { pybench } from './pybench.ts';
import { pyperformance } from './pyperformance.ts';
import { startup } from './startup.ts';
import type { Suite, SuiteInputs } from './suite.ts';

/** All suites; what is measured when nothing is said stands first. */
export const SUITES: readonly Suite[] = [pybench, pyperformance, startup, files];

/**
 * What a request keeps of `--suite`: nothing for the default, a name (of a suite that selects with `:PART,…`), or the
 * user's files (absolute).
 */
export type SuiteChoice = string | readonly string[] | undefined;

/** Suites that are chosen by their name. */
export const NAMED = SUITES.filter(({ ofFiles }) => !ofFiles).map(({ name }) => name);

/** The name of a choice, and the part that it selects. */
const partsOf = (choice: string) => /^([^:]*)(?::(.*))?$/s.exec(choice)?.slice(1) ?? [];

/** `name` or `name:part` of a suite that is there. */
export const isNamedChoice = (choice: string): boolean => {
  const [name, part] = partsOf(choice);
  return SUITES.some(
    (suite) => suite.name === name && !suite.ofFiles && (part === undefined || (suite.selects && part !== '')),
  );
};

export function suiteOf(choice: SuiteChoice, suites = SUITES): Suite {
  const found = suites.find(
    (suite, index) =>
      (choice === undefined && index === 0) ||
      (typeof choice === 'string' && suite.name === partsOf(choice)[0]) ||
      (suite.ofFiles && Array.isArray(choice)),
  );
  if (found === undefined) throw new Error(`no suite ${choice}`);
  return found;
}

export const suiteInputs = (
  asked: {
    readonly suite?: SuiteChoice;
    readonly pybench?: string | undefined;
    readonly pyperformance?: string | undefined;
  },
  rest: Pick<SuiteInputs, 'checkout' | 'baseline' | 'ctx'>,
): SuiteInputs => ({
  ...rest,
  pybench: asked.pybench,
  pyperformance: asked.pyperformance,
  selection: typeof asked.suite === 'string' ? partsOf(asked.suite)[1] : undefined,
  files: typeof asked.suite === 'object' ? asked.suite : [],
});

/** What a record's suite is called within a sentence; one of another version by its own name. */
export const suiteWords = (name: string): string => SUITES.find((suite) => suite.name === name)?.words ?? name;

const spoken = ({ name, selects }: Suite, index: number) =>
  `${name}${selects ? '[:GROUP|NAME,…]' : ''}${index === 0 ? ' (default)' : ''}`;

export const SUITES_HELP = `${SUITES.filter(({ ofFiles }) => !ofFiles)
  .map(spoken)
  .join(', ')}, or a script: “def bench_NAME(loops)” functions, or pyperf’s Runner; scripts: repeatable`;

/** What `--suite` means beside the options that go with it. @throws UserError */
export async function readSuite(
  given: readonly string[],
  options: {
    readonly instructions?: string | undefined;
    readonly pybench?: string | undefined;
    readonly pyperformance?: string | undefined;
  },
): Promise<string | string[] | undefined> {
  const refuse = (message: string, hint: string) =>
    new UserError({ code: 'cli/suite', message: `--suite: ${message}`, hint });
  for (const name of ['pybench', 'pyperformance'] as const) {
    if (options[name] === undefined || given.some((one) => partsOf(one)[0] === name)) continue;
    if (name === 'pybench' && given.length === 0) continue;
    throw refuse(`--${name} goes with the suite ${name}`, 'leave out one of them');
  }
  const [first] = given;
  if (first === undefined || (first === SUITES[0]?.name && given.length === 1)) return undefined;
  if (given.length > 1 && given.some(isNamedChoice)) {
    throw refuse(`${NAMED.join(' and ')} go alone`, 'one suite a run: start another for the other');
  }
  const choice = isNamedChoice(first) ? first : given.map((name) => path.resolve(name));
  if ((options.instructions ?? 'off') !== 'off' && !suiteOf(choice).counted) {
    const counted = SUITES.filter((suite) => suite.counted).map(({ name }) => name);
    throw refuse(`instructions are counted of ${counted.join(', ')} only`, 'leave out --instructions, or --suite');
  }
  if (typeof choice === 'string') return choice;
  for (const [index, file] of choice.entries()) {
    const isThere = await isFile(file);
    if (isThere && file.endsWith('.py')) continue;
    throw refuse(
      isThere ? `${given[index]} is not a .py file` : `there is no file ${given[index]}`,
      `name ${NAMED.join(', ')}, or Python files with functions def bench_NAME(loops) or pyperf’s Runner`,
    );
  }
  const names = choice.map((file) => path.basename(file));
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice === undefined) return choice;
  throw refuse(`two files are called ${twice}, and their tests could not be told apart`, 'give them different names');
}
