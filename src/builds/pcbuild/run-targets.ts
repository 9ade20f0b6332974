import { allTexts, type Batch, batchesOf } from './batches.ts';
import { holds } from './condition.ts';
import type { EvaluatedProject, Placed } from './evaluate.ts';
import { expand } from './expand.ts';
import { applyItem, withMetadata } from './item-element.ts';
import { itemsOf, splitList } from './items.ts';
import { refuse } from './refuse.ts';
import type { Scope } from './scope.ts';
import { runTask } from './tasks.ts';
import type { BuildStep, StepTime } from './types.ts';
import type { ProjectElement } from './xml.ts';

/** Visual C++'s own targets that projects hang theirs on, in the order of a build, and what is done when they begin. */
const STANDARD: readonly (readonly [name: string, before: StepTime, after: StepTime])[] = [
  ['_CheckWindowsSDKInstalled', 'before-compile', 'before-compile'],
  ['PrepareForBuild', 'before-compile', 'before-compile'],
  ['PreBuildEvent', 'before-compile', 'before-compile'],
  ['CustomBuild', 'before-compile', 'before-compile'],
  ['Midl', 'before-compile', 'before-compile'],
  ['ResourceCompile', 'before-compile', 'before-compile'],
  ['ClCompile', 'before-compile', 'before-link'],
  ['Lib', 'before-link', 'after-build'],
  ['PreLinkEvent', 'before-link', 'before-link'],
  ['Link', 'before-link', 'after-build'],
  ['PostBuildEvent', 'after-build', 'after-build'],
  ['AfterBuild', 'after-build', 'after-build'],
  ['Build', 'after-build', 'after-build'],
];
/** Targets of other requests than a build. */
const NOT_BUILD = ['clean', 'cleanall', 'coreclean', 'rebuild', 'publish'];
const TARGET_ATTRIBUTES = [
  'Name',
  'Condition',
  'Inputs',
  'Outputs',
  'DependsOnTargets',
  'BeforeTargets',
  'AfterTargets',
  'Returns',
  'Label',
];

const names = (text: string) =>
  text
    .split(';')
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== '');

/** What running the targets gave beside the changed state of the project. */
export interface TargetResult {
  readonly steps: readonly BuildStep[];
}

/**
 * Goes through a project's targets as a build does, without doing anything: properties and items change as they say,
 * and what tasks would make becomes steps.
 * @see https://learn.microsoft.com/visualstudio/msbuild/target-build-order
 */
export function runTargets(project: EvaluatedProject): TargetResult {
  const runner = new TargetRunner(project);
  for (const [name, before, after] of STANDARD) runner.standard(name.toLowerCase(), before, after);
  return { steps: runner.steps };
}

class TargetRunner {
  readonly steps: BuildStep[] = [];
  private readonly project: EvaluatedProject;
  private readonly targets = new Map<string, Placed>();
  private readonly done = new Set<string>();
  private time: StepTime = 'before-compile';

  constructor(project: EvaluatedProject) {
    this.project = project;
    const standard = STANDARD.map(([name]) => name.toLowerCase());
    for (const target of project.targets) {
      const { element } = target;
      for (const name of element.attributes.keys())
        if (!TARGET_ATTRIBUTES.includes(name))
          refuse(`The attribute ${name} of <Target> is not understood`, element.place);
      const name = (element.attributes.get('Name') ?? '').toLowerCase();
      if (standard.includes(name)) refuse(`The project replaces Visual C++'s target ${name}`, element.place);
      this.targets.set(name, target);
    }
    for (const target of this.targets.values())
      for (const attribute of ['BeforeTargets', 'AfterTargets'])
        for (const name of names(this.attribute(target, attribute)))
          if (!standard.includes(name) && !this.targets.has(name) && !NOT_BUILD.includes(name))
            refuse(`When the target ${name} runs in a build is not known`, target.element.place);
  }

  standard(name: string, before: StepTime, after: StepTime): void {
    this.time = before;
    this.around(name, 'BeforeTargets');
    this.done.add(name);
    this.time = after;
    this.around(name, 'AfterTargets');
  }

  private attribute({ element, file }: Placed, name: string): string {
    return expand(element.attributes.get(name) ?? '', this.scope(element, file));
  }

