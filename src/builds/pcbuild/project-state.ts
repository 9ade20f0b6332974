import path from 'node:path';
import type { Place } from '../../system/diagnostic.ts';
import { escapeValue, unescapeValue } from './escape.ts';
import type { BuildFiles } from './files.ts';
import { wellKnownMetadata } from './items.ts';
import { refuse } from './refuse.ts';
import type { Item, Scope } from './scope.ts';
import { type FunctionHost, fullPath } from './static-functions.ts';
import type { LeftOut } from './types.ts';

/** What an evaluation starts from. */
export interface EvaluationInput {
  /** Global properties by name. */
  readonly globals: Readonly<Record<string, string>>;
  /** Environment: properties that anybody may reassign. */
  readonly environment: Readonly<Record<string, string>>;
  readonly registry: Readonly<Record<string, string>>;
  readonly files: BuildFiles;
}

/** What a scope has beyond properties. */
export interface ScopeExtras {
  readonly items?: boolean | undefined;
  readonly metadata?: Scope['metadata'];
  /** Lists of a batch: those not in it are whole. */
  readonly batch?: ReadonlyMap<string, readonly Item[]> | undefined;
}

const small = (text: string) => text.toLowerCase();

/** A project's properties, items and definitions while it is evaluated, and then while its targets run. */
export class ProjectState {
  readonly files: BuildFiles;
  readonly folder: string;
  readonly leftOut: LeftOut[] = [];
  /** Names as first written, for reports. */
  readonly names = new Map<string, string>();
  private readonly input: EvaluationInput;
  private readonly values = new Map<string, string>();
  private readonly fixed = new Set<string>();
  private readonly lists = new Map<string, Item[]>();
  private readonly definitions = new Map<string, Map<string, string>>();
  /** Absolute Windows path. */
  readonly projectFile: string;

  /** @param projectFile absolute Windows path. */
  constructor(input: EvaluationInput, projectFile: string) {
    this.input = input;
    this.files = input.files;
    this.projectFile = projectFile;
    this.folder = path.win32.dirname(projectFile);
    for (const [name, value] of Object.entries(input.environment)) this.values.set(small(name), escapeValue(value));
    for (const [name, value] of Object.entries(input.globals)) {
      this.values.set(small(name), escapeValue(value));
      this.fixed.add(small(name));
    }
  }

  /** @param file the file that asks: `MSBuildThisFile…` are about it. */
  property(name: string, file: string): string {
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
    this.lists.set(small(type), [...items]);
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
    return (
      item.metadata.get(small(name)) ??
      wellKnownMetadata(item.identity, name, this.folder) ??
      this.definition(item.type, name) ??
      ''
    );
  }

  scope(place: Place, file: string, extras: ScopeExtras = {}): Scope {
    const { files, folder } = this;
    const host: FunctionHost = {
      folder,
      read: (at) => files.read(at),
      exists: (at) =>
        at.toLowerCase().startsWith('v:') ? refuse(`${at} is Microsoft's own`, place) : files.exists(at),
    };
    return {
      place,
      host,
      property: (name) => this.property(name, file),
      registry: (key) => {
        const value = this.input.registry[key] ?? '';
        if (value === '')
          this.leftOut.push({
            what: 'registry',
            name: key,
            why: 'there is no answer, as on a Windows without it',
            place,
          });
        return escapeValue(value);
      },
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
  const of = (at: string, what: string): string | undefined => {
    const parsed = path.win32.parse(at);
    switch (what) {
      case 'fullpath':
        return at;
      case 'directory':
        return `${parsed.dir}\\`;
      case 'directorynoroot':
        return `${parsed.dir.slice(parsed.root.length)}\\`;
      case 'name':
        return parsed.name;
      case 'file':
      case '':
        return parsed.base;
      case 'extension':
        return parsed.ext;
      default:
        return undefined;
    }
  };
  if (key.startsWith('msbuildthisfile')) return of(file, key.slice('msbuildthisfile'.length));
  if (key === 'msbuildprojectdirectory') return path.win32.dirname(project);
  return key.startsWith('msbuildproject') ? of(project, key.slice('msbuildproject'.length)) : undefined;
}
