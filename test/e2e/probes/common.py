"""What several probes need. Probes run in CPython 2.7 and 3.x, with the core's modules alone, and print one JSON object."""
import json
import os
import sys

MIB = 1024.0 * 1024
PAGE = os.sysconf('SC_PAGE_SIZE')
_statm = os.open('/proc/self/statm', os.O_RDONLY)


def _fields():
    os.lseek(_statm, 0, 0)
    return os.read(_statm, 200).split()


def mapped():
    """Bytes of address space that the process has."""
    return int(_fields()[0]) * PAGE


def resident():
    """Bytes of memory that the process has."""
    return int(_fields()[1]) * PAGE


def commonest_jump(sizes):
    """The commonest difference between neighbours that grow, in KiB."""
    jumps = {}
    for before, after in zip(sizes, sizes[1:]):
        if after > before:
            jumps[after - before] = jumps.get(after - before, 0) + 1
    return max(jumps, key=lambda jump: (jumps[jump], jump)) // 1024


def tell(**measured):
    """Prints the result; underscores of names are written as spaces."""
    sys.stdout.write(json.dumps(dict((name.replace('_', ' '), value) for name, value in measured.items())) + '\n')
