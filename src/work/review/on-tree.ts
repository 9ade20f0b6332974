import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { SourceTree } from '../../checkout/types.ts';
import { applyPatch } from '../../diff/git-apply.ts';
import { parsePatch } from '../../diff/read.ts';
import type { ShippedFolder } from '../../patch/check-shipped.ts';
import type { FileChange } from '../../patch/types.ts';
import type { ReviewPatch } from '../../review/types.ts';
import type { Context } from '../../system/context.ts';
import type { Diagnostic } from '../../system/diagnostic.ts';
import { changedRanges } from './changed-ranges.ts';

/** What patch files do to a tree, or why they do nothing to it. */
export type OnTree =
  | {
      readonly files: readonly FileChange[];
      /** What a reader should know of patches that apply, by their place in the series. */
      readonly warnings: ReadonlyMap<number, Diagnostic>;
    }
  | {
      readonly problem: Diagnostic;
      /** Of which patch, by its place in the series. */
      readonly index: number;
    };

/**
 * Applies patch files to copies of the files that they touch, one after the other, by `git apply`: lines may have moved,
 * and nothing else may differ. The tree is only read.
 * @param patches as read from the same files.
 */
export async function changesOnTree(
  folders: readonly ShippedFolder[],
  patches: readonly ReviewPatch[],
  tree: SourceTree,
  ctx: Context,
): Promise<OnTree> {
  const all = patches.flatMap(({ files }) => files);
  const paths = new Set(all.flatMap(({ path: now, oldPath = now }) => [now, oldPath]));
  const strays = (name: string) => path.posix.isAbsolute(name) || name.split('/').includes('..');
  const stray = [...paths].find(strays);
  if (stray !== undefined) {
    const index = patches.findIndex(({ files }) =>
      files.some((file) => strays(file.path) || strays(file.oldPath ?? '')),
    );
    return { problem: notOn(tree, patches[index]?.file, `${stray} is in no tree`), index };
  }
  const scratch = await mkdtemp(path.join(tmpdir(), 'forkwright-review-'));
  try {
    const root = path.join(scratch, 'tree');
    await mkdir(root);
    const before = new Map<string, string>();
    for (const name of paths) {
      const file = await tree.read(name);
      if (file === undefined) continue;
      before.set(name, file.text);
      await mkdir(path.dirname(path.join(root, name)), { recursive: true });
      await writeFile(path.join(root, name), file.text, 'latin1');
    }
    const warnings = new Map<number, Diagnostic>();
    let index = 0;
    for (const { file, text } of folders.flatMap((folder) => folder.patches)) {
      for (const { text: one } of parsePatch(text, file)) {
        const result = await applyPatch({ root, copy: path.join(scratch, 'patch'), text: one, paths, ctx });
        if ('why' in result) {
          const why = result.why.map((line) => line.replaceAll(path.join(scratch, 'patch'), file));
          const problem = notOn(tree, file, why[0] ?? 'git apply refuses it', why.slice(1), result.hint);
          return { problem, index };
        }
        if (result.moved.length > 0) warnings.set(index, movedLines(tree, file, result.moved));
        index++;
      }
    }
    const touched = all.filter(({ binary }) => !binary);
    const files: FileChange[] = [];
    for (const [name, parts] of Map.groupBy(touched, ({ path: now }) => now)) {
      const from = parts[0]?.oldPath ?? name;
      const after = await readFile(path.join(root, name), 'latin1').catch(() => '');
      const old = before.get(from) ?? '';
      files.push({
        path: name,
        before: old,
        after,
        edits: changedRanges(old, after, parts.length === 1 ? parts[0]?.hunks : undefined),
      });
    }
    // Of a renamed file nothing is left under its old name; its text is told of under the new one.
    for (const { oldPath } of touched) {
      if (oldPath === undefined || files.some((file) => file.path === oldPath)) continue;
      if (!existsSync(path.join(root, oldPath))) files.push({ path: oldPath, before: '', after: '', edits: [] });
    }
    return { files, warnings };
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

function movedLines(tree: SourceTree, file: string, moved: readonly string[]): Diagnostic {
  const hunks = moved.length === 1 ? '1 hunk applies' : `${moved.length} hunks apply`;
  return {
    code: 'review/moved',
    message: `${hunks} to ${tree.label} at other lines than the patch says: line numbers of the diff are not the tree’s`,
    place: { file },
    detail: moved,
    hint: 'make the patch again on this tree to see its own lines',
  };
}

function notOn(
  tree: SourceTree,
  file: string | undefined,
  why: string,
  detail: readonly string[] = [],
  hint?: string,
): Diagnostic {
  return {
    code: 'review/not-on-tree',
    message: `it does not apply to ${tree.label}: ${why}`,
    ...(file === undefined ? {} : { place: { file } }),
    detail: detail.filter((line) => line !== ''),
    hint: hint ?? 'name the checkout that it is for with --checkout, or carry it there with `forkwright port`',
  };
}
