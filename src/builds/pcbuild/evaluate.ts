import path from 'node:path';
import { BUILTIN_FILES, VC_TARGETS } from './builtin.ts';
import { holds } from './condition.ts';
import { expand, expandFully } from './expand.ts';
import { windowsPath } from './files.ts';
import { applyItem } from './item-element.ts';
import { type EvaluationInput, ProjectState } from './project-state.ts';
import { refuse } from './refuse.ts';
import { fullPath } from './static-functions.ts';
import { type ProjectElement, parseProject } from './xml.ts';

/** An element with the file that it stands in, for `MSBuildThisFile…`. */
export interface Placed {
  readonly element: ProjectElement;
  /** Absolute Windows path. */
  readonly file: string;
}

/** A project after evaluation, before any target has run. */
export interface EvaluatedProject {
  readonly state: ProjectState;
  /** In order; of two with one name, the last one counts. */
  readonly targets: readonly Placed[];
  /** Names of tasks that the project brings itself. */
  readonly ownTasks: ReadonlySet<string>;
}

const KNOWN_ATTRIBUTES: Readonly<Record<string, readonly string[]>> = {
  Project: ['DefaultTargets', 'InitialTargets', 'ToolsVersion', 'xmlns', 'TreatAsLocalProperty'],
  PropertyGroup: ['Condition', 'Label'],
  ItemGroup: ['Condition', 'Label'],
  ItemDefinitionGroup: ['Condition', 'Label'],
  ImportGroup: ['Condition', 'Label'],
  Import: ['Project', 'Condition', 'Label'],
  Choose: ['Label'],
  When: ['Condition', 'Label'],
  Otherwise: ['Label'],
};

/** Refuses an attribute that is not known on an element: it could say anything. */
export function onlyKnown(element: ProjectElement, known = KNOWN_ATTRIBUTES[element.name] ?? []): void {
  for (const name of element.attributes.keys())
    if (!known.includes(name)) refuse(`The attribute ${name} of <${element.name}> is not understood`, element.place);
}

/**
 * MSBuild's passes: properties and imports first, in the file's order; then item definitions; then items, all with the
 * properties' last values.
 * @see https://learn.microsoft.com/visualstudio/msbuild/build-process-overview
 */
class Evaluation {
  readonly state: ProjectState;
  readonly targets: Placed[] = [];
  readonly ownTasks = new Set<string>();
  private readonly definitions: Placed[] = [];
  private readonly groups: Placed[] = [];
  private readonly importing: string[] = [];
  private readonly imported = new Set<string>();

  constructor(input: EvaluationInput, file: string) {
    this.state = new ProjectState(input, file);
  }

  run(file: string): void {
    const root = this.state.files.project(file);
    const shown = this.state.files.locate(file)?.path ?? file;
    if (root === undefined) refuse(`The project ${shown} does not exist`, { file: shown });
    else this.file(root, file);
    for (const group of this.definitions) this.define(group);
    for (const group of this.groups) this.itemGroup(group);
  }

  private holds(element: ProjectElement, file: string): boolean {
    return holds(element.attributes.get('Condition'), this.state.scope(element.place, file));
  }

  private file(root: ProjectElement, file: string): void {
    onlyKnown(root);
    const scope = this.state.scope(root.place, file);
    for (const name of expandFully(root.attributes.get('TreatAsLocalProperty') ?? '', scope).split(';'))
      this.state.release(name.trim());
    this.importing.push(file.toLowerCase());
    for (const child of root.children) this.topLevel(child, file);
    this.importing.pop();
  }

  private topLevel(element: ProjectElement, file: string): void {
    switch (element.name) {
      case 'PropertyGroup':
        this.propertyGroup(element, file);
        return;
      case 'ItemGroup':
        this.groups.push({ element, file });
        return;
      case 'ItemDefinitionGroup':
        this.definitions.push({ element, file });
        return;
      case 'Import':
        this.import(element, file);
        return;
      case 'ImportGroup':
        onlyKnown(element);
        if (this.holds(element, file)) for (const child of element.children) this.topLevel(child, file);
        return;
      case 'Choose':
        this.choose(element, file);
        return;
      case 'Target':
        this.targets.push({ element, file });
        return;
      case 'UsingTask':
        this.ownTasks.add(element.attributes.get('TaskName') ?? '');
        return;
      case 'ProjectExtensions':
        return;
      default:
        refuse(`<${element.name}> is not understood in a project`, element.place);
    }
  }

