import fc from 'fast-check';
import { expect, test } from 'vitest';
import { knownFiles, objectsOf, type ToolSet, withReferences, writeNinja } from '../../../src/builds/pcbuild/index.ts';
import { commandLine, ninjaPath, ninjaValue } from '../../../src/builds/pcbuild/quoting.ts';
import { planOf, solution, vcxproj } from './rig.ts';

const TOOLS: ToolSet = {
  name: 'test tools',
  headers: { style: 'gcc', args: (file) => ['/clang:-MD', `/clang:-MF${file}`] },
  launcher: ['ccache', '--x'],
  compile: (unit, _, { at }) => ({
    program: 'clang',
    args: ['/c', ...unit.defines.map((define) => `-D${define}`), `/Fo${at(unit.object)}`, at(unit.source)],
    reads: ['/shim/shim.h'],
  }),
  resource: (unit, _, { at }) => ({ program: 'rc', args: [at(unit.source)] }),
  assemble: (unit, _, { at }) => ({ program: 'ml', args: [at(unit.source)] }),
  link: (link, objects, _, { at }) => ({
    program: 'lld-link',
    args: [`/out:${at(link.output)}`, ...objects.map(at)],
    responseFrom: 1,
  }),
  step: (step, _, { at }) => (step.kind === 'run' ? { program: 'wine', args: [at(step.program)] } : undefined),
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
const text = writeNinja(plan, TOOLS, ROOTS, { shell: 'posix' });
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
    'build /b$$1/i/core/a.obj: compile /my$ src/Modules/a.c | /shim/shim.h || /b$$1/i/freeze/os.h',
    "  command = ccache --x clang /c '-DN=\"a b\"' '/Fo/b$$1/i/core/a.obj' '/my src/Modules/a.c' /clang:-MD '/clang:-MF/b$$1/i/core/a.obj.d'",
    '  label = Modules/a.c',
  ]);
});

test('a link: its import library is an output, others’ are inputs, its arguments lie in a file', () => {
  expect(statement('build /b$$1/o/module.dll')).toEqual([
    'build /b$$1/o/module.dll | /b$$1/o/module.lib: run_with_file /b$$1/i/module/a.obj | /b$$1/o/core.lib',
    "  command = lld-link '/out:/b$$1/o/module.dll' '@/b$$1/o/module.dll.rsp'",
    '  label = link module.dll',
    '  arguments = /b$$1/i/module/a.obj',
    '  rspfile = /b$$1/o/module.dll.rsp',
  ]);
});

test('a step waits for the program that it runs; files of known text are written beforehand', () => {
  expect(statement('build /b$$1/i/freeze/os.h')[0]).toBe('build /b$$1/i/freeze/os.h: run | /b$$1/o/freeze.exe');
  expect(text).not.toContain('k.h');
  expect(knownFiles(plan)).toEqual([{ path: { root: 'intermediate', path: 'freeze/k.h' }, text: 'k\r\n' }]);
  expect(knownFiles(plan, ['core'])).toEqual([]);
});

test('projects are targets, and come with those that they refer to', () => {
  expect(lines).toContain('build module: phony /b$$1/o/module.dll /b$$1/o/module.lib');
  const some = writeNinja(plan, TOOLS, ROOTS, { shell: 'posix', projects: ['module'] });
  expect(some).toContain('build core: phony');
  expect(some).not.toContain('alone');
  expect(withReferences(plan, ['module']).map(({ name }) => name)).toEqual(['core', 'module']);
  expect(() => withReferences(plan, ['nosuch'])).toThrow('nosuch');
});

test('a plan is plain data', () => {
  expect(writeNinja(JSON.parse(JSON.stringify(plan)), TOOLS, ROOTS, { shell: 'posix' })).toBe(text);
  expect(objectsOf(plan.projects[0] ?? expect.fail()).map(({ path }) => path)).toEqual(['freeze/a.obj']);
});

test('showIncludes, and Windows’ paths and quotes', () => {
  const headers = { style: 'msvc', args: ['/showIncludes'], prefix: 'Note: including file:' } as const;
  const roots = { source: 'C:\\my src', intermediate: 'C:\\i', output: 'C:\\o', externals: 'C:\\x' };
  const windows = writeNinja(plan, { ...TOOLS, headers }, roots, { shell: 'windows' });
  expect(windows).toContain('  deps = msvc\n  msvc_deps_prefix = Note: including file:\n');
  expect(windows).toContain('build C$:\\i\\core\\a.obj: compile C$:\\my$ src\\Modules\\a.c |');
  expect(windows).toContain('"-DN=\\"a b\\"" /FoC:\\i\\core\\a.obj "C:\\my src\\Modules\\a.c" /showIncludes');
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
