import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Context } from '../../system/context.ts';
import { UserError } from '../../system/diagnostic.ts';
import { runStep } from '../../system/events.ts';
import { sha256 } from '../../system/hash.ts';
import { openGit, orNot } from '../git.ts';
import { noRef, noRepository, resolve } from '../git-tree.ts';
import { openCheckout } from '../open.ts';
import type { Checkout } from '../types.ts';
import { debianMirrors, systemEntries } from './apt-sources.ts';
import { debianPackage, fetchFromDebian } from './debian.ts';
import { CPYTHON_URL, fetchFromGit, resolveRelease, resolveRemote } from './from-git.ts';
import { copyTree, locked, makeWhole, moveAside, mustBeEmpty } from './place.ts';

type SourceSpec =
  /** `2.7`: the newest release of a series; `3.14.2`: exactly that one. */
  | { readonly kind: 'version'; readonly short: string; readonly exact: string | undefined }
  /** `v3.8.5`: a tag of CPython's repository. */
  | { readonly kind: 'tag'; readonly tag: string }
  | { readonly kind: 'git'; readonly url: string; readonly ref: string | undefined };

const VERSION = /^(\d+)\.(\d+)(?:\.(\d+)((?:a|b|rc)\d+)?)?$/;

/**
 * Reads `2.7`, `3.14.2`, `3.15.0a1`, `v3.8.5`, or a git URL with an optional `#ref`.
 * @throws UserError `checkout/bad-source`.
 */
