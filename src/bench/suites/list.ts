import path from 'node:path';
import { UserError } from '../../system/diagnostic.ts';
import { isFile } from '../../system/files.ts';
import { files } from './files.ts';
import { pybench } from './pybench.ts';
import { startup } from './startup.ts';
import type { Suite, SuiteInputs } from './suite.ts';

/** All suites; what is measured when nothing is said stands first. */
export const SUITES: readonly Suite[] = [pybench, startup, files];

/** What a request keeps of `--suite`: nothing for the default, a name, or the user's files (absolute). */
export type SuiteChoice = string | readonly string[] | undefined;

/** Suites that are chosen by their name. */
export const NAMED = SUITES.filter(({ ofFiles }) => !ofFiles).map(({ name }) => name);

export function suiteOf(choice: SuiteChoice, suites = SUITES): Suite {
  const found = suites.find(
    (suite, index) =>
      (choice === undefined && index === 0) || suite.name === choice || (suite.ofFiles && Array.isArray(choice)),
  );
  if (found === undefined) throw new Error(`no suite ${choice}`);
  return found;
}

export const suiteInputs = (
  asked: { readonly suite?: SuiteChoice; readonly pybench?: string | undefined },
  rest: Omit<SuiteInputs, 'files' | 'pybench'>,
): SuiteInputs => ({ ...rest, pybench: asked.pybench, files: typeof asked.suite === 'object' ? asked.suite : [] });

/** What a record's suite is called within a sentence; one of another version by its own name. */
export const suiteWords = (name: string): string => SUITES.find((suite) => suite.name === name)?.words ?? name;

export const SUITES_HELP = `${NAMED.map((name, index) => (index === 0 ? `${name} (default)` : name)).join(', ')}, or a script with “def bench_NAME(loops)” functions; scripts: repeatable`;

/** What `--suite` means beside the options that go with it. @throws UserError */
export async function readSuite(
  given: readonly string[],
  options: { readonly instructions?: string | undefined; readonly pybench?: string | undefined },
): Promise<string | string[] | undefined> {
  const refuse = (message: string, hint: string) =>
    new UserError({ code: 'cli/suite', message: `--suite: ${message}`, hint });
  const [first] = given;
  if (first === undefined || (first === SUITES[0]?.name && given.length === 1)) return undefined;
  if (given.length > 1 && given.some((name) => NAMED.includes(name))) {
    throw refuse(`${NAMED.join(' and ')} go alone`, 'one suite a run: start another for the other');
  }
  const choice = NAMED.includes(first) ? first : given.map((name) => path.resolve(name));
  if ((options.instructions ?? 'off') !== 'off' && !suiteOf(choice).counted) {
    const counted = SUITES.filter((suite) => suite.counted).map(({ name }) => name);
    throw refuse(`instructions are counted of ${counted.join(', ')} only`, 'leave out --instructions, or --suite');
  }
  if (options.pybench !== undefined) throw refuse('--pybench goes with the suite pybench', 'leave out one of them');
  if (typeof choice === 'string') return choice;
  for (const [index, file] of choice.entries()) {
    const isThere = await isFile(file);
    if (isThere && file.endsWith('.py')) continue;
    throw refuse(
      isThere ? `${given[index]} is not a .py file` : `there is no file ${given[index]}`,
      `name ${NAMED.join(', ')}, or Python files with functions def bench_NAME(loops)`,
    );
  }
  const names = choice.map((file) => path.basename(file));
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice === undefined) return choice;
  throw refuse(`two files are called ${twice}, and their tests could not be told apart`, 'give them different names');
}
