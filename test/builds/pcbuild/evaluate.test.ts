import { describe, expect, test } from 'vitest';
import { evaluated, propertyOf, refusalOf } from './rig.ts';

const identities = (inside: string, type: string, files = {}) =>
  evaluated(inside, files)
    .state.items(type)
    .map((item) => item.identity);

describe('properties', () => {
  test('in the order of the file, case-insensitive, imports in their place', () => {
    const inside = `<PropertyGroup><A>1</A></PropertyGroup>
      <Import Project="props\\b.props" Condition="Exists('PROPS\\B.props')" />
      <PropertyGroup><C>$(a)$(B)</C></PropertyGroup>`;
    const files = { 'PCbuild/Props/B.props': '<Project><PropertyGroup><B>$(A)2</B><A>3</A></PropertyGroup></Project>' };
    expect(propertyOf(inside, 'c', files)).toBe('312');
  });
  test('a BOM, CRLF and comments are no matter', () => {
    const sheet =
      '\xef\xbb\xbf<?xml version="1.0" encoding="utf-8"?>\r\n<Project>\r\n<!-- <x> -->\r\n<PropertyGroup>\r\n<A>1</A>\r\n</PropertyGroup></Project>';
    expect(propertyOf('<Import Project="a.props" />', 'A', { 'PCbuild/a.props': sheet })).toBe('1');
  });
  test('what is given from outside stays, unless the file treats it as its own', () => {
    const inside = '<PropertyGroup><A>file</A></PropertyGroup><Import Project="b.props" />';
    const sheet = '<Project TreatAsLocalProperty="B;C"><PropertyGroup><B>$(B)+file</B></PropertyGroup></Project>';
    const more = { globals: { A: 'given', B: 'given' } };
    expect(propertyOf(inside, 'A', { 'PCbuild/b.props': sheet }, more)).toBe('given');
    expect(propertyOf(inside, 'B', { 'PCbuild/b.props': sheet }, more)).toBe('given+file');
  });
  test('the environment may be reassigned', () => {
    const inside = '<PropertyGroup><VisualStudioVersion>$(VisualStudioVersion)!</VisualStudioVersion></PropertyGroup>';
    expect(propertyOf(inside, 'visualStudioVersion')).toBe('16.0!');
  });
  test('Choose takes the first that holds', () => {
    const choose = (n: number) => `<PropertyGroup><N>${n}</N></PropertyGroup>
      <Choose><When Condition="$(N) == 1"><PropertyGroup><R>one</R></PropertyGroup></When>
      <When Condition="$(N) &lt; 3"><PropertyGroup><R>two</R></PropertyGroup></When>
      <Otherwise><PropertyGroup><R>many</R></PropertyGroup></Otherwise></Choose>`;
    expect([1, 2, 3].map((n) => propertyOf(choose(n), 'R'))).toEqual(['one', 'two', 'many']);
  });
  test('a wildcard imports what is there, in order', () => {
    const sheet = (add: string) => `<Project><PropertyGroup><A>$(A)${add}</A></PropertyGroup></Project>`;
    const files = { 'PCbuild/x/2.props': sheet('2'), 'PCbuild/x/1.props': sheet('1'), 'PCbuild/x/a.txt': '' };
    expect(propertyOf('<Import Project="x\\*.props" />', 'A', files)).toBe('12');
  });
});

describe('item definitions', () => {
  const ofClCompile = (inside: string, name: string) => evaluated(inside).state.definition('ClCompile', name);
  test('inherit what was defined before, and see the last values of properties', () => {
    const inside = `<PropertyGroup><P>early</P></PropertyGroup>
      <ItemDefinitionGroup><ClCompile><Defines>A;%(Defines)</Defines></ClCompile></ItemDefinitionGroup>
      <ItemDefinitionGroup><ClCompile><Defines>$(P);%(Defines)</Defines>
        <Defines Condition="'%(Defines)' == ''">never</Defines></ClCompile></ItemDefinitionGroup>
      <ItemDefinitionGroup Condition="'$(P)' == 'early'"><ClCompile><Defines>never</Defines></ClCompile></ItemDefinitionGroup>
      <PropertyGroup><P>late</P></PropertyGroup>`;
    expect(ofClCompile(inside, 'defines')).toBe('late;A;');
  });
  test('an item inherits them, and its own come on top', () => {
    const { state } = evaluated(`<ItemGroup><ClCompile Include="a.c"><Defines>OWN;%(Defines)</Defines></ClCompile>
        <ClCompile Include="b.c" /></ItemGroup>
      <ItemDefinitionGroup><ClCompile><Defines>ALL</Defines></ClCompile></ItemDefinitionGroup>`);
    expect(state.items('ClCompile').map((item) => state.metadata(item, 'Defines'))).toEqual(['OWN;ALL', 'ALL']);
  });
});

