import type { Edit } from '../../../recipe/schema.ts';
import type { Group } from '../groups.ts';

const DEFINE = /^[ \t]*#[ \t]*define[ \t]+(\w+)(?:[ \t]+(.*?))?[ \t]*\r?$/;

/** Macros of which the lines change the value. */
export function* defineEdits(group: Group): Iterable<Edit[]> {
  const now = new Map<string, string>();
  for (const line of group.added.split('\n')) {
    const [, name, value = ''] = DEFINE.exec(line) ?? [];
    if (name !== undefined) now.set(name, value);
  }
  for (const line of group.removed.split('\n')) {
    const [, name = ''] = DEFINE.exec(line) ?? [];
    const value = now.get(name);
    if (value === undefined) continue;
    const bare = value.replace(/[ \t]*(?:\/\*.*\*\/|\/\/.*)$/, '');
    yield [{ kind: 'set-define', name, value: /^(?:0|[1-9]\d{0,14})$/.test(bare) ? Number(bare) : bare }];
  }
}

const INCLUDE = /^[ \t]*#[ \t]*include[ \t]*["<]([^">]*)[">]/;

/** Headers that are included in place of others. */
export function* includeEdits(group: Group): Iterable<Edit[]> {
  const headers = (lines: string) => lines.split('\n').flatMap((line) => INCLUDE.exec(line)?.[1] ?? []);
  const [was, is] = [headers(group.removed), headers(group.added)];
  if (was.length !== is.length) return;
  for (const [i, header] of was.entries())
    if (header !== is[i]) yield [{ kind: 'edit-include', header, with: is[i] ?? '' }];
}
