import path from 'node:path';
import type { SyntaxCheck } from '../builds/check-syntax.ts';
import { table } from '../document/terminal/style.ts';
import { generateOverTrees, type TreeResult } from '../patch/index.ts';
import type { GeneratedPatch, GenerateResult, Verdict } from '../patch/types.ts';
import type { Diagnostic } from '../system/diagnostic.ts';
import { runStep } from '../system/events.ts';
import type { RecipeOptions } from '../work/run-options.ts';
import { patchesOf, seriesItems } from '../work/series.ts';
import { lookAt } from '../work/trees.ts';
import type { CommandContext, Outcome } from './frame.ts';
import { writeSeries } from './write-series.ts';

export interface RefOptions extends RecipeOptions {
  readonly ref: readonly string[];
  readonly outDir?: string | undefined;
  readonly verify?: boolean | undefined;
  readonly pyconfig?: string | undefined;
}

interface Row {
  readonly ref: string;
  readonly recipe: string;
  readonly verdict: Verdict | 'no-tree';
  readonly pythonVersion?: string | undefined;
  readonly commit?: string | undefined;
  readonly insertions?: number;
  readonly deletions?: number;
  /** SHA-256 of the patch file. */
  readonly sha256?: string;
  /** Why there is no patch, or its first problem. */
  readonly why?: string;
  readonly problems?: readonly Diagnostic[];
  readonly warnings?: readonly Diagnostic[];
  readonly durationMs: number;
}

/**
 * What recipes yield on many refs of a repository, whose work tree is not touched. With `verify` the tree of each ref where
 * nothing fails is put into the cache, and what is touched is compiled there.
 * @returns exit code 0 when no ref drifted, conflicted or compiled worse. A ref that is no CPython tree is told, and is no failure.
 * @throws UserError for a ref that the repository does not have.
 */
export async function generateOverRefs(
  recipes: readonly string[],
  options: RefOptions,
  ctx: CommandContext,
): Promise<Outcome> {
  const started = performance.now();
  const items = await seriesItems(recipes, options);
  const results = await lookAt(options.checkout, options.ref, ctx);
  const series = generateOverTrees(
    items,
    results.flatMap((r) => ('tree' in r ? [r.tree] : [])),
  );
  const rows: Row[] = [];
  const written: string[] = [];
  const syntax: { readonly ref: string; readonly checks: readonly SyntaxCheck[] }[] = [];
  for (const result of results) {
    if ('problem' in result) {
      const { message } = result.problem;
      rows.push({ ref: result.ref, recipe: '', verdict: 'no-tree', why: message, durationMs: 0 });
      continue;
    }
    ctx.signal.throwIfAborted();
    const next = await series.next();
    if (next.done) throw new Error(`no result for ${result.ref}`);
    rows.push(...rowsOf(result.ref, next.value));
    const patches = patchesOf(next.value);
    // Nothing is compiled or written of a series of which a part fails: a half is worse than none.
    if (patches.length === 0 || next.value.series.some((part) => fails(part.result.verdict))) continue;
    if (options.verify) syntax.push({ ref: result.ref, checks: await compiledAt(result.ref, patches, options, ctx) });
    if (options.outDir !== undefined)
      written.push(...(await writeSeries(patches, path.join(options.outDir, refFolder(result.ref)))));
  }
  const failed = rows.some((row) => fails(row.verdict));
  const worse = syntax.some(({ checks }) => checks.some((check) => check.verdict === 'worse'));
  const durationMs = performance.now() - started;
  return {
    exitCode: failed || worse ? 1 : 0,
    data: {
      refs: results.length,
      durationMs: Math.round(durationMs),
      rows,
      written,
      ...(options.verify && { syntax }),
    },
    text: refsText(rows, results.length, written.length, durationMs, ctx),
  };
}

async function compiledAt(
  ref: string,
  patches: readonly GeneratedPatch[],
  options: RefOptions,
  ctx: CommandContext,
): Promise<readonly SyntaxCheck[]> {
  const { checkoutAtRef } = await import('../checkout/source/obtain.ts');
  const { openCheckout } = await import('../checkout/open.ts');
  const { verifySyntax } = await import('../work/verify-syntax.ts');
  return runStep(ctx.emit, { id: `verify/${ref}`, title: `compile what is touched in ${ref}` }, async () => {
    const checkout = await openCheckout(await checkoutAtRef(options.checkout, ref, ctx), ctx);
    return (await verifySyntax(checkout, patches, ctx, options.pyconfig)).checks;
  });
}

const fails = (verdict: Row['verdict']): boolean => verdict === 'drifted' || verdict === 'conflict';

function rowsOf(ref: string, { tree, series }: TreeResult): Row[] {
  return series.map(({ identity, result, durationMs }) => ({
    ref,
    recipe: identity.id,
    verdict: result.verdict,
    pythonVersion: tree.version.text,
    ...(tree.base.kind === 'git' ? { commit: tree.base.commit } : {}),
    ...detailsOf(result),
    durationMs: Math.round(durationMs * 10) / 10,
  }));
}

function detailsOf(result: GenerateResult): Partial<Row> {
  if (result.verdict === 'applies') {
    const { insertions, deletions, sha256 } = result.patch;
    return { insertions, deletions, sha256, warnings: result.warnings };
  }
  if ('why' in result) return { why: result.why };
  return { why: placed(result.problems[0]), problems: result.problems };
}

function placed(problem: Diagnostic | undefined): string {
  if (problem === undefined) return '';
  const { place, message } = problem;
  return place === undefined ? message : `${place.file}${place.line === undefined ? '' : `:${place.line}`}: ${message}`;
}

/** A ref as a relative folder; what a revision may hold and a folder's name should not becomes `_`. */
export function refFolder(ref: string): string {
  return ref
    .split('/')
    .map((part) => part.replace(/[^\w.+-]/g, '_').replace(/^\.+$/, '_'))
    .filter((part) => part !== '')
    .join('/');
}

function refsText(
  rows: readonly Row[],
  refs: number,
  written: number,
  durationMs: number,
  ctx: CommandContext,
): string {
  const head = ['ref', 'python', 'recipe', 'verdict', '+/−', 'ms', ''];
  const body = rows.map((row) => [
    row.ref,
    row.pythonVersion ?? '',
    row.recipe,
    row.verdict,
    row.insertions === undefined ? '' : `+${row.insertions} −${row.deletions}`,
    row.durationMs.toFixed(1),
    fails(row.verdict) || row.verdict === 'no-tree' ? (row.why ?? '') : '',
  ]);
  const counts = new Map<string, number>();
  for (const { verdict } of rows) counts.set(verdict, (counts.get(verdict) ?? 0) + 1);
  const summary = [...counts].map(([verdict, n]) => `${n} ${verdict}`).join(', ');
  const files = written === 0 ? '' : `; ${written} files written`;
  return `${table([head, ...body], ctx.terminal.tableWidth)}\n\n${refs} refs in ${(durationMs / 1000).toFixed(1)} s: ${summary}${files}`;
}
