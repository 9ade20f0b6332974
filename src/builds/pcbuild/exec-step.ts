import type { EvaluatedProject } from './evaluate.ts';
import { fullPath, pathKey } from './files.ts';
import { refuse } from './refuse.ts';
import type { Scope } from './scope.ts';
import { type BuildPath, type BuildStep, outputsOf, type StepArgument, type StepTime } from './types.ts';

/** Where a task stands. */
export interface TaskContext {
  readonly project: EvaluatedProject;
  readonly target: string;
  readonly time: StepTime;
  /** What was done before: its outputs are there. */
  readonly before: readonly BuildStep[];
}

/** What `$(PythonForBuild)` is said to be: a Python of the building machine, whatever it is there. */
export const PYTHON_FOR_BUILD = '"python-for-build"';

/** Words of a command line of cmd.exe, without their quotes. */
export function commandWords(command: string): string[] {
  return [...command.matchAll(/(?:[^\s"]|"[^"]*")+/g)].map(([word]) => word.replaceAll('"', ''));
}

/**
 * What a command of a Target makes. Of the commands that CPython's projects have, those that make files which are not
 * there are steps; the others ask git (who builds gives GitVersion and its like), write sources anew that the tree has, or
 * check the result.
 * @throws UserError when the command cannot be followed and names a file that is nowhere.
 */
export function execStep(command: string, folder: string, scope: Scope, context: TaskContext): readonly BuildStep[] {
  const { state } = context.project;
  const lines = command
    .replace(/\^\r?\n/g, ' ')
    .split(/[\r\n]+/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !/^(?:setlocal$|set \w+=)/i.test(line));
  const [line = '', ...more] = lines;
  if (more.length > 0) return refuse('Several commands in one Exec are not understood', scope.place);
  const [program = '', ...rest] = commandWords(line);
  if (/^(?:.*\\)?git(?:\.exe)?$/i.test(program)) return [];
  const from = folder === '' ? state.folder : fullPath(folder, state.folder);
  const made = new Set(context.before.flatMap(outputsOf).map(pathKey));
  const inputs: BuildPath[] = [];
  const outputs: BuildPath[] = [];
  const args = rest.map((word): StepArgument => {
    const split = /^(.*\\.*\.\w+):([\w.]+)$/.exec(word);
    const file = split?.[1] ?? word;
    const at = /^.:\\|\\/.test(file) ? state.files.locate(fullPath(file, from)) : undefined;
    if (at === undefined) return word;
    (state.files.onDisk(at) || made.has(pathKey(at)) ? inputs : outputs).push(at);
    return split === null ? at : { path: at, suffix: `:${split[2]}` };
  });
  if (outputs.length === 0) return [];
  const step = { time: context.time, target: context.target, place: scope.place, inputs, outputs } as const;
  if (program === PYTHON_FOR_BUILD.replaceAll('"', '')) {
    const [script, ...others] = args;
    if (typeof script === 'object' && 'root' in script)
      return [{ ...step, kind: 'python', program: script, args: others }];
  }
  const at = state.files.locate(fullPath(program, from));
  if (at?.root === 'output' && args.every((arg) => typeof arg === 'string' || 'root' in arg))
    return [{ ...step, kind: 'run', program: at, args }];
  return refuse(`What the command ${program} makes is not known`, scope.place);
}
