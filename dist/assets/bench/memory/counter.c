/* Counts what a process has asked of malloc: bytes and blocks that live, to the byte, and writes it down when it is told to.
 *
 * Two ways to get it into an interpreter:
 *   preloaded   cc -O2 -shared -fPIC -pthread -o counter.so counter.c      LD_PRELOAD=counter.so python …      (glibc)
 *   linked in   cc -O2 -DFORKWRIGHT_WRAP -c counter.c, and the linker's --wrap for each function (linked.h)    (anything;
 *               on Windows into pythonXY.dll: counter-windows.h)
 *
 * Preloaded, it reports each time the process calls getppid(), which Python's os.getppid() does, without any extension
 * module; the driver of static builds (driver.c) calls forkwright_memory_report() itself. A report is a line of JSON, appended to the file that
 * FORKWRIGHT_MEMORY_OUT names, else to stderr. FORKWRIGHT_MEMORY_PYMALLOC=off leads Python's object allocator to malloc,
 * in versions that have no PYTHONMALLOC.
 *
 * FORKWRIGHT_MEMORY_STACKS names a file for the C stacks that asked for what lives at each report (stacks.h).
 *
 * It asks malloc for nothing, so it counts nothing of its own. A preloaded counter takes its variables out of the
 * environment before the interpreter sees it: so the interpreter starts as it does without, and its children are not
 * counted.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "types.h"

#ifdef FORKWRIGHT_WRAP
#define COUNTED(name) __wrap_##name
#ifdef _WIN32
#include "counter-windows.h"
#define REAL(name) real_##name
#else
#define REAL(name) __real_##name
#endif
#if __has_include(<sys/mman.h>)
#include <sys/mman.h>
#endif
#else
#define COUNTED(name) name
#define REAL(name) __libc_##name
#include <dlfcn.h>
#include <pthread.h>
#include <sys/mman.h>
#endif

extern void *REAL(malloc)(size_t size);
extern void *REAL(calloc)(size_t count, size_t size);
extern void *REAL(realloc)(void *old, size_t size);
extern void REAL(free)(void *block);

typedef struct {
    uintptr_t address;
    size_t size;
    /* Of the stack that asked for it (stacks.h); 0: not known. */
    uint32_t site;
} entry;

/* Open addressing with backward shifts; at most half full. It grows in memory that is not malloc's. */
#define FIRST_TABLE (1u << 16)
static entry first_table[FIRST_TABLE];
static entry *table = first_table;
static size_t slots = FIRST_TABLE;

static size_t live, blocks, peak, calls;
/* Blocks that did not fit into the table, and frees of what nobody has allocated: both must be 0. */
static size_t lost, strays;
static size_t mapped, maps;
static int points;
static int redirected;

static volatile char locked;
static void lock(void) {
    while (__atomic_test_and_set(&locked, __ATOMIC_ACQUIRE)) {
    }
}
static void unlock(void) { __atomic_clear(&locked, __ATOMIC_RELEASE); }

static size_t home(uintptr_t address) {
    return (size_t)(((uint64_t)(address >> 3) * UINT64_C(0x9E3779B97F4A7C15)) >> 20) & (slots - 1);
}

static void put(entry one) {
    size_t i = home(one.address);
    while (table[i].address != 0) i = (i + 1) & (slots - 1);
    table[i] = one;
}

static int grow(void);

/* With the lock held. */
static void remember(void *block, size_t size, uint32_t site) {
    entry one;
    if (2 * (blocks + 1) > slots && !grow()) {
        lost++;
        return;
    }
    one.address = (uintptr_t)block;
    one.size = size;
    one.site = site;
    put(one);
    blocks++;
    live += size;
    if (live > peak) peak = live;
}

/* With the lock held. Returns whether the block was known; then *size is what was asked for. */
static int forget(void *block, size_t *size) {
    size_t hole = home((uintptr_t)block), next;
    while (table[hole].address != (uintptr_t)block) {
        if (table[hole].address == 0) return 0;
        hole = (hole + 1) & (slots - 1);
    }
    *size = table[hole].size;
    live -= *size;
    blocks--;
    for (next = (hole + 1) & (slots - 1); table[next].address != 0; next = (next + 1) & (slots - 1)) {
        /* What lies between its own place and here may not be cut off from it. */
        size_t own = home(table[next].address);
        if (((next - own) & (slots - 1)) < ((next - hole) & (slots - 1))) continue;
        table[hole] = table[next];
        hole = next;
    }
    table[hole].address = 0;
    return 1;
}

#ifdef FORKWRIGHT_WRAP
struct stack {
    char none;
};
#define look_at_stack(stack) ((void)(stack))
#define stack_number(stack) 0
#else
#include "stacks.h"
#endif

static void *got(void *block, size_t size) {
    if (block != NULL) {
        struct stack stack;
        look_at_stack(&stack);
        lock();
        calls++;
        remember(block, size, stack_number(&stack));
        unlock();
    }
    return block;
}

void *COUNTED(malloc)(size_t size) { return got(REAL(malloc)(size), size); }

void *COUNTED(calloc)(size_t count, size_t size) { return got(REAL(calloc)(count, size), count * size); }

/* Before the block goes back: another thread may be given its address at once. */
static int gone(void *block, size_t *size) {
    int known;
    lock();
    known = forget(block, size);
    if (!known) strays++;
    unlock();
    return known;
}