  private scope(element: ProjectElement, file: string, batch?: Batch): Scope {
    const extras = { items: true, metadata: batch?.metadata, batch: batch?.lists };
    return this.project.state.scope(element.place, file, extras);
  }

  private around(name: string, attribute: string): void {
    for (const [other, target] of this.targets)
      if (names(this.attribute(target, attribute)).includes(name)) this.target(other);
  }

  private target(name: string): void {
    if (this.done.has(name)) return;
    this.done.add(name);
    const target = this.targets.get(name);
    if (target === undefined) {
      if (STANDARD.some(([known]) => known.toLowerCase() === name)) return;
      refuse(`The target ${name} does not exist`, this.project.targets[0]?.element.place ?? { file: '' });
      return;
    }
    const { element, file } = target;
    const runs = holds(element.attributes.get('Condition'), this.scope(element, file));
    if (runs) for (const other of names(this.attribute(target, 'DependsOnTargets'))) this.target(other);
    this.around(name, 'BeforeTargets');
    if (runs && this.isDue(target)) this.body(target);
    this.around(name, 'AfterTargets');
  }

  /** Targets with inputs and outputs are skipped when there are none, or when all outputs are among the sources. */
  private isDue(target: Placed): boolean {
    const { element, file } = target;
    const { state } = this.project;
    if (!element.attributes.has('Inputs') || !element.attributes.has('Outputs')) return true;
    const attribute = (name: string) => element.attributes.get(name) ?? '';
    const listed = (name: string) =>
      batchesOf([attribute('Inputs'), attribute('Outputs')], state, element.place).flatMap((batch) =>
        splitList(expand(attribute(name), this.scope(element, file, batch))),
      );
    const left = (why: string) => {
      state.leftOut.push({ what: 'target', name: attribute('Name'), why, place: element.place });
      return false;
    };
    if (listed('Inputs').length === 0) return left('it has no inputs');
    const outputs = itemsOf(listed('Outputs').join(';'), 'Outputs', this.scope(element, file), state.files);
    if (outputs.length === 0) return left('it has no outputs');
    const scope = this.scope(element, file);
    const there = outputs.every(({ identity }) => scope.host.exists(state.absolute(identity)));
    return !there || left('what it makes is among the sources');
  }

  private body({ element, file }: Placed): void {
    for (const child of element.children)
      if (child.name === 'PropertyGroup') this.properties(child, file);
      else if (child.name === 'ItemGroup') this.items(child, file);
      else if (child.name === 'OnError') continue;
      else this.task(child, file, element.attributes.get('Name') ?? '');
  }

  private properties(group: ProjectElement, file: string): void {
    if (!holds(group.attributes.get('Condition'), this.scope(group, file))) return;
    for (const element of group.children)
      for (const batch of batchesOf(allTexts(element), this.project.state, element.place)) {
        const scope = this.scope(element, file, batch);
        if (holds(element.attributes.get('Condition'), scope))
          this.project.state.set(element.name, expand(element.text, scope));
      }
  }

  private items(group: ProjectElement, file: string): void {
    const { state } = this.project;
    if (!holds(group.attributes.get('Condition'), this.scope(group, file))) return;
    for (const element of group.children) {
      const changes = !['Include', 'Remove', 'Update'].some((name) => element.attributes.has(name));
      for (const batch of batchesOf(allTexts(element), state, element.place, element.name)) {
        const extras = { items: true, metadata: batch.metadata, batch: batch.lists };
        if (!holds(element.attributes.get('Condition'), this.scope(element, file, batch))) continue;
        if (!changes) applyItem(element, file, state, extras);
        else {
          const mine = batch.lists.get(element.name.toLowerCase()) ?? state.items(element.name);
          state.setItems(
            element.name,
            state
              .items(element.name)
              .map((item) => (mine.includes(item) ? withMetadata(item, element, file, state, extras) : item)),
          );
        }
      }
    }
  }

  private task(element: ProjectElement, file: string, target: string): void {
    for (const batch of batchesOf(allTexts(element), this.project.state, element.place)) {
      const scope = this.scope(element, file, batch);
      if (!holds(element.attributes.get('Condition'), scope)) continue;
      this.steps.push(
        ...runTask(element, scope, { project: this.project, target, time: this.time, before: this.steps }),
      );
    }
  }
}
