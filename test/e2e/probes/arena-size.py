"""Fills memory with small objects, and looks in which steps the process grows."""
from common import commonest_jump, mapped, tell

COUNT = 400000
objects = [None] * COUNT
sizes = [0] * (COUNT // 100)
for i in range(COUNT):
    objects[i] = object()
    if i % 100 == 0:
        sizes[i // 100] = mapped()
tell(size_of_an_arena=commonest_jump(sizes))
