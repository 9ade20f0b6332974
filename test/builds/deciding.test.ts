import { describe, expect, test } from 'vitest';
import { compareConditions } from '../../src/builds/conditions.ts';
import { configureCommand, flagsBehindOpt, quirksFor, siteFile } from '../../src/builds/configure/command.ts';
import { buildEnvironment } from '../../src/builds/environment.ts';
import { blameLine } from '../../src/builds/failure.ts';
import { rounds } from '../../src/builds/schedule.ts';
import type { Build, BuildOptions } from '../../src/builds/types.ts';
import type { PythonVersion } from '../../src/checkout/types.ts';
import { parseVersion } from '../../src/checkout/version.ts';
import { HOST } from '../../src/targets/descriptors.ts';
import type { TargetDescriptor, Toolchain } from '../../src/targets/types.ts';
import { patchlevel } from '../checkout/rig.ts';
import { patchOf } from './rig.ts';

function version(text: string): PythonVersion {
  const parsed = parseVersion(patchlevel(text));
  if (parsed === undefined) throw new Error(text);
  return parsed;
}

const toolchain: Toolchain = {
  target: HOST,
  cc: {
    name: 'gcc',
    path: '/usr/bin/gcc',
    version: 'gcc 12.2.0',
    family: 'gcc',
    major: 12,
    triplet: 'x86_64-linux-gnu',
    command: ['gcc'],
  },
  make: { name: 'make', path: '/usr/bin/make', version: 'GNU Make 4.3' },
  binutils: {},
  env: {},
  path: ['/usr/bin'],
};
const options: BuildOptions = { pgo: false, modules: 'all', configure: [], launcher: 'none' };
const command = (text: string, more: Partial<BuildOptions> = {}, target: TargetDescriptor = HOST) =>
  configureCommand({
    version: version(text),
    target,
    toolchain,
    options: { ...options, ...more },
    quirks: quirksFor(version(text), toolchain.cc),
    patchOptions: [],
  }).join(' ');

describe('configureCommand', () => {
  test.each([
    ['2.6.9', '../src/configure --enable-unicode=ucs4 CC=gcc'],
    ['2.7.18', '../src/configure --enable-unicode=ucs4 --with-ensurepip=no CC=gcc'],
    ['3.9.2', '../src/configure --without-ensurepip CC=gcc'],
  ])('%s', (text, expected) => {
    expect(command(text)).toBe(expected);
  });

  test('3.3 with gcc 12 does not vectorise: its fresh interpreter would crash', () => {
    expect(command('3.3.7')).toContain('OPT=-DNDEBUG -g -O2 -fno-tree-vectorize');
    expect(command('3.4.0')).not.toContain('OPT=');
    expect(quirksFor(version('3.3.7'), { ...toolchain.cc, major: 11 })).toEqual([]);
    expect(quirksFor(version('3.3.7'), { ...toolchain.cc, family: 'clang', major: 14 })).toEqual([]);
  });

  test.each(['2.5.6', '2.7.3', '3.1.5', '3.2.3', '3.3.0a3'])(
    "%s is told Debian's folder of libraries, in a variable that options win over",
    (text) => {
      const env = (triplet: string) =>
        buildEnvironment(toolchain, quirksFor(version(text), { ...toolchain.cc, triplet }), 0).LDFLAGS;
      expect(env('x86_64-linux-gnu')).toBe('-L/usr/lib/x86_64-linux-gnu');
      expect(env('i686-linux-gnu')).toBe('-L/usr/lib/i386-linux-gnu');
      expect(env('x86_64-apple-darwin')).toBeUndefined();
      expect(command(text)).not.toContain('LDFLAGS');
    },
  );

  test.each(['2.7.4', '3.2.4', '3.3.0', '3.9.2'])('%s finds them by itself', (text) => {
    expect(quirksFor(version(text), toolchain.cc).map(({ id }) => id)).not.toContain('multiarch-libraries');
  });

  test("the user's options come after ours, so that they win", () => {
    expect(command('3.9.2', { configure: ['--with-ensurepip'], cflags: '-O1', launcher: 'ccache' })).toBe(
      '../src/configure --without-ensurepip --with-ensurepip CC=ccache gcc CFLAGS=-O1',
    );
  });

  test('profile-guided optimisation where there is such an option, else an error', () => {
    expect(command('3.9.2', { pgo: true })).toContain('--enable-optimizations');
    for (const old of ['2.7.9', '3.0.1', '3.5.2'])
      expect(() => command(old, { pgo: true })).toThrow(/no --enable-optimizations/);
    expect(command('2.7.13', { pgo: true })).toContain('--enable-optimizations');
  });

  test('a target is data: a cross compiler, options, answers for configure', () => {
    const cross: TargetDescriptor = {
      ...HOST,
      name: 'cell',
      host: 'powerpc64-linux-gnu',
      cflags: '-mcpu=cell',
      configure: ['--disable-ipv6'],
      site: { b: 'no', a: 'yes' },
    };
    expect(command('3.9.2', {}, cross)).toBe(
      '../src/configure --host=powerpc64-linux-gnu --without-ensurepip --disable-ipv6 CC=gcc AR=powerpc64-linux-gnu-ar RANLIB=powerpc64-linux-gnu-ranlib READELF=powerpc64-linux-gnu-readelf CFLAGS=-mcpu=cell',
    );
    expect(() => command('3.9.2', { pgo: true }, cross)).toThrow(/runs the interpreter in mid-build/);
    // This machine's pkg-config would name this machine's libraries; the target's own options come later, and win.
    expect(command('3.11.2', {}, cross)).toMatch(
      /--with-build-python=..\/host\/python3.11 PKG_CONFIG=false .*--disable-ipv6/,
    );
    expect(command('3.11.2', {})).not.toContain('PKG_CONFIG');
    for (const text of ['2.7.18', '3.9.2'])
      expect(command(text, {}, cross)).not.toMatch(/--with-build-python|PKG_CONFIG/);
    expect(siteFile(cross, [])).toBe('a=yes\nb=no\n');
    expect(siteFile(HOST, [])).toBeUndefined();
  });
});

