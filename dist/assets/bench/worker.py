# The measuring end of Forkwright: a small program that runs on CPython 2.5 and every later version, from one text.
#
#   python worker.py SUITE [PATH...] [--stretch FRACTION]
#
# SUITE is `pybench` (PATH: a folder of its test modules), `files` (PATH...: scripts with `def bench_NAME(loops)`),
# or `startup` (starts this interpreter again). It greets with one JSON line, then answers every line of stdin with
# exactly one JSON line, whatever a test does:
#
#   list                  names, their own number of rounds, the modules that could not be loaded
#   warm TEST LOOPS       collects garbage, then as `block`: its time is thrown away by the caller
#   block TEST LOOPS      runs the test's empty loop, then the test: CPU and wall seconds of both
#   calibrate TEST LOOPS  the empty loop alone
#   quit
#
# --stretch prolongs every timed stretch by that fraction of itself: a slowdown of known size, for self-tests.

import gc
import os
import sys
import time

try:
    # Names the signal of a crash on stderr, from 3.3. PYTHONFAULTHANDLER is not for all: an alpha of 3.3 aborts with it.
    import faulthandler
    faulthandler.enable()
except Exception:
    pass

PY3 = sys.version_info[0] >= 3
NOT_TESTS = ('pybench', 'Setup', 'CommandLine', 'clockres', 'systimes')


def cause():
    kind, value = sys.exc_info()[:2]
    name = getattr(kind, '__name__', str(kind))
    try:
        return '%s: %s' % (name, value)
    except Exception:
        # A message in Unicode that Python 2 cannot print.
        return '%s: %r' % (name, getattr(value, 'args', None))


# --- JSON: `json` came with 2.6, and is not there on every console.

def quote(text):
    out = []
    for char in text:
        code = ord(char)
        if char in '"\\':
            out.append('\\' + char)
        elif 32 <= code < 127:
            out.append(char)
        elif code < 0x10000:
            out.append('\\u%04x' % code)
        else:
            code -= 0x10000
            out.append('\\u%04x\\u%04x' % (0xd800 + (code >> 10), 0xdc00 + (code & 0x3ff)))
    return '"' + ''.join(out) + '"'


def dump(value):
    if value is None or value != value:
        return 'null'
    if value is True:
        return 'true'
    if value is False:
        return 'false'
    if isinstance(value, float):
        if value in (1e999, -1e999):
            return 'null'
        return repr(value)
    if isinstance(value, dict):
        return '{' + ','.join([quote(k) + ':' + dump(value[k]) for k in sorted(value)]) + '}'
    if isinstance(value, (list, tuple)):
        return '[' + ','.join([dump(v) for v in value]) + ']'
    if hasattr(value, 'upper'):
        return quote(value)
    return '%d' % value


# --- Clocks: the finest that this version and system have.

def choose_wall():
    if hasattr(time, 'perf_counter'):
        return time.perf_counter, 'time.perf_counter'
    if sys.platform[:3] == 'win' and hasattr(time, 'clock'):
        return time.clock, 'time.clock'
    return time.time, 'time.time'


def choose_cpu():
    if hasattr(time, 'process_time'):
        return time.process_time, 'time.process_time'
    if sys.platform[:3] != 'win' and hasattr(time, 'clock'):
        return time.clock, 'time.clock'
    if hasattr(os, 'times'):
        def spent():
            t = os.times()
            return t[0] + t[1]
        return spent, 'os.times'
    return choose_wall()


def children_cpu():
    t = resource.getrusage(resource.RUSAGE_CHILDREN)
    return t[0] + t[1]


try:
    import resource
except ImportError:
    resource = None

wall, wall_name = choose_wall()
cpu, cpu_name = choose_cpu()


def resolution(clock):
    # The smallest step that is seen within at most 50 ms; None when the clock stood still.
    best = None
    limit = wall() + 0.05
    for _ in range(2000):
        start = clock()
        now = clock()
        while now <= start and wall() < limit:
            now = clock()
        if now > start and (best is None or now - start < best):
            best = now - start
        if wall() >= limit:
            break
    return best


# --- Suites: a test has `rounds` (its own number), run(loops), and empty(loops) or None.

