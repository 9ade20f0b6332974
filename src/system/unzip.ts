import { crc32 } from 'node:zlib';
import { UserError } from './diagnostic.ts';
import { fileProblem } from './files.ts';

/**
 * Far above what Forkwright writes, far below what hurts: JSON takes many times its bytes once it is read. Of the archive's
 * files, wanted or not; of one file, unpacked; of all wanted files together, unpacked; unpacked bytes for a packed one
 * (records of runs have 10 to 30, a bomb 1,000).
 */
const LIMITS = { entries: 100_000, fileBytes: 32 * 2 ** 20, totalBytes: 256 * 2 ** 20, ratio: 200 };

/**
 * Reads some files of a zip into memory; nothing is unpacked to disk, so no name in it can lead anywhere. Names that
 * would (`..`, absolute) are refused all the same, with the whole archive. Sizes are checked while they are read: an
 * archive that lies about them is refused before it is large.
 * @returns contents by name, in the archive's order.
 * @throws UserError `system/bad-zip` for what is torn, encrypted, damaged or too large.
 */
export async function readZip(
  file: string,
  wanted: (name: string) => boolean,
  limits = LIMITS,
): Promise<ReadonlyMap<string, Buffer>> {
  const { openPromise } = await import('yauzl');
  const found = new Map<string, Buffer>();
  let total = 0;
  try {
    const zip = await openPromise(file, { strictFileNames: false, validateEntrySizes: true });
    try {
      if (zip.entryCount > limits.entries) throw new Error(`it has ${zip.entryCount} files`);
      for await (const entry of zip.eachEntry()) {
        const name = entry.fileName;
        if (name.endsWith('/') || !wanted(name)) continue;
        if (entry.uncompressedSize > limits.fileBytes) throw new Error(`${name} is ${entry.uncompressedSize} bytes`);
        if (entry.uncompressedSize > limits.ratio * entry.compressedSize + 2 ** 20)
          throw new Error(`${name} is ${entry.uncompressedSize} bytes, packed into ${entry.compressedSize}`);
        total += entry.uncompressedSize;
        if (total > limits.totalBytes) throw new Error(`its files are more than ${limits.totalBytes} bytes together`);
        const chunks: Buffer[] = [];
        for await (const chunk of await zip.openReadStreamPromise(entry)) chunks.push(chunk as Buffer);
        const content = Buffer.concat(chunks);
        if (crc32(content) !== entry.crc32) throw new Error(`${name} is damaged: its checksum is another`);
        found.set(name, content);
      }
    } finally {
      zip.close();
    }
  } catch (error) {
    throw fileProblem(error, 'read the zip') ?? badZip(file, error as Error);
  }
  return found;
}

function badZip(file: string, { message }: Error): UserError {
  return new UserError({
    code: 'system/bad-zip',
    message: `this zip cannot be read: ${message}`,
    place: { file },
    hint: 'download it again, or unpack it and name the folder',
  });
}
