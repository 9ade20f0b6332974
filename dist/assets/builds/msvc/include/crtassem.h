/* A header of Visual C++ 2008: what CPython 2.7 writes into msvcrt's attributes. */
#define _CRT_ASSEMBLY_VERSION "9.0.21022.8"
#define _VC_ASSEMBLY_PUBLICKEYTOKEN "1fc8b3b9a1e18e3b"
#define __LIBRARIES_ASSEMBLY_NAME_PREFIX "Microsoft.VC90"
