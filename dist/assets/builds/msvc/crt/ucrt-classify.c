/* mingw-w64's <math.h> asks for these under names of libmingwex. Apart from the others: where a source file has them inline,
   they are linked from there. */
#define NOT_A_NUMBER 0x0100
#define NORMAL 0x0400
#define ZERO 0x4000

int __cdecl __fpclassify(double x)
{
    return __builtin_fpclassify(NOT_A_NUMBER, NOT_A_NUMBER | NORMAL, NORMAL, NORMAL | ZERO, ZERO, x);
}

int __cdecl __fpclassifyf(float x)
{
    return __builtin_fpclassify(NOT_A_NUMBER, NOT_A_NUMBER | NORMAL, NORMAL, NORMAL | ZERO, ZERO, x);
}

int __cdecl __isnan(double x)
{
    return x != x;
}
