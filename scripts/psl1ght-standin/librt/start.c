/* From the kernel's start to main(): what a console's lv2-crt0.o does. */
#include <stdlib.h>

extern int main(int argc, char **argv, char **environment);
extern char **environ;
extern void __libc_init_array(void);

/* newlib calls both; gcc's crti.o, which has them elsewhere, is the other C library's. */
void _init(void) {}
void _fini(void) {}

void standin_start(long *stack) {
    int argc = (int)stack[0];
    char **argv = (char **)(stack + 1);
    environ = argv + argc + 1;
    __libc_init_array();
    exit(main(argc, argv, environ));
}
