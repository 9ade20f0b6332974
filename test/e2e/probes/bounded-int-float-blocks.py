"""Makes two million ints and floats, drops them, and looks at what the process keeps."""
from common import MIB, resident, tell

COUNT = 2000000
objects = [None] * COUNT


def kept(make):
    before = resident()
    for i in xrange(COUNT):
        objects[i] = make(i)
    for i in xrange(COUNT):
        objects[i] = None
    del i
    return round((resident() - before) / MIB, 1)


tell(kept_of_2_million_dead_ints=kept(lambda i: i + 1000), kept_of_2_million_dead_floats=kept(float))
