"""Compiles and runs 1000 functions of three names of their own, drops them, and counts the strings that are immortal since."""
import gc
import sys

from common import tell


def immortal():
    gc.collect()
    return sys.getunicodeinternedsize(_only_immortal=True)


def once(i):
    space = {}
    exec(f'def function_{i}(argument_{i}):\n  return argument_{i}.attribute_{i}', space)
    try:
        space[f'function_{i}'](None)
    except AttributeError:
        pass


once(0)
before = immortal()
for i in range(1, 1001):
    once(i)
tell(strings_kept_of_1000_dead_functions=immortal() - before)
