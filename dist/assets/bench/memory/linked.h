/* The part of counter.c that only a program has into which it is linked. Each function here whose name begins with __wrap_
 * takes the place of the one without, by the linker's --wrap; __real_ is that one, and absent where the program has none. */

/* No other memory than malloc's can be counted on; by its real name it is not counted. */
static int grow(void) {
    size_t before = slots;
    entry *old = table, *new = REAL(calloc)(before * 2, sizeof(entry));
    size_t i;
    if (new == NULL) return 0;
    table = new;
    slots = before * 2;
    for (i = 0; i < before; i++)
        if (old[i].address != 0) put(old[i]);
    if (old != first_table) REAL(free)(old);
    return 1;
}

/* newlib's gets its block by another name than malloc, and Python frees it by free. */
char *__wrap_strdup(const char *string) {
    size_t size = strlen(string) + 1;
    char *copy = COUNTED(malloc)(size);
    return copy == NULL ? NULL : memcpy(copy, string, size);
}

#ifdef _WIN32
char *__wrap__strdup(const char *string) { return __wrap_strdup(string); }

/* pymalloc's arenas from 3.4 on; before, they are malloc's. */
void *__wrap_VirtualAlloc(void *wanted, size_t size, unsigned long kind, unsigned long protection) {
    return map_made(real_VirtualAlloc(wanted, size, kind, protection), size, MAP_ANONYMOUS);
}

int __wrap_VirtualFree(void *map, size_t size, unsigned long kind) {
    map_gone(map, size);
    return real_VirtualFree(map, size, kind);
}
#elif defined(MAP_ANONYMOUS)
extern void *__real_mmap(void *, size_t, int, int, int, off_t) __attribute__((weak));
extern void *__real_mmap64(void *, size_t, int, int, int, off64_t) __attribute__((weak));
extern int __real_munmap(void *, size_t) __attribute__((weak));

void *__wrap_mmap(void *wanted, size_t size, int protection, int flags, int file, off_t offset) {
    return map_made(__real_mmap(wanted, size, protection, flags, file, offset), size, flags);
}

void *__wrap_mmap64(void *wanted, size_t size, int protection, int flags, int file, off64_t offset) {
    return map_made(__real_mmap64(wanted, size, protection, flags, file, offset), size, flags);
}

int __wrap_munmap(void *map, size_t size) {
    map_gone(map, size);
    return __real_munmap(map, size);
}
#endif

/* Python's object allocator, which is led to malloc when that is wanted: what a build with --without-pymalloc does, which
 * has these functions, too. Not weak: nothing else asks the archive for them. The second came with 3.5. */
extern void *__real_PyObject_Malloc(size_t);
extern void *__real_PyObject_Calloc(size_t, size_t) __attribute__((weak));
extern void *__real_PyObject_Realloc(void *, size_t);
extern void __real_PyObject_Free(void *);

void *__wrap_PyObject_Malloc(size_t size) { return redirected ? object_malloc(size) : __real_PyObject_Malloc(size); }
void *__wrap_PyObject_Calloc(size_t count, size_t size) {
    return redirected ? object_calloc(count, size) : __real_PyObject_Calloc(count, size);
}
void *__wrap_PyObject_Realloc(void *old, size_t size) {
    return redirected ? object_realloc(old, size) : __real_PyObject_Realloc(old, size);
}
void __wrap_PyObject_Free(void *block) {
    if (redirected)
        object_free(block);
    else
        __real_PyObject_Free(block);
}

/* Reads the environment: to be called first. */
void forkwright_memory_start(void) {
    const char *pymalloc = getenv("FORKWRIGHT_MEMORY_PYMALLOC");
    out_file = getenv("FORKWRIGHT_MEMORY_OUT");
    redirected = pymalloc != NULL && strcmp(pymalloc, "off") == 0;
    /* The strings stay where they are. */
    unsetenv("FORKWRIGHT_MEMORY_OUT");
    unsetenv("FORKWRIGHT_MEMORY_PYMALLOC");
}
