"""Runs a program as its __main__ and writes down what memory it takes. Works on 2.7 and later.

Usage: python workload.py OUT HOW WORKERS PROGRAM [ARGUMENT ...]

HOW is `system` (what the kernel says), `counted` (a preloaded counter reports at each mark, when it sees getppid()), or
`sites` (only at the last one, where its report is long). OUT gets lines of words parted by tabs:

    mark NAME KEY=BYTES ...                      system: at each mark
    mark NAME                                    counted, sites: the counter's next report is this one
    group PLAIN|FROZEN parent|worker KEY=BYTES   system: the parent and each of WORKERS forked children, all alive
    type NAME OBJECTS BYTES                      counted: what gc knows at the end
    done EXIT-CODE

A program that wants marks of its own asks for them, and works without them, too:

    try:
        from forkwright_marks import mark
    except ImportError:
        def mark(name): pass

A program without marks that has functions bench_NAME(loops) gets ROUNDS calls of each with one loop, and a mark behind
each round.
"""

import gc
import os
import sys

ROUNDS = 20
MOST_MARKS = 1000
KEYS = ("Rss", "Pss", "Shared_Clean", "Shared_Dirty", "Private_Clean", "Private_Dirty", "Anonymous", "VmRSS", "VmHWM")

report = getattr(os, "getppid", None)
own = os.getpid()


def kernel():
    """KEY=BYTES of this process, by pages where the kernel has a sum of them."""
    found = []
    for name in ("/proc/self/smaps_rollup", "/proc/self/status"):
        try:
            file = open(name)
        except (IOError, OSError):
            continue
        try:
            for line in file:
                key, _, rest = line.partition(":")
                if key in KEYS:
                    found.append("%s=%d" % (key, int(rest.split()[0]) * 1024))
        finally:
            file.close()
    return "\t".join(found)


class Out:
    def __init__(self, name, how):
        self.file = os.open(name, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        self.how = how
        self.marks = 0

    def line(self, words):
        text = words + "\n"
        os.write(self.file, text if isinstance(text, bytes) else text.encode("utf-8", "replace"))

    def mark(self, name, last=False):
        # A child of the program's own, or more than anybody would read.
        if os.getpid() != own or (self.marks >= MOST_MARKS and not last):
            return
        self.marks += 1
        name = " ".join(str(name).split())
        if self.how == "system":
            self.line("mark\t%s\t%s" % (name, kernel()))
        elif self.how == "counted" or last:
            self.line("mark\t%s" % name)
            report()


def types(out):
    """The objects that the collector watches, by class. Numbers, strings and other objects without references are not among them."""
    found = {}
    for one in gc.get_objects():
        kind = type(one)
        try:
            size = sys.getsizeof(one)
        except Exception:
            size = 0
        had = found.get(kind, (0, 0))
        found[kind] = (had[0] + 1, had[1] + size)
    for kind, (count, size) in list(found.items()):
        name = getattr(kind, "__qualname__", kind.__name__)
        if kind.__module__ not in ("builtins", "__builtin__"):
            name = "%s.%s" % (kind.__module__, name)
        out.line("type\t%s\t%d\t%d" % (" ".join(name.split()), count, size))


def group(out, word, workers, work):
    """Forks; each child works, collects its garbage once, waits for the others, and tells."""
    ready, ready_write = os.pipe()
    go, go_write = os.pipe()
    told, told_write = os.pipe()
    done, done_write = os.pipe()
    children = []
    for number in range(workers):
        child = os.fork()
        if child == 0:
            try:
                os.close(go_write)
                os.close(done_write)
                if work is not None:
                    work(number)
                gc.collect()
                # Closed behind it, so that who waits sees an end when another has died.
                os.write(ready_write, b"r")
                os.close(ready_write)
                os.read(go, 1)
                out.line("group\t%s\tworker\t%s" % (word, kernel()))
                os.write(told_write, b"t")
                os.close(told_write)
                os.read(done, 1)
                os._exit(0)
            except BaseException:
                import traceback

                traceback.print_exc()
            finally:
                os._exit(1)
        children.append(child)
    for one in (ready_write, told_write, go, done):
        os.close(one)
    for _ in children:
        if os.read(ready, 1) == b"":
            break
    os.close(go_write)
    for _ in children:
        if os.read(told, 1) == b"":
            break
    out.line("group\t%s\tparent\t%s" % (word, kernel()))
    os.close(done_write)
    failed = [1 for child in children if os.waitpid(child, 0)[1] != 0]
    os.close(ready)
    os.close(told)
    if failed:
        sys.exit("%d of %d workers failed" % (len(failed), workers))


def main(name, how, workers, program, arguments):
    out = Out(name, how)
    # The counter takes a call of getppid() for a mark: the program's own calls are none.
    if how != "system":
        parent = 1
        os.getppid = lambda: parent
    import types as modules

    marks = modules.ModuleType("forkwright_marks")
    marks.mark = out.mark
    sys.modules["forkwright_marks"] = marks
    sys.argv = [program] + arguments
    sys.path[0] = os.path.dirname(os.path.abspath(program))
    scope = sys.modules["__main__"] = modules.ModuleType("__main__")
    scope.__file__ = program
    file = open(program, "rb")
    code = compile(file.read(), program, "exec")
    file.close()
    out.mark("start")
    status = 0
    try:
        exec(code, scope.__dict__)
        benches = sorted(key for key in scope.__dict__ if key.startswith("bench_") and callable(scope.__dict__[key]))
        if out.marks == 1 and benches:
            for i in range(1, ROUNDS + 1):
                for key in benches:
                    scope.__dict__[key](1)
                out.mark("round %d" % i)
    except SystemExit:
        error = sys.exc_info()[1]
        status = error.code if isinstance(error.code, int) else 0 if error.code is None else 1
        if status != 0 and not isinstance(error.code, int):
            sys.stderr.write("%s\n" % (error.code,))
        error = None
    out.mark("end", True)
    if how == "counted":
        types(out)
    if status == 0 and how == "system" and workers > 0:
        work = scope.__dict__.get("worker")
        sys.stdout.flush()
        group(out, "PLAIN", workers, work)
        if hasattr(gc, "freeze"):
            gc.freeze()
            group(out, "FROZEN", workers, work)
            gc.unfreeze()
    out.line("done\t%d" % status)
    sys.exit(status)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4], sys.argv[5:])
