/** A call that the worker makes to mark a place, and nothing else in it does: the first of these that its Python has. */
export const MARK_NAMES = ['getppid', 'getpid'] as const;
export type MarkName = (typeof MARK_NAMES)[number];

type Numbers = Readonly<Record<MarkName, number>>;

/** Linux's numbers of these system calls, by the architecture as qemu names it (`syscall_nr.h` of its linux-user). */
const SYSTEM_CALLS: readonly (readonly [Numbers, string])[] = [
  [{ getpid: 20, getppid: 64 }, 'arm armeb i386 m68k ppc ppc64 ppc64le s390x sh4'],
  // Those that came after the table was made one for all (asm-generic/unistd.h).
  [{ getpid: 172, getppid: 173 }, 'aarch64 aarch64_be loongarch64 riscv32 riscv64'],
  [{ getpid: 4020, getppid: 4064 }, 'mips mipsel'],
  [{ getpid: 5038, getppid: 5108 }, 'mips64 mips64el'],
  [{ getpid: 39, getppid: 110 }, 'x86_64'],
];

/**
 * The system calls of the architecture that `program` emulates: `qemu-ppc64`, `/usr/bin/qemu-aarch64-static`.
 * @returns `undefined` for one that is not known here.
 */
export function systemCallsUnder(program: string): Numbers | undefined {
  const architecture = /(?:^|\/)qemu-([^/]+?)(?:-static)?$/.exec(program)?.[1] ?? '';
  return SYSTEM_CALLS.find(([, names]) => names.split(' ').includes(architecture))?.[0];
}
