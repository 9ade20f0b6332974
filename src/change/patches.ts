import path from 'node:path';
import type { SourceTree } from '../checkout/types.ts';
import { type Located, namedFiles } from '../diff/locate.ts';
import { wordsOf } from '../diff/patch-header.ts';
import type { FilePatch, ParsedPatch } from '../diff/types.ts';
import { applyOld } from '../patch/port/apply-old.ts';
import { textFile } from '../patch/port/lines.ts';
import type { GivenChange } from '../patch/series.ts';
import type { FileChange, GeneratedPatch, GenerateResult } from '../patch/types.ts';
import type { Context } from '../system/context.ts';
import { decodeBytes } from '../system/decode.ts';
import type { Diagnostic } from '../system/diagnostic.ts';
import { sha256 } from '../system/hash.ts';
import { accountOf } from './account.ts';
import { asInTree, diffsOf, isBinary } from './files.ts';
import { isUtf8Name } from './names.ts';
import { changesOnTree } from './on-tree.ts';

const NOT_HERE = 'change/does-not-apply';
const PORT =
  'name the checkout that it is for with --checkout, or carry it there first: --port-from TREE, the one that it was made for';

/**
 * Patches that people wrote, as changes of a series: each is applied to the tree as it stands then, without fuzz.
 * @param patches from `parseFolders`, in their order.
 * @param strip how many leading folders of their paths are left out, when it is told.
 * @param taken names that other changes of the series have; these are added.
 */
export function givenPatches(
  patches: readonly ParsedPatch[],
  strip: number | undefined,
  taken: Set<string>,
  ctx: Context,
): readonly GivenChange[] {
  return patches.map((parsed) => {
    const { subject, why, fields } = wordsOf(parsed);
    const stem = path.basename(parsed.name).replace(/\.(?:patch|diff|mbox|eml)$/i, '');
    const id = unused(stem.replace(/[^\w.+-]+/g, '-').replace(/^[.-]+/, '') || 'patch', taken);
    const hash = sha256(Buffer.from(parsed.text, 'latin1'));
    const identity = { id, title: subject === '' ? path.basename(parsed.name) : subject, why, version: '', hash };
    const change: Omit<GivenChange, 'make'> = {
      identity,
      origin: {
        ...{ kind: 'patch', file: parsed.name, line: parsed.line },
        ...(fields.length === 0 ? {} : { header: fields }),
      },
    };
    return { ...change, make: (tree) => applyGiven(parsed, change, tree, strip, ctx) };
  });
}

/** A name that no other patch has: of two files `fix.patch` in two folders, the second is `fix-2`. */
function unused(stem: string, taken: Set<string>): string {
  let id = stem;
  for (let n = 2; taken.has(id); n++) id = `${stem}-${n}`;
  taken.add(id);
  return id;
}

