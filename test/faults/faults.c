/*
 * LD_PRELOAD: the FAULT_AT-th change below FAULT_ROOT fails (FAULT_MODE=fail: EIO, once), or the process is killed or
 * stopped before it (kill, stop). Without FAULT_AT the changes are only counted. FAULT_LOG gets a line for each.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static long count;

static int below(const char *path)
{
    const char *root = getenv("FAULT_ROOT");
    size_t n = root ? strlen(root) : 0;
    return n && path && strncmp(path, root, n) == 0 && (path[n] == '/' || path[n] == '\0');
}

static const char *name_of(int fd, char *buffer, size_t size)
{
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t n = readlink(link, buffer, size - 1);
    if (n < 0)
        return NULL;
    buffer[n] = '\0';
    return buffer;
}

/* Whether the call is to fail. */
static int fault(const char *what, const char *path)
{
    if (!below(path))
        return 0;
    pthread_mutex_lock(&lock);
    long now = ++count;
    const char *log = getenv("FAULT_LOG");
    if (log) {
        int (*real_open)(const char *, int, ...) = dlsym(RTLD_NEXT, "open");
        ssize_t (*real_write)(int, const void *, size_t) = dlsym(RTLD_NEXT, "write");
        char line[4200];
        int n = snprintf(line, sizeof line, "%ld %s %s\n", now, what, path);
        int fd = real_open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
        if (fd >= 0) {
            real_write(fd, line, (size_t)n);
            close(fd);
        }
    }
    pthread_mutex_unlock(&lock);
    const char *at = getenv("FAULT_AT");
    if (!at || atol(at) != now)
        return 0;
    const char *mode = getenv("FAULT_MODE");
    if (mode && strcmp(mode, "kill") == 0)
        kill(getpid(), SIGKILL);
    if (mode && strcmp(mode, "stop") == 0) {
        kill(getpid(), SIGSTOP);
        return 0;
    }
    errno = EIO;
    return 1;
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))
#define BY_PATH(name, args, path, call) \
    int name args { return fault(#name, path) ? -1 : REAL(name) call; }
#define BY_FD(type, name, args, call)                                    \
    type name args                                                       \
    {                                                                    \
        char buffer[4096];                                               \
        return fault(#name, name_of(fd, buffer, sizeof buffer)) ? -1 : REAL(name) call; \
    }

BY_PATH(rename, (const char *from, const char *to), to, (from, to))
BY_PATH(link, (const char *from, const char *to), to, (from, to))
BY_PATH(unlink, (const char *path), path, (path))
BY_PATH(rmdir, (const char *path), path, (path))
BY_PATH(mkdir, (const char *path, mode_t mode), path, (path, mode))
BY_PATH(chmod, (const char *path, mode_t mode), path, (path, mode))
BY_FD(int, fchmod, (int fd, mode_t mode), (fd, mode))
BY_FD(int, fsync, (int fd), (fd))
BY_FD(int, fdatasync, (int fd), (fd))
BY_FD(int, ftruncate, (int fd, off_t length), (fd, length))
BY_FD(ssize_t, write, (int fd, const void *data, size_t size), (fd, data, size))
BY_FD(ssize_t, pwrite, (int fd, const void *data, size_t size, off_t at), (fd, data, size, at))
BY_FD(ssize_t, writev, (int fd, const struct iovec *data, int n), (fd, data, n))
BY_FD(ssize_t, pwritev, (int fd, const struct iovec *data, int n, off_t at), (fd, data, n, at))

#define OPENS(name)                                                \
    int name(const char *path, int flags, ...)                     \
    {                                                              \
        va_list rest;                                              \
        va_start(rest, flags);                                     \
        mode_t mode = (mode_t)va_arg(rest, int);                   \
        va_end(rest);                                              \
        if (flags & (O_CREAT | O_TRUNC) && fault(#name, path))     \
            return -1;                                             \
        return ((int (*)(const char *, int, ...))dlsym(RTLD_NEXT, #name))(path, flags, mode); \
    }
OPENS(open)
OPENS(open64)
