import { mkdir, symlink } from 'node:fs/promises';
import path from 'node:path';
import { HOST } from '../targets/descriptors.ts';
import type { BuildPlan, BuildRequest } from './types.ts';

/** The folder in a cross build's own with the interpreter that runs here: first on its PATH. */
export const BUILD_PYTHON = 'host';

/**
 * The interpreter of the same version that a cross build needs: the unpatched sources for this machine, with the core
 * modules linked in, so that it never takes up an extension module of the other machine's. One for all variants, targets
 * and options; a host build like any other, and the same entry of the store as `--target host --modules core`.
 */
export function buildPythonRequest(request: BuildRequest): BuildRequest {
  const { checkout, options } = request;
  return {
    variant: 'baseline',
    checkout,
    patches: [],
    target: HOST,
    options: { pgo: false, modules: 'core', configure: [], launcher: options.launcher },
  };
}

/**
 * Puts the build python into a build's folder under the names that configure looks for: links, through which it finds
 * its own library.
 * @param python the interpreter, absolute.
 */
export async function placeBuildPython(plan: BuildPlan, root: string, python: string): Promise<void> {
  const folder = path.join(root, BUILD_PYTHON);
  const { major, short } = plan.request.checkout.version;
  await mkdir(folder);
  for (const name of ['python', `python${major}`, `python${short}`]) await symlink(python, path.join(folder, name));
}
