import { describe, expect, test } from 'vitest';
import {
  buildBatArguments,
  buildBatEnvironment,
  cmdCanTake,
  cmdLine,
  readBuildBat,
} from '../../../src/build/msbuild/build-bat.ts';

/** Lines as the scripts have them, of our own making. */
const script = (...flags: string[]) =>
  ['@echo off', ':CheckOpts', ...flags.map((flag) => `if "%~1"=="${flag}" (set x=%2) & shift & goto CheckOpts`)].join(
    '\r\n',
  );

const old = readBuildBat(script('-c', '-p', '-e', '-m', '-M', '--pgo'));
const late = readBuildBat(script('-c', '-p', '-e', '-E', '-m', '--pgo'));

describe('what a build.bat understands is read from it', () => {
  test('2.7 and 3.5 leave externals out unless asked', () => {
    expect(old).toEqual({ externals: 'asked-by-e', pgo: true, parallel: true });
  });
  test('later ones get them unless told not to', () => {
    expect(late).toEqual({ externals: 'refused-by-E', pgo: true, parallel: true });
  });
  test('without the options of the quoted form', () => {
    expect(readBuildBat('if "%1"=="-c" (set conf=%2)\nif "%1"=="-p" (set platf=%2)\n')).toEqual({
      externals: 'asked-by-e',
      pgo: false,
      parallel: false,
    });
  });
  test('one that cannot be driven', () => expect(readBuildBat('@echo hello')).toBeUndefined());
});

describe('its arguments', () => {
  const given = (bat: typeof old, externals: boolean, pgo = false) =>
    buildBatArguments({
      bat: bat ?? { externals: 'asked-by-e', pgo: false, parallel: false },
      toolset: 'v142',
      externals,
      pgo,
    });

  test.each([
    ['old, no externals', given(old, false), '-p x64 -c Release -m /p:PlatformToolset=v142'],
    ['old, externals', given(old, true), '-p x64 -c Release -e -m /p:PlatformToolset=v142'],
    ['late, no externals', given(late, false), '-p x64 -c Release -E -m /p:PlatformToolset=v142'],
    ['late, externals', given(late, true), '-p x64 -c Release -e -m /p:PlatformToolset=v142'],
    ['late, profile-guided', given(late, false, true), '-p x64 -c Release --pgo -E -m /p:PlatformToolset=v142'],
  ])('%s', (_, args, expected) => expect(args.join(' ')).toBe(expected));

  test('profile-guided only where the script can', () => {
    expect(() => given(undefined, false, true)).toThrow(/--pgo/);
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
    'C:\\VS\\MSBuild.exe',
  );
  expect(env).toEqual({
    SystemRoot: 'C:\\Windows',
    Path: 'C:\\Windows\\system32',
    'ProgramFiles(x86)': 'C:\\Program Files (x86)',
    VSLANG: '1033',
    MSBUILD: '"C:\\VS\\MSBuild.exe"',
  });
});
