/** What a stranger's forkwright.yml names is not started before a person has looked at it. */
import { existsSync } from 'node:fs';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { UserError } from '../../src/system/diagnostic.ts';
import { findTarget } from '../../src/targets/descriptors.ts';
import { requirements } from '../../src/targets/requirements.ts';
import { targetFor } from '../../src/targets/resolve.ts';
import { isTrusted, trust, wouldRun } from '../../src/targets/trust.ts';

let folder: string;
let env: Record<string, string>;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'fw-trust-'));
  env = { FORKWRIGHT_CONFIG: path.join(folder, 'config') };
});
afterEach(() => rm(folder, { recursive: true }));

const settings = (text: string) => writeFile(path.join(folder, 'forkwright.yml'), text);
const resolved = (name: string, how: Record<string, string> = env) =>
  targetFor(name, { env: how }, {}, folder, 'linux');
async function trustNow(name: string) {
  const { target, file = '' } = await findTarget(name, folder, 'linux');
  await trust([target], file, env);
}

test('a compiler of the file is not started, and what it is is said', async () => {
  const mark = path.join(folder, 'was-run');
  const cc = path.join(folder, 'cc');
  await writeFile(cc, `#!/bin/sh\ntouch ${mark}\n`);
  await chmod(cc, 0o755);
  await settings(`targets:\n  - {name: host, extends: host, toolchain: {cc: [${cc}, -c, x]}}\n`);
  const error = (await resolved('host').catch((e: unknown) => e)) as UserError;
  expect(error.diagnostics[0]).toMatchObject({
    code: 'target/not-trusted',
    place: { file: path.join(folder, 'forkwright.yml') },
    detail: [`compiler: "${cc}" "-c" "x"`],
  });
  expect(existsSync(mark)).toBe(false);

  // The test can fail: trusted, it is started.
  await trustNow('host');
  const ctx = { env, signal: new AbortController().signal, emit: () => {}, cacheDir: folder, jobs: 1 };
  await requirements(await resolved('host'), ctx);
  expect(existsSync(mark)).toBe(true);
});

test('trusted once, by what it says and where it stands', async () => {
  await settings('gates: tests\ntargets:\n  - {name: a, title: a, run: {runner: native}, cflags: -O1}\n');
  await expect(resolved('a')).rejects.toThrow('nobody has trusted');
  await trustNow('a');
  await trustNow('a');
  expect((await readFile(path.join(env.FORKWRIGHT_CONFIG ?? '', 'trusted'), 'utf8')).split('\n')).toHaveLength(2);
  expect((await resolved('a')).cflags).toBe('-O1');

  // Gates start nothing: they may change.
  await settings('targets:\n  - {name: a, title: a, run: {runner: native}, cflags: -O1}\n');
  expect((await resolved('a')).cflags).toBe('-O1');
  await settings('targets:\n  - {name: a, title: a, run: {runner: native}, cflags: -fplugin=./x.so}\n');
  await expect(resolved('a')).rejects.toThrow('nobody has trusted');

  const { target } = await findTarget('a', folder, 'linux');
  await trust([target], '/elsewhere/forkwright.yml', env);
  await expect(resolved('a')).rejects.toThrow('nobody has trusted');
});

test('built-in targets need none, whatever else the file says', async () => {
  await settings('targets:\n  - {name: a, title: a, run: {runner: native}}\n');
  expect((await resolved('host')).name).toBe('host');
});

test('a machine where nobody can be asked says it in its environment', async () => {
  await settings('targets:\n  - {name: a, title: a, run: {runner: native}}\n');
  const all = { ...env, FORKWRIGHT_TRUST_CONFIG: '1' };
  expect((await resolved('a', all)).name).toBe('a');
  await expect(resolved('a', { ...env, FORKWRIGHT_TRUST_CONFIG: '0' })).rejects.toThrow('nobody has trusted');
  const { target, file = '' } = await findTarget('a', folder, 'linux');
  expect([await isTrusted(target, file, all), await isTrusted(target, file, env)]).toEqual([true, false]);
});

test('all that starts something is shown', async () => {
  await settings(`targets:
  - name: board
    title: a board
    host: x-linux
    cflags: -O2
    toolchain:
      prefix: ./bin/x-
      tools: {ar: ./ar}
      folders: [/opt/x]
      environment: {LD_PRELOAD: {default: ./evil.so}}
      packages: [gcc-x]
    run: {runner: ssh, url: "ssh://b/fw", options: [-oProxyCommand=evil]}
`);
  const { target } = await findTarget('board', folder, 'linux');
  expect(wouldRun(target).join('\n')).toMatchInlineSnapshot(`
    "programs with the prefix: ./bin/x-
    ar: ./ar
    programs from: "/opt/x"
    variable: LD_PRELOAD=./evil.so
    flags: -O2
    connects to: ssh://b/fw "-oProxyCommand=evil"
    packages for \`doctor --fix\`: gcc-x"
  `);
});

test('a package is none that apt-get would remove', async () => {
  await settings('targets:\n  - {name: a, title: a, run: {runner: native}, toolchain: {packages: [patch-]}}\n');
  await expect(resolved('a')).rejects.toThrow('the name of a Debian package is expected');
});
