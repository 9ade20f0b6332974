/* How the stand-in asks the Linux kernel (or qemu) for what a console's kernel does. */
#include <asm/unistd.h>

/* A system call of at most three arguments. Sets errno, newlib's number for it, and returns -1 where it fails. */
extern long standin_call(long number, long a, long b, long c);

/* Returns -1 with errno set: ENOSYS for what a console has not either. */
extern int standin_fail(int error);

#define CALL(name, a, b, c) standin_call(__NR_##name, (long)(a), (long)(b), (long)(c))
