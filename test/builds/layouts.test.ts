import { mkdir, mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { layoutPath, linkProgramLayouts } from '../../src/builds/configure/layouts.ts';
import { shuffledBy } from '../../src/builds/layouts.ts';
import type { Build } from '../../src/builds/types.ts';
import { runProcess } from '../../src/system/process.ts';

const PATH = '/usr/local/bin:/usr/bin:/bin';
const NAMES = Array.from({ length: 12 }, (_, i) => `o${i}.o`);
const ARCHIVE =
  'LDLIBRARY=libpython2.7.a\nlibpython2.7.a: $(LIBRARY_OBJS)\n\tar rc $@ $(LIBRARY_OBJS)\n$(BUILDPYTHON): libpython2.7.a\n\tar t $(BLDLIBRARY) > $@\n\techo home=$(HOME) >> links\n';
const OBJECTS =
  'LINK_PYTHON_OBJS=$(LIBRARY_OBJS)\n$(BUILDPYTHON): $(LIBRARY_OBJS)\n\techo $(LINK_PYTHON_OBJS) | tr " " "\\n" > $@\n\techo home=$(HOME) >> links\n';

/** A build whose Makefile has CPython's shape, and whose "link" writes down in which order the objects came. */
async function built(makefile: string): Promise<{ build: Build; cacheDir: string }> {
  const cacheDir = await mkdtemp(path.join(tmpdir(), 'fw-layouts-'));
  const root = path.join(cacheDir, 'builds', '0123456789abcdef');
  const obj = path.join(root, 'obj');
  await mkdir(obj, { recursive: true });
  const head = `LIBRARY_OBJS= ${NAMES.join(' ')}\nBLDLIBRARY=\t$(LDLIBRARY)\nAR=ar\nSTRIP=true\nBUILDPYTHON=\tpython\n`;
  await writeFile(path.join(obj, 'Makefile'), head + makefile);
  for (const name of NAMES) await writeFile(path.join(obj, name), name);
  const { exitCode } = await runProcess('make', ['python'], { cwd: obj, env: { PATH }, timeoutMs: 20_000 });
  expect(exitCode).toBe(0);
  const build = {
    key: '0123456789abcdef',
    root,
    obj,
    python: path.join(obj, 'python'),
    env: { PATH, HOME: '$ROOT/home' },
    tools: [{ name: 'make', path: '/usr/bin/make', version: '' }],
  } as unknown as Build;
  return { build, cacheDir };
}

const context = (cacheDir: string) => ({
  emit: () => {},
  signal: new AbortController().signal,
  cacheDir,
  jobs: 2,
  env: {},
});
const lines = async (file: string) => (await readFile(file, 'utf8')).trim().split('\n');

test.each([
  ['archive', ARCHIVE],
  ['list of objects', OBJECTS],
])('links once for each seed by the %s, beside the interpreter, which stays as it is', async (_, makefile) => {
  const { build, cacheDir } = await built(makefile);
  const [before, inside] = [await lines(build.python), await readdir(build.obj)];
  const made = await linkProgramLayouts(build, [3, 20_007], context(cacheDir));
  const expected = [path.join(build.obj, 'p00003'), path.join(build.obj, 'p20007')];
  expect(made).toEqual({ programs: expected });
  expect(await lines(expected[0] as string)).toEqual(shuffledBy(before, 3));
  expect(await lines(expected[1] as string)).toEqual(shuffledBy(before, 20_007));
  expect(await lines(build.python)).toEqual(before);
  // Nothing else is left behind.
  expect((await readdir(build.obj)).toSorted()).toEqual([...inside, 'p00003', 'p20007'].toSorted());
  expect(new Set(await lines(path.join(build.obj, 'links')))).toContain(`home=${path.join(build.root, 'home')}`);
});

test('what is there is not linked again', async () => {
  const { build, cacheDir } = await built(OBJECTS);
  const done: number[] = [];
  await linkProgramLayouts(build, [1, 2], context(cacheDir), (n) => done.push(n));
  await linkProgramLayouts(build, [1, 2, 3], context(cacheDir), (n) => done.push(n));
  expect(done).toEqual([1, 2, 1]);
  expect(await lines(path.join(build.obj, 'links'))).toHaveLength(1 + 2 + 1);
});

test.each([
  ['a shared build', 'LDLIBRARY=libpython3.9.so\n$(BUILDPYTHON): $(LIBRARY_OBJS)\n\techo linked > $@\n', /shared/],
  ['link-time optimisation', `CONFIGURE_LDFLAGS_NODIST= -flto -fuse-linker-plugin -g\n${OBJECTS}`, /link-time/],
  ['a Makefile of another shape', 'python: $(LIBRARY_OBJS)\n\techo linked > $@\n', /another shape/],
])('%s is measured in one layout, and said why', async (_, makefile, why) => {
  const { build, cacheDir } = await built(makefile);
  const made = await linkProgramLayouts(build, [1], context(cacheDir));
  expect('why' in made && made.why).toMatch(why);
  expect(await readdir(build.obj)).not.toContain('p00001');
});

test('a link that fails is told with what the linker said, and leaves nothing', async () => {
  const order = NAMES.join(' ');
  const { build, cacheDir } = await built(
    `LINK_PYTHON_OBJS=$(LIBRARY_OBJS)\n$(BUILDPYTHON): $(LIBRARY_OBJS)\n\t@test "$(LINK_PYTHON_OBJS)" = "${order}" || { echo undefined reference >&2; exit 1; }\n\techo linked > $@\n`,
  );
  const made = await linkProgramLayouts(build, [1], context(cacheDir));
  expect('why' in made && made.why).toMatch(/the link fails/);
  expect((await readdir(build.obj)).filter((name) => /^(p0|link-)/.test(name))).toEqual([]);
});

test('the names are as long as the interpreter’s', () => {
  expect(layoutPath('/a/python', 7)).toBe('/a/p00007');
  expect(path.basename(layoutPath('/a/python.exe', 7))).toHaveLength('python.exe'.length);
});
