import { definitionsOf } from '../../../c/definitions.ts';
import { codeTokens } from '../../../c/lex.ts';
import type { Edit } from '../../../recipe/schema.ts';
import type { Group } from '../groups.ts';

/** Names of what the file defines that are others in all of the files, where nothing else of the lines changes. */
export function* renamingEdits({ file, removed, added }: Group): Iterable<Iterable<Edit>> {
  const [was, is] = [codeTokens(removed), codeTokens(added)];
  if (was.length !== is.length) return;
  const names = new Map<string, string>();
  for (const [i, old] of was.entries()) if (old !== is[i]) names.set(old, is[i] ?? '');
  for (const [from, to] of names) {
    const isName = /^[A-Za-z_]\w*$/.test(from) && /^[A-Za-z_]\w*$/.test(to);
    // A name that stays somewhere was not renamed.
    if (isName && file.result.offsetsOf(from).length === 0 && definitionsOf(file.source, from).length > 0)
      yield [
        { kind: 'rename', from, to },
        { kind: 'rename', from, to, comments: true },
      ];
  }
}
