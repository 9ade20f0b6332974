import { chmodSync, chownSync, mkdirSync, readFileSync, rmSync, symlinkSync, utimesSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkoutFiles, openCheckout } from '../../src/checkout/open.ts';
import { failure, git, gitInit, makeRig, miniTree, type Rig, write } from './rig.ts';

let rig: Rig;
let count = 0;
beforeAll(() => {
  rig = makeRig();
});
afterAll(() => rig.remove());
const fresh = () => path.join(rig.dir, `t${++count}`);
const open = (dir: string) => openCheckout(dir, rig.ctx);

describe('a folder', () => {
  test('says version, layout and what it is', async () => {
    const root = miniTree(fresh(), '3.9.2', {
      'Include/cpython/code.h': '',
      'Tools/pybench/pybench.py': '',
      'PCbuild/pythoncore.vcxproj': '',
    });
    const checkout = await open(root);
    expect(checkout).toMatchObject({
      root,
      version: { text: '3.9.2' },
      flavour: { kind: 'release', name: 'CPython' },
      layout: { pybench: 'Tools/pybench', builtInPlace: false },
      base: { kind: 'folder' },
      localChanges: [],
    });
  });

  test("build products are left out when it was built in place, the user's leftovers are not", async () => {
    const root = miniTree(fresh());
    const clean = (await open(root)).base.treeHash;
    write(root, {
      'config.status': '',
      Makefile: '',
      'pyconfig.h': '',
      'Objects/frameobject.o': '',
      'libpython3.9.a': '',
      'build/lib/x.so': '',
      'Modules/Setup.local': '',
      'Modules/config.c': '',
      'Lib/__pycache__/os.cpython-39.pyc': '',
      python: '',
    });
    const built = await open(root);
    expect(built.layout.builtInPlace).toBe(true);
    expect(built.base.treeHash).toBe(clean);
    write(root, { 'Objects/frameobject.c.orig': 'mine' });
    const edited = await open(root);
    expect(edited.base.treeHash).not.toBe(clean);
    expect(await checkoutFiles(edited, rig.ctx)).toContain('Objects/frameobject.c.orig');
  });

  test('Modules/Setup is a source since 3.8, and made from Setup.dist before', async () => {
    const built = { 'config.status': '', Makefile: '', 'Modules/Setup': 'x' };
    const newer = await open(miniTree(fresh(), '3.9.2', built));
    const older = await open(miniTree(fresh(), '2.7.18', { ...built, 'Modules/Setup.dist': 'x' }));
    expect(await checkoutFiles(newer, rig.ctx)).toContain('Modules/Setup');
    expect(await checkoutFiles(older, rig.ctx)).not.toContain('Modules/Setup');
  });

  test('dangling links are files, and their target counts', async () => {
    const root = miniTree(fresh());
    symlinkSync('nowhere', path.join(root, 'Lib'));
    const one = await open(root);
    expect(await checkoutFiles(one, rig.ctx)).toContain('Lib');
    rmSync(path.join(root, 'Lib'));
    symlinkSync('elsewhere', path.join(root, 'Lib'));
    expect((await open(root)).base.treeHash).not.toBe(one.base.treeHash);
  });

  test('the hash is of paths, x-bits and bytes, not of the place or the time', async () => {
    const a = miniTree(fresh(), '3.9.2', { 'Lib/x.py': 'caf\xe9\r\n' });
    const b = miniTree(fresh(), '3.9.2', { 'Lib/x.py': 'caf\xe9\r\n' });
    utimesSync(path.join(b, 'Lib/x.py'), 1, 1);
    const hash = (await open(a)).base.treeHash;
    expect((await open(b)).base.treeHash).toBe(hash);
    chmodSync(path.join(b, 'configure'), 0o755);
    expect((await open(b)).base.treeHash).not.toBe(hash);
    chmodSync(path.join(b, 'configure'), 0o644);
    write(b, { 'Lib/x.py': 'caf\xe9\n' });
    expect((await open(b)).base.treeHash).not.toBe(hash);
  });
});

describe('what is not a tree', () => {
  test('a missing folder, a file, an archive', async () => {
    expect(await failure(open(path.join(rig.dir, 'none')))).toMatchObject({ code: 'checkout/not-found' });
    write(rig.dir, { 'x.tar.gz': '' });
    const archive = await failure(open(path.join(rig.dir, 'x.tar.gz')));
    expect(archive).toMatchObject({ code: 'checkout/not-a-folder', hint: expect.stringContaining('unpack') });
  });

  test('says what it looked for and how to get a tree', async () => {
    const empty = fresh();
    mkdirSync(empty);
    const said = await failure(open(empty));
    expect(said).toMatchObject({
      code: 'checkout/not-cpython',
      message: expect.stringContaining('Include/patchlevel.h'),
    });
    expect(said.hint).toContain('forkwright source 2.7');
  });

  test('a folder inside a tree: names the tree', async () => {
    const root = miniTree(fresh());
    expect((await failure(open(path.join(root, 'Objects')))).hint).toContain(`--checkout ${root}`);
  });

  test('a folder that holds one tree, and one that holds several', async () => {
    const parent = fresh();
    miniTree(path.join(parent, 'src', 'Python-3.9.2'));
    expect((await failure(open(parent))).hint).toContain(path.join(parent, 'src', 'Python-3.9.2'));
    miniTree(path.join(parent, 'Python-2.7.18'), '2.7.18');
    const several = await failure(open(parent));
    expect(several.hint).toContain('several');
    expect(several.detail).toHaveLength(2);
  });
});

