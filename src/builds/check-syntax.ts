import { mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { structChanges, structsOf } from '../c/structs.ts';
import { inParallel } from '../checkout/in-parallel.ts';
import { epochOf, makeTree } from '../checkout/make-tree.ts';
import { checkoutFiles } from '../checkout/open.ts';
import type { Checkout } from '../checkout/types.ts';
import { touchedDefines } from '../patch/touched-conditions.ts';
import type { GeneratedPatch } from '../patch/types.ts';
import type { Context } from '../system/context.ts';
import { type Diagnostic, UserError } from '../system/diagnostic.ts';
import { runStep } from '../system/events.ts';
import { inTemporaryFolder } from '../system/files.ts';
import { byCodeUnit } from '../system/hash.ts';
import { runProcess } from '../system/process.ts';
import { HOST } from '../targets/descriptors.ts';
import { checkCompiler, findToolchain } from '../targets/toolchain.ts';
import type { Toolchain } from '../targets/types.ts';
import { type CompilerRemark, compilerRemarks, newRemarks } from './compiler-errors.ts';
import { planBuild } from './configure/plan.ts';
import { configureFingerprint, configureOnce } from './configure/store.ts';
import { expandRoot } from './environment.ts';
import { findBuild, newEntry, withEntryLock } from './store.ts';
import type { BuildPlan } from './types.ts';

const COMPILE_LIMIT_MS = 120_000;
const PARALLEL_READS = 32;

/** One touched file, compiled without and with the patches under some macros. */
export interface SyntaxCheck {
  /** Relative to the checkout. A header is compiled after Python.h. */
  readonly file: string;
  /** As the compiler takes them: `NDEBUG`, `PyFrame_MAXFREELIST=0`. */
  readonly defines: readonly string[];
  /** `not-checkable`: the unpatched file does not compile so, by its own fault or because a generated header is missing; of a header, nor does what includes it. */
  readonly verdict: 'fine' | 'worse' | 'not-checkable';
  /** What the compiler says of the patched file and did not say of the unpatched one. */
  readonly problems: readonly Diagnostic[];
}

/** Where C that is compiled lies, and what it includes; a fork has folders of its own. */
const FOLDERS = ['Include', 'Objects', 'Python', 'Parser', 'Modules', 'PC', 'Programs', 'Mac'];
/** Where headers are looked for. */
const INCLUDED = ['../obj', 'Include', 'Include/internal', '.', 'Python', 'Objects', 'Modules'];

/**
 * Compiles the files that patches touch with `-fsyntax-only -Wall` under NDEBUG, under Py_DEBUG, and under each macro of
 * an `#if` that an edit touches; and, as a release, the files that name a struct whose members change. Only errors and warnings that the unpatched file does not give count. Warnings that need
 * the optimiser (maybe-uninitialized) are not seen: those come with the build.
 * @param patches a series in its order.
 * @param pyconfig the text of a pyconfig.h to compile with; default: what configure makes on this machine.
 * @throws UserError when there is no compiler or configure fails; Cancelled.
 */
export async function checkSyntax(
  checkout: Checkout,
  patches: readonly GeneratedPatch[],
  ctx: Context,
  pyconfig?: string,
): Promise<readonly SyntaxCheck[]> {
  const own = await includeFolders(checkout);
  const folders = new Set([...FOLDERS, ...own.map((folder) => folder.split('/')[0])]);
  const isSource = (file: string) => /\.(?:c|h|inc|def)$/.test(file) && folders.has(file.split('/')[0]);
  const changes = patches.flatMap((patch) => patch.files).filter((file) => isSource(file.path));
  if (changes.length === 0) return [];
  return inTemporaryFolder('forkwright-syntax-', async (root) => {
    for (const folder of ['obj', 'home']) await mkdir(path.join(root, folder));
    const { toolchain, env } = await hostPlan(checkout, ctx);
    const compiler = { cc: toolchain.cc, env: expandRoot(env, root), folders: [...INCLUDED, ...own] };
    const header = pyconfig ?? (await configuredHeader(checkout, ctx));
    await writeFile(path.join(root, 'obj', 'pyconfig.h'), header, 'latin1');
    const sources = (await checkoutFiles(checkout, ctx)).filter(isSource);
    const before = new Map(changes.toReversed().map((change) => [change.path, change.before]));
    const last = new Map(changes.map((change) => [change.path, change]));
    const left = [...last.values()].filter(({ is }) => is !== 'removed');
    const after = new Map(left.map((change) => [change.path, change.after]));
    await layTree(path.join(root, 'before'), checkout, sources, before);
    const stay = sources.filter((file) => last.get(file)?.is !== 'removed');
    await layTree(path.join(root, 'after'), checkout, stay, after);

    /** @param unit what is compiled: the file, or what includes it, which says nothing where the compiler does not come to it. */
    const check = async (unit: string, file: string, defines: readonly string[]): Promise<SyntaxCheck> => {
      const old = await compile(path.join(root, 'before'), unit, defines, compiler, ctx);
      if (!old.compiles || (unit !== file && !old.included.some((name) => path.normalize(name) === file)))
        return { file, defines, verdict: 'not-checkable', problems: [] };
      const now = await compile(path.join(root, 'after'), unit, defines, compiler, ctx);
      const problems = newRemarks(old.remarks, now.remarks).map((remark) => problemOf(remark, defines));
      if (!now.compiles && problems.length === 0) problems.push(unexplained(file, defines));
      return { file, defines, verdict: problems.length === 0 ? 'fine' : 'worse', problems };
    };
    /** The sources that a header is written into: one that needs what stands before it there cannot be compiled alone. */
    const includers = async (header: string): Promise<readonly string[]> => {
      if (!header.endsWith('.h')) return [];
      const name = path.basename(header).replaceAll('.', '\\.');
      const include = new RegExp(`^[ \\t]*#[ \\t]*include[ \\t]*"(?:[^"\\n]*/)?${name}"`, 'm');
      const found: string[] = [];
      const units = sources.filter((file) => file.endsWith('.c'));
      await inParallel(units, PARALLEL_READS, async (file) => {
        if (include.test(await readFile(path.join(root, 'before', file), 'latin1'))) found.push(file);
      });
      return found.sort(byCodeUnit);
    };

    const wanted = [...after.keys()].sort(byCodeUnit).flatMap((file) => {
      const touched = changes.filter((change) => change.path === file).flatMap(touchedDefines);
      return assignments(touched).map((defines) => ({ file, defines }));
    });
    const users = await usersOfStructs(checkout, sources, before, after);
    wanted.push(...users.map((file) => ({ file, defines: ['NDEBUG'] })));
    const checks: SyntaxCheck[] = [];
    await inParallel([...wanted.entries()], ctx.jobs, async ([index, { file, defines }]) => {
      const alone = await check(file, file, defines);
      const there: SyntaxCheck[] = [];
      const users = alone.verdict === 'not-checkable' ? await includers(file) : [];
      for (const user of users) there.push(await check(user, file, defines));
      const worst = (['worse', 'fine'] as const).flatMap((verdict) => there.filter((c) => c.verdict === verdict))[0];
      checks[index] = worst ?? alone;
    });
    return checks;
  });
}

/** The C files, beside the patched ones, that name a struct whose members a patched header changes. */
async function usersOfStructs(
  checkout: Checkout,
  sources: readonly string[],
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
): Promise<readonly string[]> {
  const structs = [...after].flatMap(([file, text]) =>
    file.endsWith('.h') ? structChanges(structsOf(before.get(file) ?? ''), structsOf(text)) : [],
  );
  const names = structs.flatMap((change) => change.before.names);
  if (names.length === 0) return [];
  const word = new RegExp(`\\b(?:${names.join('|')})\\b`);
  const others = sources.filter((file) => file.endsWith('.c') && !after.has(file));
  const texts = await Promise.all(others.map((file) => readFile(path.join(checkout.root, file), 'latin1')));
  return others.filter((_, i) => word.test(texts[i] ?? ''));
}

/** Release and debug build; and each touched macro, in a release build. */
function assignments(touched: readonly string[]): readonly (readonly string[])[] {
  const others = [...new Set(touched)].filter((define) => !/^(?:NDEBUG|Py_DEBUG)(?:=|$)/.test(define));
  return [['NDEBUG'], ['Py_DEBUG'], ...others.map((define) => ['NDEBUG', define])];
}

/** A tree of links to the checkout's sources, but for the files whose text is given. */
async function layTree(
  folder: string,
  checkout: Checkout,
  sources: readonly string[],
  texts: ReadonlyMap<string, string>,
): Promise<void> {
  const folders = new Set([...sources, ...texts.keys()].map((file) => path.dirname(file)));
  for (const name of folders) await mkdir(path.join(folder, name), { recursive: true });
  for (const file of sources) {
    if (!texts.has(file)) await symlink(path.join(checkout.root, file), path.join(folder, file));
  }
  for (const [file, text] of texts) await writeFile(path.join(folder, file), text, 'latin1');
}

/** The folders of headers that a fork's own makefile names beside CPython's: `Stackless`. */
async function includeFolders(checkout: Checkout): Promise<readonly string[]> {
  const makefile = await readFile(path.join(checkout.root, 'Makefile.pre.in'), 'latin1').catch(() => '');
  const named = [...makefile.matchAll(/(?<=\s)-I *\$\(srcdir\)\/((?:[\w-]+\/?)+)(?=\s)/g)].map(
    ([, folder = '']) => folder,
  );
  return [...new Set(named)].filter((folder) => !INCLUDED.includes(folder));
}

interface Compiler {
  readonly cc: Toolchain['cc'];
  readonly env: Readonly<Record<string, string>>;
  readonly folders: readonly string[];
}

async function compile(
  tree: string,
  file: string,
  defines: readonly string[],
  { cc, env, folders }: Compiler,
  ctx: Context,
) {
  const [program = cc.path, ...options] = cc.command;
  const isHeader = file.endsWith('.h');
  const args = [
    ...options,
    '-fsyntax-only',
    // Names what is included, a line each, indented by dots.
    '-H',
    '-Wall',
    '-DPy_BUILD_CORE',
    ...defines.map((define) => `-D${define}`),
    ...folders.map((folder) => `-I${folder}`),
    ...(isHeader ? ['-x', 'c', '-'] : [file]),
  ];
  const input = isHeader ? `#include "Python.h"\n#include "${includedAs(file)}"\n` : undefined;
  const how = { cwd: tree, env, timeoutMs: COMPILE_LIMIT_MS, signal: ctx.signal, encoding: 'latin1', input } as const;
  const result = await runProcess(program, args, how);
  const included = [...result.stderr.matchAll(/^\.+ (.+)$/gm)].map(([, name = '']) => name);
  return { compiles: result.exitCode === 0, remarks: compilerRemarks(result.stderr), included };
}

/** Headers in Include/cpython refuse to be included but by their namesake in Include. */
const includedAs = (header: string): string => header.replace(/^Include\/(?:cpython\/)?/, '');

const under = (defines: readonly string[]): string => defines.map((define) => `-D${define}`).join(' ');

function problemOf(remark: CompilerRemark, defines: readonly string[]): Diagnostic {
  return {
    code: `build/new-${remark.severity}`,
    message: `the patched file does not compile as before with ${under(defines)}: ${remark.message}`,
    place: { file: remark.file },
    detail: [`line ${remark.line} of the patched file`],
    hint: 'the recipe leaves something behind there: add an edit for it',
  };
}

function unexplained(file: string, defines: readonly string[]): Diagnostic {
  return {
    code: 'build/new-error',
    message: `the patched file does not compile with ${under(defines)}, and the unpatched one does`,
    place: { file },
    hint: 'compile it by hand to see why',
  };
}

const CONFIGURE_LIMIT_MS = 30 * 60_000;

/** How the unpatched checkout would be built on this machine. @throws UserError when there is no compiler. */
async function hostPlan(checkout: Checkout, ctx: Context): Promise<BuildPlan> {
  const toolchain = await findToolchain(HOST, ctx);
  await checkCompiler(toolchain.cc, ctx);
  const options = { pgo: false, modules: 'all', configure: [], launcher: 'none' } as const;
  const request = { variant: 'baseline', checkout, patches: [], target: HOST, options } as const;
  return planBuild(request, toolchain, await epochOf(checkout, ctx));
}

/**
 * The pyconfig.h of an unpatched checkout on this machine: from the store, or by running configure once, whose result is
 * kept for this and for builds.
 * @returns its text, as Latin-1.
 * @throws UserError when there is no compiler, or configure fails.
 */
export async function configuredHeader(checkout: Checkout, ctx: Context): Promise<string> {
  const plan = await hostPlan(checkout, ctx);
  const read = (obj: string) => readFile(path.join(obj, 'pyconfig.h'), 'latin1');
  const kept = async () => {
    const build = await findBuild(plan.key, ctx);
    return build === undefined ? undefined : read(build.obj);
  };
  const locked = async (): Promise<string> => {
    const there = await kept();
    if (there !== undefined) return there;
    // At the place where the build would be made, as its path stands in what configure writes.
    const root = await newEntry(plan.key, ctx);
    try {
      const obj = path.join(root, 'obj');
      await mkdir(obj);
      const print = await configureFingerprint(plan, checkout.root, obj, await checkoutFiles(checkout, ctx));
      await configureOnce(print, plan.key, obj, ctx, () => configure(plan, obj, ctx));
      return await read(obj);
    } finally {
      // Half an entry is no hit, but it would lie there until it is built.
      await rm(root, { recursive: true, force: true });
    }
  };
  return (await kept()) ?? withEntryLock(plan.key, ctx, locked);
}

async function configure(plan: BuildPlan, obj: string, ctx: Context): Promise<undefined> {
  const { checkout } = plan.request;
  const root = path.dirname(obj);
  const title = `configure CPython ${checkout.version.text} for the compile checks (kept for the next time)`;
  return runStep(ctx.emit, { id: 'syntax/configure', title }, async () => {
    await makeTree(checkout, [], path.join(root, 'src'), ctx);
    await mkdir(path.join(root, 'home'), { recursive: true });
    if (plan.site !== undefined) await writeFile(path.join(root, 'config.site'), plan.site);
    const site = plan.site === undefined ? {} : { CONFIG_SITE: '../config.site' };
    const env = { ...expandRoot(plan.env, root), ...site };
    const [file = '', ...args] = plan.configure;
    const result = await runProcess(file, args, { cwd: obj, env, timeoutMs: CONFIGURE_LIMIT_MS, signal: ctx.signal });
    if (result.exitCode === 0) return undefined;
    // Thrown inside the step, so that the step is seen to fail.
    throw new UserError({
      code: 'build/configure-failed',
      message: 'configure of the unpatched tree fails, so its files cannot be compiled here',
      place: { file: path.join(checkout.root, 'configure') },
      detail: `${result.stdout}${result.stderr}`.trim().split('\n').slice(-5),
      hint: 'leave --verify out, or see `forkwright doctor`',
    });
  });
}
