/* mingw-w64's setjmp.h makes _setjmp a macro; clang's intrin.h, which lies before any system folder, declares a function
   of that name with another type. */
#include <setjmp.h>
#undef _setjmp
#include_next <intrin.h>
