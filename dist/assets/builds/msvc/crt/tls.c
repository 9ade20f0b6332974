/* Variables that each thread has for itself (__declspec(thread)): what the loader is told of them.
   See "The .tls Section" of Microsoft's PE format. */
unsigned long _tls_index;

/* clang asks it before a variable of another file, and calls the function where it is zero: C has no initialisers to run. */
__declspec(thread) unsigned char __tls_guard = 1;
void __cdecl __dyn_tls_on_demand_init(void) {}

/* Linkers sort the parts of a section by what stands behind the $: the variables lie between these two. */
#pragma section(".tls", read, write)
#pragma section(".tls$ZZZ", read, write)
__declspec(allocate(".tls")) char _tls_start = 0;
__declspec(allocate(".tls$ZZZ")) char _tls_end = 0;

typedef void(__stdcall *callback)(void *, unsigned long, void *);
#pragma section(".CRT$XLA", read)
#pragma section(".CRT$XLZ", read)
__declspec(allocate(".CRT$XLA")) callback __xl_a[] = {0};
__declspec(allocate(".CRT$XLZ")) callback __xl_z[] = {0};

/* IMAGE_TLS_DIRECTORY64; the linker finds it by its name. */
const struct {
    char *start, *end;
    unsigned long *index;
    callback *callbacks;
    unsigned long zeros, characteristics;
} _tls_used = {&_tls_start, &_tls_end, &_tls_index, __xl_a + 1, 0, 0};
