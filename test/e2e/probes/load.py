"""A program with memory to look at: cyclic garbage, a peak, and a rest of it that stays. Marks where there is somebody to see them."""

import sys

try:
    from forkwright_marks import mark
except ImportError:

    def mark(name):
        pass


class Node(object):
    def __init__(self):
        self.me = self
        self.payload = [None] * 20


STEPS = int(sys.argv[1])
kept = []
for step in range(STEPS):
    for i in range(2000):
        Node()
        kept.append({"number": i, "text": "row %d of %d" % (i, step)})
    mark("fill %d" % (step + 1))
for step in range(STEPS):
    # Four of five rows of the older half go each time.
    kept[: len(kept) // 2] = kept[: len(kept) // 2 : 5]
    mark("drop %d" % (step + 1))


def worker(number):
    """What each forked worker does: it looks at every row."""
    return sum(row["number"] for row in kept) + number
