/** The port to the PlayStation's homebrew system, on small sources of the same shape. */
import path from 'node:path';
import { expect, test } from 'vitest';
import { loadRecipe } from '../../src/recipe/index.ts';
import { memoryTree } from './memory-tree.ts';
import { generate, problemsOf, recipesFolder, after as textOf } from './recipes.ts';

const lists =
  'case "$host" in\n\t*-*-linux*)\n\t\tac_sys_system=Linux\n\t\t;;\n\t*-*-cygwin*)\n\t\tac_sys_system=Cygwin\n\t\t;;\n\t*)\n\t\texit 1\nesac\n' +
  'case "$host" in\n\t*-*-cygwin*)\n\t\t_host_cpu=\n\t\t;;\n\t*)\n\t\texit 1\nesac\n';
const files = {
  configure: lists,
  'configure.ac': lists,
  'Modules/posixmodule.c':
    '#if defined(__VMS)\n/* elsewhere */\n#else                   /* all other compilers */\n' +
    "/* Unix functions that the configure script doesn't check for */\n#define HAVE_FORK       1\n#endif\n",
  'Modules/timemodule.c':
    '#if !defined(__QNX__)\n#ifdef MS_WINDOWS\n#endif /* MS_WINDOWS */\n#endif /* !__WATCOMC__ || __QNX__ */\n\n' +
    '#if defined(MS_WINDOWS) && !defined(__BORLANDC__)\n#undef HAVE_CLOCK\n#endif\n',
  'Lib/posixpath.py':
    "    if i == 1:\n        if 'HOME' not in os.environ:\n            import pwd\n            userhome = pwd\n",
};

const port = async (given: Record<string, string>, python = '2.7.18') =>
  generate(await loadRecipe(path.join(recipesFolder, 'port-ps3-newlib.yaml')), memoryTree(given, python));
const ported = async () => {
  const result = await port(files);
  return Object.fromEntries(Object.keys(files).map((file) => [file, textOf(result, file)]));
};

test('each list of systems has one more, in configure and in what it is made from', async () => {
  const after = await ported();
  expect(after.configure).toContain('ac_sys_system=Cygwin\n\t\t;;\n\t*-ps3-elf*)\n\t\tac_sys_system=PS3\n\t\t;;\n\t*)');
  expect(after.configure).toContain('_host_cpu=\n\t\t;;\n\t*-ps3-elf*)\n\t\t_host_cpu=$host_cpu\n\t\t;;\n\t*)');
  expect(after['configure.ac']).toBe(after.configure);
});

test('in C it all stands behind the macro of the compiler', async () => {
  const after = await ported();
  for (const file of ['Modules/posixmodule.c', 'Modules/timemodule.c']) {
    const [, behind = ''] = after[file]?.split(/#(?:ifdef __lv2ppu__|elif defined\(__lv2ppu__\)).*\n/) ?? [];
    expect(behind.split(/#(?:else|endif)/)[0]?.match(/#define \w+/g)).toHaveLength(2);
  }
});

test('a second time there is nothing to do', async () => {
  expect((await port(await ported())).verdict).toBe('already-applied');
});

test.each([
  ['configure', 'a list that is there twice', lists + lists],
  ['configure', 'a list that is not there', lists.replace('ac_sys_system=Cygwin', 'ac_sys_system=CYGWIN')],
  ['configure.ac', 'a list that is not there', lists.replace('_host_cpu=\n', '_host_cpu=x86\n')],
  ['Lib/posixpath.py', 'another way home', 'import pwd\n'],
])('%s with %s: nothing is patched at all', async (file, _what, text) => {
  const result = await port({ ...files, [file]: text });
  expect(result.verdict).toBe('drifted');
  expect(problemsOf(result).join('\n')).toContain(file);
});

test('Python 3 and 2.7.3 are not for it, with the reason', async () => {
  for (const python of ['2.7.3', '3.9.2']) {
    const result = await port(files, python);
    expect(result).toMatchObject({ verdict: 'not-applicable', why: expect.stringContaining('Python 3 is not known') });
  }
});