class PybenchTest:
    def __init__(self, test):
        self.test = test
        self.rounds = test.rounds
        self.operations = test.operations

    def run(self, loops):
        self.test.rounds = loops
        return self.test.test

    def empty(self, loops):
        self.test.rounds = loops
        return self.test.calibrate


def stand_in():
    # What the test modules import from pybench.py, which itself does not run on every target.
    class Test:
        version = 2.0
        operations = 1
        rounds = 100000
        is_a_test = 1
        last_timing = (0.0, 0.0, 0.0)
        warp = 1
        calibration_runs = 0
        overhead_times = None
        times = []
        timer = 'time.time'

        def __init__(self, warp=None, calibration_runs=None, timer=None):
            self.times = []
            self.overhead_times = []

        def calibrate(self):
            return

        def test(self):
            return

    module = type(sys)('pybench')
    module.Test = Test
    return module


def supply_what_went_away():
    # For the 2.0 modules on Python 3: what they use and lib2to3 does not convert.
    if PY3:
        import builtins
        import string
        if not hasattr(builtins, 'cmp'):
            builtins.cmp = lambda a, b: (a > b) - (a < b)
        if not hasattr(string, 'join'):
            string.join = lambda words, sep=' ': sep.join(words)


def load_module(name, path):
    # Compiled here, so that no cache file makes one worker's start different from another's.
    if PY3:
        f = open(path, 'rb')
    else:
        f = open(path, 'rU')
    try:
        source = f.read()
    finally:
        f.close()
    module = type(sys)(name)
    module.__file__ = path
    # Python 2 empties a module's globals when nobody holds the module.
    sys.modules[name] = module
    exec(compile(source, path, 'exec', 0, 1), module.__dict__)
    return module


def load_pybench(folder):
    sys.path.insert(0, folder)
    sys.modules['pybench'] = stand_in()
    supply_what_went_away()
    base = sys.modules['pybench'].Test
    tests, broken = {}, {}
    for entry in sorted(os.listdir(folder)):
        name, ext = os.path.splitext(entry)
        if ext != '.py' or name in NOT_TESTS:
            continue
        try:
            module = load_module(name, os.path.join(folder, entry))
        except Exception:
            broken[name] = cause()
            continue
        for key in sorted(module.__dict__):
            value = module.__dict__[key]
            if value is base or not hasattr(value, 'is_a_test') or not hasattr(value, '__bases__'):
                continue
            try:
                tests[key] = PybenchTest(value())
            except Exception:
                broken[key] = cause()
    return tests, broken


class FunctionTest:
    rounds = 1
    operations = 1
    empty = None

    def __init__(self, function):
        self.function = function

    def run(self, loops):
        function = self.function
        return lambda: function(loops)


def load_files(paths):
    tests, broken = {}, {}
    for path in paths:
        sys.path.insert(0, os.path.dirname(os.path.abspath(path)))
        stem = os.path.splitext(os.path.basename(path))[0]
        try:
            module = load_module(stem, path)
        except (Exception, SystemExit):
            broken[stem] = cause()
            continue
        for key in sorted(module.__dict__):
            if key[:6] == 'bench_' and callable_(module.__dict__[key]):
                name = key[6:]
                if len(paths) > 1:
                    name = '_'.join(stem.split()) + '.' + name
                tests[name] = FunctionTest(module.__dict__[key])
    return tests, broken


def callable_(value):
    # The builtin is not there in 3.0 and 3.1.
    return hasattr(value, '__call__')


class StartTest:
    rounds = 1
    operations = 1
    empty = None

    def __init__(self, arguments):
        self.arguments = [sys.executable] + arguments

    def run(self, loops):
        def spawn():
            for _ in range(loops):
                status = os.spawnv(os.P_WAIT, sys.executable, self.arguments)
                if status != 0:
                    raise RuntimeError('%s ended with status %s' % (' '.join(self.arguments), status))
        return spawn


def load_startup():
    return {
        'with_site': StartTest(['-c', 'pass']),
        'without_site': StartTest(['-S', '-c', 'pass']),
    }, {}


