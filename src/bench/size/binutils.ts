import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { Context } from '../../system/context.ts';
import { inTemporaryFolder } from '../../system/files.ts';
import { runProcess } from '../../system/process.ts';
import { findBinutils as findTargetBinutils } from '../../targets/toolchain.ts';
import { findProgram, searchFolders } from '../../targets/tools.ts';
import type { TargetDescriptor } from '../../targets/types.ts';

const TIMEOUT_MS = 60_000;

/** The target's own tools that look into object files. */
export type Binutils = Readonly<Record<'size' | 'nm' | 'strip', string>>;

/**
 * The target's `size`, `nm` and `strip`, else LLVM's, which know every architecture.
 * @returns the names of those that are missing, when some are.
 */
export async function findBinutils(target: TargetDescriptor, ctx: Context): Promise<Binutils | readonly string[]> {
  const folders = searchFolders(ctx);
  const own = await findTargetBinutils(target, ctx);
  const find = async (name: keyof Binutils) => own[name] ?? findProgram(`llvm-${name}`, folders);
  const [size, nm, strip] = await Promise.all([find('size'), find('nm'), find('strip')]);
  if (size !== undefined && nm !== undefined && strip !== undefined) return { size, nm, strip };
  return Object.entries({ size, nm, strip }).flatMap(([name, file]) => (file === undefined ? [name] : []));
}

/** What a tool prints about files. @returns why not, when it fails. */
export async function ask(tool: string, args: readonly string[], ctx: Context) {
  const result = await runProcess(tool, args, {
    cwd: '/',
    env: { PATH: searchFolders(ctx).join(path.delimiter), LC_ALL: 'C' },
    timeoutMs: TIMEOUT_MS,
    signal: ctx.signal,
    encoding: 'latin1',
  });
  if (result.exitCode === 0) return { text: result.stdout };
  const words = result.stderr.trim().split('\n').at(-1) ?? '';
  return `${path.basename(tool)} fails${words === '' ? '' : `: ${words}`}`;
}

/** Bytes that `file` has without symbols and debugging information. @returns why not, when `strip` fails. */
export async function strippedSize(strip: string, file: string, ctx: Context): Promise<number | string> {
  return inTemporaryFolder('forkwright-strip-', async (folder) => {
    const bare = path.join(folder, 'stripped');
    const answer = await ask(strip, ['-o', bare, file], ctx);
    return typeof answer === 'string' ? answer : (await stat(bare)).size;
  });
}
