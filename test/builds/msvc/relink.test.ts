import { chmod, mkdir, mkdtemp, readdir, readFile, readlink, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { shuffledBy } from '../../../src/builds/layouts.ts';
import { buildCommands, commandWords, layoutFolder, linkDllLayouts } from '../../../src/builds/msvc/relink.ts';
import { commandLine } from '../../../src/builds/pcbuild/ninja.ts';
import type { Build } from '../../../src/builds/types.ts';

const made: string[] = [];
afterAll(() => Promise.all(made.map((folder) => rm(folder, { recursive: true, force: true }))));

const OBJECTS = Array.from({ length: 9 }, (_, index) => `/o b/${index}.obj`);

/** A build as ninja made it, with a ninja that tells its commands and a linker that writes down what it was told. */
async function built({ linker = '', listing = true } = {}) {
  const cacheDir = await mkdtemp(path.join(tmpdir(), 'fw-relink-'));
  made.push(cacheDir);
  const root = path.join(cacheDir, 'builds', '0123456789abcdef');
  const own = path.join(root, 'src', 'PCbuild', 'amd64');
  await mkdir(own, { recursive: true });
  for (const name of ['python.exe', 'python39.dll', 'python3.dll', '_socket.pyd', '_socket.lib'])
    await writeFile(path.join(own, name), name);
  const at = (name: string) => path.join(own, name);
  const script = async (name: string, text: string) => {
    const file = path.join(root, name);
    await writeFile(file, `#!/bin/sh\n${text}\n`);
    await chmod(file, 0o755);
    return file;
  };
  const link = await script(
    'lld-link',
    `${linker}\nfor word; do case $word in /out:*) out=\${word#/out:};; esac; done\nprintf '%s\\n' "$@" > "$out"`,
  );
  const words = ['/nologo', '/debug:symtab', `/out:${at('python39.dll')}`, `/implib:${at('python39.lib')}`];
  const commands = [
    { output: `${root}/obj/main.obj`, command: commandLine(['ccache', '/clang', '/c', '/TC', 'main.c'], 'posix') },
    {
      output: at('python39.dll'),
      // As ninja shows them: the shell's quotes for the program, Microsoft's for what stood in a file.
      command: `${commandLine([link], 'posix')} ${commandLine([...words, ...OBJECTS, 'user32.lib'], 'windows')}`,
    },
    {
      output: at('python.exe'),
      command: commandLine([link, `/out:${at('python.exe')}`, `${root}/obj/main.obj`], 'posix'),
    },
  ];
  await writeFile(path.join(root, 'commands.json'), JSON.stringify(commands));
  const ninja = await script('ninja', listing ? 'cat commands.json' : 'exit 1');
  const build = {
    key: '0123456789abcdef',
    root,
    python: at('python.exe'),
    compiler: { path: '/clang', version: '' },
    env: { PATH: '/usr/bin:/bin' },
    tools: [{ name: 'ninja', path: ninja, version: '' }],
  } as unknown as Build;
  const ctx = { emit: () => {}, signal: new AbortController().signal, cacheDir, jobs: 2, env: {} };
  return { build, ctx, folder: path.dirname(own) };
}

test('words in a shell’s quotes and in Microsoft’s come out as they went in', () => {
  const word = fc.string({ minLength: 1, unit: fc.constantFrom(...'ab/.= \'"$(') });
  fc.assert(
    fc.property(fc.array(word), fc.constantFrom('posix' as const, 'windows' as const), (words, shell) => {
      // A lone apostrophe is a letter to Microsoft, and a quote to a shell.
      fc.pre(shell === 'posix' || words.every((one) => !one.includes("'")));
      expect(commandWords(commandLine(words, shell))).toEqual(words);
    }),
  );
});

test('what compiled the program is told without its cache', async () => {
  const { build, ctx } = await built();
  expect(await buildCommands(build, ctx)).toMatchObject({ main: ['/clang', '/c', '/TC', 'main.c'] });
});

describe('an interpreter whose code is in a DLL', () => {
  test('is linked once for each seed, in a folder beside its own with all that it looks for', async () => {
    const { build, ctx, folder } = await built();
    const done: number[] = [];
    const layouts = await linkDllLayouts(build, [3, 20_007], ctx, (count) => done.push(count));
    const folders = [3, 20_007].map((seed) => path.join(folder, layoutFolder(seed)));
    expect(layouts).toEqual({ programs: folders.map((one) => path.join(one, 'python.exe')) });
    expect((await readdir(folder)).sort()).toEqual(['amd64', ...folders.map((one) => path.basename(one))]);
    for (const [index, one] of folders.entries()) {
      expect(path.basename(one)).toHaveLength('amd64'.length);
      expect((await readdir(one)).sort()).toEqual(['_socket.pyd', 'python.exe', 'python3.dll', 'python39.dll']);
      expect(await readFile(path.join(one, 'python.exe'), 'utf8')).toBe('python.exe');
      expect(await readlink(path.join(one, '_socket.pyd'))).toBe('../amd64/_socket.pyd');
      const told = (await readFile(path.join(one, 'python39.dll'), 'utf8')).trim().split('\n');
      expect(told.filter((word) => word.endsWith('.obj'))).toEqual(shuffledBy(OBJECTS, [3, 20_007][index] ?? 0));
      // It is made under another name, and moved when it is whole.
      expect(told).toContain(`/out:${one}.new/python39.dll`);
      expect(told.at(-1)).toBe('user32.lib');
      expect(told).not.toContain('/debug:symtab');
    }
    expect(await readFile(path.join(folder, 'amd64/python39.dll'), 'utf8')).toBe('python39.dll');
    await linkDllLayouts(build, [3, 4], ctx, (count) => done.push(count));
    expect(done).toEqual([1, 2, 1]);
  });

  test('that cannot be linked says why, and leaves nothing', async () => {
    const { build, ctx, folder } = await built({ linker: 'echo "lld-link: error: out of disk" >&2; exit 1' });
    expect(await linkDllLayouts(build, [1], ctx)).toEqual({ why: 'the link fails: lld-link: error: out of disk' });
    expect(await readdir(folder)).toEqual(['amd64']);
  });

  test('whose folder is gone says so', async () => {
    const { build, ctx } = await built({ listing: false });
    expect(await linkDllLayouts(build, [1], ctx)).toEqual({ why: 'its build folder is not there any more' });
  });
});
