import type { Place } from '../../system/diagnostic.ts';

/** An item: a file or a name, with what is said of it. */
export interface Item {
  readonly type: string;
  /** Not escaped. */
  readonly identity: string;
  /** Its own, by name in small letters; escaped. What its definition says is not in here. */
  readonly metadata: ReadonlyMap<string, string>;
  readonly place: Place;
}

/** What property functions may see beyond their arguments. */
export interface FunctionHost {
  /** A file's text; `undefined` when there is none. The path is absolute. */
  read(file: string): string | undefined;
  exists(file: string): boolean;
  /** The project's folder, which relative paths are relative to. */
  readonly folder: string;
}

/** What an expression may refer to, where it stands. Values are escaped. */
export interface Scope {
  readonly place: Place;
  readonly host: FunctionHost;
  /** '' for what is not defined. */
  property(name: string): string;
  /** `$(registry:KEY@VALUE)`. */
  registry(key: string): string;
  /** Where `@(X)` is understood; elsewhere it stays as text. */
  readonly items?: ((type: string) => readonly Item[]) | undefined;
  /** Where `%(X)` and `%(Type.X)` are understood; elsewhere they stay as text. */
  readonly metadata?: ((name: string, type: string | undefined) => string) | undefined;
  /** The metadata of an item, its definition's and the well-known ones included. */
  readonly metadataOf: (item: Item, name: string) => string;
}
