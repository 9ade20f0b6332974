/** The counter itself, in small C programs that pretend to be an interpreter. */
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Counted, readCounted } from '../../../src/bench/memory/counted.ts';
import { LINKED_COUNTER, preloadCounter } from '../../../src/bench/memory/counter.ts';
import { readSites } from '../../../src/bench/workload/sites.ts';
import { findToolchain } from '../../../src/targets/toolchain.ts';
import { compile, compileCounter, context, HOST, run } from './rig.ts';

let folder: string;
let counter: string;
let out: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'fw-counter-'));
  counter = await compileCounter(folder);
  out = path.join(folder, 'out');
}, 60_000);
beforeEach(() => rm(out, { force: true }));
afterAll(() => rm(folder, { recursive: true, force: true }));

const PRELUDE = `
#define _GNU_SOURCE
#include <malloc.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>
void Py_Initialize(void) {}
void *volatile kept[1000];
`;

/** Runs the body of a main() under the counter. @returns its reports. */
async function counted(body: string, more = '', env: Record<string, string> = {}): Promise<readonly Counted[]> {
  const program = await compile(folder, `${PRELUDE}${more}\nint main(int argc, char **argv) {${body}; return 0; }`, [
    '-rdynamic',
  ]);
  const result = await run(program, { LD_PRELOAD: counter, FORKWRIGHT_MEMORY_OUT: out, ...env });
  expect(result).toMatchObject({ exitCode: 0, stderr: '' });
  const reports = readCounted(await readFile(out, 'utf8'));
  if (typeof reports === 'string') throw new Error(reports);
  for (const { lost, strays } of reports) expect([lost, strays]).toEqual([0, 0]);
  return reports;
}

/** What the second report has more than the first. */
function between([first, second]: readonly Counted[]) {
  if (first === undefined || second === undefined) throw new Error('two reports are expected');
  return {
    bytes: second.bytes - first.bytes,
    blocks: second.blocks - first.blocks,
    calls: second.calls - first.calls,
    mapped: second.mapped - first.mapped,
    maps: second.maps - first.maps,
  };
}

