import type { Place } from '../../system/diagnostic.ts';
import { holds } from './condition.ts';
import type { EvaluatedProject, Placed } from './evaluate.ts';
import { expand, METADATA } from './expand.ts';
import { applyItem, itemsOf, splitList, withMetadata } from './items.ts';
import type { ProjectState } from './project-state.ts';
import { type Item, refuse, type Scope } from './scope.ts';
import { runTask } from './tasks.ts';
import type { BuildStep, StepTime } from './types.ts';
import { onlyKnown, type ProjectElement } from './xml.ts';

/** Visual C++'s own targets that projects hang theirs on, in the order of a build, and what is done when they begin. */
const STANDARD: readonly (readonly [name: string, before: StepTime, after: StepTime])[] = [
  ['_checkwindowssdkinstalled', 'before-compile', 'before-compile'],
  ['prepareforbuild', 'before-compile', 'before-compile'],
  ['prebuildevent', 'before-compile', 'before-compile'],
  ['custombuild', 'before-compile', 'before-compile'],
  ['midl', 'before-compile', 'before-compile'],
  ['resourcecompile', 'before-compile', 'before-compile'],
  ['clcompile', 'before-compile', 'before-link'],
  ['lib', 'before-link', 'after-build'],
  ['prelinkevent', 'before-link', 'before-link'],
  ['link', 'before-link', 'after-build'],
  ['postbuildevent', 'after-build', 'after-build'],
  ['afterbuild', 'after-build', 'after-build'],
  ['build', 'after-build', 'after-build'],
];
const isStandard = (name: string) => STANDARD.some(([known]) => known === name);
/** Targets of other requests than a build. */
const NOT_BUILD = ['clean', 'cleanall', 'coreclean', 'rebuild', 'publish'];
const TARGET_ATTRIBUTES =
  'Name Condition Inputs Outputs DependsOnTargets BeforeTargets AfterTargets Returns Label'.split(' ');

const names = (text: string) => splitList(text).map((name) => name.toLowerCase());

/**
 * Goes through a project's targets as a build does, without doing anything: properties and items change as they say,
 * and what tasks would make becomes steps.
 * @see https://learn.microsoft.com/visualstudio/msbuild/target-build-order
 */
export function runTargets(project: EvaluatedProject): readonly BuildStep[] {
  const runner = new TargetRunner(project);
  for (const [name, before, after] of STANDARD) runner.standard(name, before, after);
  return runner.steps;
}

class TargetRunner {
  readonly steps: BuildStep[] = [];
  private readonly project: EvaluatedProject;
  private readonly targets = new Map<string, Placed>();
  private readonly done = new Set<string>();
  private time: StepTime = 'before-compile';

  constructor(project: EvaluatedProject) {
    this.project = project;
    for (const target of project.targets) {
      const { element } = target;
      onlyKnown(element, TARGET_ATTRIBUTES);
      const name = (element.attributes.get('Name') ?? '').toLowerCase();
      if (isStandard(name)) refuse(`The project replaces Visual C++'s target ${name}`, element.place);
      this.targets.set(name, target);
    }
    for (const target of this.targets.values())
      for (const attribute of ['BeforeTargets', 'AfterTargets'])
        for (const name of names(this.attribute(target, attribute)))
          if (!isStandard(name) && !this.targets.has(name) && !NOT_BUILD.includes(name))
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
      if (!isStandard(name))
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
    if (listed('Inputs').length === 0) return false;
    const scope = this.scope(element, file);
    const outputs = itemsOf(listed('Outputs').join(';'), 'Outputs', scope, state.files);
    return outputs.some(({ identity }) => !scope.host.exists(state.absolute(identity)));
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
          const items = state.items(element.name);
          const mine = batch.lists.get(element.name.toLowerCase()) ?? items;
          const changed = (item: Item) => withMetadata(item, element, file, state, extras);
          const all = items.map((item) => (mine.includes(item) ? changed(item) : item));
          state.setItems(element.name, all);
        }
      }
    }
  }

  private task(element: ProjectElement, file: string, target: string): void {
    for (const batch of batchesOf(allTexts(element), this.project.state, element.place)) {
      const scope = this.scope(element, file, batch);
      if (!holds(element.attributes.get('Condition'), scope)) continue;
      const { project, time, steps: before } = this;
      this.steps.push(...runTask(element, scope, { project, target, time, before }));
    }
  }
}

/** One turn of a task or of an element in a Target. */
interface Batch {
  readonly metadata?: Scope['metadata'];
  /** The lists that were divided, by type in small letters. */
  readonly lists: ReadonlyMap<string, readonly Item[]>;
}

const LIST = /@\(\s*([A-Za-z_][\w-]*)[^)]*(?:'[^']*'[^)]*)*\)/g;

/** All texts that an element has anywhere: its attributes' and its children's. */
function allTexts(element: ProjectElement): string[] {
  return [...element.attributes.values(), element.text, ...element.children.flatMap(allTexts)];
}

/**
 * Divides the items that an element refers to by the values of the metadata that it asks for: `%(Name)` of all lists
 * that it names, `%(Type.Name)` of one type.
 * @param implicit the list that a bare `%(Name)` is of when the element names none: an item's own type.
 * @see https://learn.microsoft.com/visualstudio/msbuild/msbuild-batching
 */
function batchesOf(texts: readonly string[], state: ProjectState, place: Place, implicit?: string): readonly Batch[] {
  const lists = new Set<string>();
  const bare = new Set<string>();
  const qualified = new Map<string, Set<string>>();
  for (const text of texts) {
    for (const [, type = ''] of text.matchAll(LIST)) lists.add(type.toLowerCase());
    for (const [, type, name = ''] of text.replace(LIST, '').matchAll(METADATA))
      if (type === undefined) bare.add(name.toLowerCase());
      else qualified.set(type.toLowerCase(), (qualified.get(type.toLowerCase()) ?? new Set()).add(name.toLowerCase()));
  }
  if (bare.size === 0 && qualified.size === 0) return [{ lists: new Map() }];
  const divided = new Set(qualified.keys());
  if (bare.size > 0) {
    const all = implicit === undefined ? lists : lists.add(implicit.toLowerCase());
    if (all.size === 0 && divided.size === 0) refuse(`%(${[...bare][0]}) is of no item that is named here`, place);
    for (const type of all) divided.add(type);
  }
  const buckets = new Map<string, { values: Map<string, string>; lists: Map<string, Item[]> }>();
  for (const type of divided)
    for (const item of state.items(type)) {
      const values = new Map<string, string>();
      for (const name of bare) values.set(name, state.metadata(item, name));
      for (const [of, names] of qualified)
        for (const name of names) values.set(`${of}.${name}`, of === type ? state.metadata(item, name) : '');
      const key = JSON.stringify([...values]);
      const bucket = buckets.get(key) ?? { values, lists: new Map([...divided].map((one) => [one, []])) };
      bucket.lists.get(type)?.push(item);
      buckets.set(key, bucket);
    }
  // Without items there is one turn, in which all metadata are empty.
  const all = buckets.size > 0 ? [...buckets.values()] : [{ values: new Map<string, string>(), lists: new Map() }];
  return all.map((bucket) => ({
    lists: bucket.lists,
    metadata: (name, type) => bucket.values.get((type === undefined ? name : `${type}.${name}`).toLowerCase()) ?? '',
  }));
}
