/* newlib leaves this header to each system. */
#ifndef _SYS_DIRENT_H
#define _SYS_DIRENT_H
#include <sys/types.h>
#include <limits.h>

#ifndef MAXNAMLEN
#define MAXNAMLEN 255
#endif
#define DT_UNKNOWN 0
#define DT_DIR 1
#define DT_REG 2

struct dirent {
    ino_t d_ino;
    unsigned char d_type;
    char d_name[MAXNAMLEN + 1];
};

typedef struct standin_folder DIR;

#endif
