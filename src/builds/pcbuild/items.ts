import path from 'node:path';
import { holds } from './condition.ts';
import { expand, expandScalars, expandTransform, readList } from './expand.ts';
import { type BuildFiles, fullPath } from './files.ts';
import type { ProjectState, ScopeExtras } from './project-state.ts';
import { closingParenthesis, type Item, refuse, type Scope, unescapeValue } from './scope.ts';
import { onlyKnown, type ProjectElement } from './xml.ts';

/** Splits at semicolons; those in `@(…)` do not separate. Blank parts are none. */
export function splitList(text: string): string[] {
  const parts: string[] = [];
  let from = 0;
  for (let at = 0; at <= text.length; at++) {
    if (text.startsWith('@(', at)) at = Math.max(at, closingParenthesis(text, at + 1));
    else if (at === text.length || text[at] === ';') {
      parts.push(text.slice(from, at).trim());
      from = at + 1;
    }
  }
  return parts.filter((part) => part !== '');
}

function* fromSpec(spec: string, type: string, scope: Scope, files: BuildFiles): Generator<Item> {
  const { place } = scope;
  const metadata: Item['metadata'] = new Map();
  if (spec.startsWith('@(') && closingParenthesis(spec, 1) === spec.length - 1) {
    const { type: of, transform } = readList(spec.slice(2, -1), place);
    for (const item of scope.items?.(of) ?? []) {
      const identity = transform === undefined ? item.identity : unescapeValue(expandTransform(transform, item, scope));
      // What a transform makes may be nothing: `%(Content)`.
      if (transform === undefined || identity !== '') yield { type, identity, metadata: item.metadata, place };
    }
    return;
  }
  for (const part of splitList(expand(spec, scope))) {
    const identity = unescapeValue(part);
    // Wildcards make a pattern where they are not escaped.
    const found = /[*?]/.test(part) ? files.glob(fullPath(identity, scope.host.folder)) : [identity];
    for (const file of found) yield { type, identity: file, metadata, place };
  }
}

/** The items that an Include (or Remove, Update, Exclude) names. Those of a list keep their metadata. */
export function itemsOf(include: string, type: string, scope: Scope, files: BuildFiles): readonly Item[] {
  return splitList(expandScalars(include, scope)).flatMap((spec) => [...fromSpec(spec, type, scope, files)]);
}

/** Items are the same file when their paths are, whatever the case and the slashes. */
export function fileKey(identity: string, folder: string): string {
  return path.win32.resolve(folder, identity).toLowerCase();
}

const RESERVED = ['Include', 'Exclude', 'Remove', 'Update', 'Condition', 'Label'];
const NOT_UNDERSTOOD = 'KeepMetadata RemoveMetadata KeepDuplicates MatchOnMetadata MatchOnMetadataOptions'.split(' ');

/** Sets an item's metadata by the element's children and attributes, one after another. */
export function withMetadata(
  item: Item,
  element: ProjectElement,
  file: string,
  state: ProjectState,
  extras: ScopeExtras,
): Item {
  const own = new Map(item.metadata);
  const current = (): Item => ({ ...item, metadata: own });
  // A batch has its own; elsewhere %(X) is what the item has so far.
  const metadata =
    extras.metadata ??
    ((name: string, type: string | undefined) => {
      if (type !== undefined && type.toLowerCase() !== item.type.toLowerCase())
        refuse(`%(${type}.${name}) is of another item`, element.place);
      return state.metadata(current(), name);
    });
  for (const [name, value] of element.attributes)
    if (!RESERVED.includes(name))
      own.set(name.toLowerCase(), expand(value, state.scope(element.place, file, { ...extras, metadata })));
  for (const child of element.children) {
    const scope = state.scope(child.place, file, { ...extras, metadata });
    onlyKnown(child, ['Condition', 'Label']);
    if (holds(child.attributes.get('Condition'), scope)) own.set(child.name.toLowerCase(), expand(child.text, scope));
  }
  return current();
}

/** Adds, removes or changes items as one element of an ItemGroup says; its Condition holds already. */
export function applyItem(element: ProjectElement, file: string, state: ProjectState, extras: ScopeExtras): void {
  const type = element.name;
  for (const name of NOT_UNDERSTOOD)
    if (element.attributes.has(name)) refuse(`The attribute ${name} of an item is not understood`, element.place);
  const scope = state.scope(element.place, file, extras);
  const named = (attribute: string) => itemsOf(element.attributes.get(attribute) ?? '', type, scope, state.files);
  const key = ({ identity }: Item) => fileKey(identity, state.folder);
  const isNamedBy = (attribute: string) => {
    const keys = new Set(named(attribute).map(key));
    return (item: Item) => keys.has(key(item));
  };
  const changed = (item: Item) => withMetadata(item, element, file, state, extras);
  const items = state.items(type);
  if (element.attributes.has('Include')) {
    const excluded = isNamedBy('Exclude');
    const added = named('Include').filter((item) => !excluded(item));
    state.setItems(type, [...items, ...added.map(changed)]);
  } else if (element.attributes.has('Remove')) {
    const removed = isNamedBy('Remove');
    const kept = items.filter((item) => !removed(item));
    state.setItems(type, kept);
  } else if (element.attributes.has('Update')) {
    const updated = isNamedBy('Update');
    const all = items.map((item) => (updated(item) ? changed(item) : item));
    state.setItems(type, all);
  } else refuse(`The item ${type} has neither Include, Remove nor Update`, element.place);
}
