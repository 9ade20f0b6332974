import { chmod, mkdir, readFile, readlink, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { buildAll } from '../../src/builds/build-all.ts';
import type { Build, BuildOutcome, BuildRequest } from '../../src/builds/types.ts';
import { openCheckout } from '../../src/checkout/open.ts';
import type { Context } from '../../src/system/context.ts';
import { runProcess } from '../../src/system/process.ts';
import { HOST } from '../../src/targets/descriptors.ts';
import { expandTarget } from '../../src/targets/environment.ts';
import type { TargetDescriptor } from '../../src/targets/types.ts';
import { FRAMEOBJECT, makeRig, patchOf, type Rig } from './rig.ts';

let rig: Rig;
let ctx: Context;
let cell: TargetDescriptor;
beforeEach(async () => {
  rig = await makeRig();
  const bin = path.join(rig.folder, 'bin');
  await mkdir(bin);
  for (const name of ['gcc', 'cell-gcc']) await symlink(path.join(rig.folder, 'cc'), path.join(bin, name));
  for (const name of ['ar', 'ranlib', 'readelf']) await symlink('/bin/true', path.join(bin, `cell-${name}`));
  // Says that it was there, and starts what stands after -0 NAME.
  const emulator = path.join(bin, 'emulate');
  await writeFile(
    emulator,
    `#!/bin/sh\necho "emulate $*" >> ${rig.folder}/control/calls\nwhile test "$1" != -0; do shift; done; shift 2; exec "$@"\n`,
  );
  await chmod(emulator, 0o755);
  ctx = { ...rig.ctx, env: { ...rig.ctx.env, FORKWRIGHT_PATH: `${bin}:/usr/local/bin:/usr/bin:/bin` } };
  const described: TargetDescriptor = {
    ...HOST,
    name: 'cell',
    host: 'cell',
    toolchain: { environment: { CELLDEV: { default: '/opt/cell' } } },
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the descriptor’s own form
    configure: ['--with-sdk=${CELLDEV}'],
    site: { ac_cv_thing: 'no' },
    run: { runner: 'qemu', program: emulator, cpu: 'power7' },
  };
  cell = expandTarget(described, ctx);
});
afterEach(() => rig.remove());

const request = (variant: 'baseline' | 'patched', target = cell): BuildRequest => ({
  ...rig.request(variant, variant === 'patched' ? [patch] : []),
  target,
});
const patch = patchOf('Objects/frameobject.c', FRAMEOBJECT, 'return zombie', 'return 0');
function built(outcome: BuildOutcome | undefined): Build {
  if (outcome?.ok !== true) throw new Error(`not built: ${JSON.stringify(outcome, undefined, 1)}`);
  return outcome.build;
}
const configureCalls = async () => (await rig.calls()).filter((call) => call.startsWith('configure'));

test('one build python for this machine serves all variants, and is first on their PATH', async () => {
  const [baseline, patched] = (await buildAll([request('baseline'), request('patched')], ctx)).map(built) as [
    Build,
    Build,
  ];
  const [own, cross, ...rest] = await configureCalls();
  expect(rest).toEqual([]);
  expect(own).not.toContain('--host');
  expect(cross).toContain('--build=x86_64-linux-gnu --host=cell');
  expect(cross).toContain('--with-sdk=/opt/cell CC=cell-gcc AR=cell-ar RANLIB=cell-ranlib READELF=cell-readelf');
  expect(baseline.env.PATH).toMatch(/^\$ROOT\/host:/);
  expect(baseline.env.CELLDEV).toBe('/opt/cell');
  const [one, other] = await Promise.all(
    [baseline, patched].map(({ root }) => readlink(path.join(root, 'host/python2.7'))),
  );
  expect(one).toBe(other);
  expect(one).not.toBe(baseline.python);
  expect(one).toContain(String(baseline.inputs.buildPython));
  expect(await readFile(path.join(patched.root, 'config.site'), 'utf8')).toBe('ac_cv_thing=no\n');
});

test('the interpreter is started by the emulator, and starts itself by the script beside it', async () => {
  const [outcome] = await buildAll([request('baseline')], ctx);
  const { wrapper = '', python, obj } = built(outcome);
  expect(wrapper).toBe(path.join(obj, 'python-run'));
  const started = (await rig.calls()).filter((call) => call.startsWith('emulate'));
  expect(started[0]).toContain(`emulate -cpu power7 -0 ${wrapper} ${python} -c`);
  const child = await runProcess(wrapper, ['-c', 'pass'], { cwd: '/', env: {}, timeoutMs: 10_000 });
  expect(child.stdout).toContain('2.7.18');
  expect(await rig.calls()).toContain(`emulate -cpu power7 -0 ${wrapper} ${python} -c pass`);
});

test.each([
  ['starts the interpreter that it has made is given its emulator', '', true],
  ['has a build python for that is given none', 'PYTHON_FOR_BUILD=\tpython2.7\n', false],
])('a Makefile that %s', async (_, line, emulated) => {
  const configure = path.join(rig.checkout.root, 'configure');
  const text = await readFile(configure, 'utf8');
  await writeFile(configure, text.replace('BUILDDIR=', `${line}BUILDDIR=`));
  const checkout = await openCheckout(rig.checkout.root, ctx);
  const [outcome] = await buildAll([{ ...request('baseline'), checkout }], ctx);
  const { make } = built(outcome).commands;
  const run = make.filter((word) => word.startsWith('RUNSHARED='));
  expect(run).toEqual(emulated ? [expect.stringMatching(/^RUNSHARED=.*emulate -cpu power7 -0 \.\/python$/)] : []);
});

test('what reaches the build is in its fingerprint: answers, modules, the emulator', async () => {
  const keys = new Set<string>();
  for (const more of [{}, { site: {} }, { modules: { set: 'static' as const } }, { goals: ['sharedmods'] }]) {
    const [outcome] = await buildAll([request('baseline', { ...cell, ...more })], ctx);
    keys.add(outcome?.ok ? outcome.build.key : 'failed');
  }
  expect(keys.size).toBeGreaterThanOrEqual(3);
});

test('a build python that fails is the failure of every build that needs it', async () => {
  await rig.tell('configure-fails');
  const outcomes = await buildAll([request('baseline'), request('patched')], ctx);
  expect(outcomes.map(({ ok }) => ok)).toEqual([false, false]);
  expect(await configureCalls()).toHaveLength(1);
  expect(outcomes.map(({ variant }) => variant)).toEqual(['baseline', 'patched']);
});

test('an emulator that is not there is told before anything is built', async () => {
  const target: TargetDescriptor = { ...cell, run: { runner: 'qemu', program: 'qemu-cell' } };
  await expect(buildAll([request('baseline', target)], ctx)).rejects.toMatchObject({
    diagnostics: [{ code: 'target/no-emulator', hint: expect.stringContaining('qemu-user') }],
  });
  expect(await rig.calls()).toEqual([]);
});

test('a version that the target refuses is told in its words, without a compiler', async () => {
  const target: TargetDescriptor = { ...cell, host: 'nowhere', versions: [{ python: '2.7', refuse: 'it is too old' }] };
  await expect(buildAll([request('baseline', target)], ctx)).rejects.toMatchObject({
    diagnostics: [{ code: 'target/version', message: expect.stringContaining('target cell: it is too old') }],
  });
});
