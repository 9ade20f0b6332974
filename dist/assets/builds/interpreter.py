"""Says what an interpreter is: a line a fact, its name, a tab, and its value's bytes in hexadecimal.

For every CPython since 2.4. Started isolated and without site, so that nothing but its own library is loaded.
"""

import os
import struct
import sys


def say(name, value):
    if value is None:
        return
    if not isinstance(value, str):
        value = str(value)
    if sys.version_info[0] >= 3:
        value = value.encode("utf-8", "surrogateescape").decode("latin-1")
    sys.stdout.write("%s\t%s\n" % (name, "".join(["%02x" % ord(c) for c in value])))


def yes(value):
    return {True: "yes", False: "no"}[bool(value)]


def config():
    try:
        try:
            from sysconfig import get_config_vars
        except ImportError:
            from distutils.sysconfig import get_config_vars
        return get_config_vars()
    except Exception:
        return {}


def library():
    """The shared libpython that this process has: as the system says it, else as the build does."""
    try:
        maps = open("/proc/self/maps")
    except (IOError, OSError):
        if known.get("Py_ENABLE_SHARED") and known.get("LIBDIR") and known.get("INSTSONAME"):
            return os.path.join(known["LIBDIR"], known["INSTSONAME"])
        return None
    try:
        for line in maps:
            parts = line.rstrip("\n").split(None, 5)
            if len(parts) == 6 and ".so" in parts[5] and os.path.basename(parts[5]).startswith("libpython"):
                return os.path.realpath(parts[5])
    finally:
        maps.close()
    return None


implementation = getattr(sys, "implementation", None)
if implementation is not None:
    say("implementation", implementation.name)
else:
    say("implementation", getattr(sys, "subversion", ("CPython",))[0])
say("version", "%d %d %d %s %d" % tuple(sys.version_info))
say("built", sys.version)
say("executable", sys.executable)
for place in sys.path:
    if place:
        say("path", os.path.realpath(place))

if hasattr(os, "uname"):
    say("machine", os.uname()[4])
else:
    say("machine", os.environ.get("PROCESSOR_ARCHITECTURE", "unknown"))
say("bits", struct.calcsize("P") * 8)
say("order", sys.byteorder)

known = config()
for name in ("CC", "OPT", "CFLAGS", "LDFLAGS", "CONFIG_ARGS"):
    if known.get(name) is not None:
        say(name, known.get(name))
say("abi", getattr(sys, "abiflags", ""))
say("soabi", known.get("SOABI"))
say("debug", yes(hasattr(sys, "gettotalrefcount")))
enabled = getattr(sys, "_is_gil_enabled", None)
say("freeThreading", yes(known.get("Py_GIL_DISABLED")))
if enabled is not None:
    say("gil", yes(enabled()))
if sys.version_info < (3, 3):
    say("unicode", {True: "wide", False: "narrow"}[sys.maxunicode > 0xFFFF])

say("library", library())
say("done", "yes")
