/* Programs with wWinMain: pythonw.exe. */
#include "ucrt-start.h"

typedef unsigned short wide;
int __stdcall wWinMain(void *instance, void *previous, wide *command, int show);
__declspec(dllimport) void *__stdcall GetModuleHandleW(const wide *);
__declspec(dllimport) int __cdecl _configure_wide_argv(int);
__declspec(dllimport) int __cdecl _initialize_wide_environment(void);
__declspec(dllimport) wide *__cdecl _get_wide_winmain_command_line(void);
#define SHOW_DEFAULT 10

UNCHECKED int wWinMainCRTStartup(void)
{
    if (!initialised(GUI_APP))
        return START_FAILED;
    _configure_wide_argv(UNEXPANDED_ARGUMENTS);
    _initialize_wide_environment();
    exit(wWinMain(GetModuleHandleW(0), 0, _get_wide_winmain_command_line(), SHOW_DEFAULT));
    return START_FAILED;
}
