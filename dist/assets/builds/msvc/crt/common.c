/* The security cookie, the mark of floating-point code, and the ends of the initialiser sections. */
#include "startup.h"

/* Linkers ask for it wherever floating-point numbers are used. */
int _fltused = 0x9875;

/* libucrt.a asks whether it was linked into a DLL. */
char __mingw_module_is_dll;

/* Microsoft's default; a cookie that still has it was not set. */
#define DEFAULT_COOKIE 0x00002B992DDFA232ULL
unsigned long long __security_cookie = DEFAULT_COOKIE;

__declspec(dllimport) void __stdcall GetSystemTimeAsFileTime(unsigned long long *);
__declspec(dllimport) unsigned long __stdcall GetCurrentProcessId(void);
__declspec(dllimport) unsigned long __stdcall GetCurrentThreadId(void);
__declspec(noreturn) void __fastfail(unsigned int);
#define FAST_FAIL_STACK_COOKIE_CHECK_FAILURE 2

UNCHECKED void __cdecl __security_init_cookie(void)
{
    unsigned long long value = 0;
    GetSystemTimeAsFileTime(&value);
    value ^= (unsigned long long)GetCurrentProcessId() << 32;
    value ^= GetCurrentThreadId();
    value ^= (unsigned long long)&value;
    /* The two upper bytes are zero, so that a text that runs over ends before it. */
    value &= 0x0000FFFFFFFFFFFFULL;
    __security_cookie = value == 0 || value == DEFAULT_COOKIE ? DEFAULT_COOKIE + 1 : value;
}

UNCHECKED void __cdecl __security_check_cookie(unsigned long long value)
{
    if (value != __security_cookie)
        __fastfail(FAST_FAIL_STACK_COOKIE_CHECK_FAILURE);
}

#pragma section(".CRT$XIA", read)
#pragma section(".CRT$XIZ", read)
#pragma section(".CRT$XCA", read)
#pragma section(".CRT$XCZ", read)
__declspec(allocate(".CRT$XIA")) checked_initializer __xi_a[] = {0};
__declspec(allocate(".CRT$XIZ")) checked_initializer __xi_z[] = {0};
__declspec(allocate(".CRT$XCA")) initializer __xc_a[] = {0};
__declspec(allocate(".CRT$XCZ")) initializer __xc_z[] = {0};
#pragma comment(linker, "/merge:.CRT=.rdata")
