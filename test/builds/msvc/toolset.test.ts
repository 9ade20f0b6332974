import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ClangClOptions, clangCl, toolNames } from '../../../src/builds/msvc/clang-cl.ts';
import { chosenProjects, visualCOf } from '../../../src/builds/msvc/projects.ts';
import { findSdk, type Sysroot, sysrootOptions } from '../../../src/builds/msvc/sysroot.ts';
import type { BuildPath } from '../../../src/builds/pcbuild/index.ts';
import { UserError } from '../../../src/system/diagnostic.ts';
import { planOf, solution, vcxproj } from '../pcbuild/rig.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'forkwright-sdk-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));
const folders = async (root: string, ...names: string[]) => {
  for (const name of names) await mkdir(path.join(folder, root, name), { recursive: true });
  return path.join(folder, root);
};
const below = (root: string, found: readonly string[]) => found.map((one) => path.relative(root, one));

test('an SDK as xwin lays it out', async () => {
  const sdk = ['ucrt', 'um', 'shared'].map((kind) => `sdk/include/${kind}`);
  const libraries = ['crt/lib/x86_64', 'sdk/lib/ucrt/x86_64', 'sdk/lib/um/x86_64'];
  const root = await folders('xwin', 'crt/include', ...sdk, ...libraries);
  const found = await findSdk(root);
  expect(found).toMatchObject({ kind: 'sdk', title: 'a Microsoft SDK (xwin)' });
  expect(below(root, found.includes)).toEqual(['crt/include', ...sdk]);
  expect(below(root, found.libraries)).toEqual(libraries);
});

test('an SDK as msvc-wine lays it out: the youngest version of each part', async () => {
  const version = '10.0.22621.0';
  const root = await folders(
    'msvc-wine',
    ...['VC/Tools/MSVC/14.9.1', 'VC/Tools/MSVC/14.36.2/include', 'VC/Tools/MSVC/14.36.2/lib/x64'],
    ...['ucrt', 'um', 'shared'].map((kind) => `kits/10/Include/${version}/${kind}`),
    ...['ucrt', 'um'].map((kind) => `kits/10/Lib/${version}/${kind}/x64`),
  );
  const found = await findSdk(root);
  expect(below(root, found.includes)[0]).toBe('VC/Tools/MSVC/14.36.2/include');
  expect(below(root, found.libraries).at(-1)).toBe(`kits/10/Lib/${version}/um/x64`);
});

test('half an SDK, and none, are told', async () => {
  const half = await folders('half', 'crt/lib/x86_64');
  await expect(findSdk(half)).rejects.toThrow('is not whole');
  await expect(findSdk(path.join(folder, 'none'))).rejects.toThrow(UserError);
});

const MINGW: Sysroot = { kind: 'mingw', title: 'm', includes: ['/m/include'], libraries: ['/m/lib'] };
const SDK: Sysroot = { kind: 'sdk', title: 's', includes: ['/s/include'], libraries: ['/s/lib'] };
const UCRT = visualCOf({ properties: { PlatformToolset: 'v142' } });

test('mingw-w64 gets our headers, an SDK does not', () => {
  expect(sysrootOptions(SDK, UCRT, '/shim')).toEqual(['-imsvc', '/s/include']);
  const old = visualCOf({ properties: { PlatformToolset: 'v90' } });
  expect(old).toEqual({ version: '15.00', library: 'msvcr90' });
  expect(sysrootOptions(MINGW, old, '/shim')).toEqual([
    ...['-DFORKWRIGHT_MSVCR=0x0900', '-FI/shim/include/forkwright-msvc.h', '-I/shim/first'],
    ...['-imsvc', '/shim/include', '-imsvc', '/m/include'],
  ]);
});

const plan = await planOf({
  'Modules/a.c': '',
  'PCbuild/pcbuild.proj': solution('core', 'other'),
  'PCbuild/core.vcxproj': vcxproj('<ItemGroup><ClCompile Include="..\\Modules\\a.c" /></ItemGroup>'),
  'PCbuild/other.vcxproj': vcxproj('<ItemGroup><ClCompile Include="..\\Modules\\a.c" /></ItemGroup>', {
    kind: 'Application',
  }),
});
const [core = expect.fail()] = plan.projects;
const at = ({ root, path: below }: BuildPath) => `/w/${root}/${below}`;
const options: ClangClOptions = {
  tools: { clang: '/clang', lldLink: '/lld', llvmLib: '/lib', llvmDlltool: '/dll', llvmRc: '/rc', llvmMl: '/ml' },
  ...{ visualC: UCRT, sysroot: MINGW, shim: '/shim', libraries: ['/own'], icons: '/icons', folder: '/w' },
};

