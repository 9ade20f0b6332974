/* What mingw-w64's headers ask for under names of libmingwex, and what Visual C++ links into every program. */
typedef unsigned short wide;

/* NAN and INFINITY of mingw-w64's <math.h>. */
const float __INFF = __builtin_inff();
const double __QNANF = __builtin_nan("");

wide *__cdecl wmemchr(const wide *text, wide wanted, unsigned long long count)
{
    for (; count > 0; text++, count--)
        if (*text == wanted)
            return (wide *)text;
    return 0;
}

__declspec(dllimport) int __cdecl _crt_atexit(void(__cdecl *)(void));
int __cdecl atexit(void(__cdecl *function)(void))
{
    return _crt_atexit(function);
}
