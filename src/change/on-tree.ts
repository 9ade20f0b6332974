import { existsSync, lstatSync } from 'node:fs';
import { chmod, mkdir, readFile, readlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { SourceTree } from '../checkout/types.ts';
import { fuzzOf } from '../diff/fuzz.ts';
import { applyPatch } from '../diff/git-apply.ts';
import { type Located, type LocatedPatch, locate, placedText } from '../diff/locate.ts';
import { inTheWay, pathProblem } from '../diff/paths.ts';
import { positionProblem } from '../diff/positions.ts';
import type { ParsedPatch } from '../diff/types.ts';
import type { FileChange } from '../patch/types.ts';
import type { Context } from '../system/context.ts';
import { decodeBytes } from '../system/decode.ts';
import { type Diagnostic, UserError } from '../system/diagnostic.ts';
import { inTemporaryFolder } from '../system/files.ts';
import { changedRanges } from './changed-ranges.ts';

interface PatchOnTree {
  /** What it is called beside the others: the file's name, of a mail among several with its line. */
  readonly name: string;
  /** Its files with the names that they have there; absent when they are not there. */
  readonly located?: readonly Located[] | undefined;
  readonly problem?: Diagnostic | undefined;
  /** What a reader should know of one that applies. */
  readonly warning?: Diagnostic | undefined;
}

/**
 * Applies patch files to copies of the files that they touch, one after the other, by `git apply`: lines may have moved,
 * and nothing else may differ. The tree is only read.
 * @param strip how many leading folders of the patches' paths are left out, when it is told; else it is seen what is there.
 * @returns what came of each (one that does not apply is left out for those after it), and what they make of the files.
 */
export async function changesOnTree(
  patches: readonly ParsedPatch[],
  folder: SourceTree,
  strip: number | undefined,
  ctx: Context,
): Promise<{ readonly patches: readonly PatchOnTree[]; readonly files: readonly FileChange[] }> {
  return inTemporaryFolder('forkwright-review-', async (scratch) => {
    const copies = new Copies(path.join(scratch, 'tree'), folder);
    await mkdir(copies.root);
    const out: PatchOnTree[] = [];
    const applied: Located[] = [];
    for (const parsed of patches) {
      const without = out.filter(({ problem }) => problem !== undefined).map((one) => one.name);
      const came = await onCopies(parsed, copies, strip, path.join(scratch, 'patch'), ctx);
      const isOneOfSeveral = patches.filter((other) => other.name === parsed.name).length > 1;
      const name = path.basename(parsed.name) + (isOneOfSeveral ? `:${parsed.line}` : '');
      out.push({ name, ...came, problem: came.problem && afterOthers(came.problem, without) });
      if (came.problem === undefined) applied.push(...(came.located ?? []));
    }
    return { patches: out, files: await copies.changes(applied) };
  });
}

const ELSEWHERE = 'name the checkout that it is for with --checkout, or carry it there with `forkwright port`';
const STRIPPED =
  'name with --strip how many leading folders of its paths are left out, or the checkout that it is for with --checkout; or carry it there with `forkwright port`';

async function onCopies(
  parsed: ParsedPatch,
  copies: Copies,
  strip: number | undefined,
  copy: string,
  ctx: Context,
): Promise<Omit<PatchOnTree, 'name'>> {
  const { tree } = copies;
  const file = parsed.name;
  const not = (why: string, detail: readonly string[] = [], hint = ELSEWHERE, line?: number): Diagnostic => ({
    code: 'review/not-on-tree',
    message: `it does not apply to ${tree.label}: ${why}`,
    place: { file, ...(line === undefined ? {} : { line }) },
    detail: detail.filter((one) => one !== ''),
    hint,
  });
  const names = parsed.files.flatMap(({ oldPath, newPath }) => [oldPath, newPath]).filter((name) => name !== undefined);
  for (const name of names) {
    const why = pathProblem(name) ?? (/\/\.\//.test(name) ? 'git takes no path with "/./"' : undefined);
    if (why !== undefined) return { problem: not(`${decodeBytes(name)} is in no tree: ${why}`) };
  }
  let place: LocatedPatch;
  try {
    place = await locate(parsed, copies, strip);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const { code, message = '', detail, place: at } = error.diagnostics[0] ?? {};
    const missing = code === 'patch/no-such-file' ? parsed.files.find(({ line }) => line === at?.line) : undefined;
    const why = missing && `${decodeBytes(missing.oldPath ?? '')}: No such file or directory`;
    return { problem: not(why ?? message, detail, STRIPPED, at?.line) };
  }
  const located = place.files;
  const way = await copies.place(located);
  if (way !== undefined) return { located, problem: not(way.why, [], undefined, way.line) };
  const end = positionProblem(located, await copies.texts(located));
  if (end !== undefined) return { located, problem: not(end.message, [], end.hint, end.line) };
  const text = placedText(parsed, place);
  const result = await applyPatch({ root: copies.root, copy, text, strip: place.strip, ctx });
  if ('moved' in result) {
    const { moved } = result;
    if (moved.length === 0) return { located };
    const hunks = moved.length === 1 ? '1 hunk applies' : `${moved.length} hunks apply`;
    const message = `${hunks} to ${tree.label} at other lines than the patch says: line numbers of the diff are not the tree’s`;
    const hint = 'make the patch again on this tree to see its own lines';
    return { located, warning: { code: 'review/moved', message, place: { file }, detail: moved, hint } };
  }
  const why = result.why.map((line) => line.replaceAll(copy, file));
  const fuzz = result.hint === undefined ? await fuzzOf(place, await copies.texts(located), ctx) : undefined;
  const detail = [...why.slice(1), ...(fuzz?.detail ?? [])];
  return { located, problem: not(why[0] ?? 'git apply refuses it', detail, result.hint ?? fuzz?.hint) };
}

/** Copies of the files of a tree that patches touch; names are bytes (latin1). */
class Copies {
  readonly root: string;
  readonly tree: SourceTree;
  readonly #before = new Map<string, string | undefined>();
  readonly #executable = new Set<string>();

  constructor(root: string, tree: SourceTree) {
    this.root = root;
    this.tree = tree;
  }

  #at(name: string): Buffer {
    return Buffer.from(path.join(this.root, name), 'latin1');
  }

  async read(name: string): Promise<unknown> {
    if (this.#before.has(name)) return existsSync(this.#at(name)) || undefined;
    return this.tree.read(decodeBytes(name));
  }

  list = () => this.tree.list();

  /** Copies what is not here yet. @returns why one is not to be followed, or made. */
  async place(located: readonly Located[]) {
    const names = new Set(located.flatMap(({ old, now }) => [old, now]).filter((name) => name !== undefined));
    const missing = [...names].filter((name) => !this.#before.has(name));
    const stored = missing.length === 0 ? undefined : await this.tree.asStored?.(missing.map(decodeBytes));
    const made = located.filter(({ old, now }) => now !== undefined && now !== old);
    const isGone = (file: string) => this.#before.has(file) && !existsSync(this.#at(file));
    const goes = (file: string) => isGone(file) || located.some((one) => one.old === file && one.now !== file);
    const there = made.length === 0 ? [] : (await this.tree.list()).filter((file) => !goes(file));
    for (const { patch, now = '' } of made) {
      const why = inTheWay(now, there);
      if (why !== undefined) return { why, line: patch.line };
    }
    for (const name of missing) {
      // git leaves the folder's line ends alone where the patch itself has CRLF.
      const crlf = located.some(({ patch, old }) => old === name && hasCrlf(patch.hunks.flatMap(({ lines }) => lines)));
      const file = await (crlf ? this.tree : (stored ?? this.tree)).read(decodeBytes(name));
      const link = file?.link ? name : await this.#linkOn(name);
      if (link !== undefined) {
        const line = located.find(({ old, now }) => old === name || now === name)?.patch.line;
        return { why: `${link} is a symbolic link`, line };
      }
      this.#before.set(name, file?.text);
      if (file === undefined) continue;
      await mkdir(Buffer.from(path.dirname(path.join(this.root, name)), 'latin1'), { recursive: true });
      await writeFile(this.#at(name), file.text, 'latin1');
      if (!file.executable) continue;
      this.#executable.add(name);
      await chmod(this.#at(name), 0o755);
    }
    return undefined;
  }

  async #linkOn(name: string): Promise<string | undefined> {
    const parts = name.split('/');
    for (const way of parts.map((_, i) => parts.slice(0, i + 1).join('/')))
      if ((await readlink(this.#at(way)).catch(() => undefined)) !== undefined) return way;
    return undefined;
  }

  async #text(name: string): Promise<string | undefined> {
    const info = lstatSync(this.#at(name), { throwIfNoEntry: false });
    if (info === undefined || info.isDirectory()) return undefined;
    return info.isSymbolicLink() ? readlink(this.#at(name), 'latin1') : readFile(this.#at(name), 'latin1');
  }

  /** Whether a file is made or removed, and may be executed, where that is not as it was. */
  #shape(name: string): Pick<FileChange, 'is' | 'executable'> {
    const info = lstatSync(this.#at(name), { throwIfNoEntry: false });
    const was = this.#before.get(name);
    if (info === undefined) return { is: 'removed' };
    const executable = (info.mode & 0o100) !== 0;
    if (was === undefined) return { is: 'made', ...(executable ? { executable } : {}) };
    return executable === this.#executable.has(name) ? {} : { executable };
  }

  async texts(located: readonly Located[]): Promise<ReadonlyMap<string, string>> {
    const out = new Map<string, string>();
    for (const { old } of located) {
      const text = old === undefined ? undefined : await this.#text(old);
      if (old !== undefined && text !== undefined) out.set(old, text);
    }
    return out;
  }

  async changes(touched: readonly Located[]): Promise<readonly FileChange[]> {
    const files = new Map<string, FileChange>();
    for (const [name, parts] of Map.groupBy(touched, ({ old, now }) => now ?? old ?? '')) {
      // Of a file that is renamed to where none was, what its old name had.
      const before = this.#before.get(name) ?? this.#before.get(parts[0]?.old ?? name) ?? '';
      const after = (await this.#text(name)) ?? '';
      const hunks = parts.length === 1 ? parts[0]?.patch.hunks : undefined;
      const edits = parts.some(({ patch }) => patch.binary) ? [] : changedRanges(before, after, hunks);
      files.set(name, { path: decodeBytes(name), ...this.#shape(name), before, after, edits });
    }
    // Of a renamed file nothing is left under its old name; its text is told of under the new one.
    for (const { old } of touched) {
      if (old === undefined || files.has(old) || isFileAt(this.#at(old))) continue;
      files.set(old, { path: decodeBytes(old), is: 'removed', before: '', after: '', edits: [] });
    }
    return [...files.values()];
  }
}

/** A folder may stand where a file was. */
const isFileAt = (file: Buffer): boolean => lstatSync(file, { throwIfNoEntry: false })?.isDirectory() === false;

const hasCrlf = (lines: readonly { readonly mark: string; readonly text: string }[]): boolean =>
  lines.some(({ mark, text }) => mark !== '+' && text.endsWith('\r\n'));

function afterOthers(problem: Diagnostic, without: readonly string[]): Diagnostic {
  if (without.length === 0) return problem;
  const hint = `${without.join(', ')} before it ${without.length === 1 ? 'does' : 'do'} not apply either, and was left out: mend that first`;
  return { ...problem, hint };
}
