import fc from 'fast-check';
import { expect, test } from 'vitest';
import { knownFiles, objectsOf, type ToolSet, withReferences, writeNinja } from '../../../src/builds/pcbuild/index.ts';
import { commandLine, ninjaPath, ninjaValue } from '../../../src/builds/pcbuild/ninja.ts';
import { planOf, solution, vcxproj } from './rig.ts';

const TOOLS: ToolSet = {
  name: 'test tools',
  launcher: ['ccache', '--x'],
  compile: (unit, at) => [
    'clang',
    ...['/c', ...unit.defines.map((define) => `-D${define}`), `/Fo${at(unit.object)}`, at(unit.source)],
  ],
  resource: (unit, at) => ['rc', at(unit.source)],
  assemble: (unit, at) => ['ml', at(unit.source)],
  link: (link, objects, at) => ['lld-link', `/out:${at(link.output)}`, ...objects.map(at)],
  step: (step, at) => (step.kind === 'run' ? ['wine', at(step.program)] : undefined),
};
const ROOTS = { source: '/my src', intermediate: '/b$1/i', output: '/b$1/o', externals: '/x' };

const C =
  '<ItemGroup><ClCompile Include="..\\Modules\\a.c"><PreprocessorDefinitions>N="$(X)a b"</PreprocessorDefinitions></ClCompile></ItemGroup>';
const FREEZE = `${C}<Target Name="F" AfterTargets="AfterBuild"><Exec Command='"$(TargetPath)" "$(IntDir)os.h"' />
  <WriteLinesToFile File="$(IntDir)k.h" Lines="k" Overwrite="true" /></Target>`;

const plan = await planOf({
  'Modules/a.c': '',
  'PCbuild/pcbuild.proj': solution('freeze', 'module', 'core', 'alone'),
  'PCbuild/freeze.vcxproj': vcxproj(FREEZE, { kind: 'Application' }),
  'PCbuild/core.vcxproj': vcxproj(C),
  'PCbuild/module.vcxproj': vcxproj(`${C}<ItemGroup><ProjectReference Include="core.vcxproj" /></ItemGroup>`),
  'PCbuild/alone.vcxproj': vcxproj(C),
});
const NAMES = plan.projects.map(({ name }) => name);
const text = writeNinja(plan, TOOLS, ROOTS, NAMES);
const lines = text.split('\n');
const statement = (start: string) => {
  const at = lines.findIndex((line) => line.startsWith(start));
  return lines.slice(
    at,
    lines.findIndex((line, n) => n > at && !line.startsWith(' ')),
  );
};

test('a compile: escaped for ninja, quoted for the shell, with its header dependencies', () => {
  expect(statement('build /b$$1/i/core/a.obj')).toEqual([
    'build /b$$1/i/core/a.obj: compile /my$ src/Modules/a.c || /b$$1/i/freeze/os.h',
    "  command = ccache --x clang /c '-DN=\"a b\"' '/Fo/b$$1/i/core/a.obj' '/my src/Modules/a.c' /showIncludes",
    '  label = Modules/a.c',
  ]);
});

test('a link: its import library is an output, others’ are inputs, its arguments lie in a file', () => {
  expect(statement('build /b$$1/o/module.dll')).toEqual([
    'build /b$$1/o/module.dll | /b$$1/o/module.lib: run_with_file /b$$1/i/module/a.obj | /b$$1/o/core.lib',
    "  command = lld-link '@/b$$1/o/module.dll.rsp'",
    '  label = link module.dll',
    '  arguments = /out:/b$$1/o/module.dll /b$$1/i/module/a.obj',
    '  rspfile = /b$$1/o/module.dll.rsp',
  ]);
});

test('a step waits for the program that it runs; files of known text are written beforehand', () => {
  expect(statement('build /b$$1/i/freeze/os.h')[0]).toBe('build /b$$1/i/freeze/os.h: run | /b$$1/o/freeze.exe');
  expect(text).not.toContain('k.h');
  expect(knownFiles(plan, NAMES)).toEqual([{ path: { root: 'intermediate', path: 'freeze/k.h' }, text: 'k\r\n' }]);
  expect(knownFiles(plan, ['core'])).toEqual([]);
});

test('projects are targets, and come with those that they refer to', () => {
  expect(lines).toContain('build module: phony /b$$1/o/module.dll /b$$1/o/module.lib');
  const some = writeNinja(plan, TOOLS, ROOTS, ['module']);
  expect(some).toContain('build core: phony');
  expect(some).not.toContain('alone');
  expect(withReferences(plan, ['module']).map(({ name }) => name)).toEqual(['core', 'module']);
  expect(() => withReferences(plan, ['nosuch'])).toThrow('nosuch');
});

test('a plan is plain data', () => {
  expect(writeNinja(JSON.parse(JSON.stringify(plan)), TOOLS, ROOTS, NAMES)).toBe(text);
  expect(objectsOf(plan.projects[0] ?? expect.fail()).map(({ path }) => path)).toEqual(['freeze/a.obj']);
});

test('headers are known by what the compiler prints', () => {
  expect(text).toContain('  deps = msvc\n  msvc_deps_prefix = Note: including file:\n');
});

/** By the rules of CommandLineToArgvW, written down a second time. */
function taken(line: string): string[] {
  const args: string[] = [];
  for (let at = 0; at < line.length; at++) {
    if (line[at] === ' ') continue;
    let arg = '';
    let quoted = false;
    for (; at < line.length && (quoted || line[at] !== ' '); at++) {
      let slashes = 0;
      while (line[at] === '\\') {
        slashes++;
        at++;
      }
      if (line[at] !== '"') {
        arg += '\\'.repeat(slashes);
        if (slashes > 0) at--;
        else arg += line[at] ?? '';
      } else {
        arg += '\\'.repeat(Math.floor(slashes / 2));
        if (slashes % 2 === 1) arg += '"';
        else quoted = !quoted;
      }
    }
    args.push(arg);
  }
  return args;
}

test('any arguments come out as they went in', () => {
  const arg = fc.string({ unit: fc.constantFrom('a', ' ', '"', '\\', "'", '$', ':'), minLength: 0, maxLength: 8 });
  fc.assert(
    fc.property(fc.array(arg, { maxLength: 4 }), (args) => {
      expect(taken(commandLine(args, 'windows'))).toEqual(args);
      const posix = commandLine(args, 'posix');
      const words = [...posix.matchAll(/(?:'[^']*'|\\'|[^\s'\\])+/g)].map(([word]) =>
        word.replace(/\\'|'([^']*)'/g, (all, inner) => (all === "\\'" ? "'" : inner)),
      );
      expect(words).toEqual(args);
    }),
  );
});

test('ninja’s escapes', () => {
  expect(ninjaPath('C:\\a b$c')).toBe('C$:\\a$ b$$c');
  expect(ninjaValue('a b:$c')).toBe('a b:$$c');
  expect(() => ninjaValue('a\nb')).toThrow('line break');
});
