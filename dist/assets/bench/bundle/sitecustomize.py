# Started without arguments, as a console starts programs, the interpreter does the next step of the bundle's plan.
import os
import sys


def has_arguments():
    # sys.argv is not there yet; a console has neither.
    try:
        f = open('/proc/self/cmdline')
    except (IOError, OSError):
        return False
    try:
        return f.read().count('\0') > 1
    finally:
        f.close()


def main():
    top = os.path.dirname(os.path.abspath(sys.prefix))
    if has_arguments() or not os.path.exists(os.path.join(top, 'run.py')):
        return
    sys.path.insert(0, top)
    import run
    sys.exit(run.main([]))


main()
