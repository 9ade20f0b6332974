"""Starts threads, and looks at the commonest size of what was mapped for them; the system's own default is set to 8 MiB."""
import os
import resource
import sys
import threading

from common import tell

DEFAULT = 8 * 1024 * 1024
if resource.getrlimit(resource.RLIMIT_STACK)[0] != DEFAULT and 'again' not in sys.argv:
    # The C library takes it from this limit when a program starts.
    resource.setrlimit(resource.RLIMIT_STACK, (DEFAULT, resource.getrlimit(resource.RLIMIT_STACK)[1]))
    os.execv(sys.executable, [sys.executable, '-B', __file__, 'again'])


def mappings():
    with open('/proc/self/maps') as maps:
        ranges = [line.split()[0] for line in maps if ' rw-p ' in line]
    return [int(end, 16) - int(start, 16) for start, end in (r.split('-') for r in ranges)]


stop = threading.Event()
threads = [threading.Thread(target=stop.wait) for _ in range(20)]
for thread in threads:
    thread.start()
sizes = [size // 1024 for size in mappings() if size >= 256 * 1024]
stop.set()
for thread in threads:
    thread.join()
tell(stack_of_a_new_thread=max(set(sizes), key=sizes.count))
