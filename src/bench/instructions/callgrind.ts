import type { Tool } from '../../targets/types.ts';
import { countMarked, type MarkedTool } from './marked.ts';
import type { MarkName } from './marks.ts';
import type { InstructionCounter } from './types.ts';

/**
 * Counts with Valgrind's callgrind: every instruction of the process, libraries included, at some 140 million a second.
 * The mark is a function of the C library's, whose name every interpreter knows, stripped or not: callgrind writes what it
 * has counted and starts from zero each time the function is entered (`--dump-before`).
 * @param prefix `setarch -R`, where addresses can be fixed.
 */
export function callgrind(valgrind: Tool, prefix: readonly string[]): InstructionCounter {
  const tool = (mark: MarkName): MarkedTool => ({
    wrap: ({ command }, args, file) => [
      ...prefix,
      valgrind.path,
      '--tool=callgrind',
      '--quiet',
      '--cache-sim=no',
      '--branch-sim=no',
      '--combine-dumps=yes',
      `--dump-before=${mark}`,
      `--callgrind-out-file=${file}`,
      '--',
      ...command,
      ...args,
    ],
    read: readCallgrind,
  });
  return {
    name: 'callgrind',
    method: `callgrind of ${valgrind.version}, ${prefix.length > 0 ? 'addresses fixed' : 'addresses as the system gives them'}`,
    count: (job) => countMarked(job, tool(job.mark)),
  };
}

/** The totals of each part of a callgrind output file (format version 1, one event: Ir). */
export function readCallgrind(text: string): readonly number[] {
  return [...text.matchAll(/^totals: (\d+)$/gm)].map((match) => Number(match[1]));
}
