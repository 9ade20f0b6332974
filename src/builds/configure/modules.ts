import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { BuildPlan } from '../types.ts';
import { CORE_MODULES, setupLocal } from './core-modules.ts';

/**
 * Says in the object folder which extension modules there are, before configure runs makesetup.
 * @throws nothing of its own: what the tree does not know is left out.
 */
export async function writeModuleSetup(plan: BuildPlan, src: string, obj: string): Promise<void> {
  const { names, without = [], lines = [] } = plan.request.target.modules ?? {};
  const read = (name: string) => readFile(path.join(src, 'Modules', name), 'latin1').catch(() => undefined);
  const dist = await read('Setup.dist');
  const setup = dist ?? (await read('Setup')) ?? '';
  const folder = path.join(obj, 'Modules');
  const write = async (name: string, text: string) => {
    await mkdir(folder, { recursive: true });
    await writeFile(path.join(folder, name), text, 'latin1');
  };
  if (plan.request.options.modules === 'core') {
    const chosen = new Set([...(names ?? CORE_MODULES)].filter((name) => !without.includes(name)));
    await write('Setup.local', setupLocal(setup, chosen, lines, path.join(src, 'Modules')));
  }
  if (without.length === 0) return;
  // What is turned on in the tree: up to 3.7 in a copy that configure does not make when there is one.
  const off = new RegExp(`^(?=(?:${without.join('|')})[ \\t])`, 'gm');
  if (dist !== undefined) await write('Setup', dist.replace(off, '#'));
}
