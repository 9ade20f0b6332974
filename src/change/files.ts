import type { SourceTree } from '../checkout/types.ts';
import { checkDiff } from '../diff/apply.ts';
import { type Mode, type WrittenDiff, writeDiff } from '../diff/write.ts';
import type { FileChange } from '../patch/types.ts';

/**
 * The change of a file with the line ends that it has in a tree: git compares with those that a repository keeps, and a
 * folder may have CRLF for them.
 * @returns `undefined` when the tree's file is another one.
 */
export async function asInTree(file: FileChange, tree: SourceTree): Promise<FileChange | undefined> {
  const is = (await tree.read(file.path))?.text;
  if (file.is === 'made') return is === undefined ? file : undefined;
  if (is === file.before) return file;
  const crlf = (text: string) => text.replaceAll('\n', '\r\n');
  if (is !== crlf(file.before)) return undefined;
  const longer = (at: number) => at + (file.before.slice(0, at).match(/\n/g)?.length ?? 0);
  const edits = file.edits.map((trace) => ({
    ...trace,
    start: longer(trace.start),
    end: longer(trace.end),
    replacement: crlf(trace.replacement),
  }));
  return { ...file, before: is, after: crlf(file.after), edits };
}

/** Changes of a tree's files as a diff, with the line numbers that they have there; of binary files there is nothing in it. */
export async function diffsOf(files: readonly FileChange[], tree: SourceTree): Promise<WrittenDiff> {
  const out: WrittenDiff[] = [];
  for (const { path, is, executable, before, after } of files) {
    if (isBinary({ before, after })) continue;
    const old = await tree.read(path);
    const was: Mode = old?.executable ? '100755' : '100644';
    const now: Mode = executable === undefined ? was : executable ? '100755' : '100644';
    const transition = {
      oldPath: is === 'made' ? undefined : path,
      newPath: is === 'removed' ? undefined : path,
      // Of a renamed file `before` is what its old name had.
      before: is === 'made' ? '' : is === 'removed' ? (old?.text ?? '') : before,
      after,
      oldMode: was,
      newMode: now,
    };
    const diff = writeDiff(transition);
    checkDiff(diff.text, transition);
    out.push(diff);
  }
  const sum = (of: 'insertions' | 'deletions') => out.reduce((n, diff) => n + diff[of], 0);
  return { text: out.map(({ text }) => text).join(''), insertions: sum('insertions'), deletions: sum('deletions') };
}

export const isBinary = ({ before, after }: Pick<FileChange, 'before' | 'after'>): boolean =>
  (before + after).includes('\0');
