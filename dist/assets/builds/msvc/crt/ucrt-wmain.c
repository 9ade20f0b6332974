/* Programs with wmain: python.exe. */
#include "ucrt-start.h"

typedef unsigned short wide;
int wmain(int argc, wide **argv, wide **environment);
__declspec(dllimport) int __cdecl _configure_wide_argv(int);
__declspec(dllimport) int __cdecl _initialize_wide_environment(void);
__declspec(dllimport) wide **__cdecl _get_initial_wide_environment(void);
__declspec(dllimport) int *__cdecl __p___argc(void);
__declspec(dllimport) wide ***__cdecl __p___wargv(void);

UNCHECKED int wmainCRTStartup(void)
{
    if (!initialised(CONSOLE_APP))
        return START_FAILED;
    _configure_wide_argv(UNEXPANDED_ARGUMENTS);
    _initialize_wide_environment();
    exit(wmain(*__p___argc(), *__p___wargv(), _get_initial_wide_environment()));
    return START_FAILED;
}
