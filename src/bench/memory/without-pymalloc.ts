import type { Counted } from './counted.ts';

/** How an interpreter that was built with pymalloc is run without it. */
export interface PymallocOff {
  readonly variables: Readonly<Record<string, string>>;
  readonly method: string;
  /** Why a count is not one without pymalloc, if it is not. */
  readonly check: (counted: Counted) => string | undefined;
}

/**
 * 3.6 and later have `PYTHONMALLOC=malloc`. In earlier versions the counter writes a jump to malloc over the beginning of
 * `PyObject_Malloc` and its fellows before the interpreter starts: they do then what a build with `--without-pymalloc`
 * does. (2.7.18 built both ways agrees to the byte: docs/measuring.md.)
 */
export function withoutPymalloc(pythonVersion: string): PymallocOff {
  const [major = 0, minor = 0] = pythonVersion.split('.').map(Number);
  if (major > 3 || (major === 3 && minor >= 6)) {
    return { variables: { PYTHONMALLOC: 'malloc' }, method: 'PYTHONMALLOC=malloc', check: () => undefined };
  }
  return {
    variables: { FORKWRIGHT_MEMORY_PYMALLOC: 'off' },
    method: 'PyObject_Malloc led to malloc',
    check: ({ redirected }) =>
      redirected === 1
        ? undefined
        : `CPython ${pythonVersion} has no PYTHONMALLOC, and its allocator cannot be led to malloc on this processor: build it with --configure-option=--without-pymalloc`,
  };
}
