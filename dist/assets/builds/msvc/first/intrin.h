/* mingw-w64's setjmp.h makes _setjmp a macro, or declares it with a second argument; clang's intrin.h, which lies before any
   system folder, declares a function of that name with another type. */
#include <setjmp.h>
#undef _setjmp
#define _setjmp forkwright_setjmp_of_intrin
#include_next <intrin.h>
#undef _setjmp
