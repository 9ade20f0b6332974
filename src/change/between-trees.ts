import { lineAt } from '../c/lex.ts';
import type { SourceTree } from '../checkout/types.ts';
import { applyHunks } from '../diff/apply.ts';
import { namedFiles } from '../diff/locate.ts';
import { pathProblem, stripped } from '../diff/paths.ts';
import { parsePatch } from '../diff/read.ts';
import type { PatchHunk } from '../diff/types.ts';
import type { GivenChange } from '../patch/series.ts';
import type { FileChange, GeneratedPatch, GenerateResult, Origin } from '../patch/types.ts';
import { decodeBytes } from '../system/decode.ts';
import { UserError } from '../system/diagnostic.ts';
import { sha256 } from '../system/hash.ts';
import { accountOf, KINDS } from './account.ts';
import { changedRanges } from './changed-ranges.ts';
import { asInTree, diffsOf, isBinary } from './files.ts';

/** Which files differ, with their hunks where a diff is at hand. */
export interface Compared {
  readonly text?: string;
  readonly paths: ReadonlyMap<string, readonly PatchHunk[] | undefined>;
  /** Of them those that are no files on one side: links, submodules. */
  readonly odd: readonly string[];
}

/**
 * What two trees differ in, as a change; `undefined` when it is nothing.
 * @throws UserError `change/link` for links and submodules: a tree for building has no bytes of them.
 */
export async function betweenTrees(
  change: Omit<GivenChange, 'make'>,
  from: SourceTree,
  to: SourceTree,
  { text, paths, odd }: Compared,
): Promise<GivenChange | undefined> {
  const files: FileChange[] = [];
  const links = [...odd];
  for (const [path, hunks] of paths) {
    const [was, is] = [await from.read(path), await to.read(path)];
    // What cannot be read on either side leads nowhere.
    if (was?.link || is?.link || (was === undefined && is === undefined)) links.push(path);
    if (was?.blob === is?.blob && was?.executable === is?.executable) continue;
    const [before, after] = [was?.text ?? '', is?.text ?? ''];
    const binary = isBinary({ before, after });
    const mode = is !== undefined && is.executable !== (was?.executable ?? false) ? { executable: is.executable } : {};
    const shape = was === undefined ? { is: 'made' as const } : is === undefined ? { is: 'removed' as const } : {};
    const edits = binary ? [] : changedRanges(before, after, hunks);
    const why = change.identity.title;
    files.push({
      path,
      ...shape,
      ...mode,
      before,
      after,
      edits: edits.map((trace) => ({ ...trace, kind: KINDS[change.origin.kind], why })),
    });
  }
  if (links.length > 0) {
    throw new UserError({
      code: 'change/link',
      message: `${change.identity.id} (${change.identity.title}) touches symbolic links or submodules, which are not built`,
      detail: [...new Set(links)],
      hint: 'leave it out, or compare the two as trees: forkwright compare A B',
    });
  }
  if (files.length === 0) return undefined;
  return { ...change, make: (tree) => applyFiles(change, { files, text }, tree) };
}

/** Files as a tree has them; the answer where one is another there. */
async function fittingFiles(
  change: Omit<GivenChange, 'make'>,
  files: readonly FileChange[],
  tree: SourceTree,
): Promise<FileChange[] | GenerateResult> {
  const own: FileChange[] = [];
  for (const file of files) {
    const fitting = await asInTree(file, tree);
    if (fitting !== undefined) {
      own.push(fitting);
      continue;
    }
    const is = (await tree.read(file.path))?.text ?? '';
    let at = 0;
    while (at < is.length && is[at] === file.before[at]) at++;
    const problem = {
      code: 'change/other-file',
      message: `${change.identity.id} changes ${file.path}, which is not as it was there`,
      place: { file: file.path, line: lineAt(is, Math.min(at, Math.max(0, is.length - 1))) },
      hint: 'put commits before recipes and patches: commits are made on the tree that they were committed to',
    };
    return { verdict: 'conflict', problems: [problem], account: accountOf(change, problem.message) };
  }
  return own;
}

/** In what a kept change is another than its patch, which is what a reader is shown. */
function unlikeText({ text, files, origin }: GeneratedPatch, name: string): string | undefined {
  const known = new Map(files.map((file) => [file.path, file]));
  const told = new Set<string>();
  for (const { patch, old, now } of parsePatch(text, name).flatMap((parsed) => namedFiles(parsed))) {
    const path = decodeBytes(now ?? old ?? '');
    const file = known.get(path);
    if (file === undefined) return `its patch changes ${path}, of which nothing else is kept`;
    for (const one of [old, now]) if (one !== undefined) told.add(decodeBytes(one));
    if (patch.binary || patch.hunks.length === 0 || (old !== undefined && now !== undefined && old !== now)) continue;
    if ((now === undefined) !== (file.is === 'removed')) return `${path} is not what its patch makes`;
    const lf = (one: string) => one.replaceAll('\r\n', '\n');
    const hunks = patch.hunks.map((hunk) => ({
      ...hunk,
      lines: hunk.lines.map((line) => ({ ...line, text: lf(line.text) })),
    }));
    if (applyHunks(lf(file.before), hunks) !== lf(file.after)) return `${path} is not what its patch makes`;
  }
  const stray = files.find((file) => !told.has(file.path) && !(origin?.kind === 'range' && isBinary(file)));
  return stray && `its patch does not have ${stray.path}`;
}

