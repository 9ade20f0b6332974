import { chmod, mkdir } from 'node:fs/promises';
import path from 'node:path';
import { readLatin1 } from '../../checkout/latin1.ts';
import type { Checkout } from '../../checkout/types.ts';
import type { Context } from '../../system/context.ts';
import { writeFileAtomic } from '../../system/files.ts';
import { quoted } from '../../system/quote.ts';
import { runnerFor } from '../../targets/runner.ts';
import { BUILD_PYTHON, placeBuildPython } from '../build-python.ts';
import type { PcProject } from '../pcbuild/index.ts';
import type { BuildPlan } from '../types.ts';

/** What makes the frozen modules, from 3.11 on; 3.11 and 3.12 run a script of theirs besides. */
const GENERATOR = 'PCbuild/_freeze_module.vcxproj';

/** Whether the Windows build of a tree needs a Python of this machine for what the tree does not have. */
export async function runsScripts({ root }: Checkout): Promise<boolean> {
  return /\$\(PythonForBuild\)[^\r\n]*deepfreeze/.test((await readLatin1(path.join(root, GENERATOR))) ?? '');
}

/**
 * What runs programs on the way to a build: a script that starts one of the target's under its runner, and the build
 * python. Both have names in the build's folder that are the same for all variants.
 * @returns `undefined` when no project needs them.
 */
export async function placeRunners(
  plan: BuildPlan,
  projects: readonly PcProject[],
  root: string,
  buildPython: string | undefined,
  ctx: Context,
): Promise<{ readonly wine: string; readonly python: string } | undefined> {
  if (!projects.some(({ steps }) => steps.some(({ kind }) => kind === 'run' || kind === 'python'))) return undefined;
  const runner = runnerFor(plan.request.target);
  await runner.prepare?.(undefined, ctx);
  const { file, env = {} } = runner.command({ python: 'PROGRAM' }, []);
  const assignments = Object.entries(env).map(([name, value]) => quoted(`${name}=${value}`));
  const wine = path.join(root, 'run', 'target');
  await mkdir(path.dirname(wine));
  // Its output goes through a pipe: what writes into a file does not start under Wine.
  await writeFileAtomic(wine, `#!/bin/sh\nexec env ${assignments.join(' ')} ${quoted(file)} "$@" </dev/null\n`);
  await chmod(wine, 0o755);
  if (buildPython !== undefined) await placeBuildPython(plan, root, buildPython);
  return { wine, python: path.join(root, BUILD_PYTHON, 'python') };
}
