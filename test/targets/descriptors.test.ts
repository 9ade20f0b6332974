import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parseVersion } from '../../src/checkout/version.ts';
import { UserError } from '../../src/system/diagnostic.ts';
import { allTargets, resolveTarget } from '../../src/targets/descriptors.ts';
import { expandTarget } from '../../src/targets/environment.ts';
import { forVersion } from '../../src/targets/for-version.ts';
import { notMeasurable, runnerFor } from '../../src/targets/runner.ts';
import type { TargetDescriptor } from '../../src/targets/types.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'fw-targets-'));
});
afterEach(() => rm(folder, { recursive: true }));

const settings = (text: string) => writeFile(path.join(folder, 'forkwright.yml'), text);
async function problems(text: string) {
  await settings(text);
  const error: unknown = await allTargets(folder).catch((reason: unknown) => reason);
  if (!(error instanceof UserError)) throw new Error(`no UserError: ${error}`);
  expect(error.exitCode).toBe(2);
  return error.diagnostics.map(({ code, message, place, hint }) => ({
    code,
    message,
    hint,
    at: `${place?.line}:${place?.column}`,
  }));
}
function version(text: string) {
  const [major, minor, micro] = text.split('.');
  const header = `#define PY_MAJOR_VERSION ${major}\n#define PY_MINOR_VERSION ${minor}\n#define PY_MICRO_VERSION ${micro}\n#define PY_RELEASE_LEVEL PY_RELEASE_LEVEL_FINAL\n#define PY_RELEASE_SERIAL 0\n#define PY_VERSION "${text}"\n`;
  const parsed = parseVersion(header);
  if (parsed === undefined) throw new Error(text);
  return parsed;
}

describe('the built-in targets', () => {
  test('are valid, and each says how far it was tried', async () => {
    const targets = await allTargets(folder);
    expect(targets.map(({ name }) => name)).toEqual([
      'host',
      'linux-arm64',
      'linux-ppc32',
      'msvc-x64',
      'ps3-linux',
      'ps3-linux-static',
      'ps3-psl1ght',
    ]);
    for (const target of targets.filter(({ name }) => name !== 'host')) {
      expect(target.limits.join(), target.name).toMatch(
        /No (console|board|such machine)|no (console|board|such machine)/i,
      );
      // Wine translates no instructions.
      const emulated = target.run.runner === 'qemu';
      expect(notMeasurable(target, 'speed') ?? '', target.name).toContain(emulated ? 'functional only' : '');
    }
    expect(notMeasurable(targets[0] as TargetDescriptor, 'speed')).toBeUndefined();
  });

  test('refuse versions with a sentence', async () => {
    const psl1ght = await resolveTarget('ps3-psl1ght', folder);
    expect(() => forVersion(psl1ght, version('3.9.2'))).toThrow(
      /3\.9\.2 cannot be built for the target ps3-psl1ght: .*threads/,
    );
    expect(forVersion(psl1ght, version('2.7.18')).site).toMatchObject({ ac_cv_func_dlopen: 'no' });
  });

  test('find a toolchain where its variables say', async () => {
    const psl1ght = await resolveTarget('ps3-psl1ght', folder);
    expect(expandTarget(psl1ght, { env: { PS3DEV: '/opt/ps3' } }).toolchain?.folders).toEqual([
      '/opt/ps3/bin',
      '/opt/ps3/ppu/bin',
    ]);
    expect(expandTarget(psl1ght, { env: {} }).toolchain?.folders?.[0]).toBe('/usr/local/ps3dev/bin');
  });
});

