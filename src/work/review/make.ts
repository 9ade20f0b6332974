import { namesPatches, parseFolders, patchFolders } from '../../change/patch-files.ts';
import { folderInRepository } from '../../checkout/git-state.ts';
import { namedFiles } from '../../diff/locate.ts';
import type { ParsedPatch } from '../../diff/types.ts';
import type { ShippedFolder } from '../../patch/check-shipped.ts';
import { generateSeries } from '../../patch/series.ts';
import type { CheckInput } from '../../review/checks/index.ts';
import { compareReviews } from '../../review/compare/index.ts';
import { appliesTo } from '../../review/model/evidence.ts';
import { reviewOfResult } from '../../review/model/from-series.ts';
import { reviewOfParsed } from '../../review/model/read-patch.ts';
import type { Review, ReviewPatch } from '../../review/types.ts';
import { toneOf } from '../../review/words.ts';
import type { Context } from '../../system/context.ts';
import { refuseTogether, usage } from '../options.ts';
import type { RecipeOptions } from '../run-options.ts';
import { patchesOf, seriesFor, seriesItems } from '../series.ts';
import { treesAt } from '../trees.ts';
import type { PatchBytes, RunFacts } from './run-facts.ts';
import { checkoutFacts, type GeneratedSubject, reviewOfSubject } from './subject.ts';

interface ReviewOptions extends RecipeOptions {
  /** A checkout was named: the one of patch files cannot be taken for the folder that the user is in. */
  readonly checkoutGiven: boolean;
  readonly ref: readonly string[];
  readonly against?: string;
  readonly series?: boolean;
  readonly check?: boolean;
  readonly verify?: boolean;
  readonly run?: string;
  /** How many leading folders of patch files' paths are left out, as with `patch -p`. */
  readonly strip?: number;
}

type MadeReview = { readonly review: Review; readonly exitCode: 0 | 1 };

/**
 * The review that was asked for.
 * @returns exit code 1 when what it comes to is a no (`toneOf`): a recipe does not apply, a check finds an error, the run
 * is not OK, …; or when it differs in substance from the one of --against.
 * @throws UserError
 */
export async function makeReview(names: readonly string[], options: ReviewOptions, ctx: Context): Promise<MadeReview> {
  const made = await reviewOf(names, options, ctx);
  const { checkout } = made.review;
  const folder = checkout === undefined ? '' : await folderInRepository(options.checkout, ctx);
  if (checkout === undefined || folder === '') return made;
  return { ...made, review: { ...made.review, checkout: { ...checkout, folder } } };
}

async function reviewOf(names: readonly string[], options: ReviewOptions, ctx: Context): Promise<MadeReview> {
  if (options.series) return reviewOfTwoSeries(names, options, ctx);
  const files = names.filter(namesPatches);
  if (files.length === 0) return reviewOfRecipes(names, options, ctx);
  if (files.length === names.length) return reviewOfFiles(names, options, ctx);
  const message = `recipes and patch files do not go together: ${names.join(', ')}`;
  throw usage(message, 'review them one after the other');
}

async function reviewOfRecipes(names: readonly string[], options: ReviewOptions, ctx: Context): Promise<MadeReview> {
  if (options.check) {
    throw usage('--check is for patch files, and recipes are named', 'name the patches, or their folder');
  }
  refuseTogether(options, 'recipes', ['strip']);
  if (options.ref.length > 0) return reviewOnRefs(names, options, ctx);
  const subject = await seriesFor(names, options, ctx);
  const patches = patchesOf(subject);
  const syntax = options.verify
    ? (await (await import('../verify-syntax.ts')).verifySyntax(subject.checkout, patches, ctx)).checks
    : undefined;
  const texts = patches.map(({ recipe, sha256, text }) => ({ id: recipe.id, sha256, text }));
  const review = await reviewOfSubject(subject, syntax, await factsOf(options, texts), ctx);
  const failed = !allApply(review) || (syntax ?? []).some(({ verdict }) => verdict === 'worse');
  return against(review, failed, options, ctx);
}

