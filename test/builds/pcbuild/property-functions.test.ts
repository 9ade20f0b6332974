import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { escapeValue, unescapeValue } from '../../../src/builds/pcbuild/scope.ts';
import { expandedText, propertyOf, refusalOf } from './rig.ts';

const files = {
  'Include/patchlevel.h': '#define PY_MAJOR_VERSION\t3\r\n#define PY_RELEASE_LEVEL PY_RELEASE_LEVEL_FINAL\r\n',
};
const plain = (text: string) => unescapeValue(expandedText(text, files));

describe('as MSBuild computes them', () => {
  test.each([
    ['$([System.IO.Path]::GetFullPath($(MSBuildThisFileDirectory)\\..\\))', 'S:\\source\\'],
    ['$([System.IO.Path]::GetFullPath(`S:\\source\\externals`))', 'S:\\source\\externals'],
    ['$([System.IO.Path]::GetFileName($(X.Trim(`\\`))))', ''],
    [
      '$([System.Text.RegularExpressions.Regex]::Match($([System.IO.File]::ReadAllText(`..\\include\\PATCHLEVEL.h`)), `define\\s+PY_MAJOR_VERSION\\s+(\\d+)`).Groups[1].Value)',
      '3',
    ],
    ['$([System.Text.RegularExpressions.Regex]::Match(`a`, `b(c)`).Groups[0].Value)', ''],
    [
      '$([System.Text.RegularExpressions.Regex]::Match(`sqlite-3.49.1.0\\`, `((\\d+)\\.(\\d+)\\.(\\d+)\\.(\\d+))\\\\?$`).Groups)',
      '3.49.1.0\\;3.49.1.0;3;49;1;0',
    ],
    [
      '$([System.Text.RegularExpressions.Regex]::Replace(`PyX=python39.PyX DATA`, `^[\\w.]+=.+?\\.([^ ]+).*$`, `$1`))',
      'PyX',
    ],
    [
      '$([System.Text.RegularExpressions.Regex]::Replace(`=python39.PyX`, `(=python39)\\.`, `$1_d.`))',
      '=python39_d.PyX',
    ],
    ['$([msbuild]::Add(1, $([MSBuild]::Multiply(15, 10))))', '151'],
    ['$([msbuild]::BitwiseOr($([msbuild]::Multiply(3, 16777216)), $([msbuild]::Multiply(9, 65536))))', '50921472'],
    ['$([System.Version]::Parse(`8.6.15.0`).Build)', '15'],
    ['$([System.Version]::Parse(`8.6`).Revision)', '-1'],
    ['$([System.Version]::Parse(`14.29.30133`))', '14.29.30133'],
    ['$(MSBuildProjectName.Replace(`es`, `\\\\`))', 't\\\\t'],
    ['$(MSBuildProjectName.Substring(1, 2))', 'es'],
    ['$(MSBuildProjectName.LastIndexOf(`t`))', '3'],
    ['$(Undefined.StartsWith(`v14`))', 'False'],
    ['$(MSBuildProjectName.Contains(` `))', 'False'],
    ['$(MSBuildProjectFile.Split(`.`)[1])', 'vcxproj'],
    ['$(MSBuildProjectName.Length)', '4'],
    ["$(MSBuildProjectName.TrimEnd('t'))", 'tes'],
    ['a$(Undefined)b', 'ab'],
    ['%3B and 50%', '; and 50%'],
  ])('%s', (text, value) => expect(plain(text)).toBe(value));
});

test('reserved properties are about the file that asks, or the project', () => {
  const sheet =
    '<Project><PropertyGroup><Of>$(MSBuildThisFile) $(MSBuildThisFileDirectory) $(MSBuildProjectFile)</Of></PropertyGroup></Project>';
  expect(propertyOf('<Import Project="..\\sub\\a.props" />', 'Of', { 'sub/a.props': sheet })).toBe(
    'a.props S:\\source\\sub\\ test.vcxproj',
  );
});

test('what a function gives is a text, whatever is in it', () => {
  const text = { 'a.txt': 'a; $(MSBuildProjectName) @(x) %3B' };
  expect(unescapeValue(expandedText('$([System.IO.File]::ReadAllText(`..\\a.txt`))', text))).toBe(text['a.txt']);
});

test('the registry has a Windows SDK, and nothing else', () => {
  const key = 'HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Microsoft SDKs\\Windows\\v10.0@ProductVersion';
  const text = `<PropertyGroup><A>$(registry:${key})</A><B>$(Registry:HKEY_OTHER@X)</B></PropertyGroup>`;
  expect(propertyOf(text, 'A')).toBe('10.0.19041');
  expect(propertyOf(text, 'B')).toBe('');
});

describe('what is refused', () => {
  test.each([
    ['$([System.DateTime]::Now)', 'is not known'],
    ['$([System.Guid]::NewGuid())', '[System.Guid]::NewGuid is not known'],
    ['$([System.IO.File]::ReadAllText(`nowhere`))', 'does not exist'],
    ['$(X.PadLeft(3))', '.PadLeft is not known'],
    ['$(X.Replace(``, `a`))', 'empty text'],
    ['$(X.Substring(2))', 'not a position'],
    ['$([System.Version]::Parse(``))', 'is not a version'],
    [
      '$([System.Text.RegularExpressions.Regex]::IsMatch(`a`, `(?&lt;x&gt;a)`))'
        .replaceAll('&lt;', '<')
        .replaceAll('&gt;', '>'),
      '.NET',
    ],
    ['$(X', 'closing parenthesis'],
    ['$( X )', 'cannot be read'],
    ['$(X)$(Y.Split(`;`)[4])', 'no element [4]'],
  ])('%s', (text, message) =>
    expect(refusalOf(() => expandedText(text))).toEqual({ message: expect.stringContaining(message), line: 2 }),
  );
});

test('escaping is undone by unescaping, and leaves nothing that MSBuild would look at', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary-ascii' }), (text) => {
      expect(unescapeValue(escapeValue(text))).toBe(text);
      expect(escapeValue(text)).not.toMatch(/[*?@$();']/);
    }),
  );
});