/** A change that was kept with the run that it was made for: the same bytes again. @throws UserError for paths that lead out of a tree. */
export function keptChange(kept: GeneratedPatch, file: string): GivenChange {
  const { recipe: identity, origin } = kept;
  const wrong =
    kept.files.flatMap(
      ({ path }) => pathProblem(path) ?? (stripped(path, 0) === undefined ? 'a path leads out of the tree' : []),
    )[0] ??
    (sha256(Buffer.from(kept.text, 'latin1')) === kept.sha256 ? undefined : 'its patch is not the one that was kept') ??
    unlikeText(kept, file);
  if (origin === undefined || wrong !== undefined) {
    throw new UserError({
      code: 'change/damaged',
      message: `the kept change is damaged: ${wrong ?? 'it does not say where it is from'}`,
      place: { file },
      hint: 'start a new run',
    });
  }
  const change = { identity, origin };
  return {
    ...change,
    make: async (tree) => {
      const own = await fittingFiles(change, kept.files, tree);
      if (!Array.isArray(own)) return own;
      return {
        verdict: 'applies',
        patch: kept,
        warnings: [],
        account: accountOf(change),
      };
    },
  };
}

/** Whole files in the place of those that they were made from, to the byte. */
async function applyFiles(
  { identity, origin }: Omit<GivenChange, 'make'>,
  { files, text: diff }: { readonly files: readonly FileChange[]; readonly text?: string | undefined },
  tree: SourceTree,
): Promise<GenerateResult> {
  const own = await fittingFiles({ identity, origin }, files, tree);
  if (!Array.isArray(own)) return own;
  if (own.length === 0)
    return { verdict: 'not-applicable', why: `${identity.id} changes no file of the tree`, account: [] };
  const written = diff === undefined ? await diffsOf(own, tree) : { text: diff, ...countLines(diff) };
  const { text, insertions, deletions } = written;
  const binary = diff === undefined ? own.filter(isBinary).map(({ path }) => path) : [];
  const warnings = [
    ...(binary.length === 0
      ? []
      : [
          {
            code: 'change/binary',
            message: `${identity.id} changes binary files, which are built and not in its patch file`,
            detail: binary,
          },
        ]),
  ];
  const patch = {
    recipe: identity,
    origin,
    params: {},
    pythonVersion: tree.version.text,
    base: tree.base,
    files: own,
    text: withHeader(identity, origin, text),
    sha256: '',
    insertions,
    deletions,
    buildOptions: [],
    expect: { tests: [], faster: [], slower: [] },
  };
  const hashed = { ...patch, sha256: sha256(Buffer.from(patch.text, 'latin1')) };
  return {
    verdict: 'applies',
    patch: hashed,
    warnings,
    account: accountOf({ identity, origin }),
  };
}

function countLines(diff: string) {
  const lines = parsePatch(diff, 'the diff').flatMap(({ files }) =>
    files.flatMap(({ hunks }) => hunks.flatMap((h) => h.lines)),
  );
  const count = (mark: string) => lines.filter((line) => line.mark === mark).length;
  return { insertions: count('+'), deletions: count('-') };
}

/**
 * A diff with what stands before it: of a commit the head of its mail, as `git format-patch` writes it. A message in which
 * something could be read as a diff is quoted, and left out where even that could.
 */
function withHeader({ title, why, id }: GivenChange['identity'], origin: Origin, diff: string): string {
  const bytes = (text: string) => Buffer.from(text, 'utf8').toString('latin1');
  const head =
    origin.kind === 'commit'
      ? `From ${origin.commit} Mon Sep 17 00:00:00 2001\nFrom: ${origin.author}\nDate: ${new Date(origin.date).toUTCString()}\nSubject: [PATCH] ${title}\n\n`
      : `${title === '' ? id : title}\n\n`;
  const end = origin.kind === 'commit' ? '---\n\n' : '';
  const quoted = why.replace(/^/gm, '> ');
  const all = [why, quoted, ''].map((body) => bytes(`${head}${body === '' ? '' : `${body}\n`}${end}`) + diff);
  return all.find((text) => isRead(text, diff)) ?? diff;
}

/** Whether a text is read as one patch, of the diff's files and nothing else. */
function isRead(text: string, diff: string): boolean {
  const filesOf = (one: string) =>
    parsePatch(one, 'it').map(({ files }) => files.map(({ newPath, oldPath }) => newPath ?? oldPath));
  try {
    return JSON.stringify(filesOf(text)) === JSON.stringify(filesOf(diff));
  } catch (error) {
    if (error instanceof UserError) return false;
    throw error;
  }
}
