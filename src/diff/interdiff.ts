import { createTwoFilesPatch } from 'diff';

/** Equal patches may come from different bases: the same bytes as a tarball, a folder or a commit. */
const withoutBase = (text: string): string => text.replace(/^Base: .*\n/m, '');

/** Blob ids and line numbers: they differ wherever anything else of the file does. */
const withoutPositions = (text: string): string =>
  text.replace(/(?<![^\n])index [0-9a-f]+\.\.[0-9a-f]+/g, 'index').replace(/(?<![^\n])@@ -[0-9,]+ \+[0-9,]+ @@/g, '@@');

/**
 * The difference of two patch files as a unified diff of them, `undefined` when they are the same but for the base they
 * name. Line numbers and blob ids are left out unless nothing else differs.
 * @param names what to call the two, as in `--- a`.
 */
export function interdiff(
  shipped: string,
  made: string,
  names: { readonly shipped: string; readonly made: string },
): string | undefined {
  const [old, now] = [withoutBase(shipped), withoutBase(made)];
  if (old === now) return undefined;
  const [oldText, nowText] = [withoutPositions(old), withoutPositions(now)];
  const [a, b] = oldText === nowText ? [old, now] : [oldText, nowText];
  const diff = createTwoFilesPatch(names.shipped, names.made, a, b, undefined, undefined, { context: 3 });
  return diff.replace(/^=+\n/, '');
}
