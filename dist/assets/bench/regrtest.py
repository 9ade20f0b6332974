"""Runs CPython's own regrtest as `python -m test ARGUMENTS` does, but keeps it out of the build.

Run by an interpreter from its build folder, regrtest makes its temporary folder in the sources (2.7, 3.2 - 3.5) or beside
the objects (3.6 and later). Those belong to the store of builds, which may be shared and may be read only. Here it takes
the folder for temporary files (TMPDIR), as an installed interpreter does. From the first test on, nothing is altered.

Usage: python regrtest.py ARGUMENTS OF regrtest. Works on 2.5 and later.
"""

import os
import runpy
import sys


# Under Wine, whose own TMPDIR must stay. In full: a test may change the folder or the drive.
under_wine = "FORKWRIGHT_TMPDIR" in os.environ
if under_wine:
    os.environ["TMPDIR"] = os.path.abspath(os.environ.pop("FORKWRIGHT_TMPDIR"))

# One stream, in the order in which it was written: a file has that anyway, two pipes have not.
os.dup2(1, 2)


def modules_with_temp_cwd():
    found = []
    for name in ("test.support.os_helper", "test.support", "test.test_support"):
        try:
            __import__(name)
        except ImportError:
            continue
        if hasattr(sys.modules[name], "temp_cwd"):
            found.append(sys.modules[name])
    return found


def use_tmpdir():
    """Says "this is no build folder" until regrtest has chosen and enters its temporary folder."""
    try:
        import sysconfig
    except ImportError:
        return  # 2.5, 2.6: tests run in the current directory.
    modules = modules_with_temp_cwd()
    if not modules:
        return  # 3.0, 3.1: likewise.
    real_is_python_build = sysconfig.is_python_build
    real_temp_cwd = [(module, module.temp_cwd) for module in modules]

    def temp_cwd(*args, **kwargs):
        sysconfig.is_python_build = real_is_python_build
        for module, real in real_temp_cwd:
            module.temp_cwd = real
        return real_temp_cwd[0][1](*args, **kwargs)

    sysconfig.is_python_build = lambda *args, **kwargs: False
    for module in modules:
        module.temp_cwd = temp_cwd


def without_load_tracker():
    """Wine has no performance counters. regrtest does without where the attempt ends as it foresees, and ends itself where
    it does not: 3.8 and 3.9 foresee that there are none, later versions that they may not be read.
    """
    try:
        from test.libregrtest import win_utils
    except ImportError:
        return
    real = getattr(win_utils, "WindowsLoadTracker", None)
    if real is None:
        return

    class NotHere(FileNotFoundError, PermissionError):
        pass

    def tracker():
        try:
            return real()
        except OSError:
            raise NotHere(*sys.exc_info()[1].args)

    win_utils.WindowsLoadTracker = tracker


def without_multiprocessing():
    """Where multiprocessing cannot be imported, the alphas of 3.3.0 answer an import of a submodule of it with a KeyError.
    Their regrtest does without it where that is an ImportError, as it is of a module that is known not to be there.
    """
    if sys.version_info[:4] != (3, 3, 0, "alpha"):
        return
    try:
        import multiprocessing  # noqa: F401
    except ImportError:
        sys.modules["multiprocessing"] = None


if __name__ == "__main__":
    # As with -m: the current directory is looked up first, and not the folder of this file.
    if sys.version_info < (3,):
        sys.path[0] = ""
    else:
        sys.path[0] = os.getcwd()
    use_tmpdir()
    if under_wine:
        without_load_tracker()
    without_multiprocessing()
    if sys.version_info < (3, 3):
        runpy.run_module("test.regrtest", run_name="__main__", alter_sys=True)
    else:
        runpy.run_module("test", run_name="__main__", alter_sys=True)
