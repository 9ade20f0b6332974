import { lineAt } from '../c/lex.ts';
import type { SourceTree } from '../checkout/types.ts';
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
import { asInTree, diffsOf } from './files.ts';

/** Which files differ, with their hunks where a diff is at hand. */
export interface Compared {
  readonly text?: string;
  readonly paths: ReadonlyMap<string, readonly PatchHunk[] | undefined>;
}

/**
 * What two trees differ in, as a change.
 */
export async function betweenTrees(
  change: Omit<GivenChange, 'make'>,
  from: SourceTree,
  to: SourceTree,
  { text, paths }: Compared,
): Promise<GivenChange> {
  const files: FileChange[] = [];
  const links: string[] = [];
  for (const [path, hunks] of paths) {
    const [was, is] = [await from.read(path), await to.read(path)];
    if (was?.link || is?.link) links.push(path);
    if (was === undefined && is === undefined) continue;
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
  return { ...change, make: (tree) => applyFiles(change, { files, links, text }, tree) };
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

/** A file that the patch's text has and the change has not. */
function strayFile({ text, files }: GeneratedPatch, name: string): string | undefined {
  const known = new Set(files.map(({ path }) => path));
  const named = parsePatch(text, name).flatMap((parsed) => namedFiles(parsed));
  const stray = named.map(({ old, now }) => decodeBytes(now ?? old ?? '')).find((one) => !known.has(one));
  return stray && `its patch changes ${stray}, of which nothing else is kept`;
}

/** A change that was kept with the run that it was made for: the same bytes again. @throws UserError for paths that lead out of a tree. */
export function keptChange(kept: GeneratedPatch, file: string): GivenChange {
  const { recipe: identity, origin } = kept;
  const wrong =
    kept.files.flatMap(
      ({ path }) => pathProblem(path) ?? (stripped(path, 0) === undefined ? 'a path leads out of the tree' : []),
    )[0] ??
    (sha256(Buffer.from(kept.text, 'latin1')) === kept.sha256 ? undefined : 'its patch is not the one that was kept') ??
    strayFile(kept, file);
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
  {
    files,
    links,
    text: diff,
  }: { readonly files: readonly FileChange[]; readonly links: readonly string[]; readonly text?: string | undefined },
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
    ...(links.length === 0
      ? []
      : [
          {
            code: 'change/link',
            message: `${identity.id} touches symbolic links: the files that they lead to are taken`,
            detail: links,
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
    text: header(identity, origin) + text,
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

const isBinary = ({ before, after }: Pick<FileChange, 'before' | 'after'>): boolean => (before + after).includes('\0');

function countLines(diff: string) {
  const lines = parsePatch(diff, 'the diff').flatMap(({ files }) =>
    files.flatMap(({ hunks }) => hunks.flatMap((h) => h.lines)),
  );
  const count = (mark: string) => lines.filter((line) => line.mark === mark).length;
  return { insertions: count('+'), deletions: count('-') };
}

/** What stands before the diff: of a commit the head of its mail, as `git format-patch` writes it. */
function header({ title, why, id }: GivenChange['identity'], origin: Origin): string {
  const bytes = (text: string) => Buffer.from(text, 'utf8').toString('latin1');
  if (origin.kind !== 'commit') return bytes(`${title === '' ? id : title}\n\n`);
  const body = why === '' ? '' : `${why.replace(/^(?=---|diff |Index: |From |[A-Za-z-]+: )/gm, ' ')}\n`;
  return bytes(
    `From ${origin.commit} Mon Sep 17 00:00:00 2001\nFrom: ${origin.author}\nDate: ${new Date(origin.date).toUTCString()}\nSubject: [PATCH] ${title}\n\n${body}---\n\n`,
  );
}
