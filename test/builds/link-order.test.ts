import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { shuffleLinkOrder } from '../../src/builds/configure/layouts.ts';
import { shuffledBy } from '../../src/builds/layouts.ts';
import { runProcess } from '../../src/system/process.ts';

const PATH = '/usr/local/bin:/usr/bin:/bin';
const NAMES = Array.from({ length: 12 }, (_, i) => `o${i}.o`);

/** A Makefile of CPython's shape, whose "link" writes down in which order the objects came. */
async function folder(makefile: string): Promise<string> {
  const obj = await mkdtemp(path.join(tmpdir(), 'fw-link-'));
  await writeFile(
    path.join(obj, 'Makefile'),
    `LIBRARY_OBJS= ${NAMES.join(' ')}\nBLDLIBRARY=\t$(LDLIBRARY)\nAR=ar\n${makefile}`,
  );
  for (const name of NAMES) await writeFile(path.join(obj, name), name);
  await run(obj, 'make', 'python');
  return obj;
}

const context = () => {
  const { signal } = new AbortController();
  return { emit: () => {}, signal, cacheDir: tmpdir(), jobs: 1, env: {} };
};
const run = (cwd: string, file: string, ...args: string[]) =>
  runProcess(file, args, { cwd, env: { PATH }, timeoutMs: 20_000, signal: new AbortController().signal });
const place = (obj: string) => ({ obj, env: { PATH }, make: '/usr/bin/make', path: PATH.split(':') });

const ARCHIVE =
  'LDLIBRARY=libpython2.7.a\nlibpython2.7.a: $(LIBRARY_OBJS)\n\tar rc $@ $(LIBRARY_OBJS)\npython: libpython2.7.a\n\tar t $< > $@\n';
const OBJECTS =
  'LINK_PYTHON_OBJS=$(LIBRARY_OBJS)\npython: $(LIBRARY_OBJS)\n\techo $(LINK_PYTHON_OBJS) | tr " " "\\n" > $@\n';

test.each([
  ['archive', ARCHIVE],
  ['objects', OBJECTS],
] as const)('links the same objects in another order, by the %s', async (how, makefile) => {
  const obj = await folder(makefile);
  const order = async () => (await readFile(path.join(obj, 'python'), 'utf8')).trim().split('\n');
  const before = await order();
  expect(await shuffleLinkOrder(place(obj), 1, path.join(obj, 'python'), context())).toEqual({
    seed: 1,
    objects: 12,
    how,
  });
  const after = await order();
  expect(after).not.toEqual(before);
  expect(after.toSorted()).toEqual(before.toSorted());
  expect(after).toEqual(shuffledBy(before, 1));
});

test('a shared build stays as it is', async () => {
  const obj = await folder('LDLIBRARY=libpython3.9.so\npython: $(LIBRARY_OBJS)\n\techo linked > $@\n');
  expect(await shuffleLinkOrder(place(obj), 1, path.join(obj, 'python'), context())).toBeUndefined();
  expect(await readFile(path.join(obj, 'python'), 'utf8')).toBe('linked\n');
});

test('a link that fails in the other order is made as it was', async () => {
  const obj = await folder(
    `LINK_PYTHON_OBJS=$(LIBRARY_OBJS)\npython: $(LIBRARY_OBJS)\n\ttest "$(LINK_PYTHON_OBJS)" = "${NAMES.join(' ')}"\n\techo linked > $@\n`,
  );
  expect(await shuffleLinkOrder(place(obj), 1, path.join(obj, 'python'), context())).toBeUndefined();
  expect(await readFile(path.join(obj, 'python'), 'utf8')).toBe('linked\n');
});

test('the order is the seed’s alone', () => {
  expect(shuffledBy(NAMES, 5)).toEqual(shuffledBy(NAMES, 5));
  expect(shuffledBy(NAMES, 5)).not.toEqual(shuffledBy(NAMES, 6));
});
