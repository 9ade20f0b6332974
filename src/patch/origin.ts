import type { Origin } from './types.ts';

/** What a change is of that no recipe made: `Patch file fix.patch`, `Commit 1d2c3f4a5b6c`. */
export function originName(origin: Origin): string {
  switch (origin.kind) {
    case 'patch': {
      const name = origin.file.split(/[\\/]/).at(-1) ?? origin.file;
      return `Patch file ${name}${origin.line > 1 ? `:${origin.line}` : ''}`;
    }
    case 'commit':
      return `Commit ${origin.commit.slice(0, 12)}`;
    case 'range':
      return `${origin.from.slice(0, 12)}..${origin.to === WORK_TREE ? origin.to : origin.to.slice(0, 12)}`;
  }
}

const WORK_TREE = 'the work tree';

/** What is known of a change that no recipe made, beside what it is called: its header, its author. */
export function originFacts(origin: Origin | undefined): readonly { readonly name: string; readonly value: string }[] {
  if (origin?.kind === 'patch') return origin.header ?? [];
  if (origin?.kind === 'commit')
    return [
      { name: 'Author', value: origin.author },
      { name: 'Date', value: origin.date },
    ];
  return [];
}
