/** The whole driver, with a stand-in for Windows: a shell that does what cmd.exe would, in a file system of this machine. */
import { chmod, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { makeBuild } from '../../../src/builds/driver.ts';
import { msbuild } from '../../../src/builds/msbuild/driver.ts';
import { planMsbuild } from '../../../src/builds/msbuild/plan.ts';
import type { BuildOptions, BuildRequest } from '../../../src/builds/types.ts';
import { openCheckout } from '../../../src/checkout/open.ts';
import type { Checkout } from '../../../src/checkout/types.ts';
import { UserError } from '../../../src/system/diagnostic.ts';
import type { Step } from '../../../src/system/events.ts';
import { resolveTarget } from '../../../src/targets/descriptors.ts';
import type { TargetDescriptor } from '../../../src/targets/types.ts';
import type { WindowsSystem } from '../../../src/targets/visual-studio/find.ts';
import { STUDIO_2022, type StandIn, standIn } from '../../targets/visual-studio/rig.ts';
import { makeRig, patchOf, type Rig } from '../rig.ts';

const BAT = [
  ...['set parallel=/m', 'call "%dir%find_python.bat" %PYTHON%'],
  ...['-c', '-p', '-e', '-E', '-m', '-M', '--pgo'].map((flag) => `if "%~1"=="${flag}" (set x=%2)`),
].join('\n');
const PYD = '<Project><PropertyGroup><TargetExt>.pyd</TargetExt></PropertyGroup></Project>';
const FRAME = 'int frame(void)\r\n{\r\n    return 1;\r\n}\r\n';
const PYTHON = { py: '3 12 C:\\Program Files\\Python312\\python.exe\r\n' };

/** What stands in for cmd.exe: it writes down what it was told, and leaves what a build leaves. */
const SHELL = (calls: string) => `#!/bin/sh
printf '%s\\n' "$5" > ${calls}/line
env | sort > ${calls}/env
pwd > ${calls}/cwd
if grep -q undeclared ../Objects/frameobject.c; then
  echo "  frameobject.c"
  echo "$(cd .. && pwd)/Objects/frameobject.c(3,12): error C2065: 'undeclared': undeclared identifier [C:\\\\x\\\\pythoncore.vcxproj]"
  exit 1
fi
echo "  pythoncore.vcxproj -> python39.dll"
mkdir -p amd64
printf '#!/bin/sh\\nprintf "3.9.2 %%s" %s\\n' "$(cd .. && pwd)/Lib" > amd64/python.exe
chmod +x amd64/python.exe
: > amd64/python39.dll; : > amd64/python3.dll; : > amd64/_socket.pyd
`;

let rig: Rig;
let checkout: Checkout;
let target: TargetDescriptor;
beforeEach(async () => {
  rig = await makeRig();
  const tree = rig.checkout.root;
  const files = {
    'Include/patchlevel.h': (await readFile(path.join(tree, 'Include/patchlevel.h'), 'utf8'))
      .replace('PY_MAJOR_VERSION 2', 'PY_MAJOR_VERSION 3')
      .replace('PY_MINOR_VERSION 7', 'PY_MINOR_VERSION 9')
      .replace('PY_MICRO_VERSION 18', 'PY_MICRO_VERSION 2')
      .replace('2.7.18', '3.9.2'),
    'Objects/frameobject.c': FRAME,
    'PC/pyconfig.h': '',
    'PCbuild/build.bat': BAT,
    'PCbuild/find_python.bat': 'assert sys.version_info[:2] >= (3, 10)',
    'PCbuild/_socket.vcxproj': PYD,
    'PCbuild/_ssl.vcxproj': PYD,
    'PCbuild/pythoncore.vcxproj': '<Project />',
  };
  for (const [name, text] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(tree, name)), { recursive: true });
    await writeFile(path.join(tree, name), text, 'latin1');
  }
  checkout = await openCheckout(tree, rig.ctx);
  target = await resolveTarget('msvc-x64', rig.folder, 'win32');
});
afterEach(() => rig.remove());

