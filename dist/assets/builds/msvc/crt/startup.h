/* What Visual C++ links into every program and DLL from msvcrt.lib, written anew over what its C library's DLL exports.
   See https://learn.microsoft.com/cpp/c-runtime-library/crt-initialization */
#ifndef FORKWRIGHT_STARTUP_H
#define FORKWRIGHT_STARTUP_H

typedef void(__cdecl *initializer)(void);
typedef int(__cdecl *checked_initializer)(void);

/* The bounds of the initialisers that objects put into the sections .CRT$XI? and .CRT$XC?. */
extern checked_initializer __xi_a[], __xi_z[];
extern initializer __xc_a[], __xc_z[];

__declspec(dllimport) int __cdecl _initterm_e(checked_initializer *, checked_initializer *);
__declspec(dllimport) void __cdecl _initterm(initializer *, initializer *);
__declspec(dllimport) void __cdecl exit(int);

void __cdecl __security_init_cookie(void);

/* The functions that set the cookie cannot be checked by it. */
#define UNCHECKED __attribute__((no_stack_protector))

/* Of a program that could not be initialised, as Visual C++'s start-up has it. */
#define START_FAILED 255

#endif
