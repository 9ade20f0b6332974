/* Programs with main. */
#include "ucrt-start.h"

int main(int argc, char **argv, char **environment);
__declspec(dllimport) int __cdecl _configure_narrow_argv(int);
__declspec(dllimport) int __cdecl _initialize_narrow_environment(void);
__declspec(dllimport) char **__cdecl _get_initial_narrow_environment(void);
__declspec(dllimport) int *__cdecl __p___argc(void);
__declspec(dllimport) char ***__cdecl __p___argv(void);

UNCHECKED int mainCRTStartup(void)
{
    if (!initialised(CONSOLE_APP))
        return START_FAILED;
    _configure_narrow_argv(UNEXPANDED_ARGUMENTS);
    _initialize_narrow_environment();
    exit(main(*__p___argc(), *__p___argv(), _get_initial_narrow_environment()));
    return START_FAILED;
}
