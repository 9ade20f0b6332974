import type { Flavour, PythonVersion } from './types.ts';
import { VERSION_FILE, versionSuffix } from './version.ts';

/** What a known fork has that CPython has not. One sign that is there is enough; all that are there are told. */
interface ForkSigns {
  readonly name: string;
  readonly paths?: readonly string[];
  /** Text in a file: the fork names itself there. */
  readonly texts?: readonly { readonly file: string; readonly pattern: RegExp; readonly says: string }[];
}

/**
 * The forks that are recognised, by what lies in their published repositories. Signs that CPython has taken over since
 * are left out: `Include/internal/mimalloc` and `Py_NOGIL` in configure came to CPython itself with 3.13.
 */
const FORKS: readonly ForkSigns[] = [
  {
    name: 'Stackless',
    paths: ['Stackless/module/stacklessmodule.c', 'Stackless/core/stackless_impl.h'],
  },
  {
    name: 'Pyston',
    paths: ['pyston/CMakeLists.txt', 'pyston/aot/aot_gen.py'],
    texts: [{ file: VERSION_FILE, pattern: /^#define PYSTON_MAJOR_VERSION\b/m, says: 'PYSTON_MAJOR_VERSION' }],
  },
  {
    name: 'Tauthon',
    texts: [
      { file: 'configure.ac', pattern: /^AC_INIT\(\[?tauthon\b/im, says: 'AC_INIT(tauthon' },
      { file: 'README.md', pattern: /^#*\s*Tauthon\b/im, says: 'Tauthon' },
    ],
  },
  {
    name: 'Cinder',
    paths: ['Include/cinder/exports.h', 'Include/cinderhooks.h', 'Jit/compiler.h'],
    texts: [{ file: VERSION_FILE, pattern: /^#define PY_IS_CINDER\b/m, says: 'PY_IS_CINDER' }],
  },
  {
    name: 'nogil',
    paths: ['Include/ceval2_meta.h', 'Include/mimalloc/mimalloc.h'],
    texts: [{ file: VERSION_FILE, pattern: /^#define P[Yy]_NOGIL\b/m, says: 'Py_NOGIL' }],
  },
];

/** Says what a tree is: CPython, a known fork, or a fork that only its version string shows. */
export async function detectFlavour(facts: {
  readonly version: PythonVersion;
  has(path: string): boolean;
  /** A file as latin1, `undefined` when it does not exist. */
  text(path: string): Promise<string | undefined>;
}): Promise<Flavour> {
  for (const fork of FORKS) {
    const evidence = (fork.paths ?? []).filter((path) => facts.has(path));
    for (const { file, pattern, says } of fork.texts ?? []) {
      if (pattern.test((await facts.text(file)) ?? '')) evidence.push(`${says} in ${file}`);
    }
    if (evidence.length > 0) return { kind: 'fork', name: fork.name, evidence };
  }
  const evidence = [`PY_VERSION "${facts.version.text}" in ${VERSION_FILE}`];
  const suffix = versionSuffix(facts.version);
  if (suffix !== undefined) return { kind: 'fork', name: suffix, evidence };
  if (facts.has('debian/changelog')) evidence.push("debian/changelog: Debian's packaging");
  return { kind: 'release', name: 'CPython', evidence };
}
