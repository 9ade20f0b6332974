import { describe, expect, test } from 'vitest';
import { formatOf, partsIn } from '../../../src/patch/parts/index.ts';

/** The texts of the parts that names tell. */
const parts = (path: string, text: string, ...names: string[]) =>
  partsIn(text, formatOf(path), names).map((part) => text.slice(part.start, part.end));
const inner = (path: string, text: string, ...names: string[]) =>
  partsIn(text, formatOf(path), names).map((p) => p.inner && [text.slice(p.inner.start, p.inner.end), p.indent]);
const torn = (path: string, text: string) => formatOf(path)?.torn(text)?.why;

describe('Python', () => {
  const text = `import os

@cache  # why
# and how
def f(a,
  b=")"):
    """def g():
def h(): not code
    """
    return 1
    # still f

# not f
class C(
object):
\tx = '''
def y(): pass
'''
\tdef f(self): return {
'a': 1}

\tif x:
\t\tasync def g(self):
\t\t\tpass
`;
  test('functions and classes, by their qualified name', () => {
    expect(parts('a.py', text, 'f')[0]).toMatch(/^@cache[\s\S]*# still f\n$/);
    expect(parts('a.py', text, 'C.f')).toEqual(["\tdef f(self): return {\n'a': 1}\n"]);
    expect(parts('a.py', text, 'C.g')).toEqual(['\t\tasync def g(self):\n\t\t\tpass\n']);
    expect(parts('a.py', text, 'C')[0]).toMatch(/^class C\([\s\S]*\t\t\tpass\n$/);
    for (const none of ['g', 'h', 'y', 'C.y', 'f.h']) expect(parts('a.py', text, none)).toEqual([]);
  });
  test('lines go behind the docstring', () => {
    expect(inner('a.py', text, 'f')).toEqual([['    return 1\n    # still f\n', '    ']]);
    expect(inner('a.py', text, 'C.f')).toEqual([undefined]);
  });
  test('two of one name are two parts', () => {
    const twice = 'try:\n    def f(): pass\nexcept E:\n    def f(): pass\n';
    expect(parts('a.py', twice, 'f')).toHaveLength(2);
  });
  test('a tab is as wide as eight', () => {
    expect(parts('a.py', 'def f():\n\tif x:\n            y\n        z\n\nw\n', 'f')).toEqual([
      'def f():\n\tif x:\n            y\n        z\n',
    ]);
  });
  test.each([
    ['f(1\n', '"(" is not closed'],
    ['f)\n', '")" closes nothing'],
    ['if x:\ny\n', 'the block before it is empty'],
    ['x\n  y\n', 'it is indented more than the line before it'],
    ['if x:\n    y\n  z\n', 'its indentation fits no line before it'],
    ['def f():\n', 'the block before it is empty'],
    ["if x:  # isn't it: a (\n    y = 'x:'\n", undefined],
    ['x = lambda: (\n1)\n', undefined],
    ["if x: y = '''\n:'''\nelse: \\\n  z\n", undefined],
  ])('%j: %s', (text, why) => expect(torn('a.py', text)).toBe(why));
});

describe('make', () => {
  const text = `# all: no rule
OBJS=\t\\
\t\ta.o \\
\t\tb.o
all:\tx $(OBJS:.o=.c)
\tcd x; \\
\t\tmake

# a comment inside of the recipe
\tdone
lib$(V).so lib.a: all; true
.PHONY: all
B = all: x
`;
  test('rules by a target, variables with their further lines', () => {
    expect(parts('Makefile.pre.in', text, 'OBJS')).toEqual(['OBJS=\t\\\n\t\ta.o \\\n\t\tb.o\n']);
    expect(parts('Makefile.pre.in', text, 'all')[0]).toMatch(/^all:\tx[\s\S]*\tdone\n$/);
    expect(parts('Makefile.pre.in', text, 'all=')).toEqual([]);
    expect(parts('Makefile.pre.in', text, 'lib.a')).toEqual(parts('Makefile.pre.in', text, 'lib$(V).so:'));
    expect(parts('Makefile.pre.in', text, 'B')).toEqual(['B = all: x\n']);
    expect(inner('Makefile.pre.in', text, 'B')).toEqual([undefined]);
  });
  test.each([
    [text, undefined],
    ['a:\n        x\n', 'make does not read this line: a command begins with a tab'],
    ['A=1\n\tx\n', 'this command is of no target'],
    ['a:\n\nA=1\n', undefined],
    ['@X@\ninclude x\n-include y\n', undefined],
  ])('%#', (text, why) => expect(torn('Makefile', text)).toBe(why));
});

describe('configure.ac', () => {
  const text = `dnl AC_ARG_WITH([x], (
# case $host in AC_ARG_WITH(x)
AC_ARG_WITH([x],
  [AS_HELP_STRING([--with-x], [isn't (it])],
  # a comment with ) in it
  [case "$host" in #(
    *-*-a*|*-*-b*) y="case x in";;
    [[0-9]]*)
      AC_DEFINE([X], [1])
      ;;
  esac], [])
case $ac_sys_system/$ac_sys_release in
SunOS/5*) case $CC in
  *gcc*) z;;
  esac;;
*)
esac
AC_DEFINE(X)
`;
  test('calls of macros, by name and first argument', () => {
    expect(parts('configure.ac', text, 'AC_ARG_WITH(x)')[0]).toMatch(/^AC_ARG_WITH\(\[x\][\s\S]*esac\], \[\]\)\n$/);
    expect(parts('configure.ac', text, 'AC_ARG_WITH(y)')).toEqual([]);
    expect(parts('configure.ac', text, 'AC_DEFINE(X)')).toEqual(['      AC_DEFINE([X], [1])\n', 'AC_DEFINE(X)\n']);
    expect(parts('configure.ac', text, 'AC_ARG_WITH', 'AC_DEFINE')).toEqual(['      AC_DEFINE([X], [1])\n']);
  });
  test('a case, and its arms', () => {
    expect(parts('configure.ac', text, 'case $host in')[0]).toMatch(/^case "\$host" in[\s\S]*esac$/);
    expect(parts('configure.ac', text, '*-*-b*)')).toEqual(['    *-*-a*|*-*-b*) y="case x in";;\n']);
    expect(inner('configure.ac', text, '[0-9]*)')).toEqual([['      AC_DEFINE([X], [1])\n', '      ']]);
    expect(parts('configure.ac', text, 'SunOS/5*)', '*gcc*)')).toEqual(['  *gcc*) z;;\n']);
    expect(parts('configure.ac', text, 'case $CC in', 'SunOS/5*)')).toEqual([]);
  });
  test.each([
    [text, undefined],
    ['AC_X([a)\n', 'the call of AC_X is not closed'],
    ['case $x in\n a) b;;\n', 'this case has no esac'],
    ['x\nesac\n', 'this esac has no case'],
    ['case $x in\na)\n  b\n  ;;\nc\nesac\n', 'a pattern of a case is expected here'],
  ])('%#', (text, why) => expect(torn('configure.ac', text)).toBe(why));
});

describe('XML', () => {
  const text =
    '<?xml version="1.0"?>\r\n<!-- <B/> -->\r\n<Project>\r\n  <Group Label="a>b">\r\n    <C Include="..\\a/b.c" />\r\n' +
    '    <C Include="..\\x.c">\r\n      <D>1</D>\r\n    </C>\r\n  </Group>\r\n  <E><C Include="..\\x.c"/></E>\r\n</Project>\r\n';
  test('elements by path and attributes', () => {
    expect(parts('a.vcxproj', text, 'Group/C[@Include="..\\a/b.c"]')).toEqual(['    <C Include="..\\a/b.c" />\r\n']);
    expect(parts('a.vcxproj', text, "C[@Include='..\\x.c']")).toEqual([
      '    <C Include="..\\x.c">\r\n      <D>1</D>\r\n    </C>\r\n',
      '<C Include="..\\x.c"/>',
    ]);
    expect(inner('a.vcxproj', text, 'Project/Group[@Label="a>b"]/C/D')).toEqual([undefined]);
    expect(inner('a.vcxproj', text, 'Group/C[@Include="..\\x.c"]')).toEqual([['      <D>1</D>\r\n', '      ']]);
    for (const none of ['B', 'Project/C', 'C[Include=x]', '']) expect(parts('a.vcxproj', text, none)).toEqual([]);
  });
  test.each([
    [text, undefined],
    ['<A><B></A>', '</A> closes nothing'],
    ['<A>', '<A> is not closed'],
    ['<A> < </A>', '"<" begins no element'],
    ['<A><![CDATA[<B>]]></A>', undefined],
  ])('%#', (text, why) => expect(torn('a.props', text)).toBe(why));
});

test('Modules/Setup: lines of modules', () => {
  const text = `# for systems without x, used by y
#_ssl _ssl.c $(OPENSSL) \\
#    -lssl
@MODULE_ARRAY_TRUE@array arraymodule.c
*shared*
`;
  expect(parts('Modules/Setup', text, '_ssl')).toEqual(['#_ssl _ssl.c $(OPENSSL) \\\n#    -lssl\n']);
  expect(parts('Modules/Setup.stdlib.in', text, 'array')).toEqual(['@MODULE_ARRAY_TRUE@array arraymodule.c\n']);
  expect(parts('Modules/Setup', text, 'for')).toEqual([]);
});

test('of other files no parts are known', () => {
  expect(formatOf('Python/ceval.c')).toBeUndefined();
  expect(formatOf('README.rst')).toBeUndefined();
});