describe('a preloaded counter', () => {
  test('counts what was asked for, of every function of the family, to the byte', async () => {
    const reports = await counted(`
      void *aligned;
      getppid();
      kept[0] = malloc(1000);
      kept[1] = calloc(3, 7);
      kept[2] = realloc(malloc(10), 5000);
      kept[3] = realloc(NULL, 1);
      kept[4] = memalign(64, 100);
      kept[5] = aligned_alloc(32, 64);
      if (posix_memalign(&aligned, 4096, 300) != 0) return 1;
      kept[6] = reallocarray(NULL, 5, 4);
      kept[7] = valloc(17);
      kept[8] = strdup("twelve bytes");
      kept[9] = malloc(0);
      getppid();`);
    const bytes = 1000 + 21 + 5000 + 1 + 100 + 64 + 300 + 20 + 17 + 13 + 0;
    expect(between(reports)).toMatchObject({ bytes, blocks: 11, calls: 12 });
  });

  test('what is freed is gone, in any order, over many more blocks than its table first has', async () => {
    const reports = await counted(`
      enum { MANY = 300000 };
      static void *all[MANY];
      getppid();
      for (int i = 0; i < MANY; i++) all[i] = malloc(i % 700 + 1);
      getppid();
      for (int i = 0; i < MANY; i++) { int k = (int)((i * 7919L) % MANY); free(all[k]); all[k] = NULL; }
      getppid();`);
    const [first, second, third] = reports;
    expect((second?.blocks ?? 0) - (first?.blocks ?? 0)).toBe(300_000);
    expect([third?.bytes, third?.blocks]).toEqual([first?.bytes, first?.blocks]);
    expect(third?.peak).toBe(second?.bytes);
    expect(third?.sizes).toEqual(first?.sizes);
  });

  test('tells the stacks that asked for what lives, the innermost first, and nothing of what is gone', async () => {
    const stacks = path.join(folder, 'stacks');
    const functions = `
      __attribute__((noinline)) void *inner(int n) { void *p = malloc(n); __asm__("" ::: "memory"); return p; }
      __attribute__((noinline)) void *outer(int n) { void *p = inner(n); __asm__("" ::: "memory"); return p; }`;
    const env = { FORKWRIGHT_MEMORY_STACKS: stacks };
    await counted(`kept[0] = outer(1001); kept[1] = inner(2002); free(outer(3003)); getppid();`, functions, env);
    const { modules, sites } = readSites(await readFile(stacks, 'utf8'));
    expect(modules.map(({ file }) => path.basename(file))).toContain('program');
    const [one, two, three] = [1001, 2002, 3003].map((bytes) => sites.find((site) => site.bytes === bytes));
    expect(three).toBeUndefined();
    expect(one).toMatchObject({ blocks: 1 });
    // As long as the other, and outer between.
    expect(one?.addresses.length).toBe((two?.addresses.length ?? 0) + 1);
  });

  test('a realloc that fails leaves the old block', async () => {
    const reports = await counted(`
      getppid();
      kept[0] = malloc(50);
      if (realloc(kept[0], (size_t)-1 / 4) != NULL) return 1;
      free(NULL);
      getppid();`);
    expect(between(reports)).toMatchObject({ bytes: 50, blocks: 1 });
  });

  test('tells the sizes of live blocks, and those of the objects of known types', async () => {
    const types = `
      char PyFrame_Type, PyCode_Type;
      struct { size_t next, previous, references; void *type; char rest[100]; } frame = {0, 0, 1, &PyFrame_Type, {0}};
      struct { size_t references; void *type; char rest[20]; } code = {1, &PyCode_Type, {0}};`;
    const [first, second] = await counted(
      `
      getppid();
      for (int i = 0; i < 3; i++) kept[i] = memcpy(malloc(sizeof frame), &frame, sizeof frame);
      for (int i = 0; i < 2; i++) kept[9 + i] = memcpy(malloc(sizeof code), &code, sizeof code);
      kept[20] = malloc(70001);
      getppid();`,
      types,
    );
    expect(second?.types).toEqual([
      ['frame', 3, 3 * 136],
      ['code', 2, 2 * 40],
    ]);
    const blocks = (report: Counted | undefined, size: number) =>
      report?.sizes.filter(([of]) => of === size).reduce((sum, [, number]) => sum + number, 0) ?? 0;
    for (const [size, number] of [
      [136, 3],
      [40, 2],
      [70_001, 1],
    ] as const)
      expect(blocks(second, size) - blocks(first, size)).toBe(number);
    expect(second?.sizes.reduce((sum, [size, number]) => sum + size * number, 0)).toBe(second?.bytes);
  });

  test('anonymous maps are arenas; those of files are not', async () => {
    const reports = await counted(`
      getppid();
      char *arena = mmap(NULL, 262144, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
      char *gone = mmap(NULL, 262144, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
      FILE *file = fopen(argv[0], "rb");
      mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, fileno(file), 0);
      fclose(file);
      munmap(gone, 262144);
      arena[0] = 1;
      getppid();`);
    expect(between(reports)).toMatchObject({ mapped: 262_144, maps: 1, blocks: 0 });
  });

  test('threads are counted together, and a fork in their midst does not hang', async () => {
    const worker = `
      static void *work(void *start) {
        unsigned seed = (unsigned)(size_t)start;
        void *mine[64] = {0};
        for (int i = 0; i < 100000; i++) {
          int k = rand_r(&seed) % 64;
          free(mine[k]);
          mine[k] = malloc(rand_r(&seed) % 300);
        }
        for (int k = 0; k < 64; k++) free(mine[k]);
        return NULL;
      }`;
    const reports = await counted(
      `
      pthread_t all[4];
      for (int i = 0; i < 4; i++) pthread_create(&all[i], NULL, work, NULL);
      for (int i = 0; i < 4; i++) pthread_join(all[i], NULL);
      getppid();
      for (long i = 0; i < 4; i++) pthread_create(&all[i], NULL, work, (void *)(i + 1));
      for (int i = 0; i < 20; i++) {
        pid_t child = fork();
        if (child == 0) { free(malloc(10)); _exit(0); }
        waitpid(child, NULL, 0);
      }
      for (int i = 0; i < 4; i++) pthread_join(all[i], NULL);
      kept[0] = malloc(77);
      getppid();`,
      worker,
    );
    expect(between(reports)).toMatchObject({ bytes: 77, blocks: 1 });
  });

  test('its variables are not the interpreter’s, nor its children’s', async () => {
    const reports = await counted(`
      if (getenv("LD_PRELOAD") || getenv("FORKWRIGHT_MEMORY_OUT") || getenv("FORKWRIGHT_MEMORY_PYMALLOC")) return 1;
      getppid();`);
    expect(reports).toHaveLength(1);
  });

  test('a program that is no interpreter passes it on: setarch, a shell', async () => {
    const program = await compile(folder, `${PRELUDE}int main(void) { getppid(); return 0; }`, ['-rdynamic']);
    const env = { LD_PRELOAD: counter, FORKWRIGHT_MEMORY_OUT: out };
    const result = await run('/bin/sh', env, ['-c', `:; exec ${program}`]);
    expect(result).toMatchObject({ exitCode: 0, stderr: '' });
    expect(readCounted(await readFile(out, 'utf8'))).toHaveLength(1);
  });
});

