/* Programs with wWinMain, over msvcr90.dll: pythonw.exe of 3.x. */
#define WIDE
#include "vc90-winmain.c"
