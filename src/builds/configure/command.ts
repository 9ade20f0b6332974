import type { PythonVersion } from '../../checkout/types.ts';
import { isVersion } from '../../recipe/version-range.ts';
import { UserError } from '../../system/diagnostic.ts';
import { binutilName } from '../../targets/toolchain.ts';
import type { TargetDescriptor, Toolchain } from '../../targets/types.ts';
import { BUILD_PYTHON } from '../build-python.ts';
import type { BuildOptions, Quirk } from '../types.ts';

export interface ConfigureInputs {
  readonly version: PythonVersion;
  /** As it is for this version. */
  readonly target: TargetDescriptor;
  readonly toolchain: Toolchain;
  readonly options: BuildOptions;
  readonly quirks: readonly Quirk[];
  /** What the recipes ask for (`build-option`). */
  readonly patchOptions: readonly string[];
  /** The build machine's triplet: needed beside `--host`. */
  readonly buildTriplet?: string | undefined;
}

/**
 * The configure command as typed in the object folder. The path to the sources is relative, so that it is the same for
 * every variant. Later options win over earlier ones: the user's come last but for the compiler's.
 * @throws UserError `build/no-pgo` where this version or target cannot do it.
 */
export function configureCommand(inputs: ConfigureInputs): readonly string[] {
  const { target, options, quirks } = inputs;
  const variable = (name: string, values: readonly (string | undefined)[]) => {
    const value = values.filter((part) => part !== undefined && part !== '').join(' ');
    return value === '' ? [] : [`${name}=${value}`];
  };
  return [
    '../src/configure',
    ...crossOptions(inputs),
    ...defaultOptions(inputs.version),
    ...(options.pgo ? [pgoOption(inputs)] : []),
    ...(target.configure ?? []),
    ...quirks.flatMap((quirk) => quirk.configure ?? []),
    ...new Set(inputs.patchOptions),
    ...options.configure,
    ...variable('CC', [options.launcher === 'none' ? '' : options.launcher, ...inputs.toolchain.cc.command]),
    ...crossTools(inputs),
    ...variable('CFLAGS', [target.cflags, ...quirks.map((quirk) => quirk.cflags), options.cflags]),
    ...variable('LDFLAGS', [target.ldflags]),
    ...variable(
      'OPT',
      quirks.map((quirk) => quirk.opt),
    ),
  ];
}

/**
 * Flags of optimisation and debugging that configure's own would undo: up to 3.1 the Makefile has OPT, with its -O3, behind
 * CFLAGS, so make gets an OPT that ends with them. Nothing where the user sets OPT.
 */
export function flagsBehindOpt({
  version,
  target,
  options,
}: Pick<ConfigureInputs, 'version' | 'target' | 'options'>): readonly string[] {
  if (isVersion('>=3.2', version)) return [];
  if ([...(target.configure ?? []), ...options.configure].some((option) => option.startsWith('OPT='))) return [];
  const flags = `${target.cflags ?? ''} ${options.cflags ?? ''}`.split(/\s+/);
  return flags.filter((flag) => /^-[Og]/.test(flag));
}

/** What CPython's own distributions choose, and nothing that a benchmark does not need. */
function defaultOptions(version: PythonVersion): readonly string[] {
  if (version.major === 2)
    return ['--enable-unicode=ucs4', ...(isVersion('>=2.7.9', version) ? ['--with-ensurepip=no'] : [])];
  return isVersion('>=3.4', version) ? ['--without-ensurepip'] : [];
}

function crossOptions({ target, version, buildTriplet }: ConfigureInputs): readonly string[] {
  if (target.host === undefined) return [];
  const common = [...(buildTriplet === undefined ? [] : [`--build=${buildTriplet}`]), `--host=${target.host}`];
  // Before 3.11 configure finds it on the PATH.
  if (!isVersion('>=3.11', version)) return common;
  // pkg-config is asked for libraries from then on, and this machine's knows of those that are here. A target may name its own.
  return [...common, `--with-build-python=../${BUILD_PYTHON}/python${version.short}`, 'PKG_CONFIG=false'];
}

/** The target's own binutils: configure would take the host's where it does not know better. */
function crossTools({ target }: ConfigureInputs): readonly string[] {
  if (target.host === undefined) return [];
  return (['ar', 'ranlib', 'readelf'] as const).map((name) => `${name.toUpperCase()}=${binutilName(target, name)}`);
}

function pgoOption({ version, target }: ConfigureInputs): string {
  const refused = (message: string, hint: string) => new UserError({ code: 'build/no-pgo', message, hint });
  if (target.host !== undefined)
    throw refused(
      `profile-guided optimisation runs the interpreter in mid-build, and one for ${target.host} does not run here by itself`,
      `leave out --pgo for the target ${target.name}`,
    );
  if (isVersion('>=2.7.13 <3.0 || >=3.5.3', version)) return '--enable-optimizations';
  const message = `CPython ${version.text} has no --enable-optimizations: that came with 2.7.13 and 3.5.3`;
  throw refused(message, 'build without --pgo');
}

/** The answers for configure (config.site) of target and quirks, or `undefined` when there are none. */
export function siteFile(target: TargetDescriptor, quirks: readonly Quirk[]): string | undefined {
  const answers = Object.assign({}, target.site ?? {}, ...quirks.map((quirk) => quirk.site ?? {}));
  const lines = Object.entries(answers).map(([name, value]) => `${name}=${value}\n`);
  return lines.length === 0 ? undefined : lines.sort().join('');
}

/**
 * What make is asked for when setup.py is left out: the interpreter, and the file without which its `site` finds no
 * build-time variables. From 2.7.5 and 3.3.1 on that is pybuilddir.txt, in 3.3.0 and its alphas Lib/_sysconfigdata.py
 * itself; older versions read the Makefile, and need none.
 * @param makefile the text of the configured Makefile.
 */
export function interpreterGoals(makefile: string): readonly string[] {
  const variable = (name: string) => new RegExp(`^${name}=[ \\t]*(.*?)\\s*$`, 'm').exec(makefile)?.[1];
  const interpreter =
    variable('BUILDPYTHON') === 'python$(BUILDEXE)' ? `python${variable('BUILDEXE') ?? ''}` : 'python';
  if (/^pybuilddir\.txt:/m.test(makefile)) return [interpreter, 'pybuilddir.txt'];
  const data = variable('SYSCONFIGDATA')?.replaceAll('$(srcdir)', variable('srcdir') ?? '.');
  return data === undefined ? [interpreter] : [interpreter, data];
}

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

export function quirksFor(
  version: PythonVersion,
  cc: Pick<Toolchain['cc'], 'family' | 'major' | 'triplet'>,
): readonly Quirk[] {
  const multiarch = cc.triplet.replace(/^i\d86-/, 'i386-');
  return RULES.flatMap(({ versions, family = cc.family, fromMajor = 0, triplet = /^/, env, ...quirk }): Quirk[] => {
    const applies = isVersion(versions, version) && family === cc.family && cc.major >= fromMajor;
    if (!applies || !triplet.test(cc.triplet)) return [];
    const values = Object.entries(env ?? {}).map(([name, value]) => [name, value.replaceAll(MULTIARCH, multiarch)]);
    return [{ ...quirk, ...(env === undefined ? {} : { env: Object.fromEntries(values) }) }];
  });
}