describe('rounds', () => {
  const shares = (builds: number, jobs: number, cpus = jobs) =>
    rounds(
      Array.from({ length: builds }, (_, index) => index),
      jobs,
      Array.from({ length: cpus }, (_, index) => index),
    ).map((round) => round.map(([, share]) => share));

  test.each([1, 2, 3, 4, 8, 13])('%i jobs are never exceeded, and every build is made', (jobs) => {
    for (const builds of [1, 2, 3, 5]) {
      const all = shares(builds, jobs);
      expect(all.flat()).toHaveLength(builds);
      for (const round of all) expect(round.reduce((sum, share) => sum + share.jobs, 0)).toBeLessThanOrEqual(jobs);
    }
  });

  test('two builds on eight CPUs get four each, and not the same four', () => {
    expect(shares(2, 8)).toEqual([
      [
        { jobs: 4, cpus: '0,1,2,3' },
        { jobs: 4, cpus: '4,5,6,7' },
      ],
    ]);
  });

  test('a build alone is not confined when it may use all', () => {
    expect(shares(1, 4)).toEqual([[{ jobs: 4 }]]);
    expect(shares(1, 4, 8)).toEqual([[{ jobs: 4, cpus: '0,1,2,3' }]]);
  });
});

describe('blameLine', () => {
  const before = 'a\nb\nc\nd\ne\nf\ng\nh\ni\nj\nk\nl\n';
  const first = patchOf('x.c', before, 'c\n', 'C1\nC2\nC3\n');
  const second = patchOf('x.c', first.files[0]?.after ?? '', 'h\n', 'H\n');

  test('names the edit that wrote the line', () => {
    expect(blameLine([first], 'x.c', 4)).toMatchObject({ recipe: 'test-recipe', distance: 0 });
    expect(blameLine([first], 'x.c', 2)?.distance).toBe(1);
    expect(blameLine([first], 'x.c', 11)).toBeUndefined();
    expect(blameLine([first], 'y.c', 4)).toBeUndefined();
  });

  test('finds a line of the first patch below lines that the second removed', () => {
    const shorter = patchOf('x.c', first.files[0]?.after ?? '', 'a\nb\n', '');
    // C2 stood on line 4, and stands on line 2 now.
    const blame = blameLine([first, shorter], 'x.c', 3);
    expect(blame?.edit).toBe(first.files[0]?.edits[0]);
    expect(blame?.distance).toBe(0);
  });

  test("a later patch's own line is its own", () => {
    expect(blameLine([first, second], 'x.c', 10)?.edit).toBe(second.files[0]?.edits[0]);
  });
});

