"""
Frees many objects of a type in order, makes as many again, and counts those that come back last in, first out: a free
list hands them out before the allocator is asked.
"""
import gc

from common import tell

gc.disable()


def kept(make, count):
    alive = [None] * count
    for i in range(count):
        alive[i] = make()  # what the list already held is in use now
    objects = [None] * count
    for i in range(count):
        objects[i] = make()
    freed = [id(value) for value in objects]
    for i in range(count):
        objects[i] = None
    for i in range(count):
        objects[i] = make()
    again = [id(value) for value in objects]
    best = 0
    for length in range(1, count):
        if again[0] == freed[length - 1] and again[:length] == freed[length - 1 :: -1][:length]:
            best = length
    return best


seven = [1, 2, 3, 4, 5, 6, 7]
result = {
    'tuples_kept': kept(lambda: tuple(seven), 3000),
    'lists_kept': kept(lambda: [], 400),
    'dicts_kept': kept(lambda: {}, 400),
}
if hasattr(gc, 'callbacks'):
    result['floats_kept'] = kept(lambda: float('1.5'), 400)
else:
    result['sets_kept'] = kept(set, 400)
tell(**result)
