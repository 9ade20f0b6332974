#include "kernel.h"
#include <errno.h>

/* newlib's own functions (fopen, malloc) look into a variable; everyone else into the one of the thread. */
static int *errno_of_thread(void) { return &errno; }
#undef errno
extern int errno;

int standin_fail(int error) {
    *errno_of_thread() = error;
    errno = error;
    return -1;
}

/* Up to 34 both count alike. */
static int newlib_errno(long linux_errno) {
    switch (linux_errno) {
    case 35: return EDEADLK;
    case 36: return ENAMETOOLONG;
    case 38: return ENOSYS;
    case 39: return ENOTEMPTY;
    case 40: return ELOOP;
    case 75: return EOVERFLOW;
    case 95: return EOPNOTSUPP;
    default: return (int)linux_errno;
    }
}

long standin_call(long number, long a, long b, long c) {
    register long r0 __asm__("r0") = number;
    register long r3 __asm__("r3") = a;
    register long r4 __asm__("r4") = b;
    register long r5 __asm__("r5") = c;
    long conditions;
    __asm__ volatile("sc\n\tmfcr %0"
                     : "=&r"(conditions), "+r"(r0), "+r"(r3), "+r"(r4), "+r"(r5)
                     :
                     : "r6", "r7", "r8", "r9", "r10", "r11", "r12", "cr0", "ctr", "memory");
    /* The kernel says by a bit of cr0 that r3 is an error's number. */
    return conditions & 0x10000000 ? standin_fail(newlib_errno(r3)) : r3;
}
