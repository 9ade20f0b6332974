import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { structuredPatch } from 'diff';
import { runGit } from '../../checkout/git.ts';
import type { SourceTree } from '../../checkout/types.ts';
import type { ShippedFolder } from '../../patch/check-shipped.ts';
import type { FileChange } from '../../patch/types.ts';
import type { ReviewPatch } from '../../review/types.ts';
import type { Context } from '../../system/context.ts';
import type { Diagnostic } from '../../system/diagnostic.ts';

/** What patch files do to a tree, or why they do nothing to it. */
export type OnTree = { readonly files: readonly FileChange[] } | { readonly problem: Diagnostic };

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
  const touched = patches.flatMap(({ files }) => files).filter(({ binary }) => !binary);
  const paths = new Set(touched.flatMap(({ path: now, oldPath = now }) => [now, oldPath]));
  const stray = [...paths].find((name) => path.posix.isAbsolute(name) || name.split('/').includes('..'));
  if (stray !== undefined) return { problem: notOn(tree, patches[0]?.file, `${stray} is in no tree`) };
  const scratch = await mkdtemp(path.join(tmpdir(), 'forkwright-review-'));
  try {
    const root = path.join(scratch, 'tree');
    await mkdir(root);
    // Within another repository, which the folder for temporary files may lie in, git would leave files out without a word.
    await runGit(root, ['init', '-q'], ctx);
    const before = new Map<string, string>();
    for (const name of paths) {
      const file = await tree.read(name);
      if (file === undefined) continue;
      before.set(name, file.text);
      await mkdir(path.dirname(path.join(root, name)), { recursive: true });
      await writeFile(path.join(root, name), file.text, 'latin1');
    }
    for (const { file, text } of folders.flatMap((folder) => folder.patches)) {
      const copy = path.join(scratch, 'patch');
      await writeFile(copy, text, 'latin1');
      const { exitCode, stderr } = await runGit(root, ['apply', '--whitespace=nowarn', copy], ctx);
      if (exitCode !== 0) {
        const why = stderr.split('\n').map((line) => line.replace(/^error: /, '').replaceAll(copy, file));
        return { problem: notOn(tree, file, why[0] ?? 'git apply refuses it', why.slice(1)) };
      }
    }
    const files: FileChange[] = [];
    for (const name of new Set(touched.map(({ path: now }) => now))) {
      const from = touched.find((file) => file.path === name)?.oldPath ?? name;
      const after = await readFile(path.join(root, name), 'latin1').catch(() => '');
      const old = before.get(from) ?? '';
      files.push({ path: name, before: old, after, edits: changedRanges(old, after) });
    }
    return { files };
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** The changed lines, as the edits of a recipe are told. */
function changedRanges(before: string, after: string): FileChange['edits'] {
  const { hunks } = structuredPatch('', '', before, after, undefined, undefined, { context: 0 });
  const starts = [0];
  for (let at = before.indexOf('\n'); at >= 0; at = before.indexOf('\n', at + 1)) starts.push(at + 1);
  const offset = (line: number) => starts[line] ?? before.length;
  return hunks.map(({ oldStart, oldLines, lines }) => {
    const first = oldStart - 1;
    const added = lines.filter((line) => line.startsWith('+')).map((line) => `${line.slice(1)}\n`);
    return {
      edit: 0,
      kind: 'patch file',
      why: '',
      start: offset(first),
      end: offset(first + oldLines),
      replacement: added.join(''),
    };
  });
}

function notOn(tree: SourceTree, file: string | undefined, why: string, detail: readonly string[] = []): Diagnostic {
  return {
    code: 'review/not-on-tree',
    message: `it does not apply to ${tree.label}: ${why}`,
    ...(file === undefined ? {} : { place: { file } }),
    detail: detail.filter((line) => line !== ''),
    hint: 'name the checkout that it is for with --checkout, or carry it there with `forkwright port`',
  };
}