test('a unit: named from the build’s folder, without what only Microsoft’s compiler has', () => {
  const [unit = expect.fail()] = core.units;
  const asked = { ...unit, switches: ['/O2', '/MT', '/GL', '/Zi', '/Zm200'], defines: ['A="b"', '_M_X64'] };
  const args = clangCl(options).compile(asked, at);
  expect(args.slice(-2)).toEqual(['/TC', 'source/Modules/a.c']);
  expect(args).toEqual(expect.arrayContaining(['/O2', '/MD', '-DA="b"', '-fms-compatibility-version=19.28']));
  for (const one of ['/GL', '/Zi', '/Zm200', '/MT', '-D_M_X64']) expect(args).not.toContain(one);
  // A real SDK has the C library as a static one as well.
  expect(clangCl({ ...options, sysroot: SDK }).compile(asked, at)).toContain('/MT');
});

test('a link: never folds equal functions; a control’s objects come in another order', () => {
  const objects = core.units.map(({ object }) => object);
  const two = [...objects, { root: 'intermediate', path: 'b.obj' } as const];
  const link = (more: Partial<ClangClOptions> = {}) => clangCl({ ...options, ...more }).link(core.link, two, at);
  expect(link()).toEqual(expect.arrayContaining(['/opt:noref,noicf', '/dll', '/libpath:/own', '/libpath:/m/lib']));
  expect(link().filter((one) => /^\/(?:LTCG|DEBUG$)/i.test(one))).toEqual([]);
  const order = (args: readonly string[]) => args.filter((one) => one.endsWith('.obj'));
  expect(order(link({ order: (all) => all.toReversed() }))).toEqual(order(link()).toReversed());
});

test('the tools of one LLVM; core modules are without other programs', () => {
  expect(toolNames('clang-14')).toMatchObject({ lldLink: 'lld-link-14', llvmRc: 'llvm-rc-14' });
  expect(toolNames('clang').lldLink).toBe('lld-link');
  expect(chosenProjects(plan, 'core')).toEqual(['core']);
  expect(chosenProjects(plan, 'all')).toEqual(['core', 'other']);
});

test('programs that are built on the way are run by Wine, scripts by the build python; without them nothing is', () => {
  const step = { time: 'after-build', target: 't', place: { file: 'x' }, inputs: [], outputs: [] } as const;
  const source = { root: 'source', path: 'Lib/abc.py' } as const;
  const program = { root: 'output', path: '_freeze_module.exe' } as const;
  const script = { root: 'source', path: 'Tools/deepfreeze.py' } as const;
  const { step: here } = clangCl({ ...options, run: { wine: '/run', python: '/python' } });
  // From the build's folder, so that all variants' lines are the same.
  expect(here({ ...step, kind: 'run', program, args: ['abc', source] }, at)).toEqual([
    ...['/run', '/w/output/_freeze_module.exe', 'abc', 'source/Lib/abc.py'],
  ]);
  const args = [{ path: source, suffix: ':abc' }, '-o', source] as const;
  expect(here({ ...step, kind: 'python', program: script, args }, at)).toEqual([
    ...['/python', '/w/source/Tools/deepfreeze.py', '/w/source/Lib/abc.py:abc', '-o', '/w/source/Lib/abc.py'],
  ]);
  expect(clangCl(options).step({ ...step, kind: 'run', program, args: [] }, at)).toBeUndefined();
});

test('what makes frozen modules is built where they are not in the tree', () => {
  const freeze = { ...core, name: '_freeze_module', link: { ...core.link, kind: 'exe' as const } };
  const made = { time: 'after-build', target: 't', place: { file: 'x' }, inputs: [], outputs: [] } as const;
  const run = { ...made, kind: 'run', program: { root: 'output', path: 'x.exe' }, args: [] } as const;
  expect(chosenProjects({ projects: [freeze, core] }, 'core')).toEqual(['core']);
  expect(chosenProjects({ projects: [{ ...freeze, steps: [run] }, core] }, 'core')).toEqual(['_freeze_module', 'core']);
});
