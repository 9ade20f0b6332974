import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { UserError } from '../../system/diagnostic.ts';
import { sha256File } from '../../system/hash.ts';

/** A Debian source package's control file (dsc(5)), as far as unpacking needs it. */
export interface Dsc {
  readonly source: string;
  readonly version: string;
  readonly files: readonly { readonly name: string; readonly size: number; readonly sha256: string }[];
}

/** The fields of a stanza in Debian's control format (deb822(5)) by lowercase name; a value's further lines keep their blanks. */
export function controlFields(text: string): ReadonlyMap<string, string> {
  const fields = text.replaceAll('\r\n', '\n').matchAll(/^([A-Za-z][\w-]*):[ \t]*(.*(?:\n[ \t].*)*)/gm);
  return new Map(Array.from(fields, ([, name = '', value = '']) => [name.toLowerCase(), value.trimEnd()]));
}

/**
 * Reads a .dsc. Its OpenPGP signature is not looked at: apt has checked the .dsc against the signed index.
 * @returns `undefined` when it is not one.
 */
export function parseDsc(text: string): Dsc | undefined {
  const fields = controlFields(text.split('-----BEGIN PGP SIGNATURE')[0] ?? '');
  const listed = (fields.get('checksums-sha256') ?? '').matchAll(/^[ \t]*([0-9a-f]{64})[ \t]+(\d+)[ \t]+([^\s/]+)$/gm);
  const files = Array.from(listed, ([, sha256 = '', size, name = '']) => ({ sha256, size: Number(size), name }));
  const [source, version] = [fields.get('source'), fields.get('version')];
  if (!fields.has('format') || source === undefined || version === undefined || files.length === 0) return undefined;
  return { source, version, files };
}

/** The upstream part of a Debian version: `2.7.18` of `2.7.18-8+deb11u1`, `3.15.0a1` of `3.15.0~a1-1`. */
export function upstreamVersion(version: string): string {
  return version
    .replace(/^\d+:/, '')
    .replace(/-[^-]*$/, '')
    .replace('~', '');
}

/**
 * Reads a .dsc and checks every file that it names, beside it, by size and SHA-256.
 * @throws UserError `checkout/bad-download` that names the file that differs.
 */
export async function verifyDsc(file: string): Promise<Dsc> {
  const dsc = parseDsc(await readFile(file, 'utf8'));
  if (dsc === undefined) throw badDownload(file, 'it is not a Debian source control file');
  for (const part of dsc.files) {
    const full = path.join(path.dirname(file), part.name);
    const size = (await stat(full).catch(() => undefined))?.size;
    if (size === undefined) throw badDownload(full, 'it is missing');
    if (size !== part.size) throw badDownload(full, `it has ${size} bytes instead of ${part.size}`);
    const hash = await sha256File(full);
    if (hash !== part.sha256) throw badDownload(full, `its SHA-256 is ${hash} instead of ${part.sha256}`);
  }
  return dsc;
}

function badDownload(file: string, why: string): UserError {
  return new UserError({
    code: 'checkout/bad-download',
    message: `${path.basename(file)} is not what Debian signed: ${why}`,
    place: { file },
    hint: 'run the same command again; if it happens again, the mirror or a proxy is broken',
  });
}
