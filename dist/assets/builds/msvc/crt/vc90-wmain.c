/* Programs with wmain, over msvcr90.dll: python.exe of 3.x. */
#define WIDE
#include "vc90-main.c"
