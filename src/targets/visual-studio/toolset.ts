import type { PythonVersion } from '../../checkout/types.ts';
import type { Diagnostic } from '../../system/diagnostic.ts';
import { compareVersions, type Installation } from './vswhere.ts';

export interface PlatformToolset {
  /** `v143`: as MSBuild's property PlatformToolset has it. */
  readonly name: string;
  /** Of its compiler's folder below VC\Tools\MSVC: `14.38.33130`. */
  readonly version: string;
  readonly installation: Installation;
}

/**
 * Which toolset a compiler's version belongs to. Visual Studio 2022 counted v143 on from 14.3x into 14.4x; 2026 has 14.5x as
 * v145 (github.com/scikit-build/cmake-FindVcvars/pull/20, learn.microsoft.com/cpp/overview/compiler-versions).
 * @returns `undefined` for one that is not known here.
 */
export function toolsetName(version: string): string | undefined {
  const match = /^14\.(\d)\d?\./.exec(version);
  const names: Record<string, string> = { 0: 'v140', 1: 'v141', 2: 'v142', 3: 'v143', 4: 'v143', 5: 'v145' };
  return match?.[1] === undefined ? undefined : names[match[1]];
}

/** The toolsets of an installation. @param folders the names in its VC\Tools\MSVC. */
export function toolsetsOf(installation: Installation, folders: readonly string[]): readonly PlatformToolset[] {
  const newest = new Map<string, PlatformToolset>();
  // MSBuild takes the newest of a toolset.
  for (const version of folders.toSorted(compareVersions)) {
    const name = toolsetName(version);
    if (name !== undefined) newest.set(name, { name, version, installation });
  }
  return [...newest.values()];
}

/**
 * What CPython's own project files are made for, by version, as PCbuild/readme.txt and python.props say: the toolsets in
 * the order in which they are preferred, the one of that time first.
 */
function preferred({ major, minor }: PythonVersion): readonly string[] {
  if (major === 2) return ['v90'];
  if (minor < 5) return ['v100'];
  // v140 – v145 share one C runtime (the UCRT and vcruntime140), so another of them is a sound retargeting.
  if (minor < 8) return ['v141', 'v140', 'v142', 'v143', 'v145'];
  if (minor < 11) return ['v142', 'v141', 'v143', 'v145', ...(minor < 9 ? ['v140'] : [])];
  return ['v143', 'v142', 'v145', ...(minor < 13 ? ['v141'] : [])];
}

/**
 * Chooses the toolset that a version is built with.
 * @param wanted the user's own choice: taken when it is there and the version can take it.
 * @returns a Diagnostic that says why there is none: nothing is retargeted to a C runtime that the sources do not know.
 */
export function chooseToolset(
  version: PythonVersion,
  found: readonly PlatformToolset[],
  wanted?: string,
): PlatformToolset | Diagnostic {
  const names = preferred(version);
  const have = [...new Set(found.map(({ name }) => name))].sort();
  const there = have.length === 0 ? 'none was found' : `found: ${have.join(', ')}`;
  const refuse = (what: string, hint: string): Diagnostic => {
    return { code: 'build/toolset', message: `CPython ${version.text} ${what}: ${why(version, names)}`, hint };
  };
  if (wanted !== undefined && !names.includes(wanted))
    return refuse(`cannot be built with ${wanted}`, `choose one of ${names.join(', ')}`);
  const asked = wanted === undefined ? names : [wanted];
  for (const name of asked) {
    const toolset = found.find((one) => one.name === name);
    if (toolset !== undefined) return toolset;
  }
  return refuse(`needs one of the toolsets ${asked.join(', ')} (${there})`, advice(version));
}

function why({ major, minor }: PythonVersion, names: readonly string[]): string {
  if (major === 2)
    return 'its sources reach into the C runtime of Visual Studio 2008 (__pioinfo of msvcr90), and later ones have no such thing';
  if (minor < 5) return 'its sources are made for the C runtime of Visual Studio 2010';
  return `its project files and sources are made for ${names[0]}, and what shares its C runtime`;
}

function advice({ major, minor }: PythonVersion): string {
  if (major === 2) {
    return 'build it on Linux in place of that (clang-cl, the target msvc-x64), or install Visual Studio 2008 and 2010 as PCbuild\\readme.txt says';
  }
  if (minor < 5) return 'install Visual Studio 2010';
  return 'in the Visual Studio Installer add “MSVC … x64/x86 build tools” of that version: Individual components, or Build Tools with --add Microsoft.VisualStudio.Workload.VCTools';
}
