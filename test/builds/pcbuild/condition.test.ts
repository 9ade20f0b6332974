import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { holds } from '../../../src/builds/pcbuild/condition.ts';
import { evaluated, refusalOf } from './rig.ts';

const { state } = evaluated(
  `<PropertyGroup><Config>Release</Config><Yes>true</Yes><Off>off</Off><Dir>a\\b\\</Dir><Version>10.0.9.0</Version></PropertyGroup>
  <ItemGroup><Thing Include="x;y" /></ItemGroup>`,
  { 'PC/icons/python.ico': '' },
);
const scope = state.scope({ file: 'a.props', line: 7 }, state.projectFile, { items: true });
const is = (condition: string) => holds(condition, scope);

describe('what holds', () => {
  test.each([
    '',
    "'$(Config)' == 'release'",
    '$(Config) == Release',
    "'$(None)' == ''",
    '$(None) != $(Config)',
    "'$(Config)' != ''",
    "'1.0' == '1'",
    "'0x10' == '16'",
    "'true' == 'ON'",
    "'$(Yes)'",
    '!$(Off)',
    '! $(Off) and $(Yes)',
    // `and` binds closer than `or`.
    "'a' == 'a' or 'a' == 'b' and 'a' == 'c'",
    "!('a' == 'a' and 'a' == 'b')",
    'HasTrailingSlash($(Dir))',
    "!HasTrailingSlash('a')",
    "Exists('..\\pc\\ICONS\\python.ico')",
    "exists('..\\PC')",
    "!Exists('..\\PC\\python.ico')",
    "!Exists('$(None)')",
    '3 > 2 and 2 <= 2 and 10 > 9',
    "'$(Version)' > '10.0.8.9'",
    "'10.0.10.0' >= '$(Version)'",
    "'@(Thing)' == 'x;y'",
    "@(Nothing) == ''",
    "$([System.Version]::Parse('1.10.0')) > $([System.Version]::Parse('1.9.0'))",
    '$(Config.StartsWith(`Rel`))',
    "'$(Config.Replace(`e`, `'`))' != ''",
  ])('%s', (condition) => expect(is(condition)).toBe(true));

  test.each(["'$(Config)' == 'Debug'", '$(Off)', "'2.0' == '2.1'", "Exists('nowhere')", "'a' == 'b' or 'c' == 'd'"])(
    'not: %s',
    (condition) => expect(is(condition)).toBe(false),
  );
});

test('what is not needed is not asked', () => {
  expect(is("'a' == 'b' and $(None)")).toBe(false);
  expect(is("'a' == 'a' or $(None)")).toBe(true);
});

describe('what is refused, with its place', () => {
  test.each([
    ['$(None)', 'where it needs true or false'],
    ["'$(Config)'", '“Release” where it needs'],
    ["'a' == ", 'where it was not expected'],
    ["('a' == 'a'", 'where it was not expected'],
    ["'a", 'cannot be read'],
    ["'a' = 'a'", 'cannot be read'],
    ["'a' > 'b'", 'as numbers'],
    ["Contains('a', 'b')", 'where it was not expected'],
    ["IsBlue('a')", 'IsBlue, which is not known'],
    ["'%(Filename)' == 'a'", 'where there is no item'],
  ])('%s', (condition, message) => {
    expect(refusalOf(() => is(condition))).toEqual({ message: expect.stringContaining(message), line: 7 });
  });
});

// A condition as a tree, its text, and what it is by plain logic.
const leaf = fc.constantFrom(
  ["'a' == 'A'", true],
  ["'a' != 'A'", false],
  ['$(Yes)', true],
  ['$(Off)', false],
) as fc.Arbitrary<[string, boolean]>;
const { tree } = fc.letrec<{ tree: [string, boolean] }>((tie) => ({
  tree: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    leaf,
    tie('tree').map(([text, value]): [string, boolean] => [`!(${text})`, !value]),
    fc
      .tuple(tie('tree'), fc.constantFrom('and', 'or', 'AND', 'Or'), tie('tree'))
      .map(([[a, x], operator, [b, y]]): [string, boolean] => [
        `(${a}) ${operator} (${b})`,
        operator.toLowerCase() === 'and' ? x && y : x || y,
      ]),
  ),
}));

test('any nesting is what logic says', () => {
  fc.assert(
    fc.property(tree, ([text, value]) => {
      expect(is(text)).toBe(value);
    }),
  );
});