void COUNTED(free)(void *block) {
    size_t size;
    int error = errno;
    if (block == NULL) return;
    /* A stray block was never malloc's here (an inlined allocator's, if Python was led to malloc): malloc must not see it. */
    if (!gone(block, &size) && redirected) return;
    REAL(free)(block);
    errno = error;
}

void *COUNTED(realloc)(void *old, size_t size) {
    size_t before = 0;
    int known = old != NULL && gone(old, &before);
    void *block = REAL(realloc)(old, size);
    if (block == NULL && known && size != 0) {
        /* It failed, and the old block stays. */
        lock();
        remember(old, before, 0);
        unlock();
    }
    return got(block, size);
}

/* ---- The report ---- */

#define SIZES 65536
static uint32_t of_size[SIZES];
static struct {
    size_t blocks, bytes;
} of_type[TYPES];

static char text[4096];
static size_t used;
static int out = -1;

static void flush(void) {
    size_t done = 0;
    while (done < used) {
        ssize_t n = write(out, text + done, used - done);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) break;
        done += (size_t)n;
    }
    used = 0;
}

static void say(const char *words) {
    for (; *words != 0; words++) {
        if (used == sizeof text) flush();
        text[used++] = *words;
    }
}

static void say_number(size_t number) {
    char digits[24];
    int i = sizeof digits - 1;
    digits[i] = 0;
    do digits[--i] = (char)('0' + number % 10);
    while ((number /= 10) != 0);
    say(digits + i);
}

static void say_member(const char *name, size_t number) {
    say(",\"");
    say(name);
    say("\":");
    say_number(number);
}

/* How many words the garbage collector has before an object (2 - 4, by version): where most blocks look like objects. */
static size_t collector_words(void) {
    size_t words, best = 2, most = 0;
    for (words = 2; words <= 4; words++) {
        size_t i, t, seen = 0;
        for (i = 0; i < slots; i++) {
            if (table[i].address == 0 || table[i].size < (words + 2) * sizeof(void *)) continue;
            for (t = 0; t < TYPES; t++)
                if (types[t].collected && types[t].type != NULL &&
                    ((void **)table[i].address)[words + 1] == types[t].type)
                    seen++;
        }
        if (seen > most) {
            most = seen;
            best = words;
        }
    }
    return best;
}

/* Tells objects by the second word of theirs, the pointer to the type. Finds them only where each is a block of malloc's. */
static void count_types(void) {
    size_t i, t, words = collector_words();
    memset(of_type, 0, sizeof of_type);
    for (i = 0; i < slots; i++) {
        if (table[i].address == 0) continue;
        for (t = 0; t < TYPES; t++) {
            size_t at = 1 + (types[t].collected ? words : 0);
            if (types[t].type == NULL || table[i].size < (at + 1) * sizeof(void *)) continue;
            if (((void **)table[i].address)[at] != types[t].type) continue;
            of_type[t].blocks++;
            of_type[t].bytes += table[i].size;
            break;
        }
    }
}

static const char *out_file;
#ifndef FORKWRIGHT_WRAP
static void say_sites(void);
#endif

void forkwright_memory_report(void) {
    size_t i, t;
    const char *comma = "";
    int error = errno;
    lock();
    points++;
    out = out_file == NULL ? 2 : open(out_file, O_WRONLY | O_CREAT | O_APPEND, 0600);
    if (out < 0) out = 2;
    say("{\"point\":");
    say_number((size_t)points);
    say_member("bytes", live);
    say_member("blocks", blocks);
    say_member("peak", peak);
    say_member("calls", calls);
    say_member("mapped", mapped);
    say_member("maps", maps);
    say_member("lost", lost);
    say_member("strays", strays);
    say_member("redirected", (size_t)redirected);
    say(",\"sizes\":[");
    memset(of_size, 0, sizeof of_size);
    for (i = 0; i < slots; i++)
        if (table[i].address != 0) {
            if (table[i].size < SIZES) {
                of_size[table[i].size]++;
                continue;
            }
            say(comma);
            say("[");
            say_number(table[i].size);
            say(",1]");
            comma = ",";
        }
    for (i = 0; i < SIZES; i++)
        if (of_size[i] != 0) {
            say(comma);
            say("[");
            say_number(i);
            say(",");
            say_number(of_size[i]);
            say("]");
            comma = ",";
        }
    say("],\"types\":[");
    comma = "";
    count_types();
    for (t = 0; t < TYPES; t++)
        if (of_type[t].blocks != 0) {
            say(comma);
            say("[\"");
            say(types[t].name);
            say("\",");
            say_number(of_type[t].blocks);
            say(",");
            say_number(of_type[t].bytes);
            say("]");
            comma = ",";
        }
    say("]}\n");
    flush();
    if (out != 2) close(out);
#ifndef FORKWRIGHT_WRAP
    say_sites();
#endif
    unlock();
    errno = error;
}

/* As PyMem_MALLOC and its like: never asks for nothing. */
static void *object_malloc(size_t size) { return COUNTED(malloc)(size != 0 ? size : 1); }
static void *object_calloc(size_t count, size_t size) {
    return count == 0 || size == 0 ? COUNTED(calloc)(1, 1) : COUNTED(calloc)(count, size);
}
static void *object_realloc(void *old, size_t size) { return COUNTED(realloc)(old, size != 0 ? size : 1); }
static void object_free(void *block) { COUNTED(free)(block); }

#ifdef MAP_ANONYMOUS
#include "maps.h"
#endif

#ifdef FORKWRIGHT_WRAP
#include "linked.h"
#else
#include "preload.h"
#endif
