# Benchmarks on pyperf's interface, for the same conversation as with worker.py (its commands, its answers):
#
#   python dispatch.py PLAN [--stretch FRACTION]
#
# PLAN: a JSON file, {"index": FILE, "entries": [{"name", "script", "options", "requires"}, ...]}. Every benchmark has a
# process of its own (child.py), which lives from its first `warm` until another benchmark's turn comes: its memory is its
# own, and blocks of two interpreters alternate while both live. Names of benchmarks may hold blanks.

import json
import os
import re
import signal
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[0:1] = [os.path.dirname(HERE)]
import worker  # noqa: E402

CHILD = os.path.join(HERE, 'child.py')
# A script that does not come to its benchmarks in this time has none.
LIST_SECONDS = 120
LEAVE_SECONDS = 5


def numbers(version):
    out = []
    for part in version.strip().split('.'):
        digits = re.match('[0-9]*', part).group()
        if digits == '':
            break
        out.append(int(digits))
    return tuple(out)


def satisfies(version, requires):
    # Of PEP 440 what stands in requires-python: releases, compared by as many numbers as are named.
    for clause in requires.split(','):
        clause = clause.strip()
        for operator in ('>=', '<=', '==', '!=', '~=', '>', '<'):
            if clause.startswith(operator):
                break
        else:
            continue
        wanted = numbers(clause[len(operator):])
        own = version[:len(wanted)]
        kept = {
            '>=': own >= wanted, '<=': own <= wanted, '==': own == wanted, '!=': own != wanted,
            '>': own > wanted, '<': own < wanted, '~=': own >= wanted and own[:-1] == wanted[:-1],
        }[operator]
        if not kept:
            return False
    return True


def listed(entry):
    if not satisfies(tuple(sys.version_info[:3]), entry.get('requires') or ''):
        return {}, 'needs Python %s' % entry['requires']
    command = [sys.executable, CHILD, entry['script'], '--list'] + entry['options']
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    try:
        out, errors = process.communicate(timeout=LIST_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        return {}, 'it names no benchmark within %d s' % LIST_SECONDS
    lines = out.decode('utf-8', 'replace').splitlines()
    last = errors.decode('utf-8', 'replace').strip().splitlines()[-1:]
    try:
        found = json.loads(lines[-1])
    except (IndexError, ValueError):
        return {}, 'it ended %s%s' % (how(process.returncode), ''.join('; it said: %s' % line for line in last))
    if found['trouble'] is None and not found['names']:
        return {}, 'it runs, and measures nothing'
    if found['trouble'] is not None and found['trouble'].startswith('SystemExit'):
        return found['names'], found['trouble'] + ''.join('; it said: %s' % line for line in last)
    return found['names'], found['trouble']


def how(code):
    if code < 0:
        try:
            return 'by %s' % signal.Signals(-code).name
        except ValueError:
            pass
    return 'with exit code %s' % code


class Dispatcher:
    def __init__(self, plan, stretch):
        self.entries, self.index_file, self.stretch = plan['entries'], plan['index'], stretch
        self.index = None
        self.child, self.name = None, None

    def list(self):
        tests, broken, index = {}, {}, {}
        for number, entry in enumerate(self.entries):
            names, trouble = listed(entry)
            if trouble is not None:
                broken[entry['name']] = trouble
            for name in names:
                if name in index:
                    other = self.entries[index[name]]['name']
                    broken['%s:%s' % (entry['name'], name)] = '%s has a benchmark of that name, too' % other
                    continue
                index[name] = number
                tests[name] = names[name]
        # Later processes of the session need not run all scripts for it.
        temporary = '%s.%d' % (self.index_file, os.getpid())
        with open(temporary, 'w') as f:
            json.dump(index, f)
        os.replace(temporary, self.index_file)
        self.index = index
        rounds = dict((name, 1) for name in tests)
        return {'tests': sorted(tests), 'rounds': rounds, 'operations': tests, 'broken': broken}

    def entry(self, name):
        if self.index is None:
            try:
                with open(self.index_file) as f:
                    self.index = json.load(f)
            except (IOError, OSError, ValueError):
                self.index = {}
        if name not in self.index:
            self.list()
        number = self.index.get(name)
        return None if number is None else self.entries[number]

    def leave(self):
        if self.child is None:
            return
        try:
            self.child.stdin.close()
            self.child.wait(timeout=LEAVE_SECONDS)
        except (IOError, OSError, subprocess.TimeoutExpired):
            self.child.kill()
            self.child.wait()
        self.child.stdout.close()
        self.child, self.name = None, None

    def ask(self, name, command, loops):
        if name != self.name:
            self.leave()
            entry = self.entry(name)
            if entry is None:
                return {'error': 'no such test: %s' % name}
            command_line = [sys.executable, CHILD, entry['script'], name, repr(self.stretch)] + entry['options']
            self.child = subprocess.Popen(command_line, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
            self.name = name
        try:
            self.child.stdin.write(('%s %s\n' % (command, loops)).encode('ascii'))
            self.child.stdin.flush()
        except (IOError, OSError):
            pass
        line = self.child.stdout.readline()
        if line:
            return json.loads(line.decode('utf-8'))
        code = self.child.wait()
        self.leave()
        return {'error': 'its process ended %s' % how(code)}


def main():
    arguments = sys.argv[1:]
    stretch = 0.0
    if '--stretch' in arguments:
        stretch = float(arguments[arguments.index('--stretch') + 1])
    with open(arguments[0]) as f:
        plan = json.load(f)
    out, commands = worker.apart_from_tests()
    dispatcher = Dispatcher(plan, stretch)

    def say(data):
        out.write(worker.dump(data) + '\n')
        out.flush()

    say(worker.facts())
    for line in iter(commands.readline, ''):
        words = line.split()
        if words == ['quit']:
            break
        if not words:
            continue
        try:
            if words == ['list']:
                answer = dispatcher.list()
            elif words[0] in ('warm', 'block') and len(words) > 2:
                answer = dispatcher.ask(' '.join(words[1:-1]), words[0], int(words[-1]))
            else:
                answer = {'error': 'not a command: %s' % line.strip()}
        except Exception:
            answer = {'error': worker.cause()}
        say(answer)
    dispatcher.leave()


if __name__ == '__main__':
    main()
