/* Which C stack asked for each block: only preloaded, and only when FORKWRIGHT_MEMORY_STACKS names a file for it.
 *
 * The unwinder of the C compiler's library goes by the tables that every program has for exceptions, so interpreters need
 * neither frame pointers nor debugging information. It is looked up when it is asked for: otherwise nothing more is loaded.
 */

#include <dlfcn.h>
#include <sys/mman.h>

#define DEPTH 24
/* A power of two. What does not fit any more belongs to stack 0, which is no stack. */
#define STACKS (1u << 16)

static struct stack {
    size_t bytes, blocks;
    uint64_t hash;
    uint32_t depth;
    uintptr_t addresses[DEPTH];
} *stacks;
static size_t stacks_kept;
static const char *stacks_file;

typedef struct _Unwind_Context context;
static int (*unwind)(int (*each)(context *, void *), void *argument);
static uintptr_t (*address_in)(context *);

/* The unwinder may ask for memory itself. */
static __thread char unwinding __attribute__((tls_model("initial-exec")));

static void start_stacks(const char *file) {
    void *library = dlopen("libgcc_s.so.1", RTLD_NOW), *all;
    if (library == NULL) return;
    *(void **)&unwind = dlsym(library, "_Unwind_Backtrace");
    *(void **)&address_in = dlsym(library, "_Unwind_GetIP");
    all = mmap(NULL, STACKS * sizeof *stacks, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (unwind == NULL || address_in == NULL || all == MAP_FAILED) return;
    stacks = all;
    stacks_file = file;
}

static int stack_frame(context *here, void *argument) {
    struct stack *stack = argument;
    if (stack->depth == DEPTH) return 5; /* _URC_END_OF_STACK */
    stack->addresses[stack->depth++] = address_in(here);
    return 0;
}

static void look_at_stack(struct stack *stack) {
    size_t i;
    stack->depth = 0;
    stack->hash = 1;
    if (stacks_file == NULL || unwinding) return;
    unwinding = 1;
    unwind(stack_frame, stack);
    unwinding = 0;
    for (i = 0; i < stack->depth; i++) stack->hash = (stack->hash ^ stack->addresses[i]) * UINT64_C(0x100000001B3);
}

/* With the lock held. */
static uint32_t stack_number(const struct stack *stack) {
    size_t i;
    if (stack->depth == 0) return 0;
    for (i = (size_t)(stack->hash >> 20) & (STACKS - 1);; i = (i + 1) & (STACKS - 1)) {
        if (i == 0) continue;
        if (stacks[i].depth == 0) {
            if (4 * ++stacks_kept > 3 * STACKS) return 0;
            stacks[i] = *stack;
            return (uint32_t)i;
        }
        if (stacks[i].hash == stack->hash && stacks[i].depth == stack->depth &&
            memcmp(stacks[i].addresses, stack->addresses, stack->depth * sizeof(uintptr_t)) == 0)
            return (uint32_t)i;
    }
}
