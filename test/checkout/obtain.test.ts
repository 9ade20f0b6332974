import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openCheckout } from '../../src/checkout/open.ts';
import { obtainSource } from '../../src/checkout/source/obtain.ts';
import { obtainPybench, pybenchFromHistory } from '../../src/checkout/source/pybench.ts';
import { installedByPip, obtainPyperformance } from '../../src/checkout/source/pyperformance.ts';
import { sha256 } from '../../src/system/hash.ts';
import { failure, git, gitInit, makeRig, miniTree, type Rig, write } from './rig.ts';

let rig: Rig;
let count = 0;
beforeAll(() => {
  rig = makeRig();
});
afterAll(() => rig.remove());
const fresh = () => path.join(rig.dir, `t${++count}`);

describe('from git', () => {
  let upstream: string;
  let url: string;
  beforeAll(() => {
    upstream = miniTree(path.join(rig.dir, 'upstream'), '3.8.5', { 'Tools/pybench/pybench.py': 'bench = 1\n' });
    gitInit(upstream, 'v3.8.5');
    git(upstream, 'tag', '-a', '-m', 'x', 'v3.6.15');
    git(upstream, 'rm', '-q', '-r', 'Tools');
    miniTree(upstream, '3.8.20');
    git(upstream, 'commit', '-q', '-a', '-m', 'remove pybench');
    git(upstream, 'tag', '-a', '-m', 'x', 'v3.8.20');
    git(upstream, 'branch', 'fork/work');
    git(upstream, 'config', 'uploadpack.allowFilter', 'true');
    url = `file://${upstream}`;
  });

  test('a tag, then a hit that runs nothing', async () => {
    const one = await obtainSource('v3.8.5', rig.ctx, { cpythonUrl: url });
    expect(one).toMatchObject({ hit: false, checkout: { version: { text: '3.8.5' } } });
    expect(one.checkout.base).toMatchObject({ kind: 'git', describe: 'v3.8.5', dirty: false });
    rig.events.length = 0;
    expect(await obtainSource('v3.8.5', rig.ctx, { cpythonUrl: url })).toMatchObject({ hit: true, root: one.root });
    expect(rig.events).toEqual([]);
  });

  test('a series that Debian does not have: its newest release', async () => {
    const got = await obtainSource('3.8', rig.ctx, { cpythonUrl: url });
    expect(got.checkout.version.text).toBe('3.8.20');
    expect(git(got.root, 'rev-list', '--count', 'HEAD').trim()).toBe('1');
  });

  test('a URL with a branch, a commit, or neither', async () => {
    expect((await obtainSource(`${url}#fork/work`, rig.ctx)).checkout.version.text).toBe('3.8.20');
    expect((await obtainSource(url, rig.ctx)).checkout.version.text).toBe('3.8.20');
    git(upstream, 'config', 'uploadpack.allowAnySHA1InWant', 'true');
    const commit = git(upstream, 'rev-parse', 'v3.8.5^{commit}').trim();
    expect((await obtainSource(`${url}#${commit}`, rig.ctx)).checkout.version.text).toBe('3.8.5');
  });

  test('into a folder of the user, whole, and never into one with something in it', async () => {
    const to = fresh();
    const got = await obtainSource('v3.8.5', rig.ctx, { cpythonUrl: url, to });
    expect(got).toMatchObject({ root: to, hit: true, checkout: { base: { kind: 'git', dirty: false } } });
    expect(readdirSync(rig.dir).filter((name) => name.endsWith('.tmp'))).toEqual([]);
    const said = await failure(obtainSource('v3.8.5', rig.ctx, { cpythonUrl: url, to }));
    expect(said.code).toBe('checkout/not-empty');
  });

  test('a cached tree that somebody edited is kept aside and fetched again', async () => {
    const options = { cpythonUrl: url };
    const got = await obtainSource('v3.8.20', rig.ctx, options);
    write(got.root, { 'Python/ceval.c': 'mine\n' });
    rig.events.length = 0;
    const again = await obtainSource('v3.8.20', rig.ctx, options);
    expect(again).toMatchObject({ hit: false, root: got.root, checkout: { base: { dirty: false } } });
    expect(readFileSync(path.join(`${got.root}.edited-1`, 'Python/ceval.c'), 'utf8')).toBe('mine\n');
    expect(rig.messages('warning').join()).toContain('.edited-1');
  });

  test('what cannot be had says so, and leaves nothing behind', async () => {
    const none = `file://${rig.dir}/none`;
    const code = async (what: string, cpythonUrl: string) =>
      (await failure(obtainSource(what, rig.ctx, { cpythonUrl }))).code;
    expect(await code('v3.8.5', none)).toBe('checkout/unreachable');
    expect(await code('v3.7.1', url)).toBe('checkout/no-ref');
    expect(await code('3.8.7', url)).toBe('checkout/no-ref');
    expect(await code('3.8', none)).toBe('checkout/no-source');
    expect((await failure(obtainSource('3.8', rig.ctx, { debian: true }))).hint).toContain('--debian');
    expect(readdirSync(path.join(rig.ctx.cacheDir, 'sources')).filter((n) => /\.(tmp|lock)$/.test(n))).toEqual([]);
  });

  test('a cache that cannot be written says so', async () => {
    write(rig.dir, { 'a-file': '' });
    const ctx = { ...rig.ctx, cacheDir: path.join(rig.dir, 'a-file') };
    expect(await failure(obtainSource('v3.8.5', ctx, { cpythonUrl: url }))).toMatchObject({ code: 'system/enotdir' });
  });

  test('two at the same time fetch once', async () => {
    const ctx = { ...rig.ctx, cacheDir: fresh() };
    const both = await Promise.all([1, 2].map(() => obtainSource('v3.8.5', ctx, { cpythonUrl: url })));
    expect(both.map((got) => got.hit).sort()).toEqual([false, true]);
  });

  test("pybench alone, from a release's tag; cached; and what to do when it is out of reach", async () => {
    const said = await failure(obtainPybench(rig.ctx, { url: `file://${rig.dir}/none` }));
    expect(said).toMatchObject({ code: 'checkout/unreachable', hint: expect.stringContaining('--pybench') });
    const got = await obtainPybench(rig.ctx, { url });
    expect(got).toMatchObject({ hit: false, commit: git(upstream, 'rev-parse', 'v3.6.15^{commit}').trim() });
    expect(readdirSync(got.folder)).toEqual(['pybench.py']);
    expect(existsSync(path.join(got.folder, '../../Objects'))).toBe(false);
    expect(await obtainPybench(rig.ctx, { url: 'file:///none' })).toEqual({ ...got, hit: true });
  });

  test('pyperformance, of any clone and branch; cached; and what to do when it is out of reach', async () => {
    const said = await failure(obtainPyperformance(rig.ctx, { url: `file://${rig.dir}/none` }));
    expect(said).toMatchObject({ code: 'checkout/unreachable', hint: expect.stringContaining('--pyperformance') });
    const got = await obtainPyperformance(rig.ctx, { url: `${url}#fork/work` });
    expect(got).toMatchObject({ hit: false, commit: git(upstream, 'rev-parse', 'fork/work').trim() });
    expect(existsSync(path.join(got.folder, 'Objects'))).toBe(true);
    expect(await obtainPyperformance(rig.ctx, { url: `${url}#fork/work` })).toEqual({ ...got, hit: true });
    expect((await obtainPyperformance(rig.ctx, { url })).folder).not.toBe(got.folder);
  });

  test('pyperformance by pip, from where it finds packages; nothing of it where it finds none', {
    timeout: 120_000,
  }, async () => {
    const info = 'pyperformance-1.2.3.dist-info';
    const source = write(fresh(), {
      'pyperformance/__init__.py': 'VERSION = (1, 2, 3)\n',
      [`${info}/METADATA`]: 'Metadata-Version: 2.1\nName: pyperformance\nVersion: 1.2.3\n',
      [`${info}/WHEEL`]: 'Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n',
      [`${info}/RECORD`]: `pyperformance/__init__.py,,\n${info}/METADATA,,\n${info}/WHEEL,,\n${info}/RECORD,,\n`,
    });
    const packages = fresh();
    mkdirSync(packages);
    const wheel = path.join(packages, 'pyperformance-1.2.3-py3-none-any.whl');
    execFileSync('python3', ['-m', 'zipfile', '-c', wheel, 'pyperformance', info], { cwd: source });
    const env = { ...process.env, PIP_NO_INDEX: '1', PIP_FIND_LINKS: packages };
    const found = await installedByPip(fresh(), { ...rig.ctx, env });
    expect(found).toEqual({ origin: 'the Python Package Index', commit: 'release 1.2.3' });
    expect(await installedByPip(fresh(), { ...rig.ctx, env: { ...env, PIP_FIND_LINKS: rig.dir } })).toBeUndefined();
  });

  test("pybench from a checkout's own history, not from a shallow one", async () => {
    const got = await pybenchFromHistory(await openCheckout(upstream, rig.ctx), rig.ctx);
    expect(got?.commit).toBe(git(upstream, 'rev-parse', 'v3.8.5').trim());
    expect(readFileSync(path.join(got?.folder ?? '', 'pybench.py'), 'utf8')).toBe('bench = 1\n');
    const shallow = await obtainSource('v3.8.20', rig.ctx, { cpythonUrl: url });
    expect(await pybenchFromHistory(shallow.checkout, rig.ctx)).toBeUndefined();
    expect(await pybenchFromHistory(await openCheckout(miniTree(fresh()), rig.ctx), rig.ctx)).toBeUndefined();
  });
});

