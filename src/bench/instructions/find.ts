import type { Context } from '../../system/context.ts';
import { installCommand } from '../../targets/install.ts';
import { findTool } from '../../targets/tools.ts';
import { callgrind } from './callgrind.ts';
import { perf, whyNoCounters } from './perf.ts';
import { fixedAddresses } from './process.ts';
import { type Emulator, qemu } from './qemu.ts';
import type { CounterName, InstructionCounter } from './types.ts';

export type FoundCounter =
  | { readonly counter: InstructionCounter }
  /** Why there is none, and what can be done about it. */
  | { readonly counter?: undefined; readonly why: string; readonly hint: string };

/**
 * The counter that the user asked for: under an emulator its plugin, whatever was asked for. `auto` prefers callgrind, whose counts repeat to the last instruction, to the
 * processor's counters, which are quicker.
 */
export async function findCounter(
  wanted: Exclude<CounterName, 'qemu'> | 'auto',
  ctx: Context,
  emulator?: Emulator,
): Promise<FoundCounter> {
  const prefix = await fixedAddresses(ctx);
  if (emulator !== undefined) {
    const counter = await qemu(emulator, prefix, ctx);
    if (typeof counter !== 'string') return { counter };
    return {
      why: `guest instructions cannot be counted: ${counter}`,
      hint: 'qemu 6.0 or later with plugins counts them, as Debian and Ubuntu build it, and gcc compiles the plugin',
    };
  }
  const without: string[] = [];
  if (wanted !== 'perf') {
    const valgrind = await findTool('valgrind', ctx);
    if (valgrind !== undefined) return { counter: callgrind(valgrind, prefix) };
    without.push('valgrind is not installed');
  }
  if (wanted !== 'callgrind') {
    const tool = await findTool('perf', ctx);
    const why = tool === undefined ? 'perf is not installed' : await whyNoCounters(tool, ctx);
    if (tool !== undefined && why === undefined) return { counter: perf(tool, prefix) };
    if (why !== undefined) without.push(why);
  }
  return {
    why: `instructions cannot be counted here: ${without.join('; ')}`,
    hint:
      wanted === 'perf'
        ? 'count with --instructions callgrind, or on a machine whose counters can be read (see /proc/sys/kernel/perf_event_paranoid)'
        : `install Valgrind: ${await installCommand(['valgrind'], ctx)}`,
  };
}
