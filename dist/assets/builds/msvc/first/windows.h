/* Microsoft's basetsd.h has the bounds of int as well. */
#ifndef FORKWRIGHT_WINDOWS_H
#define FORKWRIGHT_WINDOWS_H
#include_next <windows.h>
#ifndef MAXINT
#define MAXINT 0x7fffffff
#define MININT (-MAXINT - 1)
#endif
#endif
