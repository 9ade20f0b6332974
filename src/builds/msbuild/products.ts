import path from 'node:path';
import type { WindowsSystem } from '../../targets/visual-studio/find.ts';

/** Below PCbuild: `amd64`, and in old trees PCbuild itself. */
const FOLDERS = ['amd64', '.'];

/** Finds the interpreter below a tree's PCbuild, absolute, with the folder that it and its DLL are in. */
export async function findProducts(
  src: string,
  system: Pick<WindowsSystem, 'list'>,
): Promise<{ readonly folder: string; readonly python: string } | undefined> {
  for (const name of FOLDERS) {
    const folder = path.join(src, 'PCbuild', name);
    const files = await system.list(folder);
    // Names have no case; `python3.dll` only points to the other.
    const python = files.find((file) => /^python\.exe$/i.test(file));
    const hasDll = files.some((file) => /^python[23]\d+t?\.dll$/i.test(file));
    if (python !== undefined && hasDll) return { folder, python: path.join(folder, python) };
  }
  return undefined;
}

/**
 * Extension modules that have a project and were not built: for want of externals, or left out by the script.
 * @param projects the names in PCbuild that end in `.vcxproj`, with their texts.
 * @param built the names in the folder of the products.
 */
export function modulesNotBuilt(
  projects: readonly { readonly name: string; readonly text: string }[],
  built: readonly string[],
): readonly string[] {
  const there = new Set(built.map((file) => file.toLowerCase()));
  return projects
    .filter(({ text }) => /<TargetExt>\s*\.pyd\s*<\/TargetExt>|>\$\(PyExtension\)|\$\(PydTag\)/.test(text))
    .map(({ name }) => name.replace(/\.vcxproj$/i, ''))
    .filter((name) => !there.has(`${name}.pyd`.toLowerCase()))
    .sort();
}
