/* The part of counter.c that only a preloaded library has: the rest of malloc's family, anonymous maps, and the start. */

#include <link.h>

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

typedef void *mmap_function(void *, size_t, int, int, int, off64_t);
static mmap_function *real_mmap;
static int (*real_munmap)(void *, size_t);

static void find_mmap(void) {
    if (real_mmap != NULL) return;
    real_munmap = (int (*)(void *, size_t))dlsym(RTLD_NEXT, "munmap");
    real_mmap = (mmap_function *)dlsym(RTLD_NEXT, "mmap64");
}

void *mmap64(void *wanted, size_t size, int protection, int flags, int file, off64_t offset) {
    find_mmap();
    return map_made(real_mmap(wanted, size, protection, flags, file, offset), size, flags);
}

void *mmap(void *wanted, size_t size, int protection, int flags, int file, off_t offset) {
    return mmap64(wanted, size, protection, flags, file, offset);
}

int munmap(void *map, size_t size) {
    find_mmap();
    map_gone(map, size);
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
        if (old[i].address != 0) put(old[i]);
    if (old != first_table) real_munmap(old, before * sizeof(entry));
    return 1;
}

/* ---- Python's object allocator led to malloc: what a build with --without-pymalloc does, in the same interpreter ---- */

extern void *PyObject_Malloc(size_t) __attribute__((weak));
extern void *PyObject_Calloc(size_t, size_t) __attribute__((weak));
extern void *PyObject_Realloc(void *, size_t) __attribute__((weak));
extern void PyObject_Free(void *) __attribute__((weak));

#if defined(__powerpc64__) && (!defined(_CALL_ELF) || _CALL_ELF < 2)
/* A function's symbol is its descriptor here, and its code must find the table of its own library in r2: so this is a call
 * with a frame of its own. */
static size_t make_jump(unsigned char *jump, const void *to) {
    static const uint32_t call[] = {
        0x7c0802a6, 0xf8010010, 0xf8410028, 0xf821ff91,             /* mflr r0; std r0,16(r1); std r2,40(r1); stdu r1,-112(r1) */
        0x3d800000, 0x618c0000, 0x798c07c6, 0x658c0000, 0x618c0000, /* r12 = the descriptor, 16 bits at a time */
        0xe80c0000, 0xe84c0008, 0x7c0903a6, 0x4e800421,             /* ld r0,0(r12); ld r2,8(r12); mtctr r0; bctrl */
        0x38210070, 0xe8410028, 0xe8010010, 0x7c0803a6, 0x4e800020, /* and back: addi r1; ld r2; ld r0; mtlr r0; blr */
    };
    uint32_t code[sizeof call / sizeof *call];
    uintptr_t address = (uintptr_t)to;
    memcpy(code, call, sizeof code);
    code[4] |= (uint32_t)(address >> 48) & 0xffff;
    code[5] |= (uint32_t)(address >> 32) & 0xffff;
    code[7] |= (uint32_t)(address >> 16) & 0xffff;
    code[8] |= (uint32_t)address & 0xffff;
    memcpy(jump, code, sizeof code);
    return sizeof code;
}

static void *code_of(void *function) { return *(void **)function; }
#else
static size_t make_jump(unsigned char *jump, const void *to) {
#if defined(__x86_64__)
    static const unsigned char code[] = {0xff, 0x25, 0, 0, 0, 0}; /* jmp *0(%rip), and the address */
#elif defined(__aarch64__)
    static const unsigned char code[] = {0x50, 0, 0, 0x58, 0, 2, 0x1f, 0xd6}; /* ldr x16, #8; br x16; and the address */
#else
    static const unsigned char code[] = {0};
    (void)jump, (void)to, (void)code;
    return 0;
#endif
    memcpy(jump, code, sizeof code);
    memcpy(jump + sizeof code, &to, sizeof to);
    return sizeof code + sizeof to;
}

static void *code_of(void *function) { return function; }
#endif