async function reviewOnRefs(names: readonly string[], options: ReviewOptions, ctx: Context): Promise<MadeReview> {
  refuseTogether(options, '--ref', ['verify', 'run', 'regenerate']);
  if (options.ref.length > 2) {
    const message = `${options.ref.length} refs are named, and two can be compared`;
    throw usage(message, 'a table over many refs: `forkwright generate RECIPE --ref …`');
  }
  const items = await seriesItems(names, options);
  const subjects: GeneratedSubject[] = [];
  for (const tree of await treesAt(options.checkout, options.ref, ctx)) {
    subjects.push({ tree, series: await generateSeries(items, tree) });
  }
  const [first, second] = subjects;
  const subject = second ?? first;
  if (first === undefined || subject === undefined) throw new Error('no tree for the refs');
  const review = await reviewOfSubject(subject, undefined, undefined, ctx);
  const failed = !allApply(review);
  if (second === undefined) return against(review, failed, options, ctx);
  refuseTogether(options, 'two --ref', ['against']);
  const comparison = compareReviews(
    { label: first.tree.label, patches: first.series.map((made) => reviewOfResult(made)) },
    { label: second.tree.label, patches: review.patches },
  );
  return { review: { ...review, comparison }, exitCode: exitCode(review, failed) };
}

async function reviewOfFiles(names: readonly string[], options: ReviewOptions, ctx: Context): Promise<MadeReview> {
  refuseTogether(options, 'patch files', ['ref', 'verify', 'param', 'include']);
  const folders = await patchFolders(names, ctx);
  const parsed = parseFolders(folders);
  const tried = options.checkoutGiven ? await onCheckout(parsed, options, ctx) : undefined;
  let patches: readonly ReviewPatch[] = parsed.map((one, i) =>
    reviewOfParsed(one, tried?.result.patches[i]?.located ?? namedFiles(one, options.strip)),
  );
  let current = true;
  if (options.check) {
    const { markCurrent } = await import('../check-current.ts');
    ({ current, patches } = await markCurrent(folders, patches, options, ctx));
  }
  const texts = patches.map(({ id, sha256, file }) => {
    const whole = patches.filter((other) => other.file === file).length === 1;
    const text = whole ? folders.flatMap((f) => f.patches).find((p) => p.file === file)?.text : undefined;
    return { id, sha256, text };
  });
  const facts = await factsOf(options, texts);
  const { runChecksOnFiles } = await import('../../review/checks/index.ts');
  const onTree = tried === undefined ? undefined : await checksOnTree(tried, patches, facts?.builds, ctx);
  const review: Review = {
    schemaVersion: 1,
    title: names.join(', '),
    patches,
    checks: onTree === undefined ? await runChecksOnFiles(patches) : [],
    run: facts?.run,
    ...onTree?.review,
  };
  return against(review, !current || onTree?.applies === false, options, ctx);
}

async function onCheckout(parsed: readonly ParsedPatch[], options: ReviewOptions, ctx: Context) {
  const { openCheckout, folderTree } = await import('../../checkout/index.ts');
  const { changesOnTree } = await import('../../change/on-tree.ts');
  const checkout = await openCheckout(options.checkout, ctx);
  const tree = folderTree(checkout, ctx);
  const result = await changesOnTree(parsed, tree, options.strip, ctx);
  return { tree, checkout: checkoutFacts({ tree, checkout }), result };
}

