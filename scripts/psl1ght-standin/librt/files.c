/* Files, as PSL1GHT's librt has them: no lstat, no symbolic links, no descriptors that are duplicated. */
#include "kernel.h"
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utime.h>

/* The kernel's struct has newlib's names. */
#undef st_atime
#undef st_mtime
#undef st_ctime
#define stat kernel_stat
#include <asm/stat.h>
#undef stat
#define KERNEL_TCGETS 0x402c7413

/* newlib's bit of open() → the kernel's. */
static const struct {
    int newlib, kernel;
} open_bits[] = {{O_CREAT, 0100}, {O_EXCL, 0200}, {O_TRUNC, 01000}, {O_APPEND, 02000}, {O_NONBLOCK, 04000}};

int open(const char *path, int flags, ...) {
    int kernel_flags = flags & O_ACCMODE;
    size_t i;
    for (i = 0; i < sizeof open_bits / sizeof *open_bits; i++)
        if (flags & open_bits[i].newlib) kernel_flags |= open_bits[i].kernel;
    /* Whatever mode is asked for: a console has no users. */
    return (int)CALL(open, path, kernel_flags, 0666);
}

int close(int file) { return (int)CALL(close, file, 0, 0); }
_READ_WRITE_RETURN_TYPE read(int file, void *to, size_t size) { return CALL(read, file, to, size); }
_READ_WRITE_RETURN_TYPE write(int file, const void *from, size_t size) { return CALL(write, file, from, size); }
off_t lseek(int file, off_t offset, int whence) { return CALL(lseek, file, offset, whence); }
int fsync(int file) { return (int)CALL(fsync, file, 0, 0); }
int truncate(const char *path, off_t size) { return (int)CALL(truncate, path, size, 0); }
int ftruncate(int file, off_t size) { return (int)CALL(ftruncate, file, size, 0); }
int access(const char *path, int mode) { return (int)CALL(access, path, mode, 0); }
int chmod(const char *path, mode_t mode) { return (int)CALL(chmod, path, mode, 0); }
mode_t umask(mode_t mode) { return (mode_t)CALL(umask, mode, 0, 0); }
int link(const char *from, const char *to) { return (int)CALL(link, from, to, 0); }
int unlink(const char *path) { return (int)CALL(unlink, path, 0, 0); }
int rename(const char *from, const char *to) { return (int)CALL(rename, from, to, 0); }
int utime(const char *path, const struct utimbuf *times) {
    long seconds[2];
    if (times != NULL) {
        seconds[0] = times->actime;
        seconds[1] = times->modtime;
    }
    return (int)CALL(utime, path, times == NULL ? NULL : seconds, 0);
}

int isatty(int file) {
    char settings[128];
    return CALL(ioctl, file, KERNEL_TCGETS, settings) == 0;
}

static int told(long result, const struct kernel_stat *from, struct stat *to) {
    if (result < 0) return -1;
    memset(to, 0, sizeof *to);
    to->st_dev = from->st_dev;
    to->st_ino = from->st_ino;
    to->st_mode = from->st_mode;
    to->st_nlink = from->st_nlink;
    to->st_size = from->st_size;
    to->st_blksize = from->st_blksize;
    to->st_blocks = from->st_blocks;
    to->st_atim.tv_sec = from->st_atime;
    to->st_mtim.tv_sec = from->st_mtime;
    to->st_ctim.tv_sec = from->st_ctime;
    return 0;
}

int stat(const char *path, struct stat *to) {
    struct kernel_stat from;
    return told(CALL(stat, path, &from, 0), &from, to);
}

int fstat(int file, struct stat *to) {
    struct kernel_stat from;
    return told(CALL(fstat, file, &from, 0), &from, to);
}
