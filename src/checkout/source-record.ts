import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { UserError } from '../system/diagnostic.ts';
import { fileProblem } from '../system/files.ts';
import { SOURCE_RECORD } from './build-products.ts';

/** What an unpacked tree came from: written into its top folder by `obtainSource`, kept when the folder is copied. */
export interface SourceRecord {
  readonly schemaVersion: 1;
  readonly origin: {
    readonly kind: 'debian';
    readonly package: string;
    readonly version: string;
    readonly suite: string;
    readonly patched: boolean;
  };
  /** What names the tree: the orig tarball; with Debian's patches the .dsc, whose hash covers all its files. */
  readonly tarball: { readonly name: string; readonly sha256: string };
  readonly files: readonly { readonly name: string; readonly size: number; readonly sha256: string }[];
  /** Of the tree as unpacked: another one now says that somebody has edited it. */
  readonly treeHash: string;
  /** The newest file's time, in seconds since 1970: for `SOURCE_DATE_EPOCH`. */
  readonly sourceDateEpoch: number;
}

/** The record of the tree at `root`, `undefined` when it has none. @throws UserError when it is damaged. */
export async function readSourceRecord(root: string): Promise<SourceRecord | undefined> {
  const file = path.join(root, SOURCE_RECORD);
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw fileProblem(error, 'read the record of where the sources came from') ?? error;
  }
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch (error) {
    throw damaged(file, (error as Error).message);
  }
  const wrong = firstWrong(data);
  if (wrong !== undefined) throw damaged(file, `${wrong} is missing or of another kind`);
  return data as SourceRecord;
}

const isSha256 = (value: unknown) => typeof value === 'string' && /^[0-9a-f]{64}$/.test(value);
/** They stand in the head of patches. */
const isText = (value: unknown) => typeof value === 'string' && /^[\x20-\x7e]+$/.test(value);

/**
 * The first member that is not as written. By hand, not by the schema library: each command that opens a tree would wait
 * for that to load, and it takes longer than all else here.
 */
function firstWrong(data: unknown): string | undefined {
  const at = (...names: readonly string[]) =>
    names.reduce<unknown>((value, name) => (value as Record<string, unknown> | null | undefined)?.[name], data);
  const files = at('files');
  const checks: readonly (readonly [string, boolean])[] = [
    ['schemaVersion', at('schemaVersion') === 1],
    ['origin.kind', at('origin', 'kind') === 'debian'],
    ...['package', 'version', 'suite'].map((name) => [`origin.${name}`, isText(at('origin', name))] as const),
    ['origin.patched', typeof at('origin', 'patched') === 'boolean'],
    ['tarball.name', isText(at('tarball', 'name'))],
    ['tarball.sha256', isSha256(at('tarball', 'sha256'))],
    [
      'files',
      Array.isArray(files) && files.every((f) => isText(f?.name) && Number.isInteger(f?.size) && isSha256(f?.sha256)),
    ],
    ['treeHash', isSha256(at('treeHash'))],
    ['sourceDateEpoch', Number.isInteger(at('sourceDateEpoch'))],
  ];
  return checks.find(([, fine]) => !fine)?.[0];
}

function damaged(file: string, what: string): UserError {
  return new UserError({
    code: 'system/bad-data',
    message: `the record of where the sources came from is damaged: ${what}`,
    place: { file },
    hint: 'delete the file: the tree is then taken as a plain folder',
  });
}
