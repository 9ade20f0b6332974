import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { Context } from '../../system/context.ts';
import { UserError } from '../../system/diagnostic.ts';
import { runProcess } from '../../system/process.ts';
import { applyPatch, applySeries } from './debian-patches.ts';
import type { Dsc } from './dsc.ts';

/** Unpacks an archive into a folder. @param strip leading parts of the paths to drop. */
export async function untar(archive: string, folder: string, strip: number, ctx: Context): Promise<void> {
  await mkdir(folder, { recursive: true });
  const args = ['-x', '-f', archive, '-C', folder, '--no-same-owner', `--strip-components=${strip}`];
  const result = await runProcess('tar', args, {
    cwd: folder,
    env: { PATH: ctx.env.PATH, LC_ALL: 'C' },
    timeoutMs: 10 * 60_000,
    signal: ctx.signal,
  });
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
  return applySeries(folder, ctx, progress);
}
