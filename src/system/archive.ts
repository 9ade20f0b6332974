import { constants } from 'node:fs';
import { chmod, mkdir, readdir, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { UserError } from './diagnostic.ts';
import { makeFolder, withFileProblems, writeFileAtomic } from './files.ts';
import { byCodeUnit } from './hash.ts';
import { holding } from './held.ts';

export interface ArchiveFile {
  /** Relative, with '/': no '..', no backslash, no drive. */
  readonly name: string;
  readonly data: Uint8Array;
  /** May be run. */
  readonly executable?: boolean | undefined;
}

/** Why a file must not be called so in an archive that others unpack; `undefined` when nothing is wrong. */
export function badName(name: string): string | undefined {
  if (name === '' || name.startsWith('/') || /^[A-Za-z]:/.test(name)) return 'it is not a relative path';
  if (/[\\\0-\x1f<>:"|?*]/.test(name)) return 'it has characters that not every file system takes';
  const parts = name.split('/');
  if (parts.some((part) => part === '' || part === '.' || part === '..')) return 'it leads out of its folder';
  return undefined;
}

/**
 * Writes an archive (`.tar.gz`, `.tgz`, `.zip`), or else a folder, whose bytes depend on the files alone: names in order, one time for all, no owner.
 * @param top the folder in which all files lie within an archive; a folder that is written is it.
 * @param at the time of all files; before 1980 none is possible in a zip.
 * @throws UserError when a name is not fit, or it cannot be written; Error for two files of one name.
 */
export async function writeArchive(file: string, files: readonly ArchiveFile[], top: string, at: Date): Promise<void> {
  const sorted = [...files].sort((a, b) => byCodeUnit(a.name, b.name));
  const seen = new Set<string>();
  for (const { name } of sorted) {
    const why = badName(name);
    const message = `a file cannot be packed under the name ${JSON.stringify(name)}: ${why}`;
    if (why !== undefined)
      throw new UserError({ code: 'system/archive-name', message, hint: 'rename it where it comes from' });
    if (seen.has(name)) throw new Error(`two files are called ${name}`);
    seen.add(name);
  }
  const seconds = new Date(Math.floor(at.getTime() / 1000) * 1000);
  // Node's gzip writes no time of its own.
  if (/\.(tar\.gz|tgz)$/i.test(file))
    return writeFileAtomic(file, await promisify(gzip)(await tar(sorted, top, seconds)));
  if (/\.zip$/i.test(file)) return writeFileAtomic(file, await zip(sorted, top, seconds));
  return withFileProblems(`write ${file}`, () => holding(() => writeFolder(file, sorted, seconds)));
}

const modeOf = ({ executable }: ArchiveFile): number => (executable ? 0o755 : 0o644);

/** In memory: what is packed lies there already. */
async function tar(files: readonly ArchiveFile[], top: string, mtime: Date): Promise<Buffer> {
  const { pack } = await import('tar-stream');
  const archive = pack();
  for (const file of files) {
    const header = { name: `${top}/${file.name}`, mode: modeOf(file), mtime, uid: 0, gid: 0 };
    archive.entry(header, Buffer.from(file.data));
  }
  archive.finalize();
  return gather(archive as AsyncIterable<Uint8Array>);
}

async function gather(stream: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}

async function zip(files: readonly ArchiveFile[], top: string, at: Date): Promise<Buffer> {
  const { ZipFile } = await import('yazl');
  const archive = new ZipFile();
  // A zip holds local time: the fields of UTC, wherever it is written.
  const mtime = new Date(
    ...([at.getUTCFullYear(), at.getUTCMonth(), at.getUTCDate()] as const),
    ...([at.getUTCHours(), at.getUTCMinutes(), at.getUTCSeconds()] as const),
  );
  for (const file of files) {
    const mode = constants.S_IFREG | modeOf(file);
    archive.addBuffer(Buffer.from(file.data), `${top}/${file.name}`, { mtime, mode, forceDosTimestamp: true });
  }
  archive.end();
  return gather(archive.outputStream as Readable);
}

async function writeFolder(folder: string, files: readonly ArchiveFile[], at: Date): Promise<void> {
  await makeFolder(path.resolve(folder));
  if ((await readdir(folder)).length > 0) {
    throw new UserError({
      code: 'system/folder-not-empty',
      message: 'the folder is not empty',
      place: { file: folder },
      hint: 'choose another name, or one that ends with .tar.gz or .zip',
    });
  }
  for (const file of files) {
    const target = path.join(folder, file.name);
    await mkdir(path.dirname(target), { recursive: true });
    await writeFile(target, file.data);
    await chmod(target, modeOf(file));
    await utimes(target, at, at);
  }
}
