# A stand-in for pyperf's interface: what a benchmark script calls, without pyperf's processes, options and files. child.py
# puts it before the script and says, in `session`, what is to be done with a benchmark: be named, or be measured.

import sys
import time
from itertools import repeat

__version__ = '2.0'
VERSION = (2, 0)

# name_of(name, inner_loops): whether this benchmark is the one; serve(function): measures function(loops) until told to
# stop, and does not come back.
session = None

# What scripts time with: the CPU clock, so that what others do on the machine is not counted. It is C's own function, since
# anything that made objects between two readings could set off the garbage collector in the middle of a benchmark.
# Windows counts CPU time in ticks of 16 ms.
perf_counter = time.perf_counter if sys.platform == 'win32' else time.process_time


def python_implementation():
    return sys.implementation.name


def python_has_jit():
    return python_implementation() == 'pypy'


def repeated(function, args):
    def run(loops):
        if args:
            call = lambda: function(*args)  # noqa: E731
        else:
            call = function
        count = range(loops)
        start = perf_counter()
        for _ in count:
            call()
        return perf_counter() - start
    return run


def awaited(function, args, loop_factory):
    async def run(loops):
        count = range(loops)
        start = perf_counter()
        for _ in count:
            await function(*args)
        return perf_counter() - start

    def in_a_loop(loops):
        import asyncio
        loop = (loop_factory or asyncio.new_event_loop)()
        asyncio.set_event_loop(loop)
        try:
            return loop.run_until_complete(run(loops))
        finally:
            asyncio.set_event_loop(None)
            loop.close()
    return in_a_loop


def started(command):
    import subprocess

    def run(loops):
        count = range(loops)
        start = perf_counter()
        for _ in count:
            code = subprocess.call(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
            if code:
                raise RuntimeError('%s ended with %s' % (' '.join(command), code))
        return perf_counter() - start
    return run


def statements(text):
    return text if isinstance(text, str) else '\n'.join(text)


def indented(text, by):
    return '\n'.join(' ' * by + line for line in text.splitlines())


def timed_statements(stmt, setup, teardown, duplicate, names):
    source = '\n'.join([
        'def inner(_count, _clock):',
        indented(statements(setup), 4),
        '    _start = _clock()',
        '    for _ in _count:',
        indented('\n'.join([statements(stmt)] * duplicate), 8),
        '    _end = _clock()',
        indented(statements(teardown), 4),
        '    return _end - _start',
    ])
    namespace = dict(names or {})
    exec(compile(source, '<timeit>', 'exec'), namespace)
    return lambda loops: namespace['inner'](repeat(None, loops), perf_counter)


class Runner:
    def __init__(self, values=None, processes=None, loops=0, min_time=0.1, metadata=None, show_name=True,
                 program_args=None, add_cmdline_args=None, _argparser=None, warmups=1, hooks=None):
        import argparse
        if session is None:
            raise RuntimeError('pyperf stands in here for Forkwright: run the script with forkwright bench --suite FILE.py')
        self.metadata = {} if metadata is None else metadata
        self.argparser = argparse.ArgumentParser() if _argparser is None else _argparser
        self.args = None
        self._defaults = {'worker': True, 'loops': 1, 'values': values or 3, 'processes': processes or 20, 'warmups': warmups,
                          'min_time': min_time, 'quiet': True, 'verbose': False, 'pipe': None, 'output': None,
                          'append': None, 'fast': False, 'rigorous': False, 'debug_single_value': False, 'profile': None,
                          'hook': None, 'affinity': None, 'inherit_environ': None, 'tracemalloc': False,
                          'track_memory': False, 'worker_task': None}

    def parse_args(self, args=None):
        if self.args is None or args is not None:
            self.args = self.argparser.parse_args(args)
            for key, value in dict(self._defaults, python=sys.executable).items():
                if not hasattr(self.args, key):
                    setattr(self.args, key, value)
        return self.args

    def _measure(self, name, function, inner_loops=None, metadata=None, **unknown):
        if unknown:
            raise TypeError('unexpected keyword argument %s' % ', '.join(sorted(unknown)))
        self.parse_args()
        if session.is_wanted(name, inner_loops or 1):
            session.serve(function)

    def bench_time_func(self, name, time_func, *args, **others):
        self._measure(name, lambda loops: time_func(loops, *args), **others)

    def bench_func(self, name, func, *args, **others):
        self._measure(name, repeated(func, args), **others)

    def bench_async_func(self, name, func, *args, **others):
        self._measure(name, awaited(func, args, others.pop('loop_factory', None)), **others)

    def bench_command(self, name, command):
        self._measure(name, started(list(command)))

    def timeit(self, name, stmt=None, setup='pass', teardown='pass', inner_loops=None, duplicate=None, metadata=None,
               globals=None):
        run = timed_statements(name if stmt is None else stmt, setup, teardown, duplicate or 1, globals)
        self._measure(name, run, (inner_loops or 1) * (duplicate or 1))
