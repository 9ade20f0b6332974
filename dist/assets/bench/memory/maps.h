/* Anonymous maps: pymalloc's arenas, from 2.7.3 and 3.2 on. Those that malloc makes itself do not come by here. */

#define MOST_MAPS 4096
static entry map_table[MOST_MAPS];

static void *map_made(void *map, size_t size, int flags) {
    size_t i;
    if (map == MAP_FAILED || (flags & MAP_ANONYMOUS) == 0) return map;
    lock();
    for (i = 0; i < MOST_MAPS && map_table[i].address != 0; i++) {
    }
    if (i < MOST_MAPS) {
        map_table[i].address = (uintptr_t)map;
        map_table[i].size = size;
        mapped += size;
        maps++;
    } else
        lost++;
    unlock();
    return map;
}

static void map_gone(void *map, size_t size) {
    size_t i;
    lock();
    for (i = 0; i < MOST_MAPS; i++)
        /* Without a size: all of it, as VirtualFree is told. */
        if (map_table[i].address == (uintptr_t)map && (size == 0 || map_table[i].size == size)) {
            map_table[i].address = 0;
            mapped -= map_table[i].size;
            maps--;
            break;
        }
    unlock();
}
