# One benchmark of a script on pyperf's interface, in a process of its own.
#
#   python child.py SCRIPT --list [OPTION...]           prints the names of its benchmarks as one JSON line
#   python child.py SCRIPT NAME STRETCH [OPTION...]     runs it up to that benchmark, then answers every line of stdin
#
# Lines are `warm LOOPS` and `block LOOPS`, answers those of worker.py and what the process has in memory.

import gc
import os
import runpy
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[0:1] = [os.path.join(HERE, 'path'), os.path.dirname(HERE)]
import pyperf  # noqa: E402
import worker  # noqa: E402

# Interpreters that specialise need more than a block of a millisecond before they do what they do for good.
WARM_SECONDS = 0.05


class Listing:
    def __init__(self):
        self.names = {}

    def is_wanted(self, name, inner_loops):
        if name in self.names:
            raise ValueError('two benchmarks are called %s' % name)
        if name.split() == [] or '\n' in name:
            raise ValueError('a benchmark without a name in one line')
        self.names[name] = inner_loops
        return False


def children_cpu():
    # Of the processes that were started here and waited for.
    return worker.children_cpu() if worker.resource is not None else 0.0


def in_memory():
    # Peak resident bytes of this process or of the largest that it waited for; its proportional share as it is now.
    found = {}
    peak = 0
    try:
        with open('/proc/self/status') as status:
            for line in status:
                if line.startswith('VmHWM:'):
                    peak = int(line.split()[1]) * 1024
    except (IOError, OSError):
        pass
    if worker.resource is not None:
        unit = 1 if sys.platform == 'darwin' else 1024
        usage = worker.resource.getrusage
        if peak == 0:
            peak = usage(worker.resource.RUSAGE_SELF).ru_maxrss * unit
        peak = max(peak, usage(worker.resource.RUSAGE_CHILDREN).ru_maxrss * unit)
    if peak:
        found['peakRss'] = peak
    try:
        with open('/proc/self/smaps_rollup') as maps:
            for line in maps:
                if line.startswith('Pss:'):
                    found['pss'] = int(line.split()[1]) * 1024
    except (IOError, OSError):
        pass
    return found


class Serving:
    def __init__(self, wanted, stretch, out, commands):
        self.wanted, self.stretch, self.out, self.commands = wanted, stretch, out, commands

    def is_wanted(self, name, inner_loops):
        return name == self.wanted

    def say(self, data):
        self.out.write(worker.dump(data) + '\n')
        self.out.flush()

    def once(self, function, loops):
        children, cpu_start, start = children_cpu(), time.process_time(), time.perf_counter()
        timed = function(loops)
        wall, cpu = time.perf_counter() - start, time.process_time() - cpu_start
        if not isinstance(timed, (float, int)):
            raise TypeError('it returned %r, and not seconds' % (timed,))
        if not 0 <= timed < 1e9:
            raise ValueError('it returned %r seconds' % timed)
        # Scripts time a part of the call, with one clock; the other clock's time is that of the call, in the same share.
        # What exceeds the CPU time of the whole call was read from a wall clock of the script's own.
        if pyperf.perf_counter is time.perf_counter or timed > cpu * 1.02 + 1e-6:
            cpu, wall = cpu * min(1.0, timed / wall), timed
        elif cpu > 0:
            cpu, wall = timed, wall * min(1.0, timed / cpu)
        cpu += children_cpu() - children
        return {'cpu': cpu * (1 + self.stretch), 'wall': wall * (1 + self.stretch), 'emptyCpu': 0.0, 'emptyWall': 0.0}

    def answer(self, function, words):
        loops = int(words[1])
        if words[0] == 'block':
            return self.once(function, loops)
        gc.collect()
        spent = self.once(function, loops)
        warm = spent['wall']
        while warm < WARM_SECONDS:
            warm += self.once(function, loops)['wall']
        return spent

    def serve(self, function):
        for line in iter(self.commands.readline, ''):
            words = line.split()
            if words == ['quit']:
                break
            try:
                answer = self.answer(function, words)
            except Exception:
                answer = {'error': worker.cause()}
            answer.update(in_memory())
            self.say(answer)
        sys.exit(0)


def run(script, options):
    # The stand-in stays where the script, and processes that it starts, will find it.
    sys.path[0:2] = [os.path.dirname(script)]
    sys.path.append(os.path.join(HERE, 'path'))
    sys.argv = [script] + options
    runpy.run_path(script, run_name='__main__')


def why():
    missing = sys.exc_info()[1]
    if isinstance(missing, ImportError) and getattr(missing, 'name', None):
        return 'missing: %s' % missing.name.split('.')[0]
    return worker.cause()


def main():
    script, wanted = os.path.abspath(sys.argv[1]), sys.argv[2]
    out, commands = worker.apart_from_tests()
    if wanted == '--list':
        pyperf.session = Listing()
        trouble = None
        try:
            run(script, sys.argv[3:])
        except (Exception, SystemExit):
            trouble = why()
            if trouble == 'SystemExit: 0':
                trouble = None
        out.write(worker.dump({'names': pyperf.session.names, 'trouble': trouble}) + '\n')
        out.flush()
        return
    pyperf.session = Serving(wanted, float(sys.argv[3]), out, commands)
    try:
        run(script, sys.argv[4:])
    except Exception:
        pyperf.session.say({'error': why()})
        return
    pyperf.session.say({'error': 'no such test: %s' % wanted})


if __name__ == '__main__':
    main()