describe('items', () => {
  test('lists, conditions, exclusion, removal', () => {
    const inside = `<ItemGroup><A Include="a.c; b.c ;;c.c" Exclude="B.C" /><A Include="d.c" Condition="'1' == '2'" /></ItemGroup>
      <ItemGroup Condition="false"><A Include="e.c" /></ItemGroup>
      <ItemGroup><A Include="..\\x\\f.c" /><A Remove="..\\X\\..\\x\\f.c;c.c" /></ItemGroup>`;
    expect(identities(inside, 'a')).toEqual(['a.c']);
  });
  test('of another list, transformed, keep their metadata', () => {
    const { state } = evaluated(
      `<ItemGroup><M Include="_a;_b"><Deep>x</Deep></M><P Include="@(M->'%(Identity).vcxproj')"><Own>%(Deep)y</Own></P></ItemGroup>`,
    );
    expect(state.items('P').map((item) => [item.identity, state.metadata(item, 'Own')])).toEqual([
      ['_a.vcxproj', 'xy'],
      ['_b.vcxproj', 'xy'],
    ]);
  });
  test('patterns match without regard to case, ** at any depth', () => {
    const files = { 'Lib/a.py': '', 'Lib/x/B.PY': '', 'Lib/x/c.txt': '' };
    expect(identities('<ItemGroup><P Include="..\\lib\\**\\*.py" /></ItemGroup>', 'P', files)).toEqual([
      'S:\\source\\Lib\\a.py',
      'S:\\source\\Lib\\x\\B.PY',
    ]);
  });
  test('Update changes what is there', () => {
    const { state } = evaluated(`<ItemGroup><A Include="a;b" M="0" /><A Update="B" M="1" /></ItemGroup>`);
    expect(state.items('A').map((item) => state.metadata(item, 'm'))).toEqual(['0', '1']);
  });
  test('well-known metadata', () => {
    const inside = `<ItemGroup><A Include="..\\Lib\\os.path.py" />
      <B Include="@(A->'%(Filename)|%(Extension)|%(RootDir)|%(Directory)|%(RelativeDir)|%(FullPath)')" /></ItemGroup>`;
    expect(identities(inside, 'B')).toEqual(['os.path|.py|S:\\|source\\Lib\\|..\\Lib\\|S:\\source\\Lib\\os.path.py']);
  });
});

describe('what is refused, with file and line', () => {
  test.each([
    ['<Sdk Name="x" />', '<Sdk> is not understood'],
    ['<ItemGroup Other="1" />', 'attribute Other of <ItemGroup>'],
    ['<Import Project="nowhere.props" />', 'PCbuild/nowhere.props does not exist'],
    ['<Import Project="$(VCTargetsPath)\\Other.props" />', 'Other.props is not known'],
    ['<Import Project="test.vcxproj" />', 'imports itself'],
    ['<ItemGroup><A Include="a" KeepDuplicates="false" /></ItemGroup>', 'KeepDuplicates'],
    ['<ItemGroup><A /></ItemGroup>', 'neither Include'],
    ['<ItemGroup><A Include="@(B->Distinct())" /></ItemGroup>', 'cannot be read'],
    ['<PropertyGroup><A><B /></A></PropertyGroup>', 'holds elements'],
  ])('%s', (inside, message) => {
    expect(refusalOf(() => evaluated(inside))).toEqual({ message: expect.stringContaining(message), line: 2 });
  });
  test('XML that is none', () => {
    expect(refusalOf(() => evaluated('<PropertyGroup>\n</ItemGroup>'))).toEqual({
      message: expect.stringContaining('not well-formed'),
      line: 3,
    });
  });
});
