/* What programs are linked against and the console has not: descriptors that are duplicated, and their flags. */
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

int dup(int file) {
    (void)file;
    errno = ENOSYS;
    return -1;
}

/* There are no flags to be seen or set: that nothing is inherited by other processes needs none. */
int fcntl(int file, int command, ...) {
    (void)file;
    if (command == F_GETFD || command == F_SETFD || command == F_GETFL) return 0;
    errno = ENOSYS;
    return -1;
}
