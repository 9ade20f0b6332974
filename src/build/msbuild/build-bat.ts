/** What a tree's own PCbuild\build.bat understands: read from it, so that no version has to be known by heart. */
export interface BuildBat {
  /** `-e` asks for externals, or, where they are the default, `-E` refuses them. */
  readonly externals: 'asked-by-e' | 'refused-by-E';
  readonly pgo: boolean;
  readonly parallel: boolean;
}

/**
 * @param text of PCbuild\build.bat.
 * @returns `undefined` when it is none that can be driven: it takes no configuration and platform.
 */
export function readBuildBat(text: string): BuildBat | undefined {
  const flags = new Set([...text.matchAll(/^if "%~?1"=="(-[\w-]+)"/gim)].map(([, flag]) => flag));
  if (!flags.has('-c') || !flags.has('-p')) return undefined;
  return {
    externals: flags.has('-E') ? 'refused-by-E' : 'asked-by-e',
    pgo: flags.has('--pgo'),
    parallel: flags.has('-m'),
  };
}

export interface BuildBatRequest {
  readonly bat: BuildBat;
  /** `v143`. */
  readonly toolset: string;
  /** Only when the user says so: CPython's script fetches them from the net. */
  readonly externals: boolean;
  readonly pgo: boolean;
  /** MSBuild properties beside the toolset. */
  readonly properties?: Readonly<Record<string, string>> | undefined;
}

/**
 * The arguments of PCbuild\build.bat for a release build of x64. With profile-guided optimisation it sets the
 * configuration itself.
 * @throws Error when the script has no `--pgo`: ask `bat.pgo` first.
 */
export function buildBatArguments({
  bat,
  toolset,
  externals,
  pgo,
  properties = {},
}: BuildBatRequest): readonly string[] {
  if (pgo && !bat.pgo) throw new Error('this build.bat has no --pgo');
  const externalsFlag = bat.externals === 'refused-by-E' ? (externals ? '-e' : '-E') : externals ? '-e' : undefined;
  const given = { PlatformToolset: toolset, ...properties };
  return [
    ...['-p', 'x64', '-c', 'Release'],
    ...(pgo ? ['--pgo'] : []),
    ...(externalsFlag === undefined ? [] : [externalsFlag]),
    ...(bat.parallel ? ['-m'] : []),
    // Quoted as a whole, as the script's usage wants it: an "=" would split them.
    ...Object.entries(given).map(([name, value]) => `/p:${name}=${value}`),
  ];
}

/** Characters that cmd.exe would act upon even between quotes: variables (`%`, and `!` with delayed expansion), quotes, ends of lines. */
const UNQUOTABLE = /["%!\r\n]/;

/**
 * The command line for cmd.exe: `/d` keeps AutoRun out, `/s` makes it take off the outer quotes alone, `/v:off` leaves `!`
 * alone where a policy turned delayed expansion on.
 * @param bat absolute path of build.bat.
 * @throws Error for a word that cannot be given to cmd.exe as it is; the caller checks paths beforehand by `cmdCanTake`.
 */
export function cmdLine(bat: string, args: readonly string[]): readonly string[] {
  const words = [bat, ...args].map((word) => {
    if (!cmdCanTake(word)) throw new Error(`not for cmd.exe: ${word}`);
    return /^[\w.:\\/-]+$/.test(word) && !word.includes('=') ? word : `"${word}"`;
  });
  return ['/d', '/v:off', '/s', '/c', `"${words.join(' ')}"`];
}

export const cmdCanTake = (word: string): boolean => !UNQUOTABLE.test(word);

/**
 * Variables of a build: those of Windows that compilers need, English messages whatever the system speaks (VSLANG 1033; the
 * parser of errors reads them), and MSBuild's path for find_msbuild.bat. `PYTHON…` and `INCLUDE`, `LIB`, `CL` of a
 * developer's prompt stay out: they would change the build.
 */
export function buildBatEnvironment(
  env: Readonly<Record<string, string | undefined>>,
  msbuild: string,
): Readonly<Record<string, string>> {
  const kept =
    /^(SystemRoot|SystemDrive|windir|ComSpec|PATHEXT|Path|TEMP|TMP|NUMBER_OF_PROCESSORS|PROCESSOR_\w+|OS|USERPROFILE|LOCALAPPDATA|APPDATA|ProgramData|Program(Files|W6432)(\(x86\))?|CommonProgramFiles(\(x86\))?|CommonProgramW6432|ALLUSERSPROFILE|PUBLIC)$/i;
  const entries = Object.entries(env).filter(
    (pair): pair is [string, string] => pair[1] !== undefined && kept.test(pair[0]),
  );
  // find_msbuild.bat takes its first argument as it is: with quotes, for the spaces in it.
  return { ...Object.fromEntries(entries), VSLANG: '1033', MSBUILD: `"${msbuild}"` };
}
