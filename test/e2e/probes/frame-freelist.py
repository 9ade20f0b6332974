"""Calls a function whose frame takes 160 KB deep into itself, and counts the frames that are still mapped afterwards."""
import gc
import os
import sys
import types

from common import mapped, tell

if 'MALLOC_MMAP_THRESHOLD_' not in os.environ:
    # Each frame in a mapping of its own, which goes back to the system when the frame is freed.
    os.environ['MALLOC_MMAP_THRESHOLD_'] = '131072'
    os.execv(sys.executable, [sys.executable, '-B', __file__])

DEPTH = 300
STACK = 20000
sizes = [0] * (DEPTH + 1)


def function(n):
    sizes[n] = mapped()
    if n < DEPTH:
        function(n + 1)


code = function.__code__
if hasattr(code, 'replace'):
    function.__code__ = code.replace(co_stacksize=STACK)
else:
    names = 'argcount nlocals stacksize flags code consts names varnames filename name firstlineno lnotab freevars cellvars'
    members = dict((name, getattr(code, 'co_' + name)) for name in names.split())
    members['stacksize'] = STACK
    function.__code__ = types.CodeType(*[members[name] for name in names.split()])


def deep(n):
    if n > 0:
        deep(n - 1)


gc.disable()
deep(2 * DEPTH)  # the C stack has grown, and counts no more
before = mapped()
function(0)
after = mapped()
frame = sorted(b - a for a, b in zip(sizes, sizes[1:]))[DEPTH // 2]
tell(frames_kept_after_a_recursion=int(round(float(after - before) / frame)))
