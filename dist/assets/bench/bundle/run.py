# Does one step of a bundle's plan, on CPython 2.5 and every later version, from one text and in one process.
#
#   python run.py [STEP]
#
# Without STEP: the next one that is this interpreter's. What comes out is appended to results.jsonl (or $RESULTS), one JSON
# line at a time, each of which is flushed before the next test begins. A step that was broken off goes on where it stood; a
# test in the middle of which the interpreter ended twice is left out and said so. Ends with 0 when the step is done.

import os
import re
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
RESULTS = os.environ.get('RESULTS') or os.path.join(HERE, 'results.jsonl')
if HERE not in sys.path:
    sys.path.insert(0, HERE)

import worker  # noqa: E402

LINE = re.compile(r'\{"type":"([\w-]+)","step":(\d+)(?:,"test":"([^"\\]+)")?.*\}\r?\n$')
MOST_LOOPS = 10000000
TRIES = 3
VANISHES_AT = 0.5


def read(name, mode='r'):
    f = open(os.path.join(HERE, name), mode)
    try:
        return f.read()
    finally:
        f.close()


def read_plan():
    # An expression of Python but for two names, and as trustworthy as this script: there may be no `json`.
    return eval(read('plan.json'), {'__builtins__': {}, 'true': True, 'false': False})


def sha256(name):
    # None where it cannot be told.
    try:
        import hashlib
        return hashlib.sha256(read(name, 'rb')).hexdigest()
    except (ImportError, AttributeError, IOError, OSError):
        return None


def plan_sha256():
    found = sha256('plan.json')
    if found is None:
        found = re.search(r'"plan\.json": *"([0-9a-f]{64})"', read('manifest.json')).group(1)
    return found


class State:
    """What results.jsonl says of this step and of the tests."""

    def __init__(self, step):
        self.done = {}
        self.here = {}
        self.ended = {}
        self.running = False
        self.loops = {}
        self.troubles = []
        self.whole = True
        if not os.path.exists(RESULTS):
            return
        f = open(RESULTS, 'rb')
        try:
            for data in f:
                line = data.decode('latin-1')
                self.whole = line[-1:] == '\n'
                found = LINE.match(line)
                if found is not None:
                    self.add(found.group(1), int(found.group(2)), found.group(3), line, step)
        finally:
            f.close()
        self.blame()

    def add(self, kind, number, test, line, step):
        if kind == 'done':
            self.done[number] = True
        elif kind == 'calibrated':
            numbers = re.search(r'"loops":(\d+).*"repeats":(\d+)', line)
            self.loops[test] = int(numbers.group(1)), int(numbers.group(2))
        elif kind == 'problem':
            self.troubles.append((number, test))
        if number != step:
            return
        if kind == 'begin':
            self.blame()
            self.running = True
        elif kind == 'stopped':
            # By a person: that is nobody's fault.
            self.running = False
        elif test is not None:
            self.here[test] = True

    def blame(self):
        # Begun and neither done nor stopped: the interpreter ended in the test that was next.
        if self.running:
            self.ended[len(self.here)] = self.ended.get(len(self.here), 0) + 1
        self.running = False

    def failed_in(self, steps):
        return [test for number, test in self.troubles if number in steps]

    def hopeless(self, test):
        return len([1 for _, other in self.troubles if other == test]) >= 2


class Log:
    def __init__(self, step, whole):
        self.step = step
        self.file = open(RESULTS, 'ab')
        if not whole:
            self.file.write('\n'.encode('ascii'))

    def say(self, kind, data=None, test=None):
        head = '{"type":"%s","step":%d' % (kind, self.step)
        if test is not None:
            head += ',"test":' + worker.quote(test)
        rest = worker.dump(data or {})[1:-1]
        if rest:
            head += ',' + rest
        self.file.write((head + '}\n').encode('ascii'))
        self.file.flush()


def machine():
    told = {'platform': sys.platform}
    if hasattr(os, 'uname'):
        names = os.uname()
        told['system'], told['release'], told['machine'] = names[0], names[2], names[4]
    try:
        f = open('/proc/cpuinfo')
        try:
            found = re.search(r'(?m)^(?:model name|cpu|Processor|uarch)\s*:\s*(.+)$', f.read())
        finally:
            f.close()
        if found is not None:
            told['cpu'] = found.group(1)
    except (IOError, OSError):
        pass
    return told


def smoke(log, step):
    print(sys.version)
    files = []
    for name in sorted(sys.modules):
        where = getattr(sys.modules[name], '__file__', None)
        if where and not os.path.abspath(where).startswith(HERE + os.sep):
            files.append(os.path.abspath(where))
    folder = os.path.join(HERE, step['side'], 'bin')
    own = [name for name in ('python', 'python.exe') if os.path.exists(os.path.join(folder, name))]
    log.say('smoke', {
        'side': step['side'],
        'version': sys.version,
        'facts': worker.facts(),
        'machine': machine(),
        'prefix': sys.prefix,
        'path': [os.path.abspath(entry) for entry in sys.path],
        'outside': files,
        'sha256': own and sha256(os.path.join(folder, own[0])) or None,
    })


def load(plan):
    if plan['suite'] == 'pybench':
        return worker.load_pybench(os.path.join(HERE, 'pybench'))
    return worker.load_files([os.path.join(HERE, 'files', name) for name in sorted(plan['files'])])


def seconds(test, loops):
    # CPU and wall of the empty loop and of the test.
    empty = (0.0, 0.0)
    if test.empty is not None:
        empty = worker.measure(test.empty(loops), 0)
    return worker.measure(test.run(loops), 0), empty


