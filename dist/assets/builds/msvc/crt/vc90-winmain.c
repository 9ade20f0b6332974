/* Programs with WinMain, over msvcr90.dll: pythonw.exe of 2.7; with WIDE, those with wWinMain. */
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
int __stdcall OF(WinMain, wWinMain)(void *instance, void *previous, character *command, int show);
__declspec(dllimport) void *__stdcall GetModuleHandleA(const char *);
__declspec(dllimport) int __cdecl OF(__getmainargs, __wgetmainargs)(int *, character ***, character ***, int,
                                                                      struct start_info *);
__declspec(dllimport) void __cdecl __set_app_type(int);
extern __declspec(dllimport) character *OF(_acmdln, _wcmdln);
#define GUI_APP 2
#define SHOW_DEFAULT 10

/* The command line behind the program's name, which may be quoted. */
static character *arguments(character *line)
{
    int quoted = 0;
    for (; *line && (quoted || (*line != ' ' && *line != '\t')); line++)
        if (*line == '"')
            quoted = !quoted;
    while (*line == ' ' || *line == '\t')
        line++;
    return line;
}

UNCHECKED int OF(WinMainCRTStartup, wWinMainCRTStartup)(void)
{
    int argc = 0;
    character **argv = 0, **environment = 0;
    struct start_info info = {0};
    __security_init_cookie();
    __set_app_type(GUI_APP);
    if (_initterm_e(__xi_a, __xi_z))
        return START_FAILED;
    /* Sets __argc and __argv as well. */
    OF(__getmainargs, __wgetmainargs)(&argc, &argv, &environment, 0, &info);
    _initterm(__xc_a, __xc_z);
    exit(OF(WinMain, wWinMain)(GetModuleHandleA(0), 0, arguments(OF(_acmdln, _wcmdln)), SHOW_DEFAULT));
    return START_FAILED;
}
