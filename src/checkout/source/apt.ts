import { mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Context } from '../../system/context.ts';
import { writeFileAtomic } from '../../system/files.ts';
import { sha256 } from '../../system/hash.ts';
import { type ProcessResult, runProcess } from '../../system/process.ts';
import { type DebianMirror, sourcesStanza } from './apt-sources.ts';

export type AptFailure = {
  readonly kind: 'no-apt' | 'no-index' | 'no-package' | 'gone' | 'failed';
  readonly said: string;
};

/** Near enough to Debian's order for versions of one package: only decides what is tried first. */
const NUMERIC = new Intl.Collator('en', { numeric: true });

const DAY_MS = 24 * 60 * 60_000;

const KEPT = /^(PATH|HOME|TMPDIR|(https?|ftp|no|all)_proxy|APT_CONFIG|SSL_CERT_FILE|SSL_CERT_DIR)$/i;

/**
 * Prepares a configuration of our own with one suite's source index: the machine's apt is neither read from nor written
 * to. One suite each, so that a newer one's index never shadows it.
 * @returns the folder that holds the configuration, the lists and the stamp of the last update.
 */
export async function aptSuite(mirror: DebianMirror, suite: string, ctx: Context): Promise<string> {
  const dir = path.join(ctx.cacheDir, 'apt', `${suite}-${sha256(mirror.uri).slice(0, 8)}`);
  await mkdir(path.join(dir, 'lists', 'partial'), { recursive: true });
  await mkdir(path.join(dir, 'archives', 'partial'), { recursive: true });
  await writeFileAtomic(path.join(dir, 'debian.sources'), sourcesStanza(mirror, suite));
  const lines = [
    `Dir::State::lists "${dir}/lists";`,
    `Dir::Cache "${dir}/cache";`,
    `Dir::Cache::archives "${dir}/archives";`,
    `Dir::Etc::sourcelist "${dir}/debian.sources";`,
    'Dir::Etc::sourceparts "-";',
    'Dir::Etc::preferencesparts "-";',
    'Acquire::Languages "none";',
    'Acquire::Retries "2";',
    'Acquire::http::Timeout "30";',
    'APT::Get::Assume-Yes "true";',
    // Hooks of this machine's own apt (command-not-found, AppStream, Docker) have nothing to do with our lists.
    ...['Pre-Invoke', 'Post-Invoke', 'Post-Invoke-Success'].map((hook) => `#clear APT::Update::${hook};`),
    // apt would drop its rights to the user _apt, who cannot write into our cache.
    ...(process.getuid?.() === 0 ? ['APT::Sandbox::User "root";'] : []),
  ];
  await writeFileAtomic(path.join(dir, 'apt.conf'), `${lines.join('\n')}\n`);
  return dir;
}

/**
 * Brings the index of a suite in when it is missing, older than a day, or `force`d.
 * @returns the failure, or `undefined` when the index is there.
 */
export async function updateIndex(dir: string, ctx: Context, force = false): Promise<AptFailure | undefined> {
  const stamp = path.join(dir, 'updated');
  const age = Date.now() - ((await stat(stamp).catch(() => undefined))?.mtimeMs ?? 0);
  if (!force && age >= 0 && age < DAY_MS) return undefined;
  await rm(stamp, { force: true });
  const result = await aptTool('apt-get', ['update', '--error-on=any'], dir, dir, 5 * 60_000, ctx);
  if (result.exitCode !== 0) return failureOf(result, 'no-index');
  await writeFile(stamp, '');
  return undefined;
}

/**
 * The versions of a source package in the suite's index, newest first: sid's lists older ones too, whose files may be
 * there when those of the newest are not. Downloads nothing.
 */
export async function packageVersions(
  dir: string,
  name: string,
  ctx: Context,
): Promise<readonly string[] | AptFailure> {
  const result = await aptTool('apt-cache', ['madison', name], dir, dir, 60_000, ctx);
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
  dir: string,
  name: string,
  version: string,
  folder: string,
  ctx: Context,
): Promise<string | AptFailure> {
  await mkdir(folder, { recursive: true });
  const args = ['source', '--download-only', `${name}=${version}`];
  const result = await aptTool('apt-get', args, dir, folder, 15 * 60_000, ctx);
  if (result.exitCode !== 0) return failureOf(result, 'failed');
  const dsc = (await readdir(folder)).find((file) => file.endsWith('.dsc'));
  return dsc === undefined ? { kind: 'failed', said: result.stdout } : path.join(folder, dsc);
}

function aptTool(
  tool: 'apt-get' | 'apt-cache',
  args: readonly string[],
  dir: string,
  cwd: string,
  timeoutMs: number,
  ctx: Context,
): Promise<ProcessResult> {
  const kept = Object.entries(ctx.env).filter(([name]) => KEPT.test(name));
  const env = { ...Object.fromEntries(kept), LC_ALL: 'C', DEBIAN_FRONTEND: 'noninteractive' };
  const all = ['-q', '-c', path.join(dir, 'apt.conf'), ...args];
  return runProcess(tool, all, { cwd, env, timeoutMs, signal: ctx.signal });
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
