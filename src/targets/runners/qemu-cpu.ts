/**
 * Models under which qemu's user mode goes wrong with PowerPC code: memset leaves bytes unzeroed there (970 and its
 * relatives, POWER5+), 2.7 spins for ever, 3.9 hangs or dies. power7 and later and e6500 are right.
 */
const BROKEN_CPU = /^(970|power5\+|power5p)/i;

/** Why a CPU model must not be used with an emulator; `undefined` when nothing is known against it. */
export function brokenCpu({
  program,
  cpu,
}: {
  readonly program: string;
  readonly cpu?: string | undefined;
}): string | undefined {
  if (cpu === undefined || !/qemu-ppc/.test(program) || !BROKEN_CPU.test(cpu)) return undefined;
  return `under ${program} the model ${cpu} runs PowerPC code wrongly: memset leaves bytes unzeroed, and Python hangs; use power7`;
}
