import { mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Context } from '../../system/context.ts';
import { UserError } from '../../system/diagnostic.ts';
import { writeFileAtomic } from '../../system/files.ts';
import { sha256 } from '../../system/hash.ts';
import { type ProcessResult, runProcess } from '../../system/process.ts';
import { type DebianMirror, sourcesStanza } from './apt-sources.ts';

/** One suite's source index in a configuration of our own: the machine's apt is neither read from nor written to. */
export interface AptSuite {
  readonly suite: string;
  readonly mirror: DebianMirror;
  /** Holds the configuration, the lists and the stamp of the last update. */
  readonly dir: string;
}

/** Why apt did not do it, for trying elsewhere. */
export type AptFailure = {
  readonly kind: 'no-apt' | 'no-index' | 'no-package' | 'gone' | 'failed';
  readonly said: string;
};

/** Near enough to Debian's order for versions of one package: only decides what is tried first. */
const NUMERIC = new Intl.Collator('en', { numeric: true });

const DAY_MS = 24 * 60 * 60_000;

const KEPT = /^(PATH|HOME|TMPDIR|(https?|ftp|no|all)_proxy|APT_CONFIG|SSL_CERT_FILE|SSL_CERT_DIR)$/i;

/** Prepares the private configuration of a suite. One suite each, so that a newer one's index never shadows it. */
export async function aptSuite(mirror: DebianMirror, suite: string, ctx: Context): Promise<AptSuite> {
  const dir = path.join(ctx.cacheDir, 'apt', `${suite}-${sha256(mirror.uri).slice(0, 8)}`);
  await mkdir(path.join(dir, 'lists', 'partial'), { recursive: true });
  await mkdir(path.join(dir, 'archives', 'partial'), { recursive: true });
  await writeFileAtomic(path.join(dir, 'debian.sources'), sourcesStanza(mirror, suite));
  const settings: readonly (readonly [string, string])[] = [
    ['Dir::State::lists', path.join(dir, 'lists')],
    ['Dir::Cache', path.join(dir, 'cache')],
    ['Dir::Cache::archives', path.join(dir, 'archives')],
    ['Dir::Etc::sourcelist', path.join(dir, 'debian.sources')],
    ['Dir::Etc::sourceparts', '-'],
    ['Dir::Etc::preferencesparts', '-'],
    ['Acquire::Languages', 'none'],
    ['Acquire::Retries', '2'],
    ['Acquire::http::Timeout', '30'],
    ['APT::Get::Assume-Yes', 'true'],
  ];
  const lines = settings.map(([name, value]) => `${name} "${value}";`);
  // Hooks of this machine's own apt (command-not-found, AppStream, Docker) have nothing to do with our lists.
  lines.push('#clear APT::Update::Pre-Invoke;', '#clear APT::Update::Post-Invoke;');
  lines.push('#clear APT::Update::Post-Invoke-Success;');
  // apt would drop its rights to the user _apt, who cannot write into our cache.
  if (process.getuid?.() === 0) lines.push('APT::Sandbox::User "root";');
  await writeFileAtomic(path.join(dir, 'apt.conf'), `${lines.join('\n')}\n`);
  return { suite, mirror, dir };
}

/**
 * Brings the index of a suite in when it is missing, older than a day, or `force`d.
 * @returns the failure, or `undefined` when the index is there.
 */
export async function updateIndex(apt: AptSuite, ctx: Context, force = false): Promise<AptFailure | undefined> {
  const stamp = path.join(apt.dir, 'updated');
  const age = Date.now() - ((await stat(stamp).catch(() => undefined))?.mtimeMs ?? 0);
  if (!force && age >= 0 && age < DAY_MS) return undefined;
  await rm(stamp, { force: true });
  const result = await aptTool('apt-get', apt, ['update', '--error-on=any'], apt.dir, ctx, 5 * 60_000);
  if (result.exitCode !== 0) return failureOf(result, 'no-index');
  await writeFile(stamp, '');
  return undefined;
}

