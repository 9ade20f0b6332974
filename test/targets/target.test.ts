import { chmod, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Context } from '../../src/system/context.ts';
import { UserError } from '../../src/system/diagnostic.ts';
import { allTargets, HOST, resolveTarget } from '../../src/targets/descriptors.ts';
import { detectLauncher, findLauncher } from '../../src/targets/launcher.ts';
import { requirements } from '../../src/targets/requirements.ts';
import { runnerFor } from '../../src/targets/runner.ts';
import { checkCompiler, findToolchain } from '../../src/targets/toolchain.ts';

let tools: string;
let ctx: Context;
beforeEach(async () => {
  tools = await mkdtemp(path.join(tmpdir(), 'fw-tools-'));
  ctx = {
    emit: () => {},
    signal: new AbortController().signal,
    cacheDir: tools,
    jobs: 1,
    env: { FORKWRIGHT_PATH: tools, HOME: '/home/me' },
  };
});
afterEach(() => rm(tools, { recursive: true }));

async function tool(name: string, script: string): Promise<void> {
  await writeFile(path.join(tools, name), `#!/bin/sh\n${script}\n`);
  await chmod(path.join(tools, name), 0o755);
}
const GCC =
  'case "$1" in --version) echo "gcc (Debian) 12.2.0"; echo "Copyright Free Software Foundation";; -dumpversion) echo 12;; -dumpmachine) echo x86_64-linux-gnu;; *) exit 0;; esac';

async function problem(work: Promise<unknown>) {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof UserError)) throw new Error(`no UserError: ${error}`);
  return { exitCode: error.exitCode, ...error.diagnostics[0] };
}

describe('targets', () => {
  test("a user's target stands beside the built-in ones, or in the place of one", async () => {
    await writeFile(
      path.join(tools, 'forkwright.yml'),
      'targets:\n  - {name: zeta, title: mine, run: {runner: native}}\n  - {name: host, extends: host, title: my own}\n',
    );
    expect((await allTargets(tools)).map((target) => target.name)).toEqual(expect.arrayContaining(['host', 'zeta']));
    expect((await resolveTarget('host', tools)).title).toBe('my own');
  });

  test('an unknown one is an error that names those there are', async () => {
    const { code, hint } = await problem(resolveTarget('hots'));
    expect(code).toBe('target/unknown');
    expect(hint).toContain('host');
  });
});

describe('findToolchain', () => {
  test('identifies compiler and make', async () => {
    await tool('gcc', GCC);
    await tool('make', 'echo GNU Make 4.3');
    const { cc, make } = await findToolchain(HOST, ctx);
    expect(cc).toMatchObject({ family: 'gcc', major: 12, triplet: 'x86_64-linux-gnu', command: ['gcc'] });
    expect(make.version).toBe('GNU Make 4.3');
  });

  test('no compiler, no make, no launcher: each an error that says how to install it', async () => {
    expect(await problem(findToolchain(HOST, ctx))).toMatchObject({
      code: 'target/no-compiler',
      exitCode: 2,
      hint: expect.stringContaining('libc6-dev'),
    });
    await tool('gcc', GCC);
    expect(await problem(findToolchain(HOST, ctx))).toMatchObject({
      code: 'target/no-make',
      hint: expect.stringContaining('make'),
    });
    await tool('make', 'echo GNU Make 4.3');
    expect(await problem(findToolchain(HOST, ctx, 'ccache'))).toMatchObject({
      code: 'target/no-launcher',
      hint: expect.stringContaining('ccache'),
    });
  });

  test('a compiler that cannot link is an error with its own words', async () => {
    await tool('gcc', GCC.replace('*) exit 0', '*) echo "try.c:1:10: fatal error: stdio.h: No such file" >&2; exit 1'));
    await tool('make', 'echo GNU Make 4.3');
    const { cc } = await findToolchain(HOST, ctx);
    expect(await problem(checkCompiler(cc, ctx))).toMatchObject({
      code: 'target/compiler-fails',
      detail: [expect.stringContaining('stdio.h')],
    });
  });
});

describe('requirements', () => {
  test('what is missing comes with the command that installs it, what is there with its version', async () => {
    await tool('gcc', GCC);
    await symlink('/bin/true', path.join(tools, 'apt-get'));
    const needs = await requirements(HOST, ctx);
    expect(needs.find(({ need }) => need === 'valgrind')).toMatchObject({ optional: true, packages: ['valgrind'] });
    const find = (need: string) => needs.find((requirement) => requirement.need === need);
    expect(find('C compiler')?.found?.version).toContain('12.2.0');
    expect(find('C compiler')?.install).toBeUndefined();
    expect(find('make')).toMatchObject({ optional: false, found: undefined, packages: ['make'] });
    expect(find('make')?.install).toMatch(/^(sudo )?apt-get install make$/);
    expect(find('compiler cache')).toMatchObject({ optional: true, packages: ['ccache'] });
  });

  test("a compiler without the C library's headers counts as missing", async () => {
    await tool('gcc', GCC.replace('*) exit 0', '*) exit 1'));
    await tool('make', 'echo GNU Make 4.3');
    const [compiler] = await requirements(HOST, ctx);
    expect(compiler).toMatchObject({ need: 'C compiler', found: undefined, packages: ['gcc', 'libc6-dev'] });
  });

  test('elsewhere than on Debian the packages are named in words', async () => {
    const [compiler] = await requirements(HOST, ctx);
    expect(compiler?.install).not.toContain('apt-get');
    expect(compiler?.install).toContain('gcc');
  });
});

describe('launchers', () => {
  test('the default is a local cache when one is installed, never a farm', async () => {
    await tool('distcc', 'echo distcc 3.4');
    expect(await detectLauncher(ctx)).toBeUndefined();
    await tool('ccache', 'echo ccache version 4.8');
    expect((await detectLauncher(ctx))?.name).toBe('ccache');
    expect(await findLauncher('none', ctx)).toBeUndefined();
  });
});

describe('runnerFor', () => {
  test('runs natively in a clean environment', () => {
    const command = runnerFor(HOST).command({ python: '/obj/python' }, ['-c', 'pass'], {
      env: { PYTHONHASHSEED: '0' },
    });
    expect(command.file).toBe('/obj/python');
    expect(command.args).toEqual(['-c', 'pass']);
    expect(command.env).toMatchObject({ PYTHONHASHSEED: '0', LC_ALL: 'C' });
    expect(Object.keys(command.env)).not.toContain('HOME');
  });

  test('Wine has another name for each file, and is there once it was started', () => {
    const runner = runnerFor({ ...HOST, run: { runner: 'wine' } });
    expect(runner).toMatchObject({ words: 'under wine', pipes: true, remote: false, children: true });
    expect(runner.path('/a b/Lib/os.py')).toBe('Z:\\a b\\Lib\\os.py');
    expect(() => runner.command({ python: '/obj/python.exe' }, [])).toThrow('not started');
  });
});