async function machine(given: StandIn = {}): Promise<WindowsSystem> {
  const shell = path.join(rig.folder, 'shell');
  await writeFile(shell, SHELL(rig.folder));
  await chmod(shell, 0o755);
  const system = standIn({ programs: PYTHON, ...given, env: { ComSpec: shell, PATH: process.env.PATH ?? '' } });
  return {
    ...system,
    list: async (folder) => {
      const words = await system.list(folder);
      return words.length > 0 ? words : readdir(folder).catch(() => []);
    },
    isFile: async (file) =>
      (await system.isFile(file)) || ((await stat(file).catch(() => undefined))?.isFile() ?? false),
  };
}

const request = (options: Partial<BuildOptions> = {}, patches: BuildRequest['patches'] = []): BuildRequest => ({
  variant: patches.length === 0 ? 'baseline' : 'patched',
  checkout,
  patches,
  target,
  options: { pgo: false, modules: 'all', configure: [], launcher: 'none', ...options },
});
const said: string[] = [];
const work = {
  share: { jobs: 2 },
  step: { progress: (text: string) => void said.push(text) } as unknown as Step,
};
async function build(given = request(), system?: WindowsSystem) {
  const on = system ?? (await machine());
  return makeBuild(
    msbuild(() => on),
    await planMsbuild(given, 0, rig.ctx, on),
    work,
    rig.ctx,
  );
}
const told = (name: string) => readFile(path.join(rig.folder, name), 'utf8');
async function refusal(given: BuildRequest, system?: WindowsSystem) {
  const error: unknown = await planMsbuild(given, 0, rig.ctx, system ?? (await machine())).catch((one: unknown) => one);
  if (!(error instanceof UserError)) throw new Error(`no UserError: ${error}`);
  return error.diagnostics[0];
}

describe('a build', () => {
  test('is made by build.bat in a copy of the sources, and recorded', async () => {
    const made = await build();
    if ('diagnostics' in made) throw new Error(JSON.stringify(made));
    const pcbuild = path.join(made.src, 'PCbuild');
    expect(await told('line')).toBe(
      `"${pcbuild}/build.bat -p x64 -c Release -E -M "/p:PlatformToolset=v142" /m:2 "/p:CL_MPCount=2""\n`,
    );
    expect((await told('cwd')).trim()).toBe(pcbuild);
    expect(made).toMatchObject({
      target: 'msvc-x64',
      pythonVersion: '3.9.2',
      python: path.join(pcbuild, 'amd64', 'python.exe'),
      compiler: {
        version: 'Microsoft Visual C++ 14.29.30133 (v142)',
        path: `${STUDIO_2022}\\VC\\Tools\\MSVC\\14.29.30133\\bin\\Hostx64\\x64\\cl.exe`,
      },
      missingModules: ['_ssl'],
    });
    expect(made.commands.make).toEqual([
      'PCbuild\\build.bat',
      '-p',
      'x64',
      '-c',
      'Release',
      '-E',
      '-M',
      '/p:PlatformToolset=v142',
    ]);
    expect(JSON.parse(await readFile(path.join(made.root, 'build.json'), 'utf8'))).toEqual(made);
    expect(await readFile(made.logs.make ?? '', 'utf8')).toContain('pythoncore.vcxproj -> python39.dll');
  });

  test('has a clean environment, English messages, and programs that were found here', async () => {
    const made = await build(request({ cflags: '/O1' }));
    const lines = (await told('env')).split('\n');
    expect(lines).toContain('VSLANG=1033');
    expect(lines).toContain(`MSBUILD="${STUDIO_2022}\\MSBuild\\Current\\Bin\\amd64\\MSBuild.exe"`);
    expect(lines).toContain('PYTHON="C:\\Program Files\\Python312\\python.exe"');
    expect(lines).toContain('_CL_=/O1');
    if ('diagnostics' in made) throw new Error();
    expect(lines).toContain(`GIT_CEILING_DIRECTORIES=${made.root}`);
    expect(lines.filter((line) => /CFLAGS|HOME=/.test(line))).toEqual([]);
  });

  test('its scripts end their lines as cmd.exe needs it; sources stay as they are', async () => {
    const made = await build();
    if ('diagnostics' in made) throw new Error();
    expect(await readFile(path.join(made.src, 'PCbuild/build.bat'), 'latin1')).toBe(BAT.replaceAll('\n', '\r\n'));
    expect(await readFile(path.join(made.src, 'Objects/frameobject.c'), 'latin1')).toBe(FRAME);
    expect(await readFile(path.join(checkout.root, 'PCbuild/build.bat'), 'latin1')).toBe(BAT);
  });

  test('that fails says where, and which edit did it', async () => {
    const patch = patchOf('Objects/frameobject.c', FRAME, 'return 1', 'return undeclared');
    const failed = await build(request({}, [patch]));
    if (!('diagnostics' in failed)) throw new Error('it was built');
    expect(failed).toMatchObject({ step: 'make', variant: 'patched' });
    expect(failed.diagnostics[0]).toMatchObject({
      code: 'build/compile-error',
      message: "'undeclared': undeclared identifier (C2065)",
      place: { file: 'Objects/frameobject.c', line: 3, column: 12 },
      hint: expect.stringContaining('test-recipe'),
    });
  });

  test('that leaves no interpreter has failed, however its script ended', async () => {
    const system = await machine();
    await writeFile(path.join(rig.folder, 'shell'), '#!/bin/sh\necho nothing to do\n');
    expect(await build(request(), system)).toMatchObject({
      step: 'make',
      diagnostics: [{ code: 'build/make-failed' }],
    });
  });
});

