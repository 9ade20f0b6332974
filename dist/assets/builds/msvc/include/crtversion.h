/* A header of Visual C++; CPython's msvcrtmodule.c asks only whether it defines macros. */
