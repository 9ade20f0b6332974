import type { Place } from '../../system/diagnostic.ts';
import { METADATA } from './expand.ts';
import type { ProjectState } from './project-state.ts';
import { refuse } from './refuse.ts';
import type { Item, Scope } from './scope.ts';
import type { ProjectElement } from './xml.ts';

/** One turn of a task or of an element in a Target. */
export interface Batch {
  readonly metadata?: Scope['metadata'];
  /** The lists that were divided, by type in small letters. */
  readonly lists: ReadonlyMap<string, readonly Item[]>;
}

const LIST = /@\(\s*([A-Za-z_][\w-]*)[^)]*(?:'[^']*'[^)]*)*\)/g;

/** All texts that an element has anywhere: its attributes' and its children's. */
export function allTexts(element: ProjectElement): string[] {
  return [...element.attributes.values(), element.text, ...element.children.flatMap(allTexts)];
}

/**
 * Divides the items that an element refers to by the values of the metadata that it asks for: `%(Name)` of all lists
 * that it names, `%(Type.Name)` of one type.
 * @param implicit the list that a bare `%(Name)` is of when the element names none: an item's own type.
 * @see https://learn.microsoft.com/visualstudio/msbuild/msbuild-batching
 */
export function batchesOf(
  texts: readonly string[],
  state: ProjectState,
  place: Place,
  implicit?: string,
): readonly Batch[] {
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