describe('what is asked for reaches the script, and the fingerprint', () => {
  const key = async (options: Partial<BuildOptions>) => {
    const { configure, fingerprint } = await planMsbuild(request(options), 0, rig.ctx, await machine());
    return { words: configure.join(' '), fingerprint };
  };
  test('externals and profiles', async () => {
    const [plain, externals, pgo] = [await key({}), await key({ externals: true }), await key({ pgo: true })];
    expect(externals.words).toContain(' -e ');
    expect(pgo.words).toContain(' --pgo ');
    expect(plain.words).not.toMatch(/ -e | --pgo /);
    expect(new Set([plain, externals, pgo].map(({ fingerprint }) => fingerprint)).size).toBe(3);
  });
  test('with externals the script may look for a Python itself', async () => {
    const { env } = await planMsbuild(request({ externals: true }), 0, rig.ctx, await machine({ programs: {} }));
    expect(env).not.toHaveProperty('PYTHON');
  });
});

describe('what cannot be done is said before anything is made', () => {
  test('no Visual Studio', async () => {
    expect(await refusal(request(), await machine({ files: [] }))).toMatchObject({ code: 'target/no-visual-studio' });
  });
  test('no toolset that the version can take', async () => {
    expect(await refusal(request(), await machine({ toolsets: ['14.00.24210'] }))).toMatchObject({
      code: 'build/toolset',
      hint: expect.stringContaining('Visual Studio Installer'),
    });
  });
  test('no Python that generates sources, or one that is too old', async () => {
    for (const programs of [{}, { py: '3 9 C:\\python.exe' }]) {
      expect(await refusal(request(), await machine({ programs }))).toMatchObject({
        code: 'build/no-python-for-build',
        hint: expect.stringContaining('--externals'),
      });
    }
  });
  test('an option of configure', async () => {
    expect(await refusal(request({ configure: ['--with-pydebug'] }))).toMatchObject({ code: 'build/no-such-option' });
  });
  test('a cache whose name is too long, or that cmd.exe cannot work in', async () => {
    const short = rig.ctx;
    for (const [cacheDir, code] of [
      [path.join(rig.folder, 'x'.repeat(120)), 'build/path-too-long'],
      [path.join(rig.folder, '100%'), 'build/path'],
    ] as const) {
      rig = { ...rig, ctx: { ...short, cacheDir } };
      expect(await refusal(request())).toMatchObject({ code, hint: expect.stringContaining('FORKWRIGHT_CACHE') });
    }
  });
});