describe('a git repository', () => {
  test('clean at a tag', async () => {
    const root = gitInit(miniTree(fresh()), 'v3.9.2');
    const checkout = await open(root);
    expect(checkout.base).toMatchObject({
      kind: 'git',
      commit: git(root, 'rev-parse', 'HEAD').trim(),
      describe: 'v3.9.2',
      dirty: false,
    });
    expect(checkout.localChanges).toEqual([]);
  });

  test('edits, new files, deletions and odd names are local changes; ignored files are nothing', async () => {
    const root = gitInit(
      miniTree(fresh(), '3.9.2', { '.gitignore': '*.o\n', 'Lib/gone.py': '', 'Lib/old name.py': 'same same same\n' }),
    );
    const before = (await open(root)).base.treeHash;
    write(root, { 'Objects/frameobject.c': 'int changed;\n', 'Lib/n\u00e9w file.py': '', 'Objects/x.o': '' });
    rmSync(path.join(root, 'Lib/gone.py'));
    git(root, 'mv', 'Lib/old name.py', 'Lib/new name.py');
    const checkout = await open(root);
    expect(checkout.base).toMatchObject({ dirty: true });
    expect(checkout.base.treeHash).not.toBe(before);
    expect(checkout.localChanges).toEqual([
      'Lib/gone.py',
      'Lib/new name.py',
      'Lib/n\u00e9w file.py',
      'Lib/old name.py',
      'Objects/frameobject.c',
    ]);
    const files = await checkoutFiles(checkout, rig.ctx);
    expect(files).toContain('Lib/n\u00e9w file.py');
    expect(files).not.toContain('Lib/gone.py');
    expect(files).not.toContain('Objects/x.o');
  });

  test('is not written to: the index keeps its bytes', async () => {
    const root = gitInit(miniTree(fresh()));
    utimesSync(path.join(root, 'configure'), 5, 5);
    const before = readFileSync(path.join(root, '.git/index'));
    await open(root);
    expect(readFileSync(path.join(root, '.git/index')).equals(before)).toBe(true);
  });

  test("an unpacked tarball inside another project's repository is not its", async () => {
    const project = fresh();
    write(project, { 'README.md': '' });
    gitInit(project);
    expect((await open(miniTree(path.join(project, 'third_party/cpython')))).base.kind).toBe('folder');
  });

  test("a tree that a larger repository tracks is: paths are the tree's", async () => {
    const project = fresh();
    const root = miniTree(path.join(project, 'third_party/cpython'));
    gitInit(project);
    write(project, { 'other.txt': '' });
    write(root, { 'Lib/mine.py': '' });
    const checkout = await open(root);
    expect(checkout.base).toMatchObject({ kind: 'git', dirty: true });
    expect(checkout.localChanges).toEqual(['Lib/mine.py']);
    expect(await checkoutFiles(checkout, rig.ctx)).toContain('Include/patchlevel.h');
  });

  test('a linked work tree and a shallow clone', async () => {
    const root = gitInit(miniTree(fresh()), 'v3.9.2');
    write(root, { 'Lib/a.py': '' });
    git(root, 'add', '-A');
    git(root, 'commit', '-q', '-m', 'two');
    const linked = fresh();
    git(root, 'worktree', 'add', '-q', linked, 'v3.9.2');
    expect((await open(linked)).base).toMatchObject({ kind: 'git', describe: 'v3.9.2' });
    const shallow = fresh();
    git(rig.dir, 'clone', '-q', '--depth', '1', `file://${root}`, shallow);
    expect((await open(shallow)).base).toMatchObject({ kind: 'git', dirty: false, describe: undefined });
  });

  test("a submodule's files are part of the tree", async () => {
    const inner = gitInit(write(fresh(), { 'a.c': '' }));
    const root = gitInit(miniTree(fresh()));
    git(root, '-c', 'protocol.file.allow=always', 'submodule', 'add', '-q', inner, 'Modules/inner');
    git(root, 'commit', '-q', '-m', 'submodule');
    expect(await checkoutFiles(await open(root), rig.ctx)).toContain('Modules/inner/a.c');
  });

  test('without a commit it is a folder, and that is said', async () => {
    const root = miniTree(fresh());
    git(root, 'init', '-q');
    rig.events.length = 0;
    expect((await open(root)).base.kind).toBe('folder');
    expect(rig.messages('warning').join()).toContain('no commit');
  });

  test('without git it is a folder, and that is said', async () => {
    const root = gitInit(miniTree(fresh()));
    rig.events.length = 0;
    const checkout = await openCheckout(root, { ...rig.ctx, env: { PATH: '/nonexistent' } });
    expect(checkout.base.kind).toBe('folder');
    expect(await checkoutFiles(checkout, rig.ctx)).not.toContain('.git/HEAD');
    expect(rig.messages('warning').join()).toContain('git is not installed');
  });

  test.runIf(process.getuid?.() === 0)("another user's repository: how to trust it", async () => {
    const root = gitInit(miniTree(fresh()));
    chownSync(root, 12345, 12345);
    chownSync(path.join(root, '.git'), 12345, 12345);
    const said = await failure(open(root));
    expect(said.code).toBe('checkout/dubious-ownership');
    expect(said.hint).toContain(`safe.directory '${root}'`);
  });
});
