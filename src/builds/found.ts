import path from 'node:path';
import type { Context } from '../system/context.ts';
import { RUN_ENVIRONMENT } from '../targets/runners/native.ts';
import { type InterpreterFacts, type LookedAt, lookAtInterpreter, refuseOtherPython } from './interpreter.ts';
import { printInterpreter } from './interpreter-print.ts';
import { KEY_LENGTH } from './plan.ts';
import type { Build } from './types.ts';

/** An interpreter that was built elsewhere, in the place of a build: what only a build knows is empty. */
export interface Found extends Omit<LookedAt, 'facts'> {
  readonly build: Build & { readonly interpreter: InterpreterFacts };
}

/** @param python relative to the current folder. @throws UserError for what is no CPython; Cancelled. */
export async function findInterpreter(python: string, target: string, ctx: Context): Promise<Found> {
  const looked = await lookAtInterpreter(python, ctx);
  refuseOtherPython(looked);
  const { facts, version } = looked;
  const { fingerprint, pythonSha256, library } = await printInterpreter(looked, ctx);
  const folder = path.dirname(looked.python);
  const build = {
    schemaVersion: 1 as const,
    key: fingerprint.slice(0, KEY_LENGTH),
    fingerprint,
    inputs: {},
    target,
    pythonVersion: version.text,
    root: folder,
    src: '',
    obj: folder,
    python: looked.python,
    pythonSha256,
    commands: { configure: [], make: [] },
    env: RUN_ENVIRONMENT,
    pyconfigSha256: '',
    makefileSha256: '',
    compiler: { path: facts.cc ?? '', version: facts.compiler },
    tools: [],
    quirks: [],
    missingModules: [],
    configureReused: false,
    durationsMs: { tree: 0, configure: 0, make: 0 },
    logs: {},
    interpreter: facts,
    printed: library,
  };
  return { python: looked.python, version, build };
}

/** What a build's interpreter says of itself; of one that was built here it is asked. */
export const factsOfBuild = async (build: Build, ctx: Context): Promise<InterpreterFacts> =>
  build.interpreter ?? (await lookAtInterpreter(build.python, ctx)).facts;

/** A line a difference, `what: A against B`, of what two interpreters say of how they were built. */
export function compareFacts(
  [a, b]: readonly [InterpreterFacts, InterpreterFacts],
  [versionA, versionB]: readonly [string, string],
): readonly string[] {
  const whole: readonly (readonly [string, (facts: InterpreterFacts) => string | undefined])[] = [
    ['the implementation', ({ implementation }) => implementation],
    ['the compiler', ({ compiler }) => compiler],
    ['Py_DEBUG', ({ debug }) => yesNo(debug)],
    ['built without the GIL', ({ freeThreading }) => yesNo(freeThreading)],
    [
      'the GIL',
      ({ gil, freeThreading }) => (gil === undefined ? yesNo(!freeThreading, 'on', 'off') : yesNo(gil, 'on', 'off')),
    ],
    ['the ABI', ({ abi }) => abi],
    ['the width of characters', ({ unicode }) => unicode],
    ['its code', ({ library }) => (library === undefined ? 'in the program' : 'in a shared library')],
  ];
  const words: readonly (readonly [string, (facts: InterpreterFacts) => string | undefined])[] = [
    ['the name of the compiler', ({ cc }) => cc],
    ['OPT', ({ opt }) => opt],
    ['CFLAGS', ({ cflags }) => cflags],
    ['LDFLAGS', ({ ldflags }) => ldflags],
    ['the configure arguments', ({ configure }) => configure],
  ];
  return [
    ...line('the Python version', versionA, versionB),
    ...whole.flatMap(([what, of]) => line(what, of(a), of(b))),
    ...words.flatMap(([what, of]) => line(what, ...onlyThere(of(a), of(b)))),
  ];
}

const yesNo = (is: boolean, yes = 'yes', no = 'no') => (is ? yes : no);

function line(what: string, a: string | undefined, b: string | undefined): readonly string[] {
  return a === b ? [] : [`${what}: ${a ?? '(not known)'} against ${b ?? '(not known)'}`];
}

/** The words of two command lines that the other has not, as often as it has them not. */
function onlyThere(a: string | undefined, b: string | undefined): readonly [string | undefined, string | undefined] {
  if (a === undefined || b === undefined) return [a, b];
  const [own, other] = [wordsOf(a), wordsOf(b)];
  const without = (all: readonly string[], those: readonly string[]) => {
    const left = [...those];
    return all.filter((word) => {
      const at = left.indexOf(word);
      if (at >= 0) left.splice(at, 1);
      return at < 0;
    });
  };
  const [onlyA, onlyB] = [without(own, other), without(other, own)];
  // The same words in another order are another command line: the last of two flags counts.
  if (onlyA.length + onlyB.length === 0)
    return own.join(' ') === other.join(' ') ? ['', ''] : [own.join(' '), other.join(' ')];
  return [onlyA.join(' ') || '(none)', onlyB.join(' ') || '(none)'];
}

/** By white space outside of quotes. */
const wordsOf = (text: string): readonly string[] => text.match(/(?:'[^']*'|"[^"]*"|[^\s'"])+/g) ?? [];
