/* The part of counter.c that only a preloaded library has: the rest of malloc's family, anonymous maps, and the start. */

extern void *__libc_memalign(size_t alignment, size_t size);

void *memalign(size_t alignment, size_t size) { return got(__libc_memalign(alignment, size), size); }

void *aligned_alloc(size_t alignment, size_t size) { return memalign(alignment, size); }

int posix_memalign(void **block, size_t alignment, size_t size) {
    int error = errno;
    void *p;
    if (alignment % sizeof(void *) != 0 || alignment == 0 || (alignment & (alignment - 1)) != 0) return EINVAL;
    p = memalign(alignment, size);
    errno = error;
    if (p == NULL) return ENOMEM;
    *block = p;
    return 0;
}

void *valloc(size_t size) { return memalign((size_t)sysconf(_SC_PAGESIZE), size); }

void *pvalloc(size_t size) {
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    return memalign(page, (size + page - 1) / page * page);
}

void *reallocarray(void *old, size_t count, size_t size) {
    size_t bytes;
    if (__builtin_mul_overflow(count, size, &bytes)) {
        errno = ENOMEM;
        return NULL;
    }
    return realloc(old, bytes);
}

/* Anonymous maps: pymalloc's arenas, from 2.7.3 and 3.2 on. Those that malloc makes itself do not come by here. */

typedef void *mmap_function(void *, size_t, int, int, int, off64_t);
static mmap_function *real_mmap;
static int (*real_munmap)(void *, size_t);

#define MOST_MAPS 4096
static entry map_table[MOST_MAPS];

static void find_mmap(void) {
    if (real_mmap != NULL) return;
    real_munmap = (int (*)(void *, size_t))dlsym(RTLD_NEXT, "munmap");
    real_mmap = (mmap_function *)dlsym(RTLD_NEXT, "mmap64");
}

void *mmap64(void *wanted, size_t size, int protection, int flags, int file, off64_t offset) {
    void *map;
    size_t i;
    find_mmap();
    map = real_mmap(wanted, size, protection, flags, file, offset);
    if (map == MAP_FAILED || (flags & MAP_ANONYMOUS) == 0) return map;
    lock();
    for (i = 0; i < MOST_MAPS && map_table[i].address != 0; i++) {
    }
    if (i < MOST_MAPS) {
        map_table[i].address = (uintptr_t)map;
        map_table[i].size = size;
        mapped += size;
        maps++;
    } else
        lost++;
    unlock();
    return map;
}

void *mmap(void *wanted, size_t size, int protection, int flags, int file, off_t offset) {
    return mmap64(wanted, size, protection, flags, file, offset);
}

int munmap(void *map, size_t size) {
    size_t i;
    find_mmap();
    lock();
    for (i = 0; i < MOST_MAPS; i++)
        if (map_table[i].address == (uintptr_t)map && map_table[i].size == size) {
            map_table[i].address = 0;
            mapped -= size;
            maps--;
            break;
        }
    unlock();
    return real_munmap(map, size);
}

/* Called in the middle of remember(), with the lock held: so not through the counted mmap. */
static int grow(void) {
    size_t before = slots, i;
    entry *old = table, *new;
    find_mmap();
    new = real_mmap(NULL, before * 2 * sizeof(entry), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (new == MAP_FAILED) return 0;
    table = new;
    slots = before * 2;
    for (i = 0; i < before; i++)
        if (old[i].address != 0) put(old[i].address, old[i].size);
    if (old != first_table) real_munmap(old, before * sizeof(entry));
    return 1;
}

/* ---- Python's object allocator led to malloc: what a build with --without-pymalloc does, in the same interpreter ---- */

extern void *PyObject_Malloc(size_t) __attribute__((weak));
extern void *PyObject_Calloc(size_t, size_t) __attribute__((weak));
extern void *PyObject_Realloc(void *, size_t) __attribute__((weak));
extern void PyObject_Free(void *) __attribute__((weak));

/* As PyMem_MALLOC and its like: never asks for nothing. */
static void *object_malloc(size_t size) { return malloc(size != 0 ? size : 1); }
static void *object_calloc(size_t count, size_t size) {
    return count == 0 || size == 0 ? calloc(1, 1) : calloc(count, size);
}
static void *object_realloc(void *old, size_t size) { return realloc(old, size != 0 ? size : 1); }
static void object_free(void *block) { free(block); }

/* Overwrites the beginning of a function with a jump. */
static int lead(void *function, void *to) {
#if defined(__x86_64__)
    unsigned char jump[14] = {0xff, 0x25, 0, 0, 0, 0}; /* jmp *0(%rip), and the address */
    memcpy(jump + 6, &to, sizeof to);
#elif defined(__aarch64__)
    unsigned char jump[16] = {0x50, 0, 0, 0x58, 0, 2, 0x1f, 0xd6}; /* ldr x16, #8; br x16; and the address */
    memcpy(jump + 8, &to, sizeof to);
#else
    char jump[1];
    return 0;
#endif
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    uintptr_t from = (uintptr_t)function & ~(page - 1);
    size_t size = (uintptr_t)function + sizeof jump - from;
    if (mprotect((void *)from, size, PROT_READ | PROT_WRITE | PROT_EXEC) != 0) return 0;
    memcpy(function, jump, sizeof jump);
    __builtin___clear_cache((char *)function, (char *)function + sizeof jump);
    mprotect((void *)from, size, PROT_READ | PROT_EXEC);
    return 1;
}

static int lead_to_malloc(void) {
    if (PyObject_Malloc == NULL || PyObject_Realloc == NULL || PyObject_Free == NULL) return 0;
    return lead((void *)PyObject_Free, (void *)object_free) && lead((void *)PyObject_Realloc, (void *)object_realloc) &&
           (PyObject_Calloc == NULL || lead((void *)PyObject_Calloc, (void *)object_calloc)) &&
           lead((void *)PyObject_Malloc, (void *)object_malloc);
}

/* ---- Start ---- */

extern void Py_Initialize(void) __attribute__((weak));
static char out_name[4096];

/* A child of fork() must not wait for a lock that a thread of its parent held. */
__attribute__((constructor)) static void start(void) {
    const char *name = getenv("FORKWRIGHT_MEMORY_OUT"), *pymalloc = getenv("FORKWRIGHT_MEMORY_PYMALLOC");
    /* setarch, a shell: the interpreter comes later. */
    if (Py_Initialize == NULL) return;
    pthread_atfork(lock, unlock, unlock);
    if (name != NULL && strlen(name) < sizeof out_name) out_file = strcpy(out_name, name);
    if (pymalloc != NULL && strcmp(pymalloc, "off") == 0) redirected = lead_to_malloc();
    unsetenv("LD_PRELOAD");
    unsetenv("FORKWRIGHT_MEMORY_OUT");
    unsetenv("FORKWRIGHT_MEMORY_PYMALLOC");
    /* What the loader and this function have asked for is not the interpreter's. */
    peak = live;
    calls = 0;
}

pid_t getppid(void) {
    static pid_t (*real)(void);
    if (Py_Initialize != NULL) forkwright_memory_report();
    if (real == NULL) real = (pid_t(*)(void))dlsym(RTLD_NEXT, "getppid");
    return real();
}