// An allocator that malloc sees nothing of, as pymalloc.
const pool = `
  static char memory[1 << 20];
  static size_t top;
  __attribute__((noinline)) void *PyObject_Malloc(size_t n) { top += 64; return n > 4096 ? NULL : memory + top - 64; }
  __attribute__((noinline)) void *PyObject_Realloc(void *p, size_t n) { return n > 64 ? PyObject_Malloc(n) : p; }
  __attribute__((noinline)) void PyObject_Free(void *p) { if (p == memory) top = 0; else memory[0]++; }`;

describe('Python’s allocator led to malloc', () => {
  const body = `
    getppid();
    void *one = PyObject_Malloc(30), *two = PyObject_Malloc(0), *three = PyObject_Malloc(12);
    two = PyObject_Realloc(two, 200);
    PyObject_Free(three);
    kept[0] = one; kept[1] = two;
    getppid();`;

  test('every object is a block of malloc’s then, as in a build without pymalloc', async () => {
    const on = await counted(body, pool);
    expect(between(on)).toMatchObject({ bytes: 0, blocks: 0 });
    expect(on[0]?.redirected).toBe(0);
    await rm(out);
    const off = await counted(body, pool, { FORKWRIGHT_MEMORY_PYMALLOC: 'off' });
    expect(off[0]?.redirected).toBe(1);
    expect(between(off)).toMatchObject({ bytes: 230, blocks: 2 });
  });

  test('a free of what it has not seen is told, and does no harm', async () => {
    const program = await compile(
      folder,
      `${PRELUDE}${pool}\nint main(void) { PyObject_Free(memory + 128); getppid(); return 0; }`,
      ['-rdynamic'],
    );
    const env = { LD_PRELOAD: counter, FORKWRIGHT_MEMORY_OUT: out, FORKWRIGHT_MEMORY_PYMALLOC: 'off' };
    expect((await run(program, env)).exitCode).toBe(0);
    expect(readCounted(await readFile(out, 'utf8'))).toMatchObject([{ strays: 1 }]);
  });
});