async function applyGiven(
  parsed: ParsedPatch,
  { identity, origin }: Omit<GivenChange, 'make'>,
  tree: SourceTree,
  strip: number | undefined,
  ctx: Context,
): Promise<GenerateResult> {
  const change = { identity, origin };
  const no = (problem: Diagnostic): GenerateResult => ({
    verdict: 'drifted',
    problems: [problem],
    account: accountOf(change, problem.message),
  });
  const odd = parsed.files.flatMap((file) => linkProblem(file, parsed.name))[0];
  if (odd !== undefined) return no(odd);
  const { patches, files } = await changesOnTree([parsed], tree, strip, ctx);
  const [came] = patches;
  const { problem, warning } = came ?? {};
  if (problem !== undefined) {
    // git has tried its reverse.
    if (problem.message.includes('it is there already'))
      return { verdict: 'already-applied', why: 'its reverse applies', account: [] };
    if (problem.code !== 'review/not-on-tree') return no(problem);
    return no(
      (await firstMismatch(came?.located ?? [], parsed.name, tree)) ?? { ...problem, code: NOT_HERE, hint: PORT },
    );
  }
  const changed: FileChange[] = [];
  for (const file of files) {
    if (file.before === file.after && file.is === undefined && file.executable === undefined) continue;
    const own = file.is === 'removed' && file.before === '' ? file : await asInTree(file, tree);
    if (own === undefined) throw new Error(`${file.path} is not what git read`);
    changed.push(own);
  }
  if (changed.length === 0) return { verdict: 'not-applicable', why: `${identity.id} changes nothing`, account: [] };
  const lines = parsed.files.flatMap(({ hunks }) => hunks.flatMap((hunk) => hunk.lines));
  const patch: Omit<GeneratedPatch, 'text' | 'sha256'> = {
    recipe: identity,
    origin,
    params: {},
    pythonVersion: tree.version.text,
    base: tree.base,
    files: changed.map((file) => ({
      ...file,
      edits: file.edits.map((trace) => ({ ...trace, why: identity.title })),
    })),
    insertions: lines.filter(({ mark }) => mark === '+').length,
    deletions: lines.filter(({ mark }) => mark === '-').length,
    buildOptions: [],
    expect: { tests: [], faster: [], slower: [] },
  };
  // As the user has it, where its names and line numbers are the tree's.
  const names = new Set(patch.files.map((file) => file.path));
  const isAsWritten =
    warning === undefined && namedFiles(parsed).every(({ old, now }) => names.has(decodeBytes(now ?? old ?? '')));
  const text = isAsWritten
    ? parsed.text
    : parsed.message.replace(/\n*$/, '\n\n') + (await diffsOf(patch.files, tree)).text;
  return {
    verdict: 'applies',
    patch: { ...patch, text, sha256: sha256(Buffer.from(text, 'latin1')) },
    warnings: [
      ...(warning === undefined ? [] : [{ ...warning, code: 'change/moved' }]),
      ...(isAsWritten ? [] : notInText(patch)),
      ...spacedNames(parsed),
    ],
    account: accountOf(change),
  };
}

/** Names of a plain diff with a space and no tab behind them: read whole, as git does, and cut by patch(1). Once a patch. */
function spacedNames({ name: file, files, text }: ParsedPatch): readonly Diagnostic[] {
  if (/^diff --git /m.test(text)) return [];
  const spaced = files.find(({ newPath }) => newPath?.includes(' ') && text.includes(`\n+++ ${newPath}\n`));
  if (spaced?.newPath === undefined) return [];
  const message = `the name ${decodeBytes(spaced.newPath)} is read whole, as git reads it; patch(1) would cut it at the space`;
  return [{ code: 'change/space-in-name', message, place: { file, line: spaced.line } }];
}

/** What a patch that was written anew leaves out. */
function notInText({ recipe, files }: Pick<GeneratedPatch, 'recipe' | 'files'>): readonly Diagnostic[] {
  const detail = files.filter(isBinary).map((file) => file.path);
  const message = `${recipe.id} changes binary files, which are built and not in its patch file`;
  return detail.length === 0 ? [] : [{ code: 'change/binary', message, detail }];
}

/** The first line that is not as the patch has it, with what stands there. */
async function firstMismatch(
  located: readonly Located[],
  name: string,
  tree: SourceTree,
): Promise<Diagnostic | undefined> {
  for (const { patch, old } of located) {
    const file = old === undefined ? undefined : await tree.read(decodeBytes(old));
    if (file === undefined) continue;
    const applied = applyOld(textFile(file.path, file.text), patch, name);
    if (!('problem' in applied)) continue;
    const message = `${path.basename(name)} does not apply: the line is not as the patch has it`;
    return { ...applied.problem, code: NOT_HERE, message, hint: PORT };
  }
  return undefined;
}

/** Links and submodules are no files that a tree for building has bytes of. */
function linkProblem({ oldPath, newPath, newMode, line }: FilePatch, file: string): readonly Diagnostic[] {
  const odd = [oldPath, newPath].find((name) => name !== undefined && !isUtf8Name(name));
  if (odd !== undefined) {
    const message = `the name of the file ${decodeBytes(odd)} is not UTF-8: it would be made under another one`;
    return [{ code: 'change/name', message, place: { file, line }, hint: 'take that file out of the patch' }];
  }
  if (newMode !== '120000' && newMode !== '160000') return [];
  const what = newMode === '120000' ? 'a symbolic link' : 'a submodule';
  return [
    {
      code: 'change/link',
      message: `the patch makes ${what} (mode ${newMode}), which is not built`,
      place: { file, line },
      hint: 'take that file out of the patch',
    },
  ];
}
