/**
 * How much of hand-written patches `recipes new ID --from` says by edits that are not exact text.
 * node scripts/research/draft-coverage.ts PATCHES TREE… [--series] [--each] [--text] [--only WORD] [--c]: PATCHES is a folder of patches,
 * TREE a folder or REPO@REF. Each patch is for the first TREE that it applies to; with --series for the first, as those before it
 * leave it (quilt, git format-patch). Hunks are those that git would write. --each prints a line a patch, --text the hunks of C
 * that stay as exact text, --c drafts only patches that change C. A hunk counts as said when no exact text says a part of it. `cByLine` are those of them that an
 * add-lines or drop-lines says: found by a whole line of the file, an #include for instance, and not by a name or a shape.
 */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { structuredPatch } from 'diff';
import { folderTree, gitTree, openCheckout } from '../../src/checkout/index.ts';
import { overlayTree } from '../../src/checkout/overlay-tree.ts';
import type { SourceTree } from '../../src/checkout/types.ts';
import { type Drafted, draftEdits } from '../../src/patch/draft/draft.ts';
import { type PatchedFile, patchedFiles } from '../../src/patch/draft/patched.ts';
import type { Edit } from '../../src/recipe/schema.ts';
import { UserError } from '../../src/system/diagnostic.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    series: { type: 'boolean' },
    each: { type: 'boolean' },
    text: { type: 'boolean' },
    only: { type: 'string' },
    c: { type: 'boolean' },
  },
});
const [folder = '', ...where] = positionals;
const ctx = {
  cacheDir: path.join(process.env.HOME ?? '', '.cache/forkwright'),
  env: process.env,
  signal: new AbortController().signal,
  emit: () => {},
} as never;
const trees: SourceTree[] = [];
for (const name of where) {
  const [repo = '', ref] = name.split('@');
  trees.push(ref === undefined ? folderTree(await openCheckout(name, ctx), ctx) : await gitTree(repo, ref, ctx));
}

/** What generators write: nobody edits it by hand. */
const GENERATED = /(?:^|\/)clinic\/|^Python\/importlib\w*\.h$|frozen_modules\/|^Python\/stdlib_module_names\.h$/;

/** What a patch makes of the first tree that it is for. @throws UserError of the first tree, when it is for none */
async function onFirst(name: string, text: string) {
  let problem: unknown;
  for (const tree of trees) {
    try {
      return { tree, ...(await patchedFiles({ name, text }, tree, ctx)) };
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      problem ??= error;
    }
  }
  throw problem;
}

const order = readdirSync(folder).includes('series')
  ? readFileSync(path.join(folder, 'series'), 'utf8')
      .split('\n')
      .map((line) => line.replace(/\s*#.*/, '').split(' ')[0] ?? '')
      .filter(Boolean)
  : readdirSync(folder)
      .filter((name) => /\.(?:patch|diff)$/.test(name))
      .sort();
const total = {
  patches: 0,
  notFor: 0,
  equal: 0,
  semantic: 0,
  c: 0,
  cSaid: 0,
  cByLine: 0,
  other: 0,
  otherSaid: 0,
  generated: 0,
  left: 0,
};
const kinds = new Map<string, number>();
let longest = 0;

const isExact = (edit: Edit | undefined): boolean =>
  edit === undefined || (edit.kind === 'edit-text' && edit.in === undefined);

/** A hunk, as git would write it, with the kinds of edits that say it. */
function hunksOf({ path: name, before = '', after = '' }: PatchedFile, drafted: Drafted) {
  const { hunks } = structuredPatch('a', 'b', before, after, undefined, undefined, { context: 3 });
  return hunks.map((hunk) => {
    const inside = drafted.groups.filter(
      (g) => g.path === name && g.line >= hunk.oldStart && g.line <= hunk.oldStart + hunk.oldLines,
    );
    const said =
      inside.length > 0 && inside.every((g) => g.edits.length > 0 && !g.edits.some((i) => isExact(drafted.edits[i])));
    return {
      said,
      kinds: [...new Set(inside.flatMap((g) => g.kinds))],
      text: hunk.lines.join('\n'),
      line: hunk.oldStart,
    };
  });
}

for (const name of order) {
  const isC = /^\+\+\+ .*\.[ch]\s*$/m.test(readFileSync(path.join(folder, name), 'latin1'));
  const asked = (values.only === undefined || name.includes(values.only)) && (isC || !values.c);
  if (!asked && !values.series) continue;
  if (asked) total.patches++;
  const started = performance.now();
  try {
    const text = readFileSync(path.join(folder, name), 'latin1');
    const { tree, files } = await onFirst(name, text);
    const drafted = asked ? await draftEdits(files, tree) : undefined;
    if (drafted !== undefined) report(name, files, drafted, started);
    if (values.series) {
      const made = files.flatMap((f) => (f.after === undefined ? [] : [{ path: f.path, after: f.after }]));
      trees[0] = overlayTree(tree, made);
    }
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    if (!asked) continue;
    total.notFor++;
    const { message, place } = error.diagnostics[0] ?? {};
    if (values.each) console.log(`${name}: not for this tree: ${message} ${JSON.stringify(place)}`);
  }
}
console.log(JSON.stringify({ ...total, longestMs: Math.round(longest), kinds: Object.fromEntries(kinds) }));

function report(name: string, files: readonly PatchedFile[], drafted: Drafted, started: number): void {
  let [c, cSaid, other, otherSaid] = [0, 0, 0, 0];
  const shown: string[] = [];
  for (const file of files) {
    if (file.before === undefined || file.after === undefined) continue;
    for (const hunk of hunksOf(file, drafted)) {
      if (GENERATED.test(file.path)) {
        total.generated++;
        continue;
      }
      for (const kind of hunk.said ? hunk.kinds : []) kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
      const isC = /\.[ch]$/.test(file.path);
      if (isC && hunk.said && hunk.kinds.some((kind) => /^(?:add|drop)-lines$/.test(kind))) total.cByLine++;
      if (isC) [c, cSaid] = [c + 1, cSaid + Number(hunk.said)];
      else [other, otherSaid] = [other + 1, otherSaid + Number(hunk.said)];
      if (isC && !hunk.said) shown.push(`===== ${name} ${file.path}:${hunk.line} [${hunk.kinds}]\n${hunk.text}`);
    }
  }
  longest = Math.max(longest, performance.now() - started);
  const equal = drafted.differs === undefined && drafted.left.length === 0;
  total.equal += Number(equal);
  total.semantic += Number(equal && c === cSaid && other === otherSaid);
  total.c += c;
  total.cSaid += cSaid;
  total.other += other;
  total.otherSaid += otherSaid;
  total.left += drafted.left.length;
  if (values.each)
    console.log(
      `${name}: C ${cSaid}/${c}, other ${otherSaid}/${other}${equal ? '' : ` NOT EQUAL: ${drafted.differs ?? drafted.left.map((l) => `${l.path}: ${l.why}`)}`} ${(performance.now() - started).toFixed(0)} ms`,
    );
  if (values.text && shown.length > 0) console.log(shown.join('\n'));
}
