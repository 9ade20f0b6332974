"""Counts the characters of the docstrings of the builtin types, their methods, and the builtin functions."""
from common import tell

try:
    import builtins
except ImportError:
    import __builtin__ as builtins


def characters(value):
    return len(value.__doc__) if isinstance(value.__doc__, str) else 0


total = 0
for name in sorted(vars(builtins)):
    value = getattr(builtins, name)
    if name.startswith('_') or getattr(value, '__module__', None) not in (builtins.__name__, 'exceptions'):
        continue
    total += characters(value)
    if isinstance(value, type):
        total += sum(characters(member) for member in vars(value).values() if not isinstance(member, str))
tell(characters_of_docstrings_of_builtins=total)
