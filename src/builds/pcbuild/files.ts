import path from 'node:path';
import picomatch from 'picomatch';
import { byCodeUnit } from '../../system/hash.ts';
import { VIRTUAL_ROOTS } from './roots.ts';
import type { BuildPath, PathRoot } from './types.ts';
import { type ProjectElement, parseProject } from './xml.ts';

/** A file's text is needed that has not been read: whoever reads the tree does so, and evaluates again. */
export class FileWanted extends Error {
  readonly wanted: BuildPath;

  constructor(wanted: BuildPath) {
    super(`${wanted.root}/${wanted.path} has not been read`);
    this.wanted = wanted;
  }
}

/** Names one file among all roots. */
export const pathKey = ({ root, path: at }: BuildPath) => `${root}/${at}`;

/** Files and the folders that they are in, by path in small letters. */
function index(files: readonly string[]): ReadonlyMap<string, string> {
  const known = new Map<string, string>();
  for (const file of files)
    for (let at = file; at !== '' && !known.has(at.toLowerCase()); at = at.slice(0, Math.max(0, at.lastIndexOf('/'))))
      known.set(at.toLowerCase(), at);
  return known;
}

/** What lies on disk, found by Windows paths without regard to case. Nothing is there before the build but sources. */
export class BuildFiles {
  private readonly known: Readonly<Record<PathRoot, ReadonlyMap<string, string>>>;
  private readonly files: ReadonlyMap<PathRoot, readonly string[]>;
  private readonly texts: ReadonlyMap<string, string>;
  private readonly projects = new Map<string, ProjectElement>();

  /** @param texts what has been read, by {@link pathKey}. */
  constructor(source: readonly string[], externals: readonly string[], texts: ReadonlyMap<string, string>) {
    const none = new Map<string, string>();
    this.known = { source: index(source), externals: index(externals), intermediate: none, output: none };
    this.files = new Map([
      ['source', source],
      ['externals', externals],
    ]);
    this.texts = texts;
  }

  /** @returns `undefined` for what is below none of the roots. */
  locate(absolute: string): BuildPath | undefined {
    const normal = `${path.win32.normalize(absolute).replace(/\\+$/, '')}\\`;
    for (const [root, prefix] of Object.entries(VIRTUAL_ROOTS) as [PathRoot, string][])
      if (normal.toLowerCase().startsWith(prefix.toLowerCase()))
        return { root, path: this.spelt(root, normal.slice(prefix.length, -1).replaceAll('\\', '/')) };
    return undefined;
  }

  /** As on disk, as far as it is there. */
  private spelt(root: PathRoot, at: string): string {
    const found = this.known[root].get(at.toLowerCase());
    if (found !== undefined || !at.includes('/')) return found ?? at;
    const slash = at.lastIndexOf('/');
    return this.spelt(root, at.slice(0, slash)) + at.slice(slash);
  }

  /** A file or folder is there. */
  onDisk({ root, path: at }: BuildPath): boolean {
    return this.known[root].has(at.toLowerCase()) || (at === '' && root === 'source');
  }

  exists(absolute: string): boolean {
    const at = this.locate(absolute);
    return at !== undefined && this.onDisk(at);
  }

  /** @throws FileWanted when it is there and has not been read. */
  read(absolute: string): string | undefined {
    const at = this.locate(absolute);
    if (at === undefined || !this.onDisk(at)) return undefined;
    const text = this.texts.get(pathKey(at));
    if (text === undefined) throw new FileWanted(at);
    return text;
  }

  /** As {@link BuildFiles.read}, as a project; each file is parsed once. */
  project(absolute: string): ProjectElement | undefined {
    const text = this.read(absolute);
    const at = this.locate(absolute);
    if (text === undefined || at === undefined) return undefined;
    const known = this.projects.get(pathKey(at)) ?? parseProject(text, at.path);
    this.projects.set(pathKey(at), known);
    return known;
  }

  /** Absolute Windows paths of the files that a pattern with `*`, `?` and `**` matches, sorted. */
  glob(absolute: string): readonly string[] {
    const at = this.locate(absolute);
    if (at === undefined) return [];
    const matches = picomatch(at.path.endsWith('**') ? `${at.path}/*` : at.path, {
      nocase: true,
      dot: true,
      nobrace: true,
      nobracket: true,
      noextglob: true,
    });
    return (this.files.get(at.root) ?? [])
      .filter((file) => matches(file))
      .sort(byCodeUnit)
      .map((file) => windowsPath({ ...at, path: file }));
  }
}

/** The path that projects are evaluated with. */
export function windowsPath({ root, path: at }: BuildPath): string {
  return VIRTUAL_ROOTS[root] + at.replaceAll('/', '\\');
}
