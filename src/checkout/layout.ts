import path from 'node:path';
import { isFile, isFolder } from '../system/files.ts';
import type { Layout } from './types.ts';

/** Visual Studio projects: `.vcxproj` since 2.7.9 and 3.3, `.vcproj` before. */
const PCBUILD_PROJECTS = ['PCbuild/pythoncore.vcxproj', 'PCbuild/pythoncore.vcproj'];

/** What the tree at `root` has. */
export async function detectLayout(root: string): Promise<Layout> {
  const at = (...parts: string[]) => path.join(root, ...parts);
  const [cpythonHeaders, pybench, configStatus, makefile, ...projects] = await Promise.all([
    isFolder(at('Include', 'cpython')),
    isFile(at('Tools', 'pybench', 'pybench.py')),
    isFile(at('config.status')),
    isFile(at('Makefile')),
    ...PCBUILD_PROJECTS.map((project) => isFile(at(project))),
  ]);
  return {
    cpythonHeaders,
    pybench: pybench ? 'Tools/pybench' : undefined,
    pcbuild: projects.includes(true),
    builtInPlace: configStatus === true && makefile === true,
  };
}
