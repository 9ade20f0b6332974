/* Programs with WinMain, over msvcr90.dll: pythonw.exe of 2.7. */
#include "startup.h"

struct start_info {
    int new_mode;
};
int __stdcall WinMain(void *instance, void *previous, char *command, int show);
__declspec(dllimport) void *__stdcall GetModuleHandleA(const char *);
__declspec(dllimport) int __cdecl __getmainargs(int *, char ***, char ***, int, struct start_info *);
__declspec(dllimport) void __cdecl __set_app_type(int);
extern __declspec(dllimport) char *_acmdln;
#define GUI_APP 2
#define SHOW_DEFAULT 10

/* The command line behind the program's name, which may be quoted. */
static char *arguments(char *line)
{
    int quoted = 0;
    for (; *line && (quoted || (*line != ' ' && *line != '\t')); line++)
        if (*line == '"')
            quoted = !quoted;
    while (*line == ' ' || *line == '\t')
        line++;
    return line;
}

UNCHECKED int WinMainCRTStartup(void)
{
    int argc = 0;
    char **argv = 0, **environment = 0;
    struct start_info info = {0};
    __security_init_cookie();
    __set_app_type(GUI_APP);
    if (_initterm_e(__xi_a, __xi_z))
        return START_FAILED;
    /* Sets __argc and __argv as well. */
    __getmainargs(&argc, &argv, &environment, 0, &info);
    _initterm(__xc_a, __xc_z);
    exit(WinMain(GetModuleHandleA(0), 0, arguments(_acmdln), SHOW_DEFAULT));
    return START_FAILED;
}