def try_test(plan, log, name, test):
    worker.gc.collect()
    seconds(test, first_loops(test))
    log.say('tried', None, name)


def first_loops(test):
    return max(1, -(-int(test.rounds) // 500))


def calibrate(plan, log, name, test):
    # As a session does that is led from outside: loops for a block of the length that was asked for.
    settings = plan['settings']
    target = settings['blockMs'] / 1000.0
    which = clock_index(settings['blockMs'])
    loops = first_loops(test)
    worker.gc.collect()
    seconds(test, loops)
    spent = 0.0
    for _ in range(30):
        spent = seconds(test, loops)[0][which]
        if spent >= target / 4 or loops >= MOST_LOOPS:
            break
        if spent > 0:
            loops = min(MOST_LOOPS, loops * 10, int(loops * target / spent) + 1)
        else:
            loops = min(MOST_LOOPS, loops * 10)
    if spent > 0:
        loops = min(MOST_LOOPS, max(1, int(loops * target / spent + 0.5)))
        tries = [seconds(test, loops) for _ in range(TRIES)]
        full = min([one[0][which] for one in tries])
    if spent <= 0 or full <= 0:
        raise ValueError('it takes no time that the clock could see, even with %d loops' % loops)
    empty = min([one[1][which] for one in tries])
    repeats = int(settings['repeats'] * target / full + 0.5)
    log.say('calibrated', {
        'loops': loops,
        'repeats': max(1, min(settings['repeats'], repeats)),
        'rounds': int(test.rounds),
        'operations': int(test.operations),
        'vanishes': empty > VANISHES_AT * full,
    }, name)


def clock_index(block_ms):
    # CPU time, unless the system counts it too coarsely for such blocks.
    step = worker.resolution(worker.cpu)
    if sys.platform[:3] == 'win' or (step is not None and step > block_ms / 1000.0 / 100):
        return 1
    return 0


def measure_test(plan, log, name, test, known):
    loops, repeats = known
    worker.gc.collect()
    seconds(test, loops)
    blocks = [seconds(test, loops) for _ in range(repeats * plan['blocks'])]
    log.say('blocks', {
        'cpu': [block[0][0] for block in blocks],
        'wall': [block[0][1] for block in blocks],
        'emptyCpu': [block[1][0] for block in blocks],
        'emptyWall': [block[1][1] for block in blocks],
    }, name)


def set_alarm(limit):
    # A test that hangs ends the process, as one that crashes does; where there is no such signal, a person has to.
    try:
        import signal
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.alarm(limit)
    except (ImportError, AttributeError, ValueError, OSError):
        pass


def tests_of(plan, step, state):
    if step['kind'] != 'pair':
        return plan['tests']
    order = [pair for pair in plan['pairs'] if pair['pair'] == step['pair']][0]['tests']
    names = [plan['tests'][index] for index in order]
    # What does not run everywhere, and what failed twice, takes no more time.
    tried = [one['step'] for one in plan['steps'] if one['kind'] in ('calibrate', 'try')]
    failed = state.failed_in(tried)
    return [name for name in names if name in state.loops and name not in failed and not state.hopeless(name)]


def run_tests(plan, step, state, log):
    tests, broken = load(plan)
    limit = int(plan['settings']['testTimeoutMs'] / 1000) + 1
    kind = step['kind']
    for name in tests_of(plan, step, state):
        if name in state.here:
            continue
        if state.ended.get(len(state.here), 0) >= 2:
            log.say('problem', {'kind': 'failed', 'message': 'the interpreter ended in the middle of it, twice'}, name)
            state.here[name] = True
            continue
        test = tests.get(name)
        set_alarm(limit * 4)
        try:
            if test is None:
                raise ImportError(broken.get(name, 'there is no such test'))
            if kind == 'calibrate':
                calibrate(plan, log, name, test)
            elif kind == 'try':
                try_test(plan, log, name, test)
            else:
                measure_test(plan, log, name, test, state.loops[name])
        except KeyboardInterrupt:
            raise
        except:
            # A test may raise anything, a string in 2.5 included.
            log.say('problem', {'kind': 'failed', 'message': worker.cause()}, name)
        set_alarm(0)
        state.here[name] = True


def own_side():
    return os.path.basename(os.path.normpath(sys.prefix))


def choose(plan, argument):
    if argument is not None:
        return [step for step in plan['steps'] if step['step'] == int(argument)][0]
    done = State(0).done
    left = [step for step in plan['steps'] if step['step'] not in done and step['kind'] != 'memory']
    if not left:
        print('All is done: bring back %s' % RESULTS)
        return None
    if left[0]['side'] != own_side():
        print('Next is step %d, by %s: start that one.' % (left[0]['step'], left[0]['side']))
        return None
    return left[0]


def main(arguments):
    plan = read_plan()
    step = choose(plan, arguments and arguments[0] or None)
    if step is None:
        return 0
    state = State(step['step'])
    if step['step'] in state.done:
        return 0
    log = Log(step['step'], state.whole)
    runner = os.environ.get('RUNNER', '')
    log.say('begin', {'side': step['side'], 'at': time.time(), 'plan': plan_sha256(), 'runner': runner})
    worker.as_pybench_does()
    try:
        if step['kind'] == 'smoke':
            smoke(log, step)
        else:
            worker.apart_from_tests()
            run_tests(plan, step, state, log)
    except KeyboardInterrupt:
        log.say('stopped')
        return 130
    log.say('done')
    return 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
