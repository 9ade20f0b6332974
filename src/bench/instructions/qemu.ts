import path from 'node:path';
import { assetPath } from '../../system/assets.ts';
import type { Context } from '../../system/context.ts';
import { UserError } from '../../system/diagnostic.ts';
import { HOST } from '../../targets/descriptors.ts';
import { findToolchain } from '../../targets/toolchain.ts';
import { askTool, findTool } from '../../targets/tools.ts';
import type { Tool } from '../../targets/types.ts';
import { compiledLibrary } from '../compiled.ts';
import type { Interpreter } from '../types.ts';
import { systemCallsUnder } from './marks.ts';
import { countMarked } from './process.ts';
import type { InstructionCounter } from './types.ts';

export interface Emulator {
  /** `qemu-ppc64`. */
  readonly program: string;
  /** An interpreter's command with more options for the emulator. */
  readonly command: (interpreter: Interpreter, options: readonly string[]) => readonly string[];
}

/**
 * Counts the guest's instructions with a plugin of qemu's user mode, at some 300 million a second. The plugin is compiled
 * for this machine when it is first needed, as distributions ship none.
 * @param prefix `setarch -R`, where addresses can be fixed.
 * @returns why not, when it cannot be done.
 * @throws UserError when the cache cannot be written; Cancelled.
 */
export async function qemu(
  { program, command }: Emulator,
  prefix: readonly string[],
  ctx: Context,
): Promise<InstructionCounter | string> {
  const calls = systemCallsUnder(program);
  if (calls === undefined) return `the system calls that ${path.basename(program)} sees are not known`;
  const tool = await findTool(program, ctx);
  if (tool === undefined) return `${program} is not installed`;
  const help = (await askTool(tool.path, ['-h'], ctx)) ?? '';
  if (!/^-plugin\b/m.test(help)) return `${program} was built without plugins`;
  const plugin = await compiledPlugin(tool, ctx);
  if (plugin.file === undefined) return plugin.why;
  const { file: library } = plugin;
  return {
    name: 'qemu',
    method: `guest instructions under ${tool.version}, by a plugin; ${prefix.length > 0 ? 'addresses fixed' : 'addresses as the system gives them'}`,
    count: (job) =>
      countMarked(job, {
        wrap: (interpreter, args, file) => {
          const option = `${escaped(library)},out=${escaped(file)},mark=${calls[job.mark]}`;
          return [...prefix, ...command(interpreter, ['-seed', '1', '-plugin', option]), ...args];
        },
        read: readPlugin,
      }),
  };
}

/** Commas part options. */
const escaped = (file: string) => file.replaceAll(',', ',,');

async function compiledPlugin(tool: Tool, ctx: Context) {
  try {
    return await compiledLibrary({
      what: 'the plugin that counts',
      sources: [assetPath('bench/plugin/count.c')],
      toolchain: await findToolchain(HOST, ctx),
      flags: ['-O2', '-shared', '-fPIC', `-DAPI=${pluginApi(tool.version)}`],
      for: tool.version,
      ctx,
    });
  } catch (error) {
    if (!(error instanceof UserError) || !error.diagnostics.some(({ code }) => code.startsWith('target/'))) throw error;
    return { why: `the plugin that counts cannot be compiled: ${error.message}` };
  }
}

/** The plugin interface of a qemu: from 9.0 on it takes no plugin for the first any more (plugins/plugin.h). */
export function pluginApi(version: string): 1 | 2 {
  const major = Number(/version (\d+)\./.exec(version)?.[1] ?? Number.NaN);
  return major < 9 ? 1 : 2;
}

/** The instructions before the first mark, between each two, and after the last, from what the plugin wrote. */
export function readPlugin(text: string): readonly number[] {
  const marks = [...text.matchAll(/^(?:mark|end) (\d+)\n/gm)].map((match) => Number(match[1]));
  return marks.map((count, i) => count - (marks[i - 1] ?? 0));
}
