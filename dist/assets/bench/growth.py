"""How much memory an interpreter keeps after calling many distinct functions once. Prints one line of JSON.

Usage: python growth.py FUNCTIONS. Works on 2.5 and later.

Everything is made before the first look at the memory: all functions exist, and a call makes nothing but its frame. So
what has grown at the second look is what the interpreter keeps of a call: a frame on every code object, for one. The
functions are copies that marshal makes of one compiled function: compiling each one would leave holes in the heap, in
which a growth would hide. Functions are called through a list, one after the other, so one frame is alive at a time.
"""

import gc
import marshal
import sys
from types import FunctionType

# Six local variables and a few levels of stack: a frame of ordinary size, about 480 bytes on a 64-bit machine.
SOURCE = """
def once(a, b):
    c = a + b
    d = [a, b, c]
    e = (c, len(d))
    f = a < b < c and e
    return f
"""


def resident():
    """Bytes of memory that are resident now, and how this is known."""
    try:
        status = open("/proc/self/status")
    except IOError:
        return peak()
    try:
        for line in status:
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) * 1024, "VmRSS"
    finally:
        status.close()
    return peak()


def peak():
    """The most that was ever resident: no worse here, where nothing is freed in between."""
    try:
        import resource
    except ImportError:
        return None, "none"
    size = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    if sys.platform != "darwin":  # There it is in bytes, elsewhere in KiB.
        size = size * 1024
    return size, "ru_maxrss"


def make(count):
    names = {}
    exec(SOURCE, names)
    first = names["once"]
    code = getattr(first, "__code__", None) or first.func_code
    blob = marshal.dumps(code)
    load = marshal.loads
    return first, [FunctionType(load(blob), names) for _ in range(count)]


def counted(count):
    """As main, for something outside that counts memory: it looks at the first and at the second stop."""
    warm, functions = make(count)
    warm(1, 2)
    gc.collect()
    yield
    for function in functions:
        function(1, 2)
    del function
    gc.collect()
    yield


def main(count):
    warm, functions = make(count)
    # What the first call of any function costs, and what looking costs, comes before the first look.
    warm(1, 2)
    resident()
    gc.collect()
    before, method = resident()
    for function in functions:
        function(1, 2)
    del function
    gc.collect()
    after, method = resident()
    if before is None:
        print('{"method": "%s"}' % method)
    else:
        print('{"method": "%s", "before": %d, "after": %d}' % (method, before, after))


if __name__ == "__main__":
    main(int(sys.argv[1]))