/** What the checks find there of the patches that apply; that one does not is a problem of that one. */
async function checksOnTree(
  { tree, checkout, result }: Awaited<ReturnType<typeof onCheckout>>,
  patches: readonly ReviewPatch[],
  builds: CheckInput['builds'],
  ctx: Context,
) {
  const { runChecks, runChecksOnFiles } = await import('../../review/checks/index.ts');
  const failing = (until?: number) => result.patches.slice(0, until).filter((one) => one.problem !== undefined);
  const failed = failing().map(({ name }) => name);
  const told = patches.map((patch, i) => {
    const { problem, warning } = result.patches[i] ?? {};
    const without = failing(i).map(({ name }) => name);
    return {
      ...patch,
      evidence: [...patch.evidence, appliesTo(tree.label, problem === undefined, i, without)],
      problems: problem === undefined ? patch.problems : [...patch.problems, problem],
      warnings: warning === undefined ? patch.warnings : [...patch.warnings, warning],
    };
  });
  // A patch file declares nothing that it would break.
  const changed = [{ files: result.files, expect: { tests: [], faster: [], slower: [] } }];
  const reviewed = patches.filter((_, i) => result.patches[i]?.problem === undefined);
  const left =
    failed.length === 0 ? '' : ` Not of ${failed.join(', ')}, which ${failed.length === 1 ? 'does' : 'do'} not apply.`;
  const checks =
    reviewed.length === 0
      ? await runChecksOnFiles(patches, 'The patch does not apply there.')
      : (await runChecks({ patches: changed, reviewed, generated: false, tree, builds }, ctx)).map((check) => ({
          ...check,
          summary: check.summary + left,
        }));
  return { applies: failed.length === 0, review: { checkout, patches: told, checks } };
}

async function reviewOfTwoSeries(names: readonly string[], options: ReviewOptions, ctx: Context): Promise<MadeReview> {
  refuseTogether(options, '--series', ['ref', 'verify', 'param', 'include', 'check', 'against', 'run']);
  const [old, now] = names;
  if (old === undefined || now === undefined || names.length !== 2) {
    const message = `--series compares two, and ${names.length === 1 ? 'one is' : `${names.length} are`} named`;
    throw usage(message, 'forkwright review --series OLD NEW');
  }
  const read = async (name: string) => readFolders(await patchFolders([name], ctx), options.strip);
  const [before, patches] = [await read(old), await read(now)];
  const { runChecksOnFiles } = await import('../../review/checks/index.ts');
  const comparison = compareReviews({ label: old, patches: before }, { label: now, patches });
  const checks = await runChecksOnFiles(patches);
  const review: Review = { schemaVersion: 1, title: `${old} → ${now}`, patches, checks, comparison };
  return { review, exitCode: exitCode(review, false) };
}

/** The patches in files, where no tree is at hand. @param strip how many leading folders of paths are left out. */
const readFolders = (folders: readonly ShippedFolder[], strip?: number): readonly ReviewPatch[] =>
  parseFolders(folders).map((parsed) => reviewOfParsed(parsed, namedFiles(parsed, strip)));

/** With --against, the comparison is part of the review, and a difference of substance is a no. */
async function against(review: Review, failed: boolean, options: ReviewOptions, ctx: Context): Promise<MadeReview> {
  if (options.against === undefined) return { review, exitCode: exitCode(review, failed) };
  const old = readFolders(await patchFolders([options.against], ctx), options.strip);
  const comparison = compareReviews(
    { label: options.against, patches: old },
    { label: review.checkout?.label ?? review.title, patches: review.patches },
  );
  const { changed, added, removed } = comparison.counts;
  return { review: { ...review, comparison }, exitCode: exitCode(review, failed || changed + added + removed > 0) };
}

/** A page that says no and an exit code that says yes would be two answers. */
const exitCode = (review: Review, failed: boolean): 0 | 1 => (failed || toneOf(review) === 'bad' ? 1 : 0);

const allApply = ({ patches }: Review): boolean =>
  patches.every(({ verdict }) => verdict === 'applies' || verdict === 'already-applied' || verdict === 'read');

/** What the run of --run found, when it measured these patches. */
async function factsOf({ run }: ReviewOptions, texts: readonly PatchBytes[]): Promise<RunFacts | undefined> {
  if (run === undefined) return undefined;
  const { runFacts, runOfPatches } = await import('./run-facts.ts');
  return runFacts(await runOfPatches(run, texts));
}
