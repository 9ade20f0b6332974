"""Calls a function until its code object has got a cache, which its size tells."""
import sys

from common import tell


def function():
    return len


def runs(limit):
    code = function.__code__
    size = sys.getsizeof(code)
    for count in range(limit):
        if sys.getsizeof(code) != size:
            return count
        function()
    return 0


tell(runs_before_code_gets_a_cache=runs(100000))
