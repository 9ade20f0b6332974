import path from 'node:path';
import { BUILTIN_FILES, VC_TARGETS } from './builtin.ts';
import { holds } from './condition.ts';
import { expand, expandFully } from './expand.ts';
import { fullPath, windowsPath } from './files.ts';
import { applyItem } from './items.ts';
import { type EvaluationInput, ProjectState } from './project-state.ts';
import { refuse } from './scope.ts';
import { convertVcproj } from './vcproj.ts';
import { onlyKnown, type ProjectElement, parseProject } from './xml.ts';

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

  constructor(source: string, input: EvaluationInput) {
    const file = windowsPath({ root: 'source', path: source });
    this.state = new ProjectState(input, file);
    const root = input.files.project(file) ?? refuse(`The project ${source} does not exist`, { file: source });
    this.file(root.name === 'VisualStudioProject' ? this.converted(root, source, input) : root, file);
    for (const group of this.definitions) this.define(group);
    for (const { element, file } of this.groups)
      for (const item of this.members(element, file)) applyItem(item, file, this.state, { items: true });
  }

  private converted(root: ProjectElement, source: string, { globals, files, references }: EvaluationInput) {
    return convertVcproj(
      root,
      source,
      `${globals.Configuration}|${globals.Platform}`,
      references?.(source) ?? [],
      files,
    );
  }

  /** A group's children whose Conditions hold, when its own does. @param known the attributes that they may have. */
  private *members(group: ProjectElement, file: string, known?: readonly string[]): Generator<ProjectElement> {
    onlyKnown(group);
    if (!this.holds(group, file)) return;
    for (const element of group.children) {
      if (known !== undefined) onlyKnown(element, known);
      if (this.holds(element, file)) yield element;
    }
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
    const kinds: Readonly<Record<string, () => unknown>> = {
      PropertyGroup: () => this.propertyGroup(element, file),
      ItemGroup: () => this.groups.push({ element, file }),
      ItemDefinitionGroup: () => this.definitions.push({ element, file }),
      Import: () => this.import(element, file),
      ImportGroup: () => {
        onlyKnown(element);
        if (this.holds(element, file)) for (const child of element.children) this.topLevel(child, file);
      },
      Choose: () => this.choose(element, file),
      Target: () => this.targets.push({ element, file }),
      UsingTask: () => this.ownTasks.add(element.attributes.get('TaskName') ?? ''),
      ProjectExtensions: () => {},
    };
    const read = kinds[element.name] ?? refuse(`<${element.name}> is not understood in a project`, element.place);
    read();
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
    const { place } = element;
    const target = expandFully(element.attributes.get('Project') ?? '', this.state.scope(place, file));
    // Imports are relative to the file that has them, unlike everything else.
    const full = fullPath(target, path.win32.dirname(file));
    if (full.toLowerCase().startsWith(`${VC_TARGETS.toLowerCase()}\\`)) {
      const name = path.win32.basename(full);
      const text = BUILTIN_FILES.get(name.toLowerCase());
      const known = text ?? refuse(`The import of Visual C++'s ${target} is not known`, place);
      this.file(parseProject(known, name), full);
      return;
    }
    const { files } = this.state;
    for (const one of /[*?]/.test(target) ? files.glob(full) : [full]) {
      const at = files.locate(one);
      if (this.importing.includes(one.toLowerCase())) refuse(`${one} imports itself`, place);
      const root = files.project(one);
      if (at === undefined || root === undefined) throw refuse(`The imported ${at?.path ?? one} does not exist`, place);
      // Importing a file a second time does nothing, as MSBuild warns (MSB4011).
      if (this.imported.has(at.path.toLowerCase())) continue;
      this.imported.add(at.path.toLowerCase());
      this.file(root, windowsPath(at));
    }
  }

  private define({ element: group, file }: Placed): void {
    for (const item of this.members(group, file, ['Condition', 'Label'])) {
      for (const element of item.children) {
        onlyKnown(element, ['Condition', 'Label']);
        const metadata = (name: string, type = item.name) =>
          type.toLowerCase() === item.name.toLowerCase() ? (this.state.definition(item.name, name) ?? '') : '';
        const scope = this.state.scope(element.place, file, { metadata });
        if (holds(element.attributes.get('Condition'), scope))
          this.state.define(item.name, element.name, expand(element.text, scope));
      }
    }
  }
}

/**
 * Evaluates a project.
 * @param file of the sources.
 * @throws UserError `pcbuild/not-understood`, `pcbuild/xml`; FileWanted.
 */
export const evaluateProject = (file: string, input: EvaluationInput): EvaluatedProject => new Evaluation(file, input);
