/* Starts Python inside a program that counts its memory, for builds that can be linked only statically (consoles).
 *
 * Usage: driver [--program NAME] [CODE ...]
 * Reports after Py_Initialize (point 1), and after each piece of code (points 2, 3, …), all in one interpreter. Without
 * arguments, as on a console: "pass", then "import site, json". The order of hashing is fixed. Works on 2.5 and later.
 */
#include <Python.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

extern void forkwright_memory_start(void);
extern void forkwright_memory_report(void);

static char *standard[] = {"pass", "import site, json"};

static int start_python(char *program) {
#if PY_VERSION_HEX >= 0x03080000
    PyConfig config;
    PyStatus status;
    PyConfig_InitPythonConfig(&config);
    config.parse_argv = 0;
    config.use_hash_seed = 1;
    config.hash_seed = 0;
    status = program == NULL ? PyStatus_Ok() : PyConfig_SetBytesString(&config, &config.program_name, program);
    if (!PyStatus_Exception(status)) status = Py_InitializeFromConfig(&config);
    PyConfig_Clear(&config);
    if (PyStatus_Exception(status)) {
        fprintf(stderr, "Python does not start: %s\n", status.err_msg == NULL ? "exit" : status.err_msg);
        return 0;
    }
#else
#if PY_MAJOR_VERSION >= 3
    static wchar_t name[4096];
    static char seed[] = "PYTHONHASHSEED=0";
    putenv(seed);
    if (program != NULL && mbstowcs(name, program, 4095) != (size_t)-1) Py_SetProgramName(name);
#else
    if (program != NULL) Py_SetProgramName(program);
#endif
    Py_Initialize();
#endif
    return 1;
}

int main(int argc, char **argv) {
    char *program = NULL, **codes = standard;
    int count = 2, i, failed = 0;
    if (argc > 2 && strcmp(argv[1], "--program") == 0) {
        program = argv[2];
        argc -= 2;
        argv += 2;
    }
    if (argc > 1) {
        codes = argv + 1;
        count = argc - 1;
    }
    forkwright_memory_start();
    if (!start_python(program)) return 1;
    forkwright_memory_report();
    for (i = 0; i < count; i++) {
        failed |= PyRun_SimpleString(codes[i]) != 0;
        forkwright_memory_report();
    }
    Py_Finalize();
    return failed;
}
