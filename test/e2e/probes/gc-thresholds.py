"""Makes 100,000 lists, and counts the collections of young objects."""
import gc

from common import tell

before = gc.get_stats()[0]['collections']
lists = [[] for _ in range(100000)]
tell(
    threshold_of_the_young=gc.get_threshold()[0],
    young_collections_while_100000_lists_are_made=gc.get_stats()[0]['collections'] - before,
)
