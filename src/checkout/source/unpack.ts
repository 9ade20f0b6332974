import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { Context } from '../../system/context.ts';
import { UserError } from '../../system/diagnostic.ts';
import { runProcess } from '../../system/process.ts';
import type { Dsc } from './dsc.ts';

/** Debian's names of architectures, for `series.in`. */
const ARCH: Readonly<Record<string, string>> = { x64: 'amd64', ia32: 'i386', arm: 'armhf', ppc64: 'ppc64el' };

/** What python2.7's debian/rules defines on bullseye when it makes `series` out of `series.in`. */
const DEFINED = new Set(['Debian', 'arch_os_linux', `arch_${ARCH[process.arch] ?? process.arch}`]);

function run(program: string, args: readonly string[], cwd: string, timeoutMs: number, ctx: Context) {
  const env = { PATH: ctx.env.PATH, LC_ALL: 'C' };
  return runProcess(program, args, { cwd, env, timeoutMs, signal: ctx.signal, encoding: 'latin1' });
}

/** Unpacks an archive into a folder. @param strip leading parts of the paths to drop. */
export async function untar(archive: string, folder: string, strip: number, ctx: Context): Promise<void> {
  await mkdir(folder, { recursive: true });
  const args = ['-x', '-f', archive, '-C', folder, '--no-same-owner', `--strip-components=${strip}`];
  const result = await run('tar', args, folder, 10 * 60_000, ctx);
  if (result.exitCode === 0) return;
  const full = /No space left|Disk quota/.test(result.stderr);
  const tool = /(xz|gzip|bzip2): Cannot exec/.exec(result.stderr)?.[1] ?? (result.notFound ? 'tar' : undefined);
  throw new UserError({
    code: 'checkout/unpack-failed',
    message: `cannot unpack ${path.basename(archive)}${full ? ': the disk is full' : ''}`,
    place: { file: folder },
    detail: result.stderr.trim().split('\n').slice(-4),
    hint:
      tool !== undefined
        ? `install ${tool} (\`apt-get install ${tool === 'xz' ? 'xz-utils' : tool}\`)`
        : full
          ? 'free some space (`forkwright cache --prune` removes old builds)'
          : 'run the same command again',
  });
}

/** The orig tarball among a source package's files. */
export function origTarball(dsc: Dsc): Dsc['files'][number] {
  const found = dsc.files.find((file) => /\.orig\.tar\.\w+$/.test(file.name));
  if (found === undefined) throw new Error(`${dsc.source} ${dsc.version} has no orig tarball`);
  return found;
}

/**
 * Unpacks the orig tarball of a source package whose files lie in `downloads`; with `patched` also Debian's part:
 * format 3.0 (quilt) has it as a tarball of `debian/`, format 1.0 as one diff; both then have a series of patches.
 * @returns how many of Debian's patches were applied.
 */
export async function unpackPackage(
  dsc: Dsc,
  downloads: string,
  folder: string,
  patched: boolean,
  ctx: Context,
  progress: (done: number, of: number) => void,
): Promise<number> {
  await untar(path.join(downloads, origTarball(dsc).name), folder, 1, ctx);
  if (!patched) return 0;
  const debian = dsc.files.find((file) => /\.debian\.tar\.\w+$/.test(file.name));
  const diff = dsc.files.find((file) => file.name.endsWith('.diff.gz'));
  if (debian !== undefined) await untar(path.join(downloads, debian.name), folder, 0, ctx);
  else if (diff !== undefined) {
    const plain = path.join(downloads, diff.name.replace(/\.gz$/, ''));
    await writeFile(plain, gunzipSync(await readFile(path.join(downloads, diff.name))));
    await applyPatch(folder, plain, ctx);
  }
  const from = path.join(folder, 'debian', 'patches');
  const series = await readFile(path.join(from, 'series'), 'utf8').catch(() =>
    readFile(path.join(from, 'series.in'), 'utf8').catch(() => ''),
  );
  const patches = readSeries(series);
  for (const [index, name] of patches.entries()) {
    progress(index, patches.length);
    await applyPatch(folder, path.join(from, name), ctx);
  }
  return patches.length;
}

/**
 * The patches in a `debian/patches/series`, in order: comments and options are dropped. python2.7 has a `series.in`
 * instead, which its build puts through the C preprocessor: `#if defined (X) || …`, `#ifdef`, `#elif`, `#else`, `#endif`.
 */
export function readSeries(text: string, defined: ReadonlySet<string> = DEFINED): string[] {
  const patches: string[] = [];
  /** A group each: whether its current branch counts, and whether one has been taken. */
  const groups: { active: boolean; taken: boolean }[] = [];
  for (const line of text.replaceAll(/\\\n/g, ' ').split('\n')) {
    const [, directive, condition = ''] = /^#\s*(ifdef|if|elif|else|endif)\b(.*)$/.exec(line) ?? [];
    const holds = [...condition.matchAll(/\w+/g)].some(([word]) => defined.has(word));
    const group = groups.at(-1);
    if (directive === undefined) {
      const [name] = /^[^\s#]\S*/.exec(line.trim()) ?? [];
      if (name !== undefined && groups.every((g) => g.active)) patches.push(name);
    } else if (directive === 'ifdef' || directive === 'if') groups.push({ active: holds, taken: holds });
    else if (directive === 'endif') groups.pop();
    else if (group !== undefined) {
      group.active = !group.taken && (directive === 'else' || holds);
      group.taken ||= group.active;
    }
  }
  return patches;
}

/** `patch -p1` in a folder, all of it or an error. Its fuzz is patch's own, as quilt and dpkg 1.0 have it. */
async function applyPatch(root: string, file: string, ctx: Context): Promise<void> {
  const args = ['-p1', '--batch', '--forward', '--silent', '--no-backup-if-mismatch', '-i', file];
  const result = await run('patch', args, root, 60_000, ctx);
  if (result.exitCode === 0) return;
  if (result.notFound) {
    throw new UserError({
      code: 'checkout/no-patch',
      message: "the program `patch` is not installed, which Debian's patches need",
      hint: 'install it (`apt-get install patch`), or leave --debian out',
    });
  }
  throw new UserError({
    code: 'checkout/patch-failed',
    message: `Debian's patch ${path.basename(file)} does not apply`,
    place: { file },
    detail: `${result.stdout}${result.stderr}`.trim().split('\n').slice(-6),
    hint: 'take the pristine sources: leave --debian out',
  });
}
