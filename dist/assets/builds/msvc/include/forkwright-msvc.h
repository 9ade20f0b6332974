/* Included before every source: lets a compiler that calls itself Visual C++ (_MSC_VER, no __GNUC__) read the headers of
   mingw-w64, and see what Visual C++'s own would show. */
#ifndef FORKWRIGHT_MSVC_H
#define FORKWRIGHT_MSVC_H

/* The C library: 0x0900 is msvcr90.dll; without a number it is the Universal CRT. */
#ifdef FORKWRIGHT_MSVCR
#define __MSVCRT_VERSION__ FORKWRIGHT_MSVCR
#else
#define _UCRT 1
#endif
/* printf and its like are the C library's own, as with Visual C++, not those of libmingwex. */
#define __USE_MINGW_ANSI_STDIO 0

/* _mingw.h sets the version of Windows: that is for PC/pyconfig.h to say. */
#ifdef _WIN32_WINNT
#include <_mingw.h>
#else
#include <_mingw.h>
#undef _WIN32_WINNT
#endif

/* It also takes __attribute__ away from compilers that are not GNU's; clang's own headers need it. */
#undef __attribute__
/* These become __declspec(...) where a declaration has ended: no compiler takes them there. */
#undef __MINGW_ATTRIB_NORETURN
#define __MINGW_ATTRIB_NORETURN
#undef __MINGW_ATTRIB_DEPRECATED
#define __MINGW_ATTRIB_DEPRECATED
#undef __MINGW_ATTRIB_MALLOC
#define __MINGW_ATTRIB_MALLOC

/* Visual C++'s sys/types.h has no pid_t: PC/pyconfig.h defines it. */
#define _PID_T_

#ifdef _UCRT
/* In libucrt.a, but not in the headers of mingw-w64 10. */
typedef void(__cdecl *forkwright_invalid_parameter_handler)(const unsigned short *, const unsigned short *,
                                                            const unsigned short *, unsigned int, unsigned long long);
forkwright_invalid_parameter_handler __cdecl
_set_thread_local_invalid_parameter_handler(forkwright_invalid_parameter_handler);
#endif

/* Of winerror.h, and not in mingw-w64 10's. */
#ifndef ERROR_CONTROL_C_EXIT
#define ERROR_CONTROL_C_EXIT 572L
#endif

/* Not in Visual C++: 2.7's dynload_win.c has a static one of its own. */
#define strcasecmp forkwright_hidden_strcasecmp
#define strncasecmp forkwright_hidden_strncasecmp
#include <string.h>
#undef strcasecmp
#undef strncasecmp

#endif
