# Runs each test of pybench a fixed number of rounds while something outside counts the instructions. CPython 2.5 and later.
#
#   python instructions.py FOLDER list
#   python instructions.py FOLDER marked DIVISOR LAYOUT TEST...
#   python instructions.py FOLDER empty|full DIVISOR LAYOUT TEST
#
# `list` prints one line of JSON: the tests, their own rounds and operations, what could not be loaded. The others print
# one line `{"begin": TEST}` before a test and one with its rounds after it; LAYOUT shifts where objects lie in memory.
# `marked` calls os.getppid() before the empty loop, between it and the test, and after the test: a system call that
# nothing else here makes. Where there are no parents (a console's os), os.getpid() is the mark; `list` says which. `empty` runs the empty loop twice, `full` the empty loop and the test: their difference is what
# the test does beyond its loop, where there are no marks.

import gc
import os
import sys

# The start of the interpreter may write .pyc files, so that later starts find them; nothing else here may.
sys.dont_write_bytecode = True

from worker import cause, dump, load_pybench

# A test needs some rounds for what it does once to weigh little.
FEWEST_ROUNDS = 10
SIZES = range(16, 512, 16)


def shifted(layout):
    # Dictionaries that are keyed by address, and the method cache, hit or miss by where objects happen to lie.
    kept = []
    for size in SIZES:
        for n in range(3 * layout):
            kept.append(('%d' % n) * size)
            kept.append([None] * (size // 8))
    return kept


def run(name, test, rounds, second, mark):
    test.rounds = rounds
    try:
        # Caches fill and code is specialised before anything counts.
        test.calibrate()
        test.test()
    except Exception:
        return {'test': name, 'error': cause(), 'marked': False}
    error = None
    mark()
    try:
        test.calibrate()
    except Exception:
        error = cause()
    mark()
    try:
        second()
    except Exception:
        error = cause()
    mark()
    if error is not None:
        return {'test': name, 'error': error, 'marked': True}
    return {'test': name, 'rounds': rounds, 'marked': True}


MARK = hasattr(os, 'getppid') and 'getppid' or 'getpid'


def nothing():
    pass


def main():
    folder, mode = sys.argv[1:3]
    out = sys.stdout
    try:
        # What a test prints must not get between the answers.
        out = os.fdopen(os.dup(1), 'w')
        os.dup2(2, 1)
    except (AttributeError, OSError):
        pass
    gc.disable()
    try:
        sys.setcheckinterval(2147483647)
    except (AttributeError, NotImplementedError):
        pass

    def say(data):
        out.write(dump(data) + '\n')
        out.flush()

    kept = None
    if mode != 'list':
        kept = shifted(int(sys.argv[4]))
    tests, broken = load_pybench(folder)
    if mode == 'list':
        rounds, operations = {}, {}
        for name in tests:
            rounds[name], operations[name] = int(tests[name].rounds), int(tests[name].operations)
        say({'tests': sorted(tests), 'rounds': rounds, 'operations': operations, 'broken': broken, 'mark': MARK})
        return
    divisor = int(sys.argv[3])
    mark = nothing
    if mode == 'marked':
        mark = getattr(os, MARK)
    for name in sys.argv[5:]:
        say({'begin': name})
        test = tests[name].test
        rounds = max(min(FEWEST_ROUNDS, int(tests[name].rounds)), int(tests[name].rounds) // divisor)
        second = test.test
        if mode == 'empty':
            second = test.calibrate
        say(run(name, test, rounds, second, mark))
    del kept


main()
