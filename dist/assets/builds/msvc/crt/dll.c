/* Where a DLL begins. */
#include "startup.h"

#define DLL_PROCESS_ATTACH 1
extern char __mingw_module_is_dll;
int __stdcall DllMain(void *module, unsigned long reason, void *reserved);

UNCHECKED int __stdcall _DllMainCRTStartup(void *module, unsigned long reason, void *reserved)
{
    if (reason == DLL_PROCESS_ATTACH) {
        __mingw_module_is_dll = 1;
        __security_init_cookie();
        if (_initterm_e(__xi_a, __xi_z))
            return 0;
        _initterm(__xc_a, __xc_z);
    }
    return DllMain(module, reason, reserved);
}
