import path from 'node:path';
import { outputsOf } from './exec-step.ts';
import { pathKey } from './files.ts';
import { type NinjaEdge, ninjaText } from './ninja-text.ts';
import type { Shell } from './quoting.ts';
import type { ToolCommand, ToolPaths, ToolSet } from './toolset.ts';
import type { BuildPath, BuildRoots, BuildStep, PcbuildPlan, PcProject } from './types.ts';

export interface NinjaOptions {
  /** Names of projects; those that they refer to come with them. Default: all of the plan. */
  readonly projects?: readonly string[] | undefined;
  /** Which rules quote the commands. ninja hands them to `/bin/sh -c`, on Windows to CreateProcess. Default: this machine's. */
  readonly shell?: Shell | undefined;
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
 * The text of a `build.ninja`: everything in parallel, each object again only when its source, a header or its command
 * has changed. Paths are absolute, so ninja can be run from anywhere. `write` steps are not in it: see `knownFiles`.
 * Targets: every output; `all`; each project's name.
 */
export function writeNinja(plan: PcbuildPlan, toolset: ToolSet, roots: BuildRoots, options: NinjaOptions = {}): string {
  const projects = options.projects === undefined ? plan.projects : withReferences(plan, options.projects);
  const shell = options.shell ?? (path.sep === '\\' ? 'windows' : 'posix');
  const writer = new Writer(toolset, roots, shell);
  for (const project of projects) writer.project(project);
  return ninjaText(writer.edges, {
    title: `${plan.configuration}|${plan.platform} of CPython's PCbuild, with ${toolset.name}`,
    headers: toolset.headers,
    shell,
    phony: writer.phony,
  });
}

class Writer {
  readonly edges: NinjaEdge[] = [];
  /** Outputs by project. */
  readonly phony = new Map<string, string[]>();
  private readonly toolset: ToolSet;
  private readonly paths: ToolPaths;
  private readonly made = new Set<string>();
  /** Generated files that anything compiled from now on may include. */
  private readonly generated: string[] = [];

  constructor(toolset: ToolSet, roots: BuildRoots, shell: Shell) {
    this.toolset = toolset;
    const { join } = shell === 'windows' ? path.win32 : path.posix;
    this.paths = { at: (at) => join(roots[at.root], at.path) };
  }

  project(project: PcProject): void {
    const { toolset, paths } = this;
    const outputs: string[] = [];
    this.phony.set(project.name, outputs);
    const stepsAt = (time: BuildStep['time']) => project.steps.filter((step) => step.time === time);
    for (const step of stepsAt('before-compile')) this.step(step, project, []);
    const before = [...this.generated];
    for (const unit of project.units)
      this.add(
        'compile',
        unit.source.path,
        toolset.compile(unit, project, paths),
        [unit.object],
        [unit.source],
        before,
      );
    for (const unit of project.assemblies)
      this.add(
        'run',
        `assemble ${unit.source.path}`,
        toolset.assemble(unit, project, paths),
        [unit.object],
        [unit.source],
        before,
      );
    for (const unit of project.resources)
      this.add(
        'run',
        `resource ${unit.source.path}`,
        toolset.resource(unit, project, paths),
        [unit.object],
        [unit.source],
        before,
      );
    for (const step of stepsAt('before-link')) this.step(step, project, []);
    outputs.push(...this.link(project));
    for (const step of stepsAt('after-build')) outputs.push(...this.step(step, project, [project.link.output]));
  }

  private link(project: PcProject): readonly string[] {
    const { link } = project;
    const libraries = link.libraries.flatMap((library) => (library.kind === 'named' ? [] : [library.path]));
    const named = link.libraries.flatMap((library) =>
      library.kind === 'named' ? [{ ...link.output, path: library.name }] : [],
    );
    // A library that another project or a step of this build makes, by its bare name.
    const ours = named.filter((at) => this.made.has(pathKey(at)));
    const also = [...libraries, ...ours, ...(link.definition === undefined ? [] : [link.definition])];
    const outputs = [link.output, ...(link.importLibrary === undefined ? [] : [link.importLibrary])];
    const objects = objectsOf(project);
    this.add(
      'run',
      `link ${link.output.path}`,
      this.toolset.link(link, objects, project, this.paths),
      outputs,
      objects,
      [],
      also,
    );
    return outputs.map(this.paths.at);
  }

  /** @returns the files that the edge makes; none when the toolset does not do this step. */
  private step(step: BuildStep, project: PcProject, after: readonly BuildPath[]): readonly string[] {
    if (step.kind === 'write') return [];
    const command = this.toolset.step(step, project, this.paths);
    const outputs = outputsOf(step);
    if (command === undefined || outputs.every((at) => this.made.has(pathKey(at)))) return [];
    const [inputs, also] = this.stepInputs(step);
    const label = `${step.kind} ${outputs[0]?.path}`;
    // A generator may read what this build has generated so far.
    this.add('run', label, command, outputs, inputs, [], [...also, ...after]);
    for (const at of outputs) if (at.root !== 'output') this.generated.push(this.paths.at(at));
    return outputs.map(this.paths.at);
  }

  private stepInputs(
    step: Exclude<BuildStep, { kind: 'write' }>,
  ): readonly [readonly BuildPath[], readonly BuildPath[]] {
    switch (step.kind) {
      case 'copy':
        return [[step.from], []];
      case 'import-library':
        return [[step.definition], []];
      case 'run':
        return [step.inputs, [step.program]];
      case 'python':
        return [step.inputs, [step.script]];
    }
  }

  private add(
    rule: NinjaEdge['rule'],
    label: string,
    command: ToolCommand,
    outputs: readonly BuildPath[],
    inputs: readonly BuildPath[],
    orderOnly: readonly string[],
    implicit: readonly BuildPath[] = [],
  ): void {
    const { at } = this.paths;
    const launcher = rule === 'compile' ? (this.toolset.launcher ?? []) : [];
    const inside = new Set(inputs.map(at));
    for (const output of outputs) this.made.add(pathKey(output));
    this.edges.push({
      rule,
      label,
      command: { ...command, program: launcher[0] ?? command.program },
      leading: launcher.length === 0 ? [] : [...launcher.slice(1), command.program],
      outputs: outputs.map(at),
      inputs: [...inside],
      implicit: [...new Set([...implicit.map(at), ...(command.reads ?? [])])].filter((file) => !inside.has(file)),
      orderOnly: orderOnly.filter((file) => !inside.has(file)),
    });
  }
}