def measure(function, stretch):
    cpu_start, wall_start = cpu(), wall()
    function()
    cpu_end, wall_end = cpu(), wall()
    if stretch and cpu is children_cpu:
        # The children are gone: their time can only be stretched on paper.
        return (cpu_end - cpu_start) * (1 + stretch), (wall_end - wall_start) * (1 + stretch)
    if stretch:
        cpu_limit = cpu_start + (cpu_end - cpu_start) * (1 + stretch)
        while cpu_end < cpu_limit:
            cpu_end = cpu()
        # CPU time passes at the pace of wall time here, less what the system took away meanwhile.
        wall_end = max(wall(), wall_start + (wall_end - wall_start) * (1 + stretch))
    return cpu_end - cpu_start, wall_end - wall_start


def answer_to(words, tests, broken, stretch):
    command = words[0]
    if command == 'list':
        rounds, operations = {}, {}
        for name in tests:
            rounds[name] = int(tests[name].rounds)
            operations[name] = int(tests[name].operations)
        return {'tests': sorted(tests), 'rounds': rounds, 'operations': operations, 'broken': broken}
    if command not in ('warm', 'block', 'calibrate') or len(words) != 3:
        return {'error': 'not a command: %s' % ' '.join(words)}
    test = tests.get(words[1])
    if test is None:
        return {'error': 'no such test: %s' % words[1]}
    loops = int(words[2])
    if command == 'warm':
        gc.collect()
    empty = (0.0, 0.0)
    if test.empty is not None:
        empty = measure(test.empty(loops), stretch)
    if command == 'calibrate':
        return {'cpu': 0.0, 'wall': 0.0, 'emptyCpu': empty[0], 'emptyWall': empty[1]}
    spent = measure(test.run(loops), stretch)
    return {'cpu': spent[0], 'wall': spent[1], 'emptyCpu': empty[0], 'emptyWall': empty[1]}


def apart_from_tests():
    # A test that prints or reads must not meddle with the conversation.
    out, commands = sys.stdout, sys.stdin
    try:
        out = os.fdopen(os.dup(1), 'w')
        os.dup2(2, 1)
        commands = os.fdopen(os.dup(0), 'r')
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    except (AttributeError, OSError):
        pass
    return out, commands


def as_pybench_does():
    gc.disable()
    try:
        # The interpreter's periodic checks are not what is compared.
        sys.setcheckinterval(2147483647)
    except (AttributeError, NotImplementedError):
        pass


def facts():
    randomised = getattr(sys.flags, 'hash_randomization', 0) if hasattr(sys, 'flags') else 0
    return {
        'protocol': 1,
        'pid': os.getpid(),
        'version': '%d.%d.%d' % tuple(sys.version_info[:3]),
        'implementation': getattr(getattr(sys, 'implementation', None), 'name', 'cpython'),
        'executable': sys.executable or '',
        'platform': sys.platform,
        'maxsize': getattr(sys, 'maxsize', 0) or getattr(sys, 'maxint', 0),
        'hashRandomisation': int(randomised),
        'clocks': {
            'cpu': {'name': cpu_name, 'resolution': resolution(cpu)},
            'wall': {'name': wall_name, 'resolution': resolution(wall)},
        },
    }


def main():
    global cpu, cpu_name
    arguments = sys.argv[1:]
    stretch = 0.0
    if '--stretch' in arguments:
        at = arguments.index('--stretch')
        stretch = float(arguments[at + 1])
        del arguments[at:at + 2]
    out, commands = apart_from_tests()
    as_pybench_does()
    suite, paths = arguments[0], arguments[1:]
    if suite == 'pybench':
        tests, broken = load_pybench(paths[0])
    elif suite == 'files':
        tests, broken = load_files(paths)
    else:
        if resource is not None:
            cpu, cpu_name = children_cpu, 'resource.getrusage(RUSAGE_CHILDREN)'
        tests, broken = load_startup()

    def say(data):
        out.write(dump(data) + '\n')
        out.flush()

    say(facts())
    while True:
        line = commands.readline()
        words = line.split()
        if not line or words == ['quit']:
            break
        if not words:
            continue
        try:
            answer = answer_to(words, tests, broken, stretch)
        except KeyboardInterrupt:
            raise
        except:
            # A test may raise anything, a string in 2.5 included.
            answer = {'error': cause()}
        say(answer)


if __name__ == '__main__':
    main()
