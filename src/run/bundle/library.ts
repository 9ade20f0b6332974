import { lstat, readFile } from 'node:fs/promises';
import path from 'node:path';
import { glob } from 'tinyglobby';
import type { Build } from '../../builds/types.ts';
import type { ArchiveFile } from '../../system/archive.ts';
import { UserError } from '../../system/diagnostic.ts';

/** Folders of the library that hold tests, at any depth: `test`, `tests`, `idle_test`. */
const TEST_FOLDERS = ['**/test/**', '**/tests/**', '**/idle_test/**'];
const CACHES = ['**/__pycache__/**', '**/*.py[co]', '**/.git/**'];

/**
 * A build as it would be installed: `bin/python`, `lib/pythonX.Y` with the library and its extension modules. So the
 * interpreter finds its library wherever the folder is put.
 * @param folder in the bundle: `A`.
 * @param options with the library's own tests; as Windows lays it out; the command that builds it again.
 * @returns the interpreter first.
 * @throws UserError when the store does not hold the build any more.
 */
export async function installed(
  build: Build,
  folder: string,
  { withTests, windows, resume }: { readonly withTests: boolean; readonly windows: boolean; readonly resume: string },
): Promise<readonly ArchiveFile[]> {
  const [major, minor] = build.pythonVersion.split('.');
  const library = windows ? `${folder}/Lib` : `${folder}/lib/python${major}.${minor}`;
  const lib = path.join(build.src, 'Lib');
  const python = await readFile(build.python).catch(() => undefined);
  if (python === undefined || !(await isFolder(lib))) {
    throw new UserError({
      code: 'run/build-gone',
      message: `the interpreter of the build ${build.key} is not in the store any more`,
      place: { file: build.python },
      hint: `build it again: ${resume}`,
    });
  }
  const made = path.join(build.obj, (await textOf(path.join(build.obj, 'pybuilddir.txt')))?.trim() ?? 'build/none');
  const modules = await filesIn(made, ['*.so', '*.pyd', '*.dll'], []);
  const own = await filesIn(made, ['_sysconfigdata*.py'], []);
  const shared = await filesIn(build.obj, ['libpython*.so*'], []);
  const beside = windows ? await filesIn(path.dirname(build.python), ['*.dll', '*.pyd'], []) : [];
  const sources = await filesIn(lib, ['**/*'], withTests ? CACHES : [...CACHES, ...TEST_FOLDERS]);
  const packed = async (from: string, names: readonly string[], to: string, executable = false) =>
    Promise.all(
      names.map(async (name): Promise<ArchiveFile> => {
        const data = await readFile(path.join(from, name));
        return { name: `${to}/${name.split(path.sep).join('/')}`, data, ...(executable ? { executable } : {}) };
      }),
    );
  return [
    { name: `${folder}/bin/python${windows ? '.exe' : ''}`, data: python, executable: true },
    ...(await packed(path.dirname(build.python), beside, `${folder}/bin`, true)),
    ...(await packed(lib, sources, library)),
    ...(await packed(made, own, library)),
    ...(await packed(made, modules, `${library}/lib-dynload`, true)),
    // By this folder an interpreter knows where its extension modules are, and warns where it is missing.
    ...(modules.length === 0 && !windows ? [{ name: `${library}/lib-dynload/NONE.txt`, data: NONE }] : []),
    ...(await packed(build.obj, shared, `${folder}/lib`, true)),
  ];
}

const NONE = Buffer.from('All extension modules of this interpreter are linked into it.\n');

/** Regular files: a link of a fork's could lead to anything on this machine. */
async function filesIn(folder: string, patterns: readonly string[], ignore: readonly string[]): Promise<string[]> {
  if (!(await isFolder(folder))) return [];
  const found = await glob([...patterns], { cwd: folder, ignore: [...ignore], dot: true, followSymbolicLinks: false });
  const regular = await Promise.all(found.map(async (name) => (await lstat(path.join(folder, name))).isFile()));
  return found.filter((_, index) => regular[index]);
}

const isFolder = async (folder: string) => (await lstat(folder).catch(() => undefined))?.isDirectory() ?? false;
const textOf = (file: string) => readFile(file, 'utf8').catch(() => undefined);
