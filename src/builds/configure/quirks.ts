import type { PythonVersion } from '../../checkout/types.ts';
import { isVersion } from '../../recipe/version-range.ts';
import type { Toolchain } from '../../targets/types.ts';
import type { Quirk } from '../types.ts';

/** When a quirk applies: a range of CPython versions, and of one compiler family's major versions. */
interface QuirkRule extends Quirk {
  /** As in recipes. */
  readonly versions: string;
  readonly family?: Toolchain['cc']['family'];
  readonly fromMajor?: number;
  readonly triplet?: RegExp;
}

/** In a rule's environment: the name of Debian's folders for an architecture, as in `/usr/lib/x86_64-linux-gnu`. */
const MULTIARCH = '$MULTIARCH';

/** All known peculiarities, each measured with gcc 12.2 on Debian 12 (x86-64), out of tree, default options. */
const RULES: readonly QuirkRule[] = [
  {
    id: 'no-vectorise-3.1-3.3',
    why: 'at -O3 gcc 12 vectorises code of CPython 3.1 - 3.3 such that the fresh interpreter crashes in mid-build; at -O2 without vectorisation it works',
    versions: '>=3.1 <3.4',
    family: 'gcc',
    fromMajor: 12,
    opt: '-DNDEBUG -g -O2 -fno-tree-vectorize -fno-tree-slp-vectorize -Wall -Wstrict-prototypes -fwrapv -fno-strict-aliasing',
  },
  {
    id: 'multiarch-libraries',
    why: "their setup.py does not know Debian's folders of libraries, or only with dpkg-dev: modules are left out, and 2.5 ends when it finds sqlite3's header alone",
    versions: '<2.7.4 || >=3.0 <3.2.4 || >=3.3.0a1 <3.3.0b2',
    triplet: /-linux-/,
    env: { LDFLAGS: `-L/usr/lib/${MULTIARCH}` },
  },
];

/** The quirks of a CPython version with a compiler: applied to all variants alike. */
export function quirksFor(
  version: PythonVersion,
  cc: Pick<Toolchain['cc'], 'family' | 'major' | 'triplet'>,
): readonly Quirk[] {
  const multiarch = cc.triplet.replace(/^i\d86-/, 'i386-');
  return RULES.filter(
    (rule) =>
      isVersion(rule.versions, version) &&
      (rule.family === undefined || rule.family === cc.family) &&
      (rule.fromMajor === undefined || cc.major >= rule.fromMajor) &&
      (rule.triplet?.test(cc.triplet) ?? true),
  ).map(({ versions: _versions, family: _family, fromMajor: _major, triplet: _triplet, env, ...quirk }) => {
    if (env === undefined) return quirk;
    const values = Object.entries(env).map(([name, value]) => [name, value.replaceAll(MULTIARCH, multiarch)]);
    return { ...quirk, env: Object.fromEntries(values) };
  });
}