describe('compareConditions', () => {
  const build: Build = {
    schemaVersion: 1,
    key: '0123456789abcdef',
    fingerprint: '',
    inputs: {},
    target: 'host',
    pythonVersion: '2.7.18',
    root: '/cache/builds/0123456789abcdef',
    src: '',
    obj: '',
    python: '',
    pythonSha256: '1',
    commands: { configure: ['../src/configure'], make: ['make'] },
    env: { PATH: '/usr/bin', HOME: '$ROOT/home' },
    pyconfigSha256: 'c',
    makefileSha256: 'm',
    compiler: { path: '/usr/bin/gcc', version: '12' },
    tools: [],
    quirks: [],
    missingModules: [],
    configureReused: false,
    durationsMs: { tree: 0, configure: 0, make: 0 },
    logs: {},
  };

  test("the product, the folder's name and the number of jobs are no conditions", () => {
    const other = { ...build, pythonSha256: '2', root: '/cache/builds/fedcba9876543210', key: 'fedcba9876543210' };
    expect(compareConditions(build, { ...other, commands: { ...build.commands, make: ['make', '-j2'] } })).toEqual([]);
    const ninja = (jobs: string) => ({ ...other, commands: { ...build.commands, make: ['ninja', '-j', jobs, 'all'] } });
    expect(compareConditions(ninja('1'), ninja('2'))).toEqual([]);
  });

  test.each<[string, Partial<Build>]>([
    ['configure', { commands: { configure: ['../src/configure', '--x'], make: ['make'] } }],
    ['path', { root: '/cache/builds/0123' }],
    ['PATH', { env: { ...build.env, PATH: '/bin' } }],
    ['CFLAGS', { env: { ...build.env, CFLAGS: '-O1' } }],
    ['compiler', { compiler: { path: '/usr/bin/gcc', version: '13' } }],
    ['modules', { missingModules: ['_ssl'] }],
    ['pyconfig.h', { pyconfigSha256: 'd' }],
    ['Makefile', { makefileSha256: 'n' }],
  ])('names a different %s', (word, change) => {
    const differences = compareConditions(build, { ...build, ...change });
    expect(differences).toHaveLength(1);
    expect(differences[0]).toContain(word);
  });
});

describe('optimisation that the user asks for', () => {
  const behind = (text: string, more: Partial<BuildOptions>, target: Partial<TargetDescriptor> = {}) =>
    flagsBehindOpt({ version: version(text), target: { ...HOST, ...target }, options: { ...options, ...more } });

  test('is put behind OPT where the Makefile has OPT behind CFLAGS', () => {
    expect(behind('2.7.18', { cflags: '-DX -O1 -g0 -Wall' })).toEqual(['-O1', '-g0']);
    expect(behind('3.1.5', { cflags: '-O1' }, { cflags: '-Os -mcpu=x' })).toEqual(['-Os', '-O1']);
  });
  test('is last by itself from 3.2 on', () => {
    expect(behind('3.2.0', { cflags: '-O1' })).toEqual([]);
    expect(behind('3.9.2', { cflags: '-O1' })).toEqual([]);
  });
  test('an OPT of the user’s own stays as it is', () => {
    expect(behind('2.7.18', { cflags: '-O1', configure: ['OPT=-O2'] })).toEqual([]);
  });
  test('without such flags nothing changes', () => {
    expect(behind('2.7.18', {})).toEqual([]);
    expect(behind('2.7.18', { cflags: '-DX' })).toEqual([]);
  });
});
