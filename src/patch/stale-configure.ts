import type { SourceTree } from '../checkout/types.ts';
import type { Diagnostic } from '../system/diagnostic.ts';

/** What autoconf makes `configure` of: configure.in before 3.3 and 2.7.4. */
const SOURCES = ['configure.ac', 'configure.in'];
const MADE = 'configure';

/** A warning where a patch changes `configure` or what it is made of, but not both. */
export async function staleConfigure(tree: SourceTree, changed: ReadonlySet<string>): Promise<readonly Diagnostic[]> {
  const source = SOURCES.find((file) => changed.has(file));
  if ((source !== undefined) === changed.has(MADE)) return [];
  const say = (file: string, message: string, hint: string): Diagnostic[] => [
    { code: 'patch/stale-configure', message, place: { file }, hint },
  ];
  if (source !== undefined)
    return (await tree.read(MADE)) === undefined
      ? []
      : say(
          source,
          `${source} is changed, but configure, which is made from it, is not`,
          'run autoreconf on the patched tree before you build, or change configure as well',
        );
  const of = (await Promise.all(SOURCES.map((file) => tree.read(file)))).find((file) => file !== undefined);
  return of === undefined
    ? []
    : say(
        MADE,
        `configure is changed, but ${of.path}, from which it is made, is not`,
        `change ${of.path} as well: the next autoreconf would take the change away`,
      );
}