describe('forkwright.yml', () => {
  test('is found upwards; a target extends another member by member', async () => {
    await settings(`recipes: [remove-zombieframe]
targets:
  - ps3-linux
  - name: board
    extends: linux-arm64
    cflags: -mcpu=cortex-a53
    site: {ac_cv_more: "yes"}
    run: {cpu: cortex-a53}
  - {name: by-hand, extends: board, run: {runner: manual, how: carry it over}}
`);
    const deep = path.join(folder, 'a/b');
    await mkdir(deep, { recursive: true });
    const board = await resolveTarget('board', deep);
    expect(board).toMatchObject({
      host: 'aarch64-linux-gnu',
      cflags: '-mcpu=cortex-a53',
      site: { ac_cv_file__dev_ptmx: 'no', ac_cv_more: 'yes' },
      run: { runner: 'qemu', program: 'qemu-aarch64', cpu: 'cortex-a53' },
    });
    expect((await resolveTarget('by-hand', deep)).run).toEqual({ runner: 'manual', how: 'carry it over' });
  });

  test('says nothing of targets: there are those that are built in', async () => {
    await settings('recipes: [remove-zombieframe]\n');
    expect((await allTargets(folder)).map(({ name }) => name)).toContain('ps3-linux');
  });

  test.each([
    [
      'targets:\n  - name: x\n    titel: y\n    run: {runner: native}\n',
      'target/unknown-key',
      '3:5',
      /did you mean title/,
    ],
    ['targets:\n  - name: x\n    title: y\n', 'target/missing-key', '2:5', /add run/],
    ['targets:\n  - name: x\n    title: 3\n    run: {runner: native}\n', 'target/invalid', '3:12', /quotes/],
    ['targets:\n  - {name: x, extends: linux-arm46}\n', 'target/extends', '2:24', /did you mean linux-arm64/],
    ['targets: {name: x}\n', 'target/invalid', '1:10', /- name/],
    ['targets:\n\t- name: x\n', 'target/yaml', '2:1', /spaces/],
    [
      'targets:\n  - name: x\n    title: y\n    python: "=>2.7"\n    run: {runner: native}\n',
      'target/invalid',
      '4:13',
      undefined,
    ],
  ])('%j is told where it is wrong', async (text, code, at, hint) => {
    const [first] = await problems(text);
    expect(first).toMatchObject({ code, at });
    if (hint !== undefined) expect(first?.hint).toMatch(hint);
  });

  test('all mistakes are told at once', async () => {
    const all = await problems('targets:\n  - {name: x, title: y}\n  - {name: X, title: y, run: {runner: native}}\n');
    expect(all.map(({ at }) => at)).toEqual(['2:5', '3:12']);
  });

  test.each(['970fx', '970MP_v1.1', 'POWER5+', 'power5p_v2.1'])(
    'a processor model that breaks is refused: %s',
    async (cpu) => {
      const [first] = await problems(`targets:\n  - {name: x, extends: ps3-linux, run: {cpu: ${cpu}}}\n`);
      expect(first?.message).toMatch(/memset leaves bytes unzeroed.*use power7/);
      expect(first?.at).toBe('2:46');
    },
  );

  test('and is no matter of other emulators', async () => {
    await settings('targets:\n  - {name: x, extends: ps3-linux, run: {cpu: power9}}\n');
    expect((await resolveTarget('x', folder)).run).toMatchObject({ cpu: 'power9' });
  });
});

describe('what differs by version', () => {
  const target: TargetDescriptor = {
    name: 'x',
    title: 'x',
    driver: 'configure-make',
    run: { runner: 'native' },
    limits: ['one'],
    python: '>=2.7 <3.10',
    otherwise: 'nobody tried',
    configure: ['--a'],
    cflags: '-O1',
    site: { a: 'no', b: 'no' },
    recipes: ['port'],
    versions: [
      {
        python: '<3.0',
        recipes: ['port-old'],
        configure: ['--old'],
        site: { b: 'yes' },
        limits: ['two'],
        cannot: { tests: 'no threads' },
      },
      { python: '2.7', cflags: '-O2' },
      { python: '>=3.8', refuse: 'too new' },
    ],
  };

  test('is merged in order, and the rest of the target stays', () => {
    expect(forVersion(target, version('2.7.18'))).toMatchObject({
      configure: ['--a', '--old'],
      cflags: '-O1 -O2',
      site: { a: 'no', b: 'yes' },
      limits: ['one', 'two'],
      cannot: { tests: 'no threads' },
      recipes: ['port', 'port-old'],
    });
    const { configure, limits, recipes } = forVersion(target, version('3.6.0'));
    expect({ configure, limits, recipes }).toEqual({ configure: ['--a'], limits: ['one'], recipes: ['port'] });
  });

  test('once merged, once more changes nothing', () => {
    const merged = forVersion(target, version('2.7.18'));
    expect(forVersion(merged, version('2.7.18'))).toEqual(merged);
  });

  test('is refused with the sentence that fits', () => {
    expect(() => forVersion(target, version('3.9.2'))).toThrow(/too new/);
    expect(() => forVersion(target, version('3.11.2'))).toThrow(/nobody tried/);
  });
});

describe('qemu', () => {
  const { command, counts } = runnerFor({
    run: { runner: 'qemu', program: 'qemu-ppc64', sysroot: '/usr/ppc', cpu: 'power7', args: ['-B', '0'] },
  });

  test('the environment is the interpreter’s, but for what its loader obeys', () => {
    const { file, args, env } = command({ python: '/o/python', wrapper: '/o/python-run' }, ['-c', 'pass'], {
      env: { PYTHONHASHSEED: '0' },
      loaderEnv: { LD_PRELOAD: '/o/count.so' },
      emulatorArgs: ['-plugin', 'p.so'],
    });
    expect([file, ...args].join(' ')).toBe(
      'qemu-ppc64 -L /usr/ppc -cpu power7 -B 0 -E LD_PRELOAD=/o/count.so -plugin p.so -0 /o/python-run /o/python -c pass',
    );
    expect(env).toMatchObject({ PYTHONHASHSEED: '0', LC_ALL: 'C' });
    expect(env).not.toHaveProperty('LD_PRELOAD');
    expect(counts).toEqual({ emulator: 'qemu-ppc64' });
  });

  test('an interpreter without a script is called what it is', () => {
    expect(command({ python: '/o/python' }, []).args.slice(-3)).toEqual(['-0', '/o/python', '/o/python']);
  });
});
