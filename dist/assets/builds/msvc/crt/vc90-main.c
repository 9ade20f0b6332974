/* Programs with main, over msvcr90.dll; with WIDE, those with wmain. */
#include "startup.h"

#ifdef WIDE
typedef unsigned short character;
#define OF(narrow, wide) wide
#else
typedef char character;
#define OF(narrow, wide) narrow
#endif

struct start_info {
    int new_mode;
};
int OF(main, wmain)(int argc, character **argv, character **environment);
__declspec(dllimport) int __cdecl OF(__getmainargs, __wgetmainargs)(int *, character ***, character ***, int,
                                                                      struct start_info *);
__declspec(dllimport) void __cdecl __set_app_type(int);
#define CONSOLE_APP 1

UNCHECKED int OF(mainCRTStartup, wmainCRTStartup)(void)
{
    int argc = 0;
    character **argv = 0, **environment = 0;
    struct start_info info = {0};
    __security_init_cookie();
    __set_app_type(CONSOLE_APP);
    if (_initterm_e(__xi_a, __xi_z))
        return START_FAILED;
    OF(__getmainargs, __wgetmainargs)(&argc, &argv, &environment, 0, &info);
    _initterm(__xc_a, __xc_z);
    exit(OF(main, wmain)(argc, argv, environment));
    return START_FAILED;
}
