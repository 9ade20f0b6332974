import path from 'node:path';
import type { Place } from '../../system/diagnostic.ts';
import { VC_TARGETS } from './builtin.ts';
import { type BuildFiles, fullPath } from './files.ts';
import { escapeValue, type Item, refuse, type Scope, unescapeValue } from './scope.ts';

export interface EvaluationInput {
  /** Global properties by name: projects cannot reassign them. */
  readonly globals: Readonly<Record<string, string>>;
  readonly files: BuildFiles;
  /** Of a project file that a solution lists: the projects before it, by name. */
  readonly references?: ((file: string) => readonly string[]) | undefined;
}

/** What a scope has beyond properties. */
export interface ScopeExtras {
  readonly items?: boolean | undefined;
  readonly metadata?: Scope['metadata'];
  /** Lists of a batch: those not in it are whole. */
  readonly batch?: ReadonlyMap<string, readonly Item[]> | undefined;
}

/** Of Visual Studio 2019: the youngest that every version's projects know by name. Anybody may reassign them. */
const ENVIRONMENT = { VisualStudioVersion: '16.0', VCTargetsPath: VC_TARGETS };

/** Answers to `$(registry:KEY@VALUE)`: a Windows SDK, which the projects of 3.9 take for given. Its version selects nothing. */
const REGISTRY: Readonly<Record<string, string>> = {
  'HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Microsoft SDKs\\Windows\\v10.0@ProductVersion': '10.0.19041',
};

const small = (text: string) => text.toLowerCase();

/** A project's properties, items and definitions while it is evaluated, and then while its targets run. */
export class ProjectState {
  readonly files: BuildFiles;
  /** Absolute Windows path. */
  readonly projectFile: string;
  readonly folder: string;
  /** Names as first written. */
  private readonly names = new Map<string, string>();
  private readonly values = new Map<string, string>();
  private readonly fixed: Set<string>;
  private readonly lists = new Map<string, readonly Item[]>();
  private readonly definitions = new Map<string, Map<string, string>>();

  constructor({ files, globals }: EvaluationInput, projectFile: string) {
    this.files = files;
    this.projectFile = projectFile;
    this.folder = path.win32.dirname(projectFile);
    this.fixed = new Set(Object.keys(globals).map(small));
    for (const [name, value] of Object.entries({ ...ENVIRONMENT, ...globals }))
      this.values.set(small(name), escapeValue(value));
  }

  /** @param file the file that asks: `MSBuildThisFile…` are about it. */
  property(name: string, file = this.projectFile): string {
    const key = small(name);
    return this.values.get(key) ?? reserved(key, this.projectFile, file) ?? '';
  }

  set(name: string, value: string): void {
    const key = small(name);
    if (this.fixed.has(key)) return;
    if (!this.names.has(key)) this.names.set(key, name);
    this.values.set(key, value);
  }

  /** Those that the project's files set, as last set; not escaped. */
  allProperties(): ReadonlyMap<string, string> {
    return new Map([...this.names].map(([key, name]) => [name, unescapeValue(this.values.get(key) ?? '')]));
  }

  isFixed(name: string): boolean {
    return this.fixed.has(small(name));
  }

  /** `TreatAsLocalProperty`: what was given from outside is its first value, and may be reassigned. */
  release(name: string): void {
    this.fixed.delete(small(name));
  }

  items(type: string): readonly Item[] {
    return this.lists.get(small(type)) ?? [];
  }

  setItems(type: string, items: readonly Item[]): void {
    this.lists.set(small(type), items);
  }

  definition(type: string, name: string): string | undefined {
    return this.definitions.get(small(type))?.get(small(name));
  }

  /** All that is defined for a type, by name in small letters; escaped. */
  definitionOf(type: string): ReadonlyMap<string, string> {
    return this.definitions.get(small(type)) ?? new Map();
  }

  define(type: string, name: string, value: string): void {
    const known = this.definitions.get(small(type)) ?? new Map<string, string>();
    this.definitions.set(small(type), known.set(small(name), value));
  }

  /** Relative paths are relative to the project's folder, wherever they are written. */
  absolute(file: string): string {
    return fullPath(file, this.folder);
  }

  /** Own, then well-known, then the definition's. Escaped. */
  metadata(item: Item, name: string): string {
    const own = item.metadata.get(small(name)) ?? wellKnownMetadata(item.identity, small(name), this.folder);
    return own ?? this.definition(item.type, name) ?? '';
  }

  scope(place: Place, file: string, extras: ScopeExtras = {}): Scope {
    const { files, folder } = this;
    return {
      place,
      host: {
        folder,
        read: (at) => files.read(at),
        exists: (at) => (small(at).startsWith('v:') ? refuse(`${at} is Microsoft's own`, place) : files.exists(at)),
      },
      property: (name) => this.property(name, file),
      registry: (key) => escapeValue(REGISTRY[key] ?? ''),
      items: extras.items === true ? (type) => extras.batch?.get(small(type)) ?? this.items(type) : undefined,
      metadata: extras.metadata,
      metadataOf: (item, name) => this.metadata(item, name),
    };
  }
}

/**
 * Properties that MSBuild itself defines.
 * @see https://learn.microsoft.com/visualstudio/msbuild/msbuild-reserved-and-well-known-properties
 */
function reserved(key: string, project: string, file: string): string | undefined {
  if (key === 'msbuildprojectdirectory') return path.win32.dirname(project);
  const [, of, what = ''] = /^msbuild(thisfile|project)(.*)$/.exec(key) ?? [];
  if (of === undefined) return undefined;
  const at = of === 'project' ? project : file;
  const { dir, root, base, name, ext } = path.win32.parse(at);
  const known = new Map([
    ['', base],
    ['file', base],
    ['name', name],
    ['extension', ext],
    ['fullpath', at],
    ['directory', `${dir}\\`],
    ['directorynoroot', `${dir.slice(root.length)}\\`],
  ]);
  return known.get(what);
}

/** Metadata that every item has by its path. @param name in small letters. @returns escaped, `undefined` for another name. */
function wellKnownMetadata(identity: string, name: string, folder: string): string | undefined {
  const full = fullPath(identity, folder);
  const { root } = path.win32.parse(full);
  const folderIn = (file: string) => file.replace(/[^\\/]*$/, '');
  const known = new Map([
    ['identity', identity],
    ['fullpath', full],
    ['filename', path.win32.parse(identity).name],
    ['extension', path.win32.extname(identity)],
    ['rootdir', root],
    ['directory', folderIn(full.slice(root.length))],
    ['relativedir', folderIn(identity)],
    ['recursivedir', ''],
  ]).get(name);
  return known === undefined ? undefined : escapeValue(known);
}
