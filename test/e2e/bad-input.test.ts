/** Bad input and bad machines: a clear message, the right exit code, no stack trace, nothing lost. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { forkwright, type Ran, ROOT, sourceTree } from './forkwright.ts';

let scratch: string;
let tree: string;
beforeAll(async () => {
  scratch = await mkdtemp(path.join(tmpdir(), 'fw-bad-'));
  tree = await sourceTree('2.7');
});
afterAll(() => rm(scratch, { recursive: true, force: true }));

/** What every refusal has in common. */
function refused(ran: Ran, exitCode: 1 | 2): void {
  expect({ exitCode: ran.exitCode, err: ran.err }).toMatchObject({ exitCode });
  expect(ran.err).toMatch(/^error: /m);
  expect(ran.err + ran.out).not.toMatch(/^\s+at .*\(?.*:\d+:\d+\)?$/m);
  expect(ran.err).not.toContain('a bug in Forkwright');
}

async function recipe(name: string, text: string): Promise<string> {
  const file = path.join(scratch, name);
  await writeFile(file, text);
  return file;
}

describe('the request', () => {
  test.each([
    [['frobnicate'], 'unknown command'],
    [['generate'], 'a recipe is missing'],
    [['apply'], 'missing required argument'],
    [['generate', 'remove-zombieframe', '--colour'], 'unknown option'],
    [['run', 'remove-zombieframe', '--pairs', 'many'], 'whole number'],
    [['run', '-C', '.', '--cpython-tests', 'some'], 'expected quick, all, none'],
    [['run'], 'name a change'],
    [['report', 'no-such-run'], 'not a run folder'],
    [['plan'], 'name a change'],
    [['plan', '--from', 'no-such-plan.json'], 'no such plan'],
    [['merge'], 'missing required argument'],
    [['merge', 'no-such-run'], 'there is no no-such-run'],
    [['run', 'remove-zombieframe', '-C', '.', '--ref', 'v2.7'], 'not a git repository'],
    [['cache', '--prune', '--max-size', 'lots'], 'expected a size'],
  ])('%j', async (args, message) => {
    const ran = await forkwright(args, { cwd: scratch });
    refused(ran, 2);
    expect(ran.err).toContain(message);
    expect(ran.err).toContain('hint:');
  });

  test.each([[['generate']], [['generate', 'remove-zombieframe', '-j', '0']], [['nonsense']]])(
    '%j with --json: JSON lines alone, on stdout',
    async (args) => {
      const ran = await forkwright([...args, '--json'], { cwd: scratch });
      expect(ran.exitCode).toBe(2);
      expect(ran.err).toBe('');
      const lines = ran.out
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line));
      expect(lines.map(({ type }) => type)).toEqual(['diagnostic', 'result']);
      expect(lines[1].exitCode).toBe(2);
    },
  );

  test('clean leaves a folder alone that is not a cache of ours', async () => {
    const project = path.join(scratch, 'project');
    await mkdir(path.join(project, 'sources'), { recursive: true });
    await writeFile(path.join(project, 'sources/thesis.tex'), 'years of work');
    refused(await forkwright(['clean', '--yes', '--cache', project]), 2);
    expect(await readFile(path.join(project, 'sources/thesis.tex'), 'utf8')).toBe('years of work');
  });

  test('a recipe that is not there: what was probably meant', async () => {
    const ran = await forkwright(['generate', 'remove-zombiframe', '-C', tree]);
    refused(ran, 2);
    expect(ran.err).toContain('remove-zombieframe');
  });

  test('a target that is not there: which there are', async () => {
    const ran = await forkwright(['run', 'remove-zombieframe', '-C', tree, '-t', 'hots'], { cwd: scratch });
    refused(ran, 2);
    expect(ran.err).toContain('host');
    expect(await readdir(scratch)).not.toContain('forkwright-runs');
  });

  test.each([
    ['abi=drop-fields', 'must be one of drop-field, keep-field'],
    ['api=drop-field', 'no parameter "api"'],
    ['other-recipe.abi=drop-field', 'no recipe "other-recipe" was named'],
  ])('parameter %s', async (param, message) => {
    const ran = await forkwright(['generate', 'remove-zombieframe', '-C', tree, '-p', param]);
    refused(ran, 2);
    expect(ran.err).toContain(message);
  });
});

describe('the recipe', () => {
  test.each([
    ['syntax.yaml', 'id: x\ntitle: [\n', /syntax\.yaml:\d+:\d+/],
    ['key.yaml', 'id: a-b\ntitle: T\nwhy: w\nversion: 1\ncpython: ">=2.5"\nfiles: [a.c]\nedts: []\n', /key\.yaml:7:1/],
    [
      'range.yaml',
      'id: a-b\ntitle: T\nwhy: w\nversion: 1\ncpython: "about 3"\nfiles: [a.c]\nedits: []\n',
      /range\.yaml:5:\d+/,
    ],
  ])('%s: line and column', async (name, text, place) => {
    const file = await recipe(name, text);
    for (const args of [
      ['generate', file, '-C', tree],
      ['run', file, '-C', tree],
    ]) {
      const ran = await forkwright(args, { cwd: scratch });
      refused(ran, 2);
      expect(ran.err).toMatch(place);
    }
    const lint = await forkwright(['recipes', 'lint', file]);
    expect(lint.exitCode).toBe(1);
    expect(lint.out).toMatch(place);
  });
});

