import path from 'node:path';
import { quoted } from '../../system/quote.ts';
import { pathKey } from './files.ts';
import {
  type BuildPath,
  type BuildRoots,
  type BuildStep,
  type CompileUnit,
  type LinkStep,
  outputsOf,
  type PcbuildPlan,
  type PcProject,
  type ResourceUnit,
  type Unit,
} from './types.ts';

/** A process as data: a program, absolute or a name on PATH, and its arguments. They are not quoted: the writer does that. */
export type ToolCommand = readonly [program: string, ...args: string[]];

/** How the tools are called. `at` gives the real absolute path. */
export interface ToolSet {
  readonly name: string;
  /** Put before each compile: `/usr/bin/ccache`. */
  readonly launcher: readonly string[];
  /** For a compiler that tells included headers on stdout when asked by `/showIncludes`. */
  compile(unit: CompileUnit, at: (path: BuildPath) => string): ToolCommand;
  resource(unit: ResourceUnit, at: (path: BuildPath) => string): ToolCommand;
  assemble(unit: Unit, at: (path: BuildPath) => string): ToolCommand;
  /** Links a program or DLL, or makes a static library, by `link.kind`. `objects` are all of the project's, in order. */
  link(link: LinkStep, objects: readonly BuildPath[], at: (path: BuildPath) => string): ToolCommand;
  /** `undefined`: not in this build; whoever wants its output is told so by ninja. */
  step(step: Exclude<BuildStep, { kind: 'write' }>, at: (path: BuildPath) => string): ToolCommand | undefined;
}

/** Project names and those that they refer to, all of the plan's order. @throws a plain error for an unknown name. */
export function withReferences(plan: PcbuildPlan, names: readonly string[]): readonly PcProject[] {
  const byName = new Map(plan.projects.map((project) => [project.name, project]));
  const wanted = new Set(names);
  for (const name of wanted) {
    const project = byName.get(name);
    if (project === undefined) throw new Error(`the plan has no project ${name}`);
    for (const other of project.references) wanted.add(other);
  }
  return plan.projects.filter((project) => wanted.has(project.name));
}

/** What the linker gets of a project: objects of C, then of assembly, then resources. */
export function objectsOf(project: PcProject): readonly BuildPath[] {
  return [...project.units, ...project.assemblies, ...project.resources].map((unit) => unit.object);
}

/**
 * The `write` steps of some projects, texts as latin1: to be written before ninja starts, and only where the text differs,
 * as what depends on a file is built again when it is newer.
 */
export function knownFiles(
  { projects }: Pick<PcbuildPlan, 'projects'>,
  names: readonly string[],
): readonly { readonly path: BuildPath; readonly text: string }[] {
  const steps = projects.flatMap((project) => (names.includes(project.name) ? project.steps : []));
  const files = steps.flatMap((step) => (step.kind === 'write' ? [{ path: step.output, text: step.text }] : []));
  return [...new Map(files.map((file) => [pathKey(file.path), file])).values()];
}

// A linker leaves an import library alone that would come out the same: it is not old then (restat).
const RULES = `ninja_required_version = 1.7
rule compile
  command = $command
  description = $label
  deps = msvc
  msvc_deps_prefix = Note: including file:
rule run
  command = $command
  description = $label
  restat = 1
rule run_with_file
  command = $command
  description = $label
  restat = 1
  rspfile = $out.rsp
  rspfile_content = $arguments`;

/** The paths of a build statement behind a separator, which is for inputs none. */
const listed = (separator: string, files: readonly string[]) =>
  files.length === 0 ? '' : ` ${separator}${files.map(ninjaPath).join(' ')}`;

/**
 * The text of a `build.ninja`: everything in parallel, each object again only when its source, a header or its command
 * has changed. Paths are absolute, so ninja can be run from anywhere. `write` steps are not in it: see `knownFiles`.
 * Targets: every output; `all`; each project's name.
 * @param names of projects; those that they refer to come with them.
 */
