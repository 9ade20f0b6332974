"""Calls a function of 4 KiB locals deep into itself, and looks in which steps the process grows."""
from common import commonest_jump, mapped, tell

DEPTH = 900
names = ';'.join('v%d = 0' % i for i in range(500))
space = {'sizes': [0] * DEPTH, 'mapped': mapped}
exec('def f(n):\n  sizes[n] = mapped()\n  if n + 1 < len(sizes): f(n + 1)\n  return\n  ' + names, space)
space['f'](0)
tell(size_of_a_chunk=commonest_jump(space['sizes']))
