/* From the kernel's start to main(): what a console's lv2-crt0.o does. */
#include <stdlib.h>

extern int main(int argc, char **argv, char **environment);
extern char **environ;
extern void __libc_init_array(void);

/* Linux and qemu start a program with argc, argv and the environment at the top of the stack, and no frame there. */
__asm__("\t.section \".opd\",\"aw\"\n"
        "\t.align 3\n"
        "\t.globl _start\n"
        "_start:\n"
        "\t.quad .L_start,.TOC.@tocbase,0\n"
        "\t.text\n"
        ".L_start:\n"
        "\tmr 3,1\n"
        "\tclrrdi 1,1,4\n"
        "\tli 0,0\n"
        "\tstdu 0,-128(1)\n"
        "\tbl standin_start\n"
        "\tnop\n");

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
