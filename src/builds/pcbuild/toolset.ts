import type { AssemblyUnit, BuildPath, BuildStep, CompileUnit, LinkStep, PcProject, ResourceUnit } from './types.ts';

/** A process as data. Arguments are not quoted: the writers do that. */
export interface ToolCommand {
  /** Absolute, or a name on PATH. */
  readonly program: string;
  readonly args: readonly string[];
  /** Further files that it reads and no dependency list names: a shim header that is force-included, a library. */
  readonly reads?: readonly string[] | undefined;
  /** Arguments from here on go into a response file (`@file`): long link lines. Not given: no response file. */
  readonly responseFrom?: number | undefined;
}

/** Real paths for what a command is about. */
export interface ToolPaths {
  /** The real absolute path. */
  at(path: BuildPath): string;
}

/** How included headers become known after a compilation. */
export type HeaderDependencies =
  /** A makefile rule in a file: `/clang:-MD /clang:-MF/path.d`. `args` are added to each compile line. */
  | { readonly style: 'gcc'; args(depfile: string): readonly string[] }
  /** `/showIncludes` on stdout; `prefix` as the compiler prints it: `Note: including file:`. */
  | { readonly style: 'msvc'; readonly args: readonly string[]; readonly prefix: string };

/** How one kind of tools is called: clang-cl with a mingw-w64 shim, clang-cl with a Microsoft SDK. */
export interface ToolSet {
  /** For descriptions in the build log. */
  readonly name: string;
  readonly headers: HeaderDependencies;
  /** Put before each compile: `['/usr/bin/ccache']`. */
  readonly launcher?: readonly string[] | undefined;
  compile(unit: CompileUnit, project: PcProject, paths: ToolPaths): ToolCommand;
  resource(unit: ResourceUnit, project: PcProject, paths: ToolPaths): ToolCommand;
  assemble(unit: AssemblyUnit, project: PcProject, paths: ToolPaths): ToolCommand;
  /** Links a program or DLL, or makes a static library, by `link.kind`. `objects` are all of the project's, in order. */
  link(link: LinkStep, objects: readonly BuildPath[], project: PcProject, paths: ToolPaths): ToolCommand;
  /**
   * How a step is done that is a command (`import-library`, `run`, `python`, `copy`).
   * `undefined`: not in this build; whoever wants its output is told so by ninja.
   * `write` steps are not asked for: files with known text are written by `writeKnownFiles` before ninja starts.
   */
  step(step: Exclude<BuildStep, { kind: 'write' }>, project: PcProject, paths: ToolPaths): ToolCommand | undefined;
}
