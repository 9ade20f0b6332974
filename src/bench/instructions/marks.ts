/** A call that the worker makes to mark a place, and nothing else in it does: the first of these that its Python has. */
export type MarkName = 'getppid' | 'getpid';

export const MARK_NAMES = ['getppid', 'getpid'] as const satisfies readonly MarkName[];

type Numbers = Readonly<Record<MarkName, number>>;

/** Of the older architectures, and of those that came after the table was made one for all (asm-generic/unistd.h). */
const FIRST: Numbers = { getpid: 20, getppid: 64 };
const GENERIC: Numbers = { getpid: 172, getppid: 173 };

/** Linux's numbers of these system calls, by the architecture as qemu names it (`syscall_nr.h` of its linux-user). */
const SYSTEM_CALLS: Readonly<Record<string, Numbers>> = {
  aarch64: GENERIC,
  aarch64_be: GENERIC,
  arm: FIRST,
  armeb: FIRST,
  i386: FIRST,
  loongarch64: GENERIC,
  m68k: FIRST,
  mips: { getpid: 4020, getppid: 4064 },
  mips64: { getpid: 5038, getppid: 5108 },
  mips64el: { getpid: 5038, getppid: 5108 },
  mipsel: { getpid: 4020, getppid: 4064 },
  ppc: FIRST,
  ppc64: FIRST,
  ppc64le: FIRST,
  riscv32: GENERIC,
  riscv64: GENERIC,
  s390x: FIRST,
  sh4: FIRST,
  x86_64: { getpid: 39, getppid: 110 },
};

/**
 * The system calls of the architecture that `program` emulates: `qemu-ppc64`, `/usr/bin/qemu-aarch64-static`.
 * @returns `undefined` for one that is not known here.
 */
export function systemCallsUnder(program: string): Numbers | undefined {
  const architecture = /(?:^|\/)qemu-([^/]+?)(?:-static)?$/.exec(program)?.[1];
  return architecture === undefined ? undefined : SYSTEM_CALLS[architecture];
}
