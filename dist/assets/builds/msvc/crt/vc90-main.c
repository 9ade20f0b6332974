/* Programs with main, over msvcr90.dll. */
#include "startup.h"

struct start_info {
    int new_mode;
};
int main(int argc, char **argv, char **environment);
__declspec(dllimport) int __cdecl __getmainargs(int *, char ***, char ***, int, struct start_info *);
__declspec(dllimport) void __cdecl __set_app_type(int);
#define CONSOLE_APP 1

UNCHECKED int mainCRTStartup(void)
{
    int argc = 0;
    char **argv = 0, **environment = 0;
    struct start_info info = {0};
    __security_init_cookie();
    __set_app_type(CONSOLE_APP);
    if (_initterm_e(__xi_a, __xi_z))
        return START_FAILED;
    __getmainargs(&argc, &argv, &environment, 0, &info);
    _initterm(__xc_a, __xc_z);
    exit(main(argc, argv, environment));
    return START_FAILED;
}
