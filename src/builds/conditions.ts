import { withoutRoot } from './environment.ts';
import type { Build } from './types.ts';

/** How many jobs make ran reaches no product: a build made alone has more than one made beside another. */
const withoutJobs = (command: readonly string[]): readonly string[] =>
  command.filter((word, index) => !/^-j\d*$/.test(word) && !(command[index - 1] === '-j' && /^\d+$/.test(word)));

/**
 * What two builds differ in beside their sources: empty when they were made under the same conditions, else a line a
 * difference. A comparison of their speed says nothing about the patch unless this is empty.
 * @param asked configure options that the patches of `b` ask for: they are the change itself, and so is what configure makes
 * of them in pyconfig.h and the Makefile.
 */
export function compareConditions(a: Build, b: Build, asked: readonly string[] = []): readonly string[] {
  return differencesOf(a, b, asked).map(({ text }) => text);
}

/** What sides may differ in because they were asked to: their options and versions, and what configure makes of these. */
const OF_SIDES = new Set([
  'the configure command',
  'the make command',
  'the quirks',
  'the missing extension modules',
  'the Python version',
  'pyconfig.h',
  'the Makefile',
  // The date of the sources.
  'the environment variable SOURCE_DATE_EPOCH',
]);

/** The same of two sides that were built from other sources or with other settings, parted by whether that explains it. */
export function compareSides(
  a: Build,
  b: Build,
): { readonly asked: readonly string[]; readonly unasked: readonly string[] } {
  const all = differencesOf(a, b, []);
  const texts = (explained: boolean) =>
    all.filter(({ what }) => OF_SIDES.has(what) === explained).map(({ text }) => text);
  return { asked: texts(true), unasked: texts(false) };
}

interface Difference {
  readonly what: string;
  readonly text: string;
}

function differencesOf(a: Build, b: Build, asked: readonly string[]): readonly Difference[] {
  const facts: readonly (readonly [string, (build: Build) => string])[] = [
    ['the configure command', (build) => without(build.commands.configure, build === b ? asked : []).join(' ')],
    ['the make command', (build) => withoutJobs(build.commands.make).join(' ')],
    ['the compiler', (build) => `${build.compiler.path}: ${build.compiler.version}`],
    ['the tools', (build) => build.tools.map((tool) => `${tool.path}: ${tool.version}`).join('; ')],
    ['the quirks', (build) => build.quirks.map((quirk) => quirk.id).join(', ')],
    ["the length of the folder's path", (build) => String(build.root.length)],
    ['the missing extension modules', (build) => build.missingModules.join(', ')],
    ['the target', (build) => build.target],
    ['the Python version', (build) => build.pythonVersion],
  ];
  const differences = facts
    .map(([what, of]) => [what, of(a), of(b)] as const)
    .filter(([, ofA, ofB]) => ofA !== ofB)
    .map(([what, ofA, ofB]) => ({ what, text: `${what}: ${ofA || '(none)'} against ${ofB || '(none)'}` }));
  if (asked.length === 0) {
    if (a.pyconfigSha256 !== b.pyconfigSha256) differences.push({ what: 'pyconfig.h', text: 'pyconfig.h' });
    if (a.makefileSha256 !== b.makefileSha256) differences.push({ what: 'the Makefile', text: 'the Makefile' });
  }
  return [...differences, ...environmentDifferences(a, b)];
}

/** Takes each option out once: an option that the user gave too stays. */
function without(command: readonly string[], options: readonly string[]): readonly string[] {
  const left = [...command];
  for (const option of options) {
    const at = left.lastIndexOf(option);
    if (at >= 0) left.splice(at, 1);
  }
  return left;
}

function environmentDifferences(a: Build, b: Build): readonly Difference[] {
  const names = [...new Set([...Object.keys(a.env), ...Object.keys(b.env)])].sort();
  const value = (build: Build, name: string) => withoutRoot(build.env[name] ?? '(unset)', build.root);
  return names
    .filter((name) => value(a, name) !== value(b, name))
    .map((name) => ({
      what: `the environment variable ${name}`,
      text: `the environment variable ${name}: ${value(a, name)} against ${value(b, name)}`,
    }));
}