export function writeNinja(plan: PcbuildPlan, toolset: ToolSet, roots: BuildRoots, names: readonly string[]): string {
  const at = (file: BuildPath) => path.join(roots[file.root], file.path);
  const statements: string[] = [];
  const phony = new Map<string, readonly string[]>();
  const made = new Set<string>();
  /** Generated files that anything compiled from now on may include. */
  const generated: string[] = [];

  const add = (
    rule: 'compile' | 'run' | 'run_with_file',
    label: string,
    command: ToolCommand,
    [outputs, inputs]: readonly [readonly BuildPath[], readonly BuildPath[]],
    { before = [], also = [] }: { readonly before?: readonly string[]; readonly also?: readonly BuildPath[] },
  ): readonly string[] => {
    for (const output of outputs) made.add(pathKey(output));
    const [output = '', ...others] = outputs.map(at);
    const inside = new Set(inputs.map(at));
    const implicit = new Set(also.map(at).filter((file) => !inside.has(file)));
    const order = before.filter((file) => !inside.has(file));
    const [program, ...args] = command;
    const all = rule === 'compile' ? [...toolset.launcher, ...command, '/showIncludes'] : command;
    const words = rule === 'run_with_file' ? [program, `@${output}.rsp`] : all;
    statements.push(
      `build ${ninjaPath(output)}${listed('| ', others)}: ${rule}${listed('', [...inside])}${listed('| ', [...implicit])}${listed('|| ', order)}`,
      `  command = ${ninjaValue(commandLine(words, 'posix'))}`,
      `  label = ${ninjaValue(label)}`,
    );
    // Response files are taken apart by Microsoft's rules on every machine.
    if (rule === 'run_with_file')
      statements.push(
        `  arguments = ${ninjaValue(commandLine(args, 'windows'))}`,
        `  rspfile = ${ninjaValue(`${output}.rsp`)}`,
      );
    return outputs.map(at);
  };

  /** @returns the files that it makes; none when the toolset does not do this step. */
  const addStep = (step: BuildStep, after: readonly BuildPath[] = []): readonly string[] => {
    if (step.kind === 'write') return [];
    const command = toolset.step(step, at);
    const outputs = outputsOf(step);
    if (command === undefined || outputs.every((file) => made.has(pathKey(file)))) return [];
    const [inputs, also] =
      'outputs' in step ? [step.inputs, [step.program]] : [[step.kind === 'copy' ? step.from : step.definition], []];
    const files = add('run', `${step.kind} ${outputs[0]?.path}`, command, [outputs, inputs], {
      also: [...also, ...after],
    });
    // A generator may read what this build has generated so far.
    for (const file of outputs) if (file.root !== 'output') generated.push(at(file));
    return files;
  };

  const addLink = (project: PcProject): readonly string[] => {
    const { link } = project;
    const libraries = link.libraries.flatMap((library) => (library.kind === 'named' ? [] : [library.path]));
    // A library that another project or a step of this build makes, by its bare name.
    const ours = link.libraries
      .flatMap((library) => (library.kind === 'named' ? [{ ...link.output, path: library.name }] : []))
      .filter((file) => made.has(pathKey(file)));
    const also = [...libraries, ...ours, ...(link.definition === undefined ? [] : [link.definition])];
    const outputs = [link.output, ...(link.importLibrary === undefined ? [] : [link.importLibrary])];
    const objects = objectsOf(project);
    const command = toolset.link(link, objects, at);
    return add('run_with_file', `link ${link.output.path}`, command, [outputs, objects], { also });
  };

  for (const project of withReferences(plan, names)) {
    const stepsAt = (time: BuildStep['time']) => project.steps.filter((step) => step.time === time);
    for (const step of stepsAt('before-compile')) addStep(step);
    const order = { before: [...generated] };
    const addUnit = (rule: 'compile' | 'run', what: string, { source, object }: Unit, command: ToolCommand) =>
      add(rule, `${what}${source.path}`, command, [[object], [source]], order);
    for (const unit of project.units) addUnit('compile', '', unit, toolset.compile(unit, at));
    for (const unit of project.assemblies) addUnit('run', 'assemble ', unit, toolset.assemble(unit, at));
    for (const unit of project.resources) addUnit('run', 'resource ', unit, toolset.resource(unit, at));
    for (const step of stepsAt('before-link')) addStep(step);
    const outputs = addLink(project);
    const copied = stepsAt('after-build').flatMap((step) => addStep(step, [project.link.output]));
    phony.set(project.name, [...outputs, ...copied]);
  }
  return [
    `# ${plan.configuration} of CPython's PCbuild, with ${toolset.name}. Made anew for each build: edit the projects instead.`,
    RULES,
    ...statements,
    ...[...phony].map(([name, outputs]) => `build ${ninjaPath(name)}: phony${listed('', outputs)}`),
    `build all: phony${listed('', [...new Set([...phony.values()].flat())])}`,
    'default all',
    '',
  ].join('\n');
}

/** How a command line is taken apart: by a POSIX shell, or by the Microsoft C runtime's rules. */
type Shell = 'posix' | 'windows';

/**
 * Backslashes count only before a quote.
 * @see https://learn.microsoft.com/cpp/c-language/parsing-c-command-line-arguments
 */
function windows(arg: string): string {
  if (arg !== '' && !/[\s"]/.test(arg)) return arg;
  return `"${arg.replace(/(\\*)"/g, '$1$1\\"').replace(/\\+$/, '$&$&')}"`;
}

/** A command line of arguments. */
export function commandLine(args: readonly string[], shell: Shell): string {
  return args.map(shell === 'posix' ? quoted : windows).join(' ');
}

/** A value in a ninja file. @throws a plain error for a line break, which none can hold. */
export function ninjaValue(text: string): string {
  if (/[\r\n]/.test(text)) throw new Error(`a ninja file cannot hold a line break: ${JSON.stringify(text)}`);
  return text.replaceAll('$', '$$$$');
}

/** A path in a build statement, where blanks and colons separate. */
export function ninjaPath(text: string): string {
  return ninjaValue(text).replace(/[ :]/g, '$$$&');
}