/**
 * The versions of a source package in the suite's index, newest first: sid's lists older ones too, whose files may be
 * there when those of the newest are not. Downloads nothing.
 */
export async function packageVersions(
  apt: AptSuite,
  name: string,
  ctx: Context,
): Promise<readonly string[] | AptFailure> {
  const result = await aptTool('apt-cache', apt, ['madison', name], apt.dir, ctx, 60_000);
  if (result.exitCode !== 0) return failureOf(result, 'failed');
  const versions = parseMadison(result.stdout, name);
  return versions.length > 0 ? versions : { kind: 'no-package', said: `E: the suite has no ${name}` };
}

/** Reads `apt-cache madison`: `package | version | origin` a line, in no order. @returns the newest first. */
export function parseMadison(text: string, name: string): string[] {
  const rows = text.split('\n').map((line) => line.split('|').map((cell) => cell.trim()));
  const versions = new Set(rows.flatMap(([pkg, version]) => (pkg === name && version !== undefined ? [version] : [])));
  return [...versions].sort((a, b) => NUMERIC.compare(b, a));
}

/** Downloads a source package's files into a folder. @returns the .dsc's path. */
export async function downloadSource(
  apt: AptSuite,
  name: string,
  version: string,
  folder: string,
  ctx: Context,
): Promise<string | AptFailure> {
  await mkdir(folder, { recursive: true });
  const result = await aptTool(
    'apt-get',
    apt,
    ['source', '--download-only', `${name}=${version}`],
    folder,
    ctx,
    15 * 60_000,
  );
  if (result.exitCode !== 0) return failureOf(result, 'failed');
  const dsc = (await readdir(folder)).find((file) => file.endsWith('.dsc'));
  return dsc === undefined ? { kind: 'failed', said: result.stdout } : path.join(folder, dsc);
}

async function aptTool(
  tool: 'apt-get' | 'apt-cache',
  apt: AptSuite,
  args: readonly string[],
  cwd: string,
  ctx: Context,
  timeoutMs: number,
): Promise<ProcessResult> {
  const env = Object.fromEntries(Object.entries(ctx.env).filter(([name]) => KEPT.test(name)));
  return runProcess(tool, ['-q', '-c', path.join(apt.dir, 'apt.conf'), ...args], {
    cwd,
    env: { ...env, LC_ALL: 'C', DEBIAN_FRONTEND: 'noninteractive' },
    timeoutMs,
    signal: ctx.signal,
  });
}

/** Tells failures apart by apt's own words: a file that is gone is worth a fresh index, a missing package another suite. */
function failureOf(result: ProcessResult, otherwise: AptFailure['kind']): AptFailure {
  if (result.notFound) return { kind: 'no-apt', said: 'apt-get is not installed' };
  const said = result.timedOut ? 'apt-get did not end in time' : result.stderr.trim();
  if (/Unable to find a source package|No source package|Unable to locate/i.test(said))
    return { kind: 'no-package', said };
  if (otherwise !== 'no-index' && /404|Hash Sum mismatch|File has unexpected size/i.test(said))
    return { kind: 'gone', said };
  return { kind: otherwise, said };
}

/** The last lines of what apt said, for a diagnostic. */
export function aptDetail(failure: AptFailure): string[] {
  return failure.said
    .split('\n')
    .filter((line) => /^[EW]:/.test(line))
    .slice(-4);
}

/** All suites that were tried, and how each failed, as one error. */
export function nothingFromDebian(what: string, tried: readonly { suite: string; failure: AptFailure }[]): UserError {
  return new UserError({
    code: 'checkout/no-source',
    message: `Debian's mirror did not give the sources of ${what}`,
    hint: 'check the network, or name a tree that you have with --checkout DIR, or give a git URL',
    detail: tried.flatMap(({ suite, failure }) => [`${suite}: ${failure.kind}`, ...aptDetail(failure)]),
  });
}