/**
 * An apt of the test's: `pool/SUITE` holds what a suite has. `update` fails without such a folder; a file `gone` in it
 * makes downloads fail as a mirror does whose index names files that are no longer there, until the next `update`.
 */
const FAKE_APT = `#!/bin/sh
conf=$3; shift 3
suite=$(sed -n 's/^Suites: //p' "$(dirname "$conf")/debian.sources")
pool="$POOL/$suite"
echo "$suite $*" >>"$POOL/log"
case $1 in
update) [ -d "$pool" ] || { echo "E: Failed to fetch: Could not resolve host" >&2; exit 100; }
  [ ! -e "$pool/gone-once" ] || rm "$pool/gone-once" ;;
madison) cat "$pool/madison" 2>/dev/null; exit 0 ;;
source) [ ! -e "$pool/gone" ] || { echo "E: Failed to fetch http://x  404  Not Found" >&2; exit 100; }
  cp "$pool"/python* . ;;
esac
`;

describe('from Debian', () => {
  let bin: string;
  let pool: string;
  let etc: string;
  let ctx: Rig['ctx'];
  beforeEach(() => {
    const dir = fresh();
    pool = path.join(dir, 'pool');
    bin = path.join(dir, 'bin');
    etc = write(path.join(dir, 'etc'), {
      'sources.list': 'deb [signed-by=/k.gpg] http://m.example/debian bookworm main\n',
    });
    const fake = FAKE_APT.replaceAll('$POOL', pool);
    write(bin, { 'apt-get': fake, 'apt-cache': fake });
    for (const tool of ['apt-get', 'apt-cache']) chmodSync(path.join(bin, tool), 0o755);
    mkdirSync(pool, { recursive: true });
    ctx = {
      ...rig.ctx,
      cacheDir: path.join(dir, 'cache'),
      env: { ...rig.ctx.env, PATH: `${bin}:${process.env.PATH}` },
    };
  });
  const obtain = (what: string, debian = false) =>
    obtainSource(what, ctx, { debian, aptEtc: etc, cpythonUrl: `file://${rig.dir}/none` });
  const log = () => readFileSync(path.join(pool, 'log'), 'utf8').trim().split('\n');

  /** Puts a source package into a suite's pool: format 1.0 with a diff, or 3.0 with a tarball of debian/. */
  function publish(suite: string, name: string, upstream: string, format: '1.0' | '3.0 (quilt)'): string {
    const folder = path.join(pool, suite);
    const work = path.join(folder, 'work');
    const top = `Python-${upstream}`;
    miniTree(path.join(work, top), upstream, { 'Lib/latin.py': 'caf\xe9\r\n' });
    const stem = `${name}_${upstream}`;
    const tar = (file: string, what: string) =>
      execFileSync('tar', ['-czf', path.join(folder, file), '-C', work, what]);
    tar(`${stem}.orig.tar.gz`, top);
    const patch = '--- a/configure\n+++ b/configure\n@@ -1 +1,2 @@\n #!/bin/sh\n+# Debian\n';
    let second: string;
    if (format === '1.0') {
      second = `${stem}-1.diff.gz`;
      const lines = patch.trimEnd().split('\n');
      const added = (file: string, body: readonly string[]) =>
        `--- x.orig/${file}\n+++ x/${file}\n@@ -0,0 +1,${body.length} @@\n${body.map((line) => `+${line}\n`).join('')}`;
      const diff =
        added('debian/patches/series.in', ['p.diff', '#ifdef NOT_DEFINED', 'none.diff', '#endif']) +
        added('debian/patches/p.diff', lines) +
        '--- x.orig/Lib/latin.py\n+++ x/Lib/latin.py\n@@ -1 +1 @@\n-caf\xe9\r\n+th\xe9\r\n';
      writeFileSync(path.join(folder, second), execFileSync('gzip', ['-c'], { input: Buffer.from(diff, 'latin1') }));
    } else {
      second = `${stem}-1.debian.tar.gz`;
      write(work, { 'debian/patches/series': '# first\np.diff\n', 'debian/patches/p.diff': patch });
      tar(second, 'debian');
    }
    const sums = [`${stem}.orig.tar.gz`, second].map((file) => {
      const bytes = readFileSync(path.join(folder, file));
      return ` ${sha256(bytes)} ${bytes.length} ${file}`;
    });
    const dsc = [
      `Format: ${format}`,
      `Source: ${name}`,
      `Version: ${upstream}-1`,
      'Checksums-Sha256:',
      ...sums,
      '',
    ].join('\n');
    write(folder, {
      [`${stem}-1.dsc`]: dsc,
      madison: `${name} | ${upstream}-1 | http://m.example ${suite}/main Sources\n`,
    });
    return folder;
  }

  test('the pristine tarball: recorded, a hit without apt, its record travels with a copy', async () => {
    publish('bullseye', 'python2.7', '2.7.18', '1.0');
    const got = await obtain('2.7');
    expect(got.checkout).toMatchObject({ version: { text: '2.7.18' }, flavour: { kind: 'release' } });
    const tarball = readFileSync(path.join(pool, 'bullseye/python2.7_2.7.18.orig.tar.gz'));
    expect(got.checkout.base).toMatchObject({
      kind: 'tarball',
      name: 'python2.7_2.7.18.orig.tar.gz',
      sha256: sha256(tarball),
    });
    expect(existsSync(path.join(got.root, 'debian'))).toBe(false);
    const calls = log().length;
    expect(await obtain('2.7')).toMatchObject({ hit: true, root: got.root });
    expect(log()).toHaveLength(calls);
    const to = fresh();
    const copied = await obtainSource('2.7', ctx, { aptEtc: etc, cpythonUrl: `file://${rig.dir}/none`, to });
    expect(copied.checkout.base).toEqual(got.checkout.base);
    expect(statSync(path.join(to, 'configure')).mtimeMs).toBe(statSync(path.join(got.root, 'configure')).mtimeMs);
    write(to, { 'Python/ceval.c': 'mine\n' });
    expect((await openCheckout(to, ctx)).base.kind).toBe('folder');
  });

  test.each([
    ['2.7', 'python2.7', '2.7.18', '1.0', 'th\xe9\r\n'],
    ['3.9', 'python3.9', '3.9.2', '3.0 (quilt)', 'caf\xe9\r\n'],
  ] as const)("--debian applies Debian's patches: %s", async (what, name, upstream, format, latin) => {
    publish('bullseye', name, upstream, format);
    const got = await obtain(what, true);
    expect(readFileSync(path.join(got.root, 'configure'), 'latin1')).toBe('#!/bin/sh\n# Debian\n');
    expect(readFileSync(path.join(got.root, 'Lib/latin.py'), 'latin1')).toBe(latin);
    expect(got.checkout.base).toMatchObject({ kind: 'tarball', name: `${name}_${upstream}-1.dsc` });
    expect((await obtain(what)).root).not.toBe(got.root);
  });

  test('a download that was tampered with is refused, and nothing of it is kept', async () => {
    const folder = publish('bullseye', 'python2.7', '2.7.18', '1.0');
    const file = path.join(folder, 'python2.7_2.7.18.orig.tar.gz');
    const bytes = readFileSync(file);
    bytes[bytes.length - 5] = (bytes.at(-5) ?? 0) ^ 1;
    writeFileSync(file, bytes);
    const said = await failure(obtain('2.7'));
    expect(said).toMatchObject({ code: 'checkout/bad-download', message: expect.stringContaining('SHA-256') });
    expect(readdirSync(path.join(ctx.cacheDir, 'sources'))).toEqual([]);
  });

  test('files that are gone: a fresh index, then the next suite, and each is said', async () => {
    write(publish('forky', 'python3.14', '3.14.8', '3.0 (quilt)'), { gone: '' });
    publish('sid', 'python3.14', '3.14.10', '3.0 (quilt)');
    rig.events.length = 0;
    expect((await obtain('3.14')).checkout.version.text).toBe('3.14.10');
    expect(log().filter((line) => line.startsWith('forky update'))).toHaveLength(2);
    expect(rig.events).toContainEqual(
      expect.objectContaining({
        type: 'step-finished',
        outcome: 'skipped',
        note: 'the index names files that are gone',
      }),
    );
  });

  test('an exact version that the suite does not have is not replaced by another', async () => {
    publish('bullseye', 'python2.7', '2.7.18', '1.0');
    expect((await failure(obtain('2.7.17'))).detail.join('\n')).toContain('the suite has 2.7.18-1');
    expect((await obtain('2.7.18')).checkout.version.text).toBe('2.7.18');
  });

  test('no suite in reach and no git either: one error with every reason', async () => {
    const said = await failure(obtain('3.11'));
    expect(said.code).toBe('checkout/no-source');
    expect(said.detail.join('\n')).toMatch(/Could not resolve.*git cannot reach/s);
  });

  test("the machine's own apt lists stay out of it", async () => {
    publish('bullseye', 'python2.7', '2.7.18', '1.0');
    await obtain('2.7');
    const [suite] = readdirSync(path.join(ctx.cacheDir, 'apt'));
    const conf = readFileSync(path.join(ctx.cacheDir, 'apt', suite ?? '', 'apt.conf'), 'utf8');
    for (const setting of ['Dir::State::lists', 'Dir::Cache', 'Dir::Etc::sourcelist']) {
      expect(conf).toContain(`${setting} "${ctx.cacheDir}/apt/${suite}/`);
    }
    expect(conf).toContain('Dir::Etc::sourceparts "-"');
  });
});
