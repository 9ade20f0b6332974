/** What a tree's own PCbuild\build.bat understands: read from it, so that no version has to be known by heart. */
export interface BuildBat {
  /** `-e` asks for externals, or, where they are the default, `-E` refuses them. */
  readonly externals: 'asked-by-e' | 'refused-by-E';
  readonly pgo: boolean;
  /** `-m` asks for a parallel build, or, where that is the default, `-M` refuses it. */
  readonly parallel: 'asked-by-m' | 'refused-by-M' | 'never';
  /** Looks for a Python to generate sources with, and fetches one from the net when it finds none: from 3.11 on. */
  readonly findsPython: boolean;
}

/**
 * @param text of PCbuild\build.bat.
 * @returns `undefined` when it is none that can be driven: it takes no configuration and platform.
 */
export function readBuildBat(text: string): BuildBat | undefined {
  const flags = new Set([...text.matchAll(/^if ["']%~?1["']==["'](-[\w-]+)["']/gim)].map(([, flag]) => flag));
  if (!flags.has('-c') || !flags.has('-p')) return undefined;
  return {
    externals: flags.has('-E') ? 'refused-by-E' : 'asked-by-e',
    pgo: flags.has('--pgo'),
    parallel: !flags.has('-m') ? 'never' : /^set parallel=\/m/im.test(text) ? 'refused-by-M' : 'asked-by-m',
    findsPython: /^call .*find_python\.bat/im.test(text),
  };
}

/**
 * The arguments of PCbuild\build.bat for a release build of x64. With profile-guided optimisation it sets the
 * configuration itself.
 * @param toolset `v143`.
 * @param externals only when the user says so: CPython's script fetches them from the net.
 * @throws Error when the script has no `--pgo`: ask `bat.pgo` first.
 */
export function buildBatArguments(
  bat: BuildBat,
  { toolset, externals, pgo }: { readonly toolset: string; readonly externals: boolean; readonly pgo: boolean },
): readonly string[] {
  if (pgo && !bat.pgo) throw new Error('this build.bat has no --pgo');
  return [
    ...['-p', 'x64', '-c', 'Release'],
    ...(pgo ? ['--pgo'] : []),
    ...(externals ? ['-e'] : bat.externals === 'refused-by-E' ? ['-E'] : []),
    // How many jobs there are is said to MSBuild itself: the script's own way takes all of the machine.
    ...(bat.parallel === 'refused-by-M' ? ['-M'] : []),
    // Quoted as a whole, as the script's usage wants it: an "=" would split them.
    `/p:PlatformToolset=${toolset}`,
  ];
}

/** For MSBuild, behind the script's own: how many projects are built at once, and how many files of each compiled. */
export function jobArguments(jobs: number): readonly string[] {
  return [`/m:${jobs}`, `/p:CL_MPCount=${jobs}`];
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
 * parser of errors reads them), and the programs that the script would look for. `INCLUDE`, `LIB`, `CL` and `PYTHON…` of
 * a developer's prompt stay out: they would change the build.
 * @param python what generates sources; `undefined` where the script does not ask, or may fetch one.
 */
export function buildBatEnvironment(
  env: Readonly<Record<string, string | undefined>>,
  { msbuild, python }: { readonly msbuild: string; readonly python: string | undefined },
): Readonly<Record<string, string>> {
  const kept =
    /^(SystemRoot|SystemDrive|windir|ComSpec|PATHEXT|Path|TEMP|TMP|NUMBER_OF_PROCESSORS|PROCESSOR_\w+|OS|USERPROFILE|LOCALAPPDATA|APPDATA|ProgramData|Program(Files|W6432)(\(x86\))?|CommonProgramFiles(\(x86\))?|CommonProgramW6432|ALLUSERSPROFILE|PUBLIC)$/i;
  return {
    ...Object.fromEntries(
      Object.entries(env).flatMap(([name, value]) => (value !== undefined && kept.test(name) ? [[name, value]] : [])),
    ),
    VSLANG: '1033',
    // Processes that it keeps for the next build would outlive this one.
    MSBUILDDISABLENODEREUSE: '1',
    // Handed on to find_msbuild.bat and find_python.bat as they are: with quotes, for the spaces in them.
    MSBUILD: `"${msbuild}"`,
    ...(python === undefined ? {} : { PYTHON: `"${python}"` }),
  };
}
