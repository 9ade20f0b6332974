import { UserError } from '../../system/diagnostic.ts';
import type { WindowsSystem } from '../../targets/visual-studio/find.ts';

/** Prints version and path; works in every Python. */
const ASK = 'import sys; sys.stdout.write("%d %d %s" % (sys.version_info[0], sys.version_info[1], sys.executable))';

/** The oldest Python that find_python.bat takes. */
export function oldestPython(findPythonBat: string): readonly [number, number] {
  const [, major, minor] = /version_info\[:2\] >= \((\d+), ?(\d+)\)/.exec(findPythonBat) ?? [];
  return major === undefined ? [3, 8] : [Number(major), Number(minor)];
}

/**
 * The Python that generates sources in a build, absolute. Looked for here, for the script itself would fetch one from the
 * net when it finds none.
 * @throws UserError `build/no-python-for-build`
 */
export async function findPythonForBuild(
  oldest: readonly [number, number],
  system: Pick<WindowsSystem, 'run' | 'env'>,
): Promise<string> {
  const [major, minor] = oldest;
  const own = system.env.PYTHON_FOR_BUILD;
  const asked: readonly (readonly [string, readonly string[]])[] = [
    ...(own === undefined || own === '' ? [] : [[own, []] as const]),
    ['py', ['-3']],
    ['python', []],
  ];
  for (const [file, args] of asked) {
    const answer = await system.run(file, [...args, '-E', '-c', ASK]);
    const [, hasMajor, hasMinor, python] = /^(\d+) (\d+) (.+)$/.exec(answer?.trim() ?? '') ?? [];
    const enough = Number(hasMajor) > major || (Number(hasMajor) === major && Number(hasMinor) >= minor);
    if (python !== undefined && enough) return python;
  }
  throw new UserError({
    code: 'build/no-python-for-build',
    message: `this version's build runs a Python ${major}.${minor} or later to generate sources, and there is none here (looked for py and python)`,
    hint: 'install one (python.org, winget), name it in PYTHON_FOR_BUILD, or let CPython’s own script fetch one with --externals',
  });
}
