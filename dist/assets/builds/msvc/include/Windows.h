/* Microsoft's file systems do not tell Windows.h from windows.h. */
#include <windows.h>