  private propertyGroup(group: ProjectElement, file: string): void {
    onlyKnown(group);
    if (!this.holds(group, file)) return;
    for (const element of group.children) {
      onlyKnown(element, ['Condition', 'Label']);
      if (element.children.length > 0) refuse(`The property ${element.name} holds elements`, element.place);
      if (this.state.isFixed(element.name) || !this.holds(element, file)) continue;
      this.state.set(element.name, expand(element.text, this.state.scope(element.place, file)));
    }
  }

  private choose(element: ProjectElement, file: string): void {
    onlyKnown(element);
    for (const branch of element.children) {
      onlyKnown(branch);
      if (branch.name !== 'When' && branch.name !== 'Otherwise')
        refuse(`<${branch.name}> is not understood in <Choose>`, branch.place);
      if (branch.name === 'When' && !this.holds(branch, file)) continue;
      for (const child of branch.children) this.topLevel(child, file);
      return;
    }
  }

  private import(element: ProjectElement, file: string): void {
    onlyKnown(element);
    if (!this.holds(element, file)) return;
    const scope = this.state.scope(element.place, file);
    const target = expandFully(element.attributes.get('Project') ?? '', scope);
    // Imports are relative to the file that has them, unlike everything else.
    const full = fullPath(target, path.win32.dirname(file));
    const { place } = element;
    if (full.toLowerCase().startsWith(`${VC_TARGETS.toLowerCase()}\\`)) {
      const name = path.win32.basename(full).toLowerCase();
      const text = BUILTIN_FILES.get(name) ?? refuse(`The import of Visual C++'s ${target} is not known`, place);
      this.file(parseProject(text, path.win32.basename(full)), full);
      return;
    }
    const found = /[*?]/.test(target) ? this.state.files.glob(full) : [full];
    for (const one of found) this.importOne(one, element);
  }

  private importOne(full: string, element: ProjectElement): void {
    const at = this.state.files.locate(full);
    if (this.importing.includes(full.toLowerCase())) refuse(`${full} imports itself`, element.place);
    const root = this.state.files.project(full);
    if (at === undefined || root === undefined) {
      refuse(`The imported ${at?.path ?? full} does not exist`, element.place);
      return;
    }
    // Importing a file a second time does nothing, as MSBuild warns (MSB4011).
    if (this.imported.has(windowsPath(at).toLowerCase())) {
      this.state.leftOut.push({ what: 'import', name: at.path, why: 'it was imported before', place: element.place });
      return;
    }
    this.imported.add(windowsPath(at).toLowerCase());
    this.file(root, windowsPath(at));
  }

  private define({ element: group, file }: Placed): void {
    onlyKnown(group);
    if (!this.holds(group, file)) return;
    for (const item of group.children) {
      onlyKnown(item, ['Condition', 'Label']);
      if (!this.holds(item, file)) continue;
      for (const element of item.children) {
        onlyKnown(element, ['Condition', 'Label']);
        const metadata = (name: string, type: string | undefined) =>
          type === undefined || type.toLowerCase() === item.name.toLowerCase()
            ? (this.state.definition(item.name, name) ?? '')
            : '';
        const scope = this.state.scope(element.place, file, { metadata });
        if (holds(element.attributes.get('Condition'), scope))
          this.state.define(item.name, element.name, expand(element.text, scope));
      }
    }
  }

  private itemGroup({ element: group, file }: Placed): void {
    onlyKnown(group);
    if (!this.holds(group, file)) return;
    for (const element of group.children)
      if (this.holds(element, file)) applyItem(element, file, this.state, { items: true });
  }
}

/**
 * Evaluates a project.
 * @param file absolute Windows path, below a virtual root.
 * @throws UserError `pcbuild/not-understood`, `pcbuild/xml`; FileWanted.
 */
export function evaluateProject(file: string, input: EvaluationInput): EvaluatedProject {
  const evaluation = new Evaluation(input, file);
  evaluation.run(file);
  return evaluation;
}
