/* The process: it ends, it grows, it knows the time. There are no others: no fork, no exec, no wait. */
#include "kernel.h"
#include <errno.h>
#include <stddef.h>
#include <sys/time.h>
#include <sys/times.h>
#include <time.h>
#include <unistd.h>

void _exit(int status) {
    for (;;) CALL(exit_group, status, 0, 0);
}

pid_t getpid(void) { return (pid_t)CALL(getpid, 0, 0, 0); }

/* Only to itself: abort(), raise(). */
int kill(pid_t process, int signal) {
    return process == getpid() ? (int)CALL(kill, process, signal, 0) : standin_fail(ESRCH);
}

void *sbrk(ptrdiff_t more) {
    static long end;
    long before;
    if (end == 0) end = CALL(brk, 0, 0, 0);
    before = end;
    if (CALL(brk, end + more, 0, 0) != end + more) {
        standin_fail(ENOMEM);
        return (void *)-1;
    }
    end += more;
    return (void *)before;
}

int gettimeofday(struct timeval *restrict to, void *restrict zone) {
    long now[2];
    if (CALL(gettimeofday, now, 0, 0) < 0) return -1;
    to->tv_sec = now[0];
    to->tv_usec = now[1];
    return 0;
}

/* The kernel counts hundredths of a second, newlib's clock() thousandths. */
#define OF_KERNEL (CLOCKS_PER_SEC / 100)

clock_t times(struct tms *to) {
    long ticks[4], since = CALL(times, ticks, 0, 0);
    to->tms_utime = (clock_t)ticks[0] * OF_KERNEL;
    to->tms_stime = (clock_t)ticks[1] * OF_KERNEL;
    to->tms_cutime = (clock_t)ticks[2] * OF_KERNEL;
    to->tms_cstime = (clock_t)ticks[3] * OF_KERNEL;
    return (clock_t)since * OF_KERNEL;
}

static int pause_for(long seconds, long nanoseconds) {
    long time[2] = {seconds, nanoseconds};
    return (int)CALL(nanosleep, time, 0, 0);
}

unsigned sleep(unsigned seconds) { return pause_for(seconds, 0) == 0 ? 0 : seconds; }
int usleep(useconds_t microseconds) { return pause_for(microseconds / 1000000, microseconds % 1000000 * 1000L); }