/* How long the code of a function is; 0 when nobody knows. */
static size_t code_size(void *function) {
    Dl_info about;
    ElfW(Sym) *symbol = NULL;
    if (dladdr1(function, &about, (void **)&symbol, RTLD_DL_SYMENT) == 0 || symbol == NULL) return 0;
    return symbol->st_size;
}

/* Overwrites the beginning of a function with a jump. The next function begins no sooner than 16 bytes after it. */
static int lead(void *function, void *to) {
    unsigned char jump[128];
    size_t page = (size_t)sysconf(_SC_PAGESIZE), length = make_jump(jump, to), size;
    unsigned char *code = code_of(function);
    uintptr_t from = (uintptr_t)code & ~(page - 1);
    if (length == 0 || (length > 16 && length > code_size(function))) return 0;
    size = (uintptr_t)code + length - from;
    if (mprotect((void *)from, size, PROT_READ | PROT_WRITE | PROT_EXEC) != 0) return 0;
    memcpy(code, jump, length);
    __builtin___clear_cache((char *)code, (char *)code + length);
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
static char out_name[4096], stacks_name[4096];

/* A child of fork() must not wait for a lock that a thread of its parent held. */
__attribute__((constructor)) static void start(void) {
    const char *name = getenv("FORKWRIGHT_MEMORY_OUT"), *pymalloc = getenv("FORKWRIGHT_MEMORY_PYMALLOC");
    const char *stacks = getenv("FORKWRIGHT_MEMORY_STACKS");
    /* setarch, a shell: the interpreter comes later. */
    if (Py_Initialize == NULL) return;
    pthread_atfork(lock, unlock, unlock);
    if (name != NULL && strlen(name) < sizeof out_name) out_file = strcpy(out_name, name);
    if (pymalloc != NULL && strcmp(pymalloc, "off") == 0) redirected = lead_to_malloc();
    if (stacks != NULL && strlen(stacks) < sizeof stacks_name) start_stacks(strcpy(stacks_name, stacks));
    unsetenv("LD_PRELOAD");
    unsetenv("FORKWRIGHT_MEMORY_OUT");
    unsetenv("FORKWRIGHT_MEMORY_PYMALLOC");
    unsetenv("FORKWRIGHT_MEMORY_STACKS");
    /* What the loader and this function have asked for is not the interpreter's. */
    peak = live;
    calls = 0;
}

/* By line: `module BIAS FILE` for what is loaded, then `site BYTES BLOCKS ADDRESS ...` for what lives, the innermost first. */
static int say_module(struct dl_phdr_info *info, size_t size, void *first) {
    static char self[4096];
    const char *name = info->dlpi_name;
    ssize_t length;
    (void)size;
    if (*(int *)first) {
        length = readlink("/proc/self/exe", self, sizeof self - 1);
        self[length < 0 ? 0 : length] = 0;
        name = self;
        *(int *)first = 0;
    }
    say("module ");
    say_number((size_t)info->dlpi_addr);
    say(" ");
    say(name);
    say("\n");
    return 0;
}

static void say_sites(void) {
    size_t i, k;
    int first = 1;
    if (stacks_file == NULL) return;
    out = open(stacks_file, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    if (out < 0) return;
    dl_iterate_phdr(say_module, &first);
    for (i = 0; i < STACKS; i++) stacks[i].bytes = stacks[i].blocks = 0;
    for (i = 0; i < slots; i++)
        if (table[i].address != 0) {
            stacks[table[i].site].bytes += table[i].size;
            stacks[table[i].site].blocks++;
        }
    for (i = 0; i < STACKS; i++) {
        if (stacks[i].blocks == 0) continue;
        say("site ");
        say_number(stacks[i].bytes);
        say(" ");
        say_number(stacks[i].blocks);
        for (k = 0; k < stacks[i].depth; k++) {
            say(" ");
            say_number(stacks[i].addresses[k]);
        }
        say("\n");
    }
    flush();
    close(out);
}

pid_t getppid(void) {
    static pid_t (*real)(void);
    if (Py_Initialize != NULL) forkwright_memory_report();
    if (real == NULL) real = (pid_t(*)(void))dlsym(RTLD_NEXT, "getppid");
    return real();
}
