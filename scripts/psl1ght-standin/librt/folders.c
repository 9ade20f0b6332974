/* Folders: made, removed, listed, gone to. */
#include "kernel.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* An entry as the kernel gives it; `size` is how far it is to the next. */
struct kernel_entry {
    unsigned long number;
    long offset;
    unsigned short size;
    unsigned char type;
    char name[];
};
#define KERNEL_DT_DIR 4
#define KERNEL_DT_REG 8
#define KERNEL_O_DIRECTORY 040000

struct standin_folder {
    int file, at, filled;
    struct dirent entry;
    char buffer[4096] __attribute__((aligned(8)));
};

int mkdir(const char *path, mode_t mode) { return (int)CALL(mkdir, path, mode, 0); }
int rmdir(const char *path) { return (int)CALL(rmdir, path, 0, 0); }
int chdir(const char *path) { return (int)CALL(chdir, path, 0, 0); }
char *getcwd(char *to, size_t size) { return CALL(getcwd, to, size, 0) < 0 ? NULL : to; }

DIR *opendir(const char *path) {
    int file = (int)CALL(open, path, KERNEL_O_DIRECTORY, 0);
    DIR *folder;
    if (file < 0) return NULL;
    folder = malloc(sizeof *folder);
    if (folder == NULL) {
        close(file);
        return NULL;
    }
    folder->file = file;
    folder->at = folder->filled = 0;
    return folder;
}

struct dirent *readdir(DIR *folder) {
    struct kernel_entry *from;
    struct dirent *to = &folder->entry;
    if (folder->at >= folder->filled) {
        folder->filled = (int)CALL(getdents64, folder->file, folder->buffer, sizeof folder->buffer);
        folder->at = 0;
        if (folder->filled <= 0) return NULL;
    }
    from = (struct kernel_entry *)(folder->buffer + folder->at);
    folder->at += from->size;
    to->d_ino = (ino_t)from->number;
    to->d_type = from->type == KERNEL_DT_DIR ? DT_DIR : from->type == KERNEL_DT_REG ? DT_REG : DT_UNKNOWN;
    strncpy(to->d_name, from->name, MAXNAMLEN);
    to->d_name[MAXNAMLEN] = '\0';
    return to;
}

void rewinddir(DIR *folder) {
    lseek(folder->file, 0, SEEK_SET);
    folder->at = folder->filled = 0;
}

int closedir(DIR *folder) {
    int file = folder->file;
    free(folder);
    return close(file);
}