describe('the checkout', () => {
  test('no such folder, not a CPython tree, a file', async () => {
    for (const dir of [path.join(scratch, 'none'), scratch, path.join(ROOT, 'package.json')]) {
      refused(await forkwright(['generate', 'remove-zombieframe', '-C', dir]), 2);
    }
  });

  test('a folder inside the tree: says where its top is', async () => {
    const ran = await forkwright(['generate', 'remove-zombieframe', '-C', path.join(tree, 'Objects')]);
    refused(ran, 2);
    expect(ran.err).toContain(tree);
  });

  test('a read-only checkout can be read, and apply leaves it as it is', async () => {
    const copy = path.join(scratch, 'readonly');
    execFileSync('cp', ['-a', tree, copy]);
    const before = await readFile(path.join(copy, 'Objects/frameobject.c'));
    // Root may write into a folder without write permission, but not onto a read-only mount.
    const mounted = process.getuid?.() === 0;
    const script = mounted
      ? `mount --bind '${copy}' '${copy}' && mount -o remount,bind,ro '${copy}' && exec "$@"`
      : `chmod -R a-w '${copy}'; "$@"; code=$?; chmod -R u+w '${copy}'; exit $code`;
    const run = (...args: string[]) => {
      try {
        const command = [path.join(ROOT, 'scripts/forkwright'), ...args];
        const wrapped = mounted
          ? ['unshare', '-m', 'sh', '-c', script, 'sh', ...command]
          : ['sh', '-c', script, 'sh', ...command];
        execFileSync(wrapped[0] ?? '', wrapped.slice(1), { encoding: 'utf8', stdio: 'pipe', maxBuffer: 1 << 26 });
        return { status: 0, stderr: '' };
      } catch (error) {
        return error as { status: number; stderr: string };
      }
    };
    expect(run('generate', 'remove-zombieframe', '-C', copy, '-q').status).toBe(0);
    const applied = run('apply', 'remove-zombieframe', '-C', copy);
    expect(applied.status).toBe(2);
    expect(applied.stderr).toMatch(/read-only|permission denied/);
    expect(applied.stderr).toContain('hint:');
    expect((await readFile(path.join(copy, 'Objects/frameobject.c'))).equals(before)).toBe(true);
    expect((await readdir(path.join(copy, 'Objects'))).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });
});

describe('the machine', () => {
  test.each([
    ['a compiler', ['make']],
    ['make', ['gcc', 'cc']],
  ])('without %s: what to install', async (_, kept) => {
    const bin = path.join(scratch, `bin-${kept.join('-')}`);
    await mkdir(bin);
    const tools = [
      'bash',
      'sh',
      'env',
      'readlink',
      'dirname',
      'find',
      'flock',
      'git',
      'ls',
      'uname',
      'getconf',
      'apt-get',
      ...kept,
    ];
    for (const tool of tools) {
      const file = execFileSync('sh', ['-c', `command -v ${tool} || true`], { encoding: 'utf8' }).trim();
      if (file !== '') await symlink(file, path.join(bin, tool));
    }
    const cache = path.join(scratch, `cache-${kept.join('-')}`);
    const ran = await forkwright(['build', 'remove-zombieframe', '-C', tree, '--cache', cache], {
      cwd: scratch,
      env: { PATH: bin, FORKWRIGHT_PATH: bin },
    });
    refused(ran, 2);
    expect(ran.err).toMatch(/apt-get install/);
  });

  test('a cache that cannot be written', async () => {
    const file = path.join(scratch, 'a-file');
    await writeFile(file, '');
    const ran = await forkwright(['build', 'remove-zombieframe', '-C', tree, '--cache', path.join(file, 'cache')], {
      cwd: scratch,
    });
    refused(ran, 2);
    expect(ran.err).toContain('a part of the path is a file');
  });

  test('a full disk: said so, and the run folder stays readable', async () => {
    const mount = path.join(scratch, 'small');
    await mkdir(mount);
    const command = [
      path.join(ROOT, 'scripts/forkwright'),
      'build',
      'remove-zombieframe',
      '-C',
      tree,
      '--cache',
      path.join(mount, 'cache'),
    ];
    const unshare = process.getuid?.() === 0 ? ['unshare', '-m'] : ['unshare', '-rm'];
    const script = `mount -t tmpfs -o size=20m none '${mount}' && exec "$@"`;
    let result = { status: 0, stderr: '' };
    try {
      execFileSync(unshare[0] ?? '', [...unshare.slice(1), 'sh', '-c', script, 'sh', ...command], {
        cwd: scratch,
        encoding: 'utf8',
        stdio: 'pipe',
        env: { ...process.env, NO_COLOR: '1', CI: '1' },
      });
    } catch (error) {
      result = error as typeof result;
    }
    expect({ status: result.status, err: result.stderr }).toMatchObject({ status: 2 });
    expect(result.stderr).toContain('full');
    expect(result.stderr).not.toMatch(/^\s+at /m);
  });
});

test('every command has --help with an example', async () => {
  const { out } = await forkwright(['--help']);
  const commands = [...out.matchAll(/^ {2}([a-z][a-z-]*)(?: |$)/gm)]
    .map((match) => match[1] ?? '')
    .filter((name) => name !== 'help');
  expect(commands).toEqual([
    'run',
    'compare',
    'bisect',
    'recipes',
    'source',
    'generate',
    'review',
    'apply',
    'port',
    'build',
    'bench',
    'bundle',
    'import-results',
    'report',
    'history',
    'plan',
    'merge',
    'targets',
    'trust',
    'doctor',
    'cache',
    'clean',
  ]);
  for (const command of commands) {
    const help = await forkwright([command, '--help']);
    expect(help.exitCode).toBe(0);
    expect(help.out).toMatch(/Examples?:\n {2}\$ forkwright /);
  }
});

test('a stranger’s forkwright.yml starts nothing before a person trusts it', async () => {
  await chmod(scratch, 0o700);
  const cwd = path.join(scratch, 'stranger');
  const mark = path.join(scratch, 'was-run');
  const cc = path.join(cwd, 'cc');
  await mkdir(cwd);
  await writeFile(cc, `#!/bin/sh\ntouch ${mark}\n`, { mode: 0o755 });
  await writeFile(
    path.join(cwd, 'forkwright.yml'),
    JSON.stringify({ targets: [{ name: 'host', extends: 'host', toolchain: { cc: [cc] } }] }),
  );
  const env = { FORKWRIGHT_TRUST_CONFIG: '', FORKWRIGHT_CONFIG: path.join(scratch, 'config') };
  for (const args of [['doctor'], ['targets', 'show', 'host'], ['trust']]) {
    const ran = await forkwright(args, { cwd, env });
    expect(ran.exitCode).toBe(2);
    expect(ran.err).toContain(`compiler: "${cc}"`);
    expect(ran.err).toContain('forkwright trust');
  }
  expect((await forkwright(['targets', 'list'], { cwd, env })).exitCode).toBe(0);
  expect(existsSync(mark)).toBe(false);
  expect((await forkwright(['trust', '--yes'], { cwd, env })).out).toContain('Trusted.');
  await forkwright(['doctor'], { cwd, env });
  expect(existsSync(mark)).toBe(true);
});

test('a checkout whose apply was killed is not read before it is put back', async () => {
  await chmod(scratch, 0o700);
  const copy = path.join(scratch, 'killed');
  execFileSync('cp', ['-r', tree, copy]);
  const file = path.join(copy, 'Objects/frameobject.c');
  const before = await readFile(file);
  await writeFile(file, 'half\n');
  const journal = path.join(copy, '.forkwright-apply');
  await mkdir(journal);
  await writeFile(path.join(journal, 'old.0'), before);
  const [from, to] = [before, Buffer.from('half\n')].map((b) => createHash('sha256').update(b).digest('hex'));
  const files = [{ path: 'Objects/frameobject.c', mode: 0o644, from, to }];
  await writeFile(path.join(journal, 'journal.json'), JSON.stringify({ schemaVersion: 1, files, folders: [] }));
  for (const args of [['generate'], ['apply', '--check'], ['build'], ['run']]) {
    const ran = await forkwright([args[0] ?? '', 'remove-zombieframe', ...args.slice(1), '-C', copy]);
    refused(ran, 2);
    expect(ran.err).toContain('forkwright apply --recover');
  }
  const ran = await forkwright(['apply', '--recover', '-C', copy]);
  expect(ran.out).toContain('put back what an interrupted apply had changed: Objects/frameobject.c');
  expect(await readFile(file)).toEqual(before);
  expect((await forkwright(['apply', 'remove-zombieframe', '--check', '-C', copy])).exitCode).toBe(0);
  await rm(copy, { recursive: true });
});

test('no path of the tests lets a changed tree go unnoticed: the cached sources are as they were', async () => {
  await chmod(scratch, 0o700);
  const { exitCode, out } = await forkwright(['source', '2.7', '--json']);
  expect(exitCode).toBe(0);
  expect(JSON.parse(out.trimEnd().split('\n').at(-1) ?? '').data.hit).toBe(true);
});
