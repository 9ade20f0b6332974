import { describe, expect, test } from 'vitest';
import {
  type BuildBat,
  buildBatArguments,
  buildBatEnvironment,
  cmdCanTake,
  cmdLine,
  jobArguments,
  readBuildBat,
} from '../../../src/builds/msbuild/build-bat.ts';

/** Lines as the scripts have them, of our own making. */
const script = (lines: readonly string[], ...flags: string[]) =>
  [
    ...['@echo off', ...lines, ':CheckOpts'],
    ...flags.map((flag) => `if "%~1"=="${flag}" (set x=%2) & shift & goto CheckOpts`),
  ].join('\r\n');

const PARALLEL = 'set parallel=/m';
const FINDS = 'call "%dir%find_python.bat" %PYTHON%';

/** What the versions' scripts understand: 3.5 and 3.6, 3.7 to 3.10, and 3.11 to 3.14 have each the same of it. */
const VERSIONS = {
  '2.7': script(['set parallel='], '-c', '-p', '-e', '-m', '-M', '--pgo'),
  '3.5': script([PARALLEL], '-c', '-p', '-e', '-m', '-M', '--pgo'),
  '3.9': script([PARALLEL], '-c', '-p', '-e', '-E', '-m', '-M', '--pgo'),
  '3.14': script([PARALLEL, FINDS], '-c', '-p', '-e', '-E', '-m', '-M', '--pgo'),
};
const BAREST: BuildBat = { externals: 'asked-by-e', pgo: false, parallel: 'never', findsPython: false };
const of = (version: keyof typeof VERSIONS) => readBuildBat(VERSIONS[version]) ?? expect.fail();

describe('what a build.bat understands is read from it', () => {
  test('2.7 leaves externals out unless asked, and builds one by one', () => {
    expect(of('2.7')).toEqual({ externals: 'asked-by-e', pgo: true, parallel: 'asked-by-m', findsPython: false });
  });
  test('3.5 takes all processors', () => {
    expect(of('3.5')).toEqual({ externals: 'asked-by-e', pgo: true, parallel: 'refused-by-M', findsPython: false });
  });
  test('3.9 gets externals unless told not to', () => {
    expect(of('3.9')).toEqual({ externals: 'refused-by-E', pgo: true, parallel: 'refused-by-M', findsPython: false });
  });
  test('3.14 also fetches a Python when it finds none', () => {
    expect(of('3.14')).toMatchObject({ externals: 'refused-by-E', findsPython: true });
  });
  test.each(["if '%1'=='-c' (set conf=%2)\nif '%1'=='-p' (set platf=%2)", 'if "%1"=="-c" x\r\nif "%1"=="-p" y'])(
    'old quotes: %j',
    (text) => expect(readBuildBat(text)).toEqual(BAREST),
  );
  test('one that cannot be driven', () => expect(readBuildBat('@echo hello')).toBeUndefined());
});

describe('its arguments', () => {
  const given = (bat: BuildBat, externals: boolean, pgo = false) =>
    buildBatArguments(bat, { toolset: 'v142', externals, pgo }).join(' ');
  const base = '-p x64 -c Release';
  const toolset = '/p:PlatformToolset=v142';

  test.each([
    ['2.7', `${base} ${toolset}`, `${base} -e ${toolset}`],
    ['3.5', `${base} -M ${toolset}`, `${base} -e -M ${toolset}`],
    ['3.9', `${base} -E -M ${toolset}`, `${base} -e -M ${toolset}`],
    ['3.14', `${base} -E -M ${toolset}`, `${base} -e -M ${toolset}`],
  ] as const)('%s: nothing is fetched unless the user says so', (version, without, withExternals) => {
    expect(given(of(version), false)).toBe(without);
    expect(given(of(version), true)).toBe(withExternals);
  });

  test('profile-guided only where it is asked for and the script can', () => {
    expect(given(of('3.9'), false, true)).toBe(`${base} --pgo -E -M ${toolset}`);
    expect(() => given(BAREST, false, true)).toThrow(/--pgo/);
  });

  test('jobs: projects at once, and files of each', () => {
    expect(jobArguments(3)).toEqual(['/m:3', '/p:CL_MPCount=3']);
  });

  test('no more than the nine that scripts hand on to MSBuild', () => {
    const words = [
      ...buildBatArguments(of('3.14'), { toolset: 'v143', externals: true, pgo: false }),
      ...jobArguments(8),
    ];
    expect(words.filter((word) => word.startsWith('/')).length).toBeLessThanOrEqual(9);
  });
});

describe('the line for cmd.exe', () => {
  test('spaces, parentheses and equal signs are quoted, and the whole once more', () => {
    const line = cmdLine('C:\\Program Files (x86)\\cpython\\PCbuild\\build.bat', [
      '-p',
      'x64',
      '/p:PlatformToolset=v143',
    ]);
    expect(line).toEqual([
      ...['/d', '/v:off', '/s', '/c'],
      '""C:\\Program Files (x86)\\cpython\\PCbuild\\build.bat" -p x64 "/p:PlatformToolset=v143""',
    ]);
  });
  test.each(['C:\\a & b\\build.bat', 'C:\\a^b\\build.bat', 'C:\\ä\\build.bat'])('%s stays one word', (bat) => {
    expect(cmdLine(bat, []).at(-1)).toBe(`""${bat}""`);
  });
  test.each(['C:\\%PATH%\\x', 'C:\\a!b', 'C:\\a"b', 'a\nb'])('%j cannot be given to it', (word) => {
    expect(cmdCanTake(word)).toBe(false);
    expect(() => cmdLine(word, [])).toThrow(/not for cmd\.exe/);
  });
});

test('the environment is Windows’ own, not that of a developer’s prompt', () => {
  const env = buildBatEnvironment(
    {
      SystemRoot: 'C:\\Windows',
      Path: 'C:\\Windows\\system32',
      'ProgramFiles(x86)': 'C:\\Program Files (x86)',
      INCLUDE: 'x',
      LIB: 'x',
      CL: '/O1',
      PYTHONPATH: 'x',
      GITHUB_TOKEN: 'secret',
      TEMP: undefined,
    },
    { msbuild: 'C:\\VS\\MSBuild.exe', python: 'C:\\Program Files\\Python\\python.exe' },
  );
  expect(env).toEqual({
    SystemRoot: 'C:\\Windows',
    Path: 'C:\\Windows\\system32',
    'ProgramFiles(x86)': 'C:\\Program Files (x86)',
    VSLANG: '1033',
    MSBUILDDISABLENODEREUSE: '1',
    PYTHON: '"C:\\Program Files\\Python\\python.exe"',
    MSBUILD: '"C:\\VS\\MSBuild.exe"',
  });
});
