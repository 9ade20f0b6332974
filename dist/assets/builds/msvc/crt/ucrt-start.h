/* Where a program begins, over the Universal CRT. */
#include "startup.h"

__declspec(dllimport) void __cdecl _set_app_type(int);
#define CONSOLE_APP 1
#define GUI_APP 2
/* Of argv: split, without wildcards. */
#define UNEXPANDED_ARGUMENTS 1

UNCHECKED static inline int initialised(int kind)
{
    __security_init_cookie();
    _set_app_type(kind);
    if (_initterm_e(__xi_a, __xi_z))
        return 0;
    _initterm(__xc_a, __xc_z);
    return 1;
}
