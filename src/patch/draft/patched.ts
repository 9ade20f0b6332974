import type { SourceTree } from '../../checkout/types.ts';
import { type Located, locate } from '../../diff/locate.ts';
import { parsePatch } from '../../diff/read.ts';
import type { ParsedPatch } from '../../diff/types.ts';
import type { Context } from '../../system/context.ts';
import { UserError } from '../../system/diagnostic.ts';
import { applyOld } from '../port/apply-old.ts';
import { Files, type TreeFile } from '../port/files.ts';
import { checkByGit, refuseTangledNames, refuseUnportable } from '../port/git-reading.ts';
import { restore } from '../port/lines.ts';

/** A file as a patch finds and leaves it, bytes as latin1; `undefined` where there is none. */
export interface PatchedFile {
  readonly path: string;
  readonly before: string | undefined;
  readonly after: string | undefined;
  /** The patch gives it another mode, or makes it executable. */
  readonly mode: boolean;
}

/**
 * What a patch file, or a mailbox of several, makes of a tree: exactly, or not at all.
 * @param text as latin1. @param strip how many leading folders of its paths are left out.
 * @throws UserError (exit code 2) when it is no patch, or is not made for this tree.
 */
export async function patchedFiles(
  { name, text, strip }: { readonly name: string; readonly text: string; readonly strip?: number | undefined },
  tree: SourceTree,
  ctx: Pick<Context, 'env' | 'signal'>,
): Promise<{ readonly patches: readonly ParsedPatch[]; readonly files: readonly PatchedFile[] }> {
  const patches = parsePatch(text, name);
  const [first, now] = [new Files(tree), new Files(tree)];
  const touched = new Set<string>();
  for (const parsed of patches) {
    refuseUnportable(parsed);
    const place = await locate(parsed, now, strip);
    refuseTangledNames(parsed, place.files);
    const names = place.files.flatMap(({ old, now }) => [old, now]).filter((path) => path !== undefined);
    for (const path of names) touched.add(path);
    const states = async () =>
      new Map(await Promise.all(names.map(async (path) => [path, await now.read(path)] as const)));
    const before = await states();
    for (const file of place.files) await applyTo(now, file, name);
    await checkByGit(parsed, place, before, await states(), ctx);
  }
  const files: PatchedFile[] = [];
  for (const path of touched) {
    const [was, is] = [await first.read(path), await now.read(path)];
    files.push({
      path,
      before: was?.raw,
      after: is?.raw,
      mode: is !== undefined && (was?.mode ?? '100644') !== is.mode,
    });
  }
  return { patches, files: files.filter(({ before, after, mode }) => before !== after || mode) };
}

async function applyTo(files: Files, { patch, old, now }: Located, name: string): Promise<void> {
  const mode = patch.newMode === '100755' ? '100755' : '100644';
  if (old === undefined) {
    const raw = patch.hunks.flatMap((h) => h.lines.filter((l) => l.mark === '+').map((l) => l.text)).join('');
    files.apply([{ path: now ?? '', raw, mode }]);
    return;
  }
  const file = (await files.read(old)) as TreeFile;
  const applied = applyOld(file.file, patch, name);
  if ('problem' in applied) {
    const hint =
      '--checkout must be the tree that the patch was made for; `forkwright port` carries a patch to another';
    throw new UserError({ ...applied.problem, hint });
  }
  if (now !== old) files.apply([{ path: old, raw: undefined, mode: file.mode }]);
  const raw = restore(applied.after, file.file.crlf);
  if (now !== undefined) files.apply([{ path: now, raw, mode: patch.newMode === undefined ? file.mode : mode }]);
}