export function parseSpec(text: string): SourceSpec {
  const version = VERSION.exec(text);
  if (version !== null) {
    const [, major, minor, micro] = version;
    return { kind: 'version', short: `${major}.${minor}`, exact: micro === undefined ? undefined : text };
  }
  if (/^v\d+\.\d+(\.\d+)?((a|b|c|rc)\d+)?$/.test(text)) return { kind: 'tag', tag: text };
  const [, url = '', ref] = /^(.*?)(?:#([^#]*))?$/s.exec(text) ?? [];
  if (/^(https?|ssh|git|file):\/\/./.test(url) || /^[\w.-]+@[\w.-]+:./.test(url)) {
    // What begins with a dash would be an option of git's.
    if (ref === undefined || /^[\w.][\w./+-]*$/.test(ref)) return { kind: 'git', url, ref };
  }
  throw new UserError({
    code: 'checkout/bad-source',
    message: `"${text}" names no sources`,
    hint: 'give a version (2.7, 3.14.2), a tag (v3.8.5), or a git URL (https://host/fork.git#branch)',
  });
}

interface ObtainOptions {
  /** Apply Debian's own patches: only for what comes as a Debian source package. */
  readonly debian?: boolean | undefined;
  /** Copy the tree there; must be empty or not exist. Without it the cache's own copy is used, which is for reading. */
  readonly to?: string | undefined;
  /** Fetch again what is in the cache (a branch moves on). */
  readonly refresh?: boolean | undefined;
  /** Where CPython's repository is; the official one by default. */
  readonly cpythonUrl?: string | undefined;
  /** Where in the repository the tree is; its top by default. */
  readonly inside?: string | undefined;
  /** apt's configuration folder; `/etc/apt` by default. */
  readonly aptEtc?: string | undefined;
}

export interface ObtainedSource {
  /** Absolute: in the cache, or `to`. */
  readonly root: string;
  readonly checkout: Checkout;
  readonly hit: boolean;
}

/**
 * Gets a CPython tree: `2.7`, `3.14.2`, `v3.8.5`, or a git URL with an optional `#ref`. Versions come as Debian's
 * source package where a Debian suite has them and apt can reach it, else from CPython's repository. What was fetched
 * stays in the cache; a second call takes no network. A cached tree that somebody edited is kept under another name.
 * @throws UserError `checkout/bad-source`, `checkout/no-source`, `checkout/unreachable`, `checkout/no-ref`,
 * `checkout/bad-download`, `checkout/not-empty`, and file problems.
 */
export async function obtainSource(text: string, ctx: Context, options: ObtainOptions = {}): Promise<ObtainedSource> {
  const spec = parseSpec(text);
  if (options.debian && (spec.kind !== 'version' || debianPackage(spec.short) === undefined)) throw notInDebian(text);
  const to = options.to === undefined ? undefined : path.resolve(options.to);
  if (to !== undefined) await mustBeEmpty(to);
  const folder = path.join(ctx.cacheDir, 'sources', cacheName(spec, options));
  const root = path.join(folder, options.inside ?? '');
  const cached = await locked(folder, ctx, async () => {
    if (existsSync(folder)) {
      const checkout = await openCheckout(root, ctx).catch((error: unknown) => {
        if (error instanceof UserError) return undefined;
        throw error;
      });
      const pristine = checkout?.base.kind === 'tarball' || (checkout?.base.kind === 'git' && !checkout.base.dirty);
      if (pristine && checkout !== undefined && options.refresh !== true) return { root, checkout, hit: true };
      const aside = await moveAside(folder);
      if (!pristine) {
        const say = `the cached sources of ${text} were edited: they are kept as ${aside}, and fetched again`;
        ctx.emit({ type: 'message', level: 'warning', text: say });
      }
    }
    await makeWhole(folder, (temporary) => fetch(spec, temporary, text, ctx, options));
    return { root, checkout: await openCheckout(root, ctx), hit: false };
  });
  if (to === undefined) return cached;
  await runStep(ctx.emit, { id: `source/${text}/copy`, title: `Copy to ${to}` }, () => copyTree(folder, to));
  return { root: to, checkout: await openCheckout(to, ctx), hit: cached.hit };
}

async function fetch(
  spec: SourceSpec,
  folder: string,
  text: string,
  ctx: Context,
  options: ObtainOptions,
): Promise<void> {
  const url = options.cpythonUrl ?? CPYTHON_URL;
  if (spec.kind === 'git') {
    return fetchFromGit(spec.url, await resolveRemote(spec.url, spec.ref, ctx), folder, text, ctx);
  }
  if (spec.kind === 'tag') return fetchFromGit(url, await resolveRemote(url, spec.tag, ctx), folder, text, ctx);
  const problems: UserError[] = [];
  const pkg = debianPackage(spec.short);
  const mirrors = pkg === undefined ? [] : debianMirrors(systemEntries(options.aptEtc));
  if (pkg !== undefined && mirrors.length > 0) {
    try {
      return await fetchFromDebian(pkg, spec.exact, mirrors, options.debian === true, folder, ctx);
    } catch (error) {
      if (!(error instanceof UserError) || error.diagnostics[0]?.code !== 'checkout/no-source') throw error;
      problems.push(error);
    }
  }
  if (options.debian === true) throw problems[0] ?? notInDebian(text);
  try {
    return await fetchFromGit(url, await resolveRelease(url, spec.short, spec.exact, ctx), folder, text, ctx);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    if (problems.length === 0 && error.diagnostics[0]?.code === 'checkout/no-ref') throw error;
    throw new UserError({
      code: 'checkout/no-source',
      message: `the sources of ${text} cannot be had here`,
      hint: 'check the network, or name a tree that you have with --checkout DIR, or give a git URL that you can reach',
      detail: [...problems, error].flatMap((p) => p.diagnostics.flatMap((d) => [d.message, ...(d.detail ?? [])])),
    });
  }
}

/** A folder's name for a spec: the same for the same request. */
function cacheName(spec: SourceSpec, { debian, cpythonUrl }: ObtainOptions): string {
  const official = cpythonUrl === undefined ? '' : `-${sha256(cpythonUrl).slice(0, 8)}`;
  if (spec.kind === 'version') return `${spec.exact ?? spec.short}${debian ? '-debian' : ''}${official}`;
  if (spec.kind === 'tag') return `${spec.tag}${official}`;
  const name = path.posix
    .basename(spec.url)
    .replace(/\.git$/, '')
    .replaceAll(/[^\w.-]/g, '_');
  return `git-${name}-${sha256(`${spec.url}#${spec.ref ?? ''}`).slice(0, 12)}`;
}

function notInDebian(text: string): UserError {
  return new UserError({
    code: 'checkout/no-source',
    message: `there is no Debian source package of ${text} to be had here`,
    hint: 'leave --debian out',
  });
}

/**
 * The tree of a ref of a repository that is here, as a folder in the cache: fetched from it once, without its history.
 * The repository is only read.
 * @param dir a folder in the repository: its top, a bare repository, or the tree's own folder in a larger one.
 * @param ref anything that git resolves to a commit.
 * @returns the tree's folder, absolute.
 * @throws UserError `checkout/no-repository`, `checkout/no-ref`, and as `obtainSource`.
 */
export async function checkoutAtRef(dir: string, ref: string, ctx: Context): Promise<string> {
  const root = path.resolve(dir);
  const git = await openGit(root, ctx);
  const where = await orNot(git.raw(['rev-parse', '--git-common-dir', '--show-prefix']));
  const [folder = '', prefix = ''] = where?.split('\n') ?? [];
  if (folder === '') throw noRepository(root);
  const [commit] = await resolve(root, [`${ref}^{commit}`], ctx);
  if (commit === undefined) throw new UserError(noRef(root, ref));
  // In the address of a repository git decodes percent signs.
  const url = `file://${path.resolve(root, folder).replaceAll('%', '%25')}`;
  const { root: tree } = await obtainSource(`${url}#${commit}`, ctx, { inside: prefix });
  return tree;
}
