import { expect, test } from 'vitest';
import { findMsbuildErrors } from '../../../src/builds/msbuild/driver.ts';

const of = (...lines: string[]) => findMsbuildErrors(lines.join('\r\n'));

test('an error of the compiler, with its place', () => {
  expect(
    of(
      "C:\\dev\\cpython\\Objects\\frameobject.c(12,5): error C2065: 'x': undeclared identifier [C:\\dev\\cpython\\PCbuild\\pythoncore.vcxproj]",
    ),
  ).toEqual([
    {
      kind: 'compile',
      file: 'C:\\dev\\cpython\\Objects\\frameobject.c',
      line: 12,
      column: 5,
      message: "'x': undeclared identifier (C2065)",
    },
  ]);
});

test('older compilers give no column, and several projects at once a number before it', () => {
  expect(
    of(
      "  3>..\\Modules\\timemodule.c(1062): error C2491: '_PyTime_FloatTime' : definition of dllimport function not allowed",
    ),
  ).toEqual([
    {
      kind: 'compile',
      file: '..\\Modules\\timemodule.c',
      line: 1062,
      message: "'_PyTime_FloatTime' : definition of dllimport function not allowed (C2491)",
    },
  ]);
});

test('the linker speaks for itself or for an object', () => {
  expect(
    of(
      "LINK : fatal error LNK1104: cannot open file 'python27.lib' [C:\\dev\\PCbuild\\python.vcxproj]",
      'codeobject.obj : error LNK2019: unresolved external symbol _PyCode_X referenced in function code_dealloc [C:\\dev\\PCbuild\\pythoncore.vcxproj]',
      'C:\\dev\\PCbuild\\amd64\\python39.dll : fatal error LNK1120: 1 unresolved externals [C:\\dev\\PCbuild\\pythoncore.vcxproj]',
    ),
  ).toEqual([
    { kind: 'link', message: "cannot open file 'python27.lib' (LNK1104)" },
    {
      kind: 'link',
      file: 'codeobject.obj',
      message: 'unresolved external symbol _PyCode_X referenced in function code_dealloc (LNK2019)',
    },
  ]);
});

test('MSBuild itself', () => {
  expect(
    of(
      'MSBUILD : error MSB1009: Project file does not exist.',
      "C:\\VS\\MSBuild\\Microsoft\\VC\\v170\\Microsoft.CppBuild.targets(456,5): error MSB8020: The build tools for v142 (Platform Toolset = 'v142') cannot be found. [C:\\dev\\PCbuild\\pythoncore.vcxproj]",
    ),
  ).toEqual([
    { kind: 'make', message: 'Project file does not exist. (MSB1009)' },
    {
      kind: 'make',
      file: 'C:\\VS\\MSBuild\\Microsoft\\VC\\v170\\Microsoft.CppBuild.targets',
      line: 456,
      column: 5,
      message: "The build tools for v142 (Platform Toolset = 'v142') cannot be found. (MSB8020)",
    },
  ]);
});

test('said again in the summary, an error counts once; another project does not make it another', () => {
  const error = (project: string) =>
    `a.c(1,2): error C2143: syntax error: missing ';' [C:\\dev\\PCbuild\\${project}.vcxproj]`;
  expect(
    of(error('pythoncore'), '', 'Build FAILED.', '', error('pythoncore'), error('_freeze_module'), '    0 Warning(s)'),
  ).toHaveLength(1);
});

test('warnings, notes and words about errors are none', () => {
  expect(
    of(
      "a.c(1,2): warning C4244: '=': conversion from 'int' to 'char', possible loss of data [x.vcxproj]",
      'a.c(1,2): note: see declaration of error C2065',
      '    0 Error(s)',
      'errors.c',
      '  error.c',
    ),
  ).toEqual([]);
});

test('no more than were asked for', () => {
  const many = Array.from({ length: 20 }, (_, n) => `a.c(${n + 1},1): error C2065: 'x${n}': undeclared identifier`);
  expect(of(...many)).toHaveLength(5);
});
