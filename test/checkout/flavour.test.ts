import { describe, expect, test } from 'vitest';
import { detectFlavour } from '../../src/checkout/flavour.ts';
import { parseVersion } from '../../src/checkout/version.ts';
import { patchlevel } from './rig.ts';

function flavour(version: string, files: Readonly<Record<string, string>> = {}, more = '') {
  const tree: Record<string, string> = { 'Include/patchlevel.h': patchlevel(version, more), ...files };
  return detectFlavour({
    version: parseVersion(patchlevel(version)) ?? expect.fail('no version'),
    has: (path) => path in tree,
    text: async (path) => tree[path],
  });
}

describe('detectFlavour', () => {
  test.each([
    ['Stackless', '2.7.18', { 'Stackless/module/stacklessmodule.c': '' }, ''],
    ['Pyston', '3.8.12', { 'pyston/CMakeLists.txt': '' }, '\n#define PYSTON_MAJOR_VERSION 2'],
    ['Tauthon', '2.8.5+', { 'configure.ac': 'AC_PREREQ(2.65)\nAC_INIT(tauthon, TAUTHON_VERSION)\n' }, ''],
    ['Cinder', '3.8.5+cinder', {}, '\n#define PY_IS_CINDER'],
    ['Cinder', '3.10.5+cinder', { 'Jit/compiler.h': '' }, ''],
    ['nogil', '3.12.0a4', {}, '\n#define Py_NOGIL                1'],
    ['nogil', '3.9.10', { 'Include/ceval2_meta.h': '' }, ''],
  ])('%s %s', async (name, version, files, more) => {
    const found = await flavour(version, files, more);
    expect(found).toMatchObject({ kind: 'fork', name });
    expect(found.evidence).not.toHaveLength(0);
  });

  test('CPython 3.13 is not nogil, though it has mimalloc', async () => {
    const files = { 'Include/internal/mimalloc/mimalloc.h': '', 'configure.ac': 'AC_INIT([python],[3.13])' };
    expect(await flavour('3.13.5', files)).toMatchObject({ kind: 'release', name: 'CPython' });
  });

  test("CPython's README may speak of forks", async () => {
    expect(await flavour('2.7.18', { 'README.md': 'See also Tauthon.\n' })).toMatchObject({ kind: 'release' });
  });

  test("an unknown fork goes by its version's suffix", async () => {
    expect(await flavour('3.9.2+acme')).toMatchObject({ kind: 'fork', name: 'acme' });
  });

  test("Debian's packaging is told, and is no fork", async () => {
    const found = await flavour('3.9.2', { 'debian/changelog': '' });
    expect(found.kind).toBe('release');
    expect(found.evidence.join()).toContain('Debian');
  });
});
