import path, { type PlatformPath } from 'node:path';

/**
 * Paths of this system and paths of sources. Those of sources, recipes and patches have '/' everywhere. `flavour` is
 * `path` itself but in tests, which try `path.win32` and `path.posix` wherever they run.
 */

/** A path of this system as sources name it: with '/'. On POSIX a backslash is a letter like any other, and stays. */
export function toPosix(file: string, flavour: PlatformPath = path): string {
  return flavour.sep === '/' ? file : file.split(flavour.sep).join('/');
}

/**
 * Whether a path is a folder itself, or below it.
 * @param folder absolute, as is `file`. Windows' names have no case.
 */
export function isInside(file: string, folder: string, flavour: PlatformPath = path): boolean {
  const relative = flavour.relative(folder, file);
  // On another drive it is absolute.
  return relative !== '..' && !relative.startsWith(`..${flavour.sep}`) && !flavour.isAbsolute(relative);
}

/** Whether two absolute paths name the same file, as far as their letters tell. */
export function samePath(a: string, b: string, flavour: PlatformPath = path): boolean {
  return flavour.relative(a, b) === '';
}

/**
 * The longest path that compilers and cmd.exe take on Windows, whatever the system has been told of long ones
 * (MAX_PATH of 260 with the closing NUL; learn.microsoft.com/windows/win32/fileio/maximum-file-path-limitation).
 */
export const LONGEST_WINDOWS_PATH = 259;

/** Those of a tree's files that would have too long a path below `root` on Windows. @param files relative, with '/'. */
export function tooLong(root: string, files: readonly string[]): readonly string[] {
  return files.filter((file) => root.length + 1 + file.length > LONGEST_WINDOWS_PATH);
}

/** A file for a person who stands in `from`: relative to it when it lies there, else whole. */
export function shownPath(file: string, from = process.cwd()): string {
  const relative = path.relative(from, file);
  return relative === '' || relative.startsWith('..') ? file : relative;
}
