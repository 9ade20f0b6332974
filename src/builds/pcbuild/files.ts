import path from 'node:path';
import picomatch from 'picomatch';
import { byCodeUnit } from '../../system/hash.ts';
import type { BuildPath, PathRoot } from './types.ts';
import { type ProjectElement, parseProject } from './xml.ts';

/**
 * The folders that projects are evaluated with. They exist nowhere: each root is a drive of its own, so that every path
 * of a result tells which root it is below, on any machine alike.
 */
export const VIRTUAL_ROOTS: Readonly<Record<PathRoot, string>> = {
  source: 'S:\\source\\',
  intermediate: 'I:\\intermediate\\',
  output: 'O:\\output\\',
  externals: 'X:\\externals\\',
};

/** A file's text is needed that has not been read: whoever reads the tree does so, and evaluates again. */
export class FileWanted extends Error {
  readonly wanted: string;

  constructor(wanted: string) {
    super(`${wanted} has not been read`);
    this.wanted = wanted;
  }
}

/** Names one file among all roots. */
export const pathKey = ({ root, path: at }: BuildPath) => `${root}/${at}`;

/** GetFullPath: `..` resolved, doubled backslashes made one, a backslash at the end kept. */
export function fullPath(text: string, folder: string): string {
  const resolved = path.win32.resolve(folder, text);
  return /[\\/]$/.test(text) && !resolved.endsWith('\\') ? `${resolved}\\` : resolved;
}

/** The path that projects are evaluated with. */
export function windowsPath({ root, path: at }: BuildPath): string {
  return VIRTUAL_ROOTS[root] + at.replaceAll('/', '\\');
}

/** What lies on disk, found by Windows paths without regard to case. Nothing is there before the build but sources. */
export class BuildFiles {
  /** Files and the folders that they are in, by path in small letters. */
  private readonly known = new Map<string, string>();
  private readonly files: readonly string[];
  private readonly texts: ReadonlyMap<string, string>;
  private readonly projects = new Map<string, ProjectElement>();

  /** @param texts what has been read of the sources, by path. */
  constructor(files: readonly string[], texts: ReadonlyMap<string, string>) {
    this.files = files;
    this.texts = texts;
    const above = (at: string) => at.slice(0, Math.max(0, at.lastIndexOf('/')));
    for (const file of files)
      for (let at = file; at !== '' && !this.known.has(at.toLowerCase()); at = above(at))
        this.known.set(at.toLowerCase(), at);
  }

  /** @returns `undefined` for what is below none of the roots. */
  locate(absolute: string): BuildPath | undefined {
    const normal = `${path.win32.normalize(absolute).replace(/\\+$/, '')}\\`;
    for (const [root, prefix] of Object.entries(VIRTUAL_ROOTS) as [PathRoot, string][])
      if (normal.toLowerCase().startsWith(prefix.toLowerCase())) {
        const at = normal.slice(prefix.length, -1).replaceAll('\\', '/');
        return { root, path: root === 'source' ? this.spelt(at) : at };
      }
    return undefined;
  }

  /** As on disk, as far as it is there. */
  private spelt(at: string): string {
    const found = this.known.get(at.toLowerCase());
    if (found !== undefined || !at.includes('/')) return found ?? at;
    const slash = at.lastIndexOf('/');
    return this.spelt(at.slice(0, slash)) + at.slice(slash);
  }

  /** A file or folder is there. */
  onDisk({ root, path: at }: BuildPath): boolean {
    return root === 'source' && (at === '' || this.known.has(at.toLowerCase()));
  }

  exists(absolute: string): boolean {
    const at = this.locate(absolute);
    return at !== undefined && this.onDisk(at);
  }

  /** @throws FileWanted when it is there and has not been read. */
  read(absolute: string): string | undefined {
    const at = this.locate(absolute);
    if (at === undefined || !this.onDisk(at)) return undefined;
    const text = this.texts.get(at.path);
    if (text === undefined) throw new FileWanted(at.path);
    return text;
  }

  /** As {@link BuildFiles.read}, as a project; each file is parsed once. */
  project(absolute: string): ProjectElement | undefined {
    const text = this.read(absolute);
    const file = this.locate(absolute)?.path;
    if (text === undefined || file === undefined) return undefined;
    const known = this.projects.get(file) ?? parseProject(text, file);
    this.projects.set(file, known);
    return known;
  }

  /** Absolute Windows paths of the files that a pattern with `*`, `?` and `**` matches, sorted. */
  glob(absolute: string): readonly string[] {
    const at = this.locate(absolute);
    if (at?.root !== 'source') return [];
    const pattern = at.path.endsWith('**') ? `${at.path}/*` : at.path;
    const matches = picomatch(pattern, { nocase: true, dot: true, nobrace: true, nobracket: true, noextglob: true });
    return this.files
      .filter((file) => matches(file))
      .sort(byCodeUnit)
      .map((file) => windowsPath({ root: 'source', path: file }));
  }
}
