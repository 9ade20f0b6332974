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
  if (version.major === 2) {
    const ensurepip = isVersion('>=2.7.9', version) ? ['--with-ensurepip=no'] : [];
    return ['--enable-unicode=ucs4', ...ensurepip];
  }
  return isVersion('>=3.4', version) ? ['--without-ensurepip'] : [];
}

function crossOptions({ target, version, buildTriplet }: ConfigureInputs): readonly string[] {
  if (target.host === undefined) return [];
  return [
    ...(buildTriplet === undefined ? [] : [`--build=${buildTriplet}`]),
    `--host=${target.host}`,
    // Before 3.11 configure finds it on the PATH.
    ...(isVersion('>=3.11', version) ? [`--with-build-python=../${BUILD_PYTHON}/python${version.short}`] : []),
    // From 3.11 on it is asked for libraries, and this machine's knows of those that are here. A target may name its own.
    ...(isVersion('>=3.11', version) ? ['PKG_CONFIG=false'] : []),
  ];
}

/** The target's own binutils: configure would take the host's where it does not know better. */
function crossTools({ target }: ConfigureInputs): readonly string[] {
  if (target.host === undefined) return [];
  return (['ar', 'ranlib', 'readelf'] as const).map((name) => `${name.toUpperCase()}=${binutilName(target, name)}`);
}

function pgoOption({ version, target }: ConfigureInputs): string {
  if (target.host !== undefined) {
    throw new UserError({
      code: 'build/no-pgo',
      message: `profile-guided optimisation runs the interpreter in mid-build, and one for ${target.host} does not run here by itself`,
      hint: `leave out --pgo for the target ${target.name}`,
    });
  }
  if (isVersion('>=2.7.13 <3.0 || >=3.5.3', version)) return '--enable-optimizations';
  throw new UserError({
    code: 'build/no-pgo',
    message: `CPython ${version.text} has no --enable-optimizations: that came with 2.7.13 and 3.5.3`,
    hint: 'build without --pgo',
  });
}

/** The answers for configure (config.site) of target and quirks, or `undefined` when there are none. */
export function siteFile(target: TargetDescriptor, quirks: readonly Quirk[]): string | undefined {
  const answers = Object.assign({}, target.site ?? {}, ...quirks.map((quirk) => quirk.site ?? {}));
  const lines = Object.entries(answers).map(([name, value]) => `${name}=${value}\n`);
  return lines.length === 0 ? undefined : lines.sort().join('');
}
