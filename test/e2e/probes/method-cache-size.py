"""Looks up very many names in types, and counts the references that the cache holds to them: one an entry."""
import sys

from common import tell

NAMES = 20000
names = ['name %d' % i for i in range(NAMES)]
counts = [0] * NAMES
for i in range(NAMES):
    counts[i] = sys.getrefcount(names[i])
# The entry depends on the type as well; some versions use every other entry for one type.
for number in range(24):
    owner = type('Owner', (object,), {})
    for i in range(NAMES):
        getattr(owner, names[i], None)
for i in range(NAMES):
    counts[i] = sys.getrefcount(names[i]) - counts[i]
tell(names_that_the_cache_holds=sum(counts))
