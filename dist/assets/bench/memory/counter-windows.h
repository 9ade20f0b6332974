/* What counter.c needs of a system, from Windows, where it is linked into pythonXY.dll.
 *
 * The C library and the system are DLLs, and lld wraps the pointers to their functions as well, those that the import
 * libraries of mingw-w64 go by too: so the real ones are asked for by their names.
 */

#include <io.h>

#define open _open
#define close _close
#define write _write
#define unsetenv(name) _putenv(name "=")

#define MAP_FAILED NULL
#define MAP_ANONYMOUS 1

__declspec(dllimport) void *__stdcall GetModuleHandleA(const char *name);
__declspec(dllimport) void *__stdcall GetProcAddress(void *module, const char *name);

#if _MSC_VER >= 1900
#define C_LIBRARY "ucrtbase.dll"
#else
#define C_LIBRARY "msvcr90.dll"
#endif

/* A function of a DLL under the name real_…, looked up when it is first called. */
#define FROM(dll, result, name, parameters, arguments) \
    static result real_##name parameters { \
        static result(*found) parameters; \
        if (found == NULL) found = (result(*) parameters)GetProcAddress(GetModuleHandleA(dll), #name); \
        return found arguments; \
    }

FROM(C_LIBRARY, void *, malloc, (size_t size), (size))
FROM(C_LIBRARY, void *, calloc, (size_t count, size_t size), (count, size))
FROM(C_LIBRARY, void *, realloc, (void *old, size_t size), (old, size))
FROM(C_LIBRARY, void, free, (void *block), (block))
FROM("kernel32.dll", void *, VirtualAlloc,
     (void *wanted, size_t size, unsigned long kind, unsigned long protection), (wanted, size, kind, protection))
FROM("kernel32.dll", int, VirtualFree, (void *map, size_t size, unsigned long kind), (map, size, kind))
