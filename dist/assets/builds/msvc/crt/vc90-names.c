/* Names that Visual C++ 2008 has in msvcrt.lib and oldnames.lib, and mingw-w64 in libraries that would bring more. */
typedef void(__cdecl *function)(void);
__declspec(dllimport) function __cdecl _onexit(function);
__declspec(dllimport) int __cdecl _getpid(void);
__declspec(dllimport) int __cdecl _stat64i32(const char *, void *);
__declspec(dllimport) int __cdecl _vsnprintf(char *, unsigned long long, const char *, char *);

int __cdecl atexit(function ending)
{
    return _onexit(ending) ? 0 : -1;
}

int __cdecl getpid(void)
{
    return _getpid();
}

int __cdecl stat(const char *name, void *result)
{
    return _stat64i32(name, result);
}

int __cdecl __ms_vsnprintf(char *text, unsigned long long size, const char *format, char *arguments)
{
    return _vsnprintf(text, size, format, arguments);
}