describe('a linked counter', () => {
  /** A static program whose `main` has `body` between two reports; its allocator is in a library, as Python's is. */
  async function linked(body: string): Promise<string> {
    // In an archive: nothing else in the program need ask for it.
    const [file, object, library] = ['pool.c', 'pool.o', 'libpool.a'].map((name) => path.join(folder, name)) as [
      string,
      string,
      string,
    ];
    await writeFile(file, `#include <stddef.h>\n${pool}`);
    for (const [tool, ...args] of [
      ['gcc', '-O1', '-c', '-o', object, file],
      ['ar', 'rcs', library, object],
    ] as const)
      expect(await run(tool, {}, args)).toMatchObject({ exitCode: 0 });
    const source = `${PRELUDE}
      void forkwright_memory_start(void);
      void forkwright_memory_report(void);
      void *PyObject_Malloc(size_t);
      void *PyObject_Realloc(void *, size_t);
      void PyObject_Free(void *);
      int main(void) {
        forkwright_memory_start();
        forkwright_memory_report();
        ${body}
        forkwright_memory_report();
        return 0;
      }`;
    const sources = LINKED_COUNTER.sources().filter((file) => !file.endsWith('driver.c'));
    const args = [...sources, ...LINKED_COUNTER.cflags, ...LINKED_COUNTER.ldflags, '-static', library];
    return compile(folder, source, args);
  }

  const BODY = `
    kept[0] = malloc(1000);
    kept[1] = strdup("twelve bytes");
    kept[2] = realloc(calloc(2, 8), 40);
    free(malloc(5));
    for (int i = 0; i < 100000; i++) free(malloc(i % 100));`;

  test('counts in a static program, the C library’s own requests among them', async () => {
    const program = await linked(BODY);
    expect((await run(program, { FORKWRIGHT_MEMORY_OUT: out })).exitCode).toBe(0);
    const reports = readCounted(await readFile(out, 'utf8'));
    if (typeof reports === 'string') throw new Error(reports);
    expect(between(reports)).toMatchObject({ bytes: 1000 + 13 + 40, blocks: 3 });
    expect(reports.map(({ strays }) => strays)).toEqual([0, 0]);

    // Without a file to write to, as on a console.
    const { stderr } = await run(program);
    expect(readCounted(stderr)).toEqual(reports);
  });

  test('leads Python’s allocator to malloc when that is wanted, and counts its arenas when not', async () => {
    const program = await linked(`
      kept[0] = PyObject_Malloc(30);
      kept[1] = PyObject_Realloc(PyObject_Malloc(0), 200);
      PyObject_Free(PyObject_Malloc(12));
      kept[2] = mmap(NULL, 262144, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);`);
    const reports = async (pymalloc: string) => {
      const read = readCounted((await run(program, { FORKWRIGHT_MEMORY_PYMALLOC: pymalloc })).stderr);
      if (typeof read === 'string') throw new Error(read);
      return read;
    };
    const [off, on] = [await reports('off'), await reports('on')];
    expect(off[1]).toMatchObject({ redirected: 1, maps: 1, mapped: 262_144, strays: 0 });
    expect(between(off)).toMatchObject({ bytes: 230, blocks: 2 });
    expect(on[1]).toMatchObject({ redirected: 0, maps: 1 });
    expect(between(on)).toMatchObject({ bytes: 0, blocks: 0 });
  });
});

describe('the library', () => {
  test('is compiled once for a compiler and its options', async () => {
    const ctx = context(folder);
    const toolchain = await findToolchain(HOST, ctx);
    const before = (await stat(counter)).mtimeMs;
    expect(await preloadCounter(toolchain, ctx)).toEqual({ file: counter });
    expect((await stat(counter)).mtimeMs).toBe(before);
    const other = await preloadCounter({ ...toolchain, target: { ...HOST, cflags: '-g' } }, ctx);
    expect(other).toMatchObject({ file: expect.not.stringContaining(counter) });
    expect(await readdir(path.join(folder, 'counters'))).toHaveLength(2);
  });

  test('where there can be none, it is said why', async () => {
    const ctx = context(folder);
    const toolchain = await findToolchain(HOST, ctx);
    const on = (triplet: string) => preloadCounter({ ...toolchain, cc: { ...toolchain.cc, triplet } }, ctx);
    expect(await on('powerpc64-ps3-elf')).toMatch(/on Linux alone, not on powerpc64-ps3-elf/);
    const fixed = { ...toolchain, target: { ...HOST, ldflags: '-static' } };
    expect(await preloadCounter(fixed, ctx)).toMatch(/linked statically/);
    const broken = { ...toolchain, target: { ...HOST, cflags: '-fno-such-option' } };
    expect(await preloadCounter(broken, ctx)).toMatch(/does not compile the counter: .*-fno-such-option/);
    expect((await readdir(path.join(folder, 'counters'))).filter((name) => name.startsWith('make-'))).toEqual([]);
  });
});
