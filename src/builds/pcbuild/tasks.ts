import path from 'node:path';
import type { EvaluatedProject } from './evaluate.ts';
import { expand, expandFully } from './expand.ts';
import { fullPath, pathKey, VIRTUAL_ROOTS } from './files.ts';
import { splitList } from './items.ts';
import { type Item, refuse, type Scope, unescapeValue } from './scope.ts';
import { type BuildPath, type BuildStep, outputsOf, type StepArgument, type StepTime } from './types.ts';
import { onlyKnown, type ProjectElement } from './xml.ts';

/** Tasks that change nothing that is built. */
const WITHOUT_EFFECT = ['Message', 'Warning', 'MakeDir', 'RemoveDir', 'Delete', 'Touch'];

/** Where a path of a step is. @throws UserError when it is below no root. */
function located(file: string, scope: Scope, { project }: TaskContext): BuildPath {
  const at = project.state.files.locate(project.state.absolute(file));
  return at ?? refuse(`${file} is outside of the sources, the externals and the build's folders`, scope.place);
}

/**
 * What a task makes, as steps; changes the project's items and properties by its outputs.
 * @throws UserError for a task that is not known.
 */
export function runTask(element: ProjectElement, scope: Scope, context: TaskContext): readonly BuildStep[] {
  const parameter = (name: string) => expandFully(element.attributes.get(name) ?? '', scope);
  if (WITHOUT_EFFECT.includes(element.name)) return [];
  switch (element.name) {
    case 'Error':
      return refuse(`The project refuses to be built: ${parameter('Text')}`, element.place);
    case 'WriteLinesToFile':
      return writeStep(element, scope, context);
    case 'ReadLinesFromFile':
      return readLines(element, scope, context);
    case 'Copy':
      return copySteps(element, scope, context);
    case 'Exec':
      if (element.children.length > 0) refuse('The output of a command cannot be known', element.place);
      return execStep(parameter('Command'), parameter('WorkingDirectory'), scope, context);
    default:
      // One that the project brings, in C#, makes nothing that is built from.
      return context.project.ownTasks.has(element.name)
        ? []
        : refuse(`The task ${element.name} is not known`, element.place);
  }
}

const base = (element: ProjectElement, { target, time }: TaskContext) => ({ target, time, place: element.place });

/** The folders of the evaluation are no real ones: a text that names one would be wrong on any machine; nothing is built from it. */
const namesFolders = (text: string) =>
  Object.values(VIRTUAL_ROOTS).some((root) => text.toLowerCase().includes(root.toLowerCase().replace(/\\$/, '')));

function writeStep(element: ProjectElement, scope: Scope, context: TaskContext): readonly BuildStep[] {
  onlyKnown(element, ['File', 'Lines', 'Overwrite', 'Encoding', 'Condition']);
  const value = (name: string) => expand(element.attributes.get(name) ?? '', scope);
  if (value('Overwrite').toLowerCase() !== 'true') refuse('WriteLinesToFile adds to a file', element.place);
  const text = splitList(value('Lines'))
    .map((line) => `${unescapeValue(line)}\r\n`)
    .join('');
  const output = located(unescapeValue(value('File')), scope, context);
  if (namesFolders(text)) return [];
  if (/[^\0-\xff]/.test(text)) refuse('A text beyond Latin-1 is written', element.place);
  return [{ ...base(element, context), kind: 'write', output, text }];
}

function readLines(element: ProjectElement, scope: Scope, context: TaskContext): readonly BuildStep[] {
  const { state } = context.project;
  const file = expandFully(element.attributes.get('File') ?? '', scope);
  const text =
    scope.host.read(state.absolute(file)) ?? refuse(`${file} is read here, and does not exist`, element.place);
  const lines = text.split(/\r\n|\r|\n/).flatMap((line) => line.trim() || []);
  giveItems(element, 'Lines', lines, context);
  return [];
}

/** Adds what a task gives to the lists that its elements Output name. */
function giveItems(element: ProjectElement, parameter: string, identities: readonly string[], context: TaskContext) {
  const { state } = context.project;
  const metadata: Item['metadata'] = new Map();
  for (const { name, attributes, place } of element.children) {
    const type = attributes.get('ItemName');
    if (name !== 'Output' || attributes.get('TaskParameter') !== parameter || type === undefined)
      return refuse(`This output of ${element.name} is not understood`, place);
    const given = identities.map((identity) => ({ type, identity, metadata, place }));
    state.setItems(type, [...state.items(type), ...given]);
  }
}

function copySteps(element: ProjectElement, scope: Scope, context: TaskContext): readonly BuildStep[] {
  const list = (name: string) => splitList(expand(element.attributes.get(name) ?? '', scope)).map(unescapeValue);
  const sources = list('SourceFiles');
  const [folder] = list('DestinationFolder');
  const into = (at: string) => sources.map((file) => path.win32.join(at, path.win32.basename(file)));
  const files = folder === undefined ? list('DestinationFiles') : into(folder);
  if (files.length !== sources.length) refuse('Copy has as many destinations as sources', element.place);
  giveItems(element, 'CopiedFiles', files, context);
  return sources.map((file, index) => ({
    ...base(element, context),
    kind: 'copy',
    from: located(file, scope, context),
    output: located(files[index] ?? '', scope, context),
  }));
}

/** Where a task stands. */
interface TaskContext {
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
function execStep(command: string, folder: string, scope: Scope, context: TaskContext): readonly BuildStep[] {
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
