import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseMadison } from '../../src/checkout/source/apt.ts';
import {
  debianMirrors,
  parseDeb822,
  parseOneLine,
  sourcesStanza,
  systemEntries,
} from '../../src/checkout/source/apt-sources.ts';
import { parseDsc, upstreamVersion } from '../../src/checkout/source/dsc.ts';
import { newestRelease } from '../../src/checkout/source/from-git.ts';
import { parseSpec } from '../../src/checkout/source/obtain.ts';
import { readSeries } from '../../src/checkout/source/unpack.ts';
import { makeRig, type Rig, write } from './rig.ts';

let rig: Rig;
beforeAll(() => {
  rig = makeRig();
});
afterAll(() => rig.remove());

describe('parseSpec', () => {
  test.each([
    ['2.7', { kind: 'version', short: '2.7', exact: undefined }],
    ['2.7.18', { kind: 'version', short: '2.7', exact: '2.7.18' }],
    ['3.15.0a1', { kind: 'version', short: '3.15', exact: '3.15.0a1' }],
    ['v3.8.5', { kind: 'tag', tag: 'v3.8.5' }],
    ['v3.3.0a3', { kind: 'tag', tag: 'v3.3.0a3' }],
    ['https://host/fork.git', { kind: 'git', url: 'https://host/fork.git', ref: undefined }],
    ['https://host/fork.git#my/branch', { kind: 'git', url: 'https://host/fork.git', ref: 'my/branch' }],
    ['git@host:me/fork.git#v1', { kind: 'git', url: 'git@host:me/fork.git', ref: 'v1' }],
  ])('%s', (text, spec) => {
    expect(parseSpec(text)).toEqual(spec);
  });
  test.each(['', '2', 'latest', '../cpython', '--upload-pack=x', 'https://host/x#--force', '3.9.2-1'])(
    '%j is none',
    (text) => {
      expect(() => parseSpec(text)).toThrow('names no sources');
    },
  );
});

describe("apt's source lists", () => {
  test('deb822: comments inside a stanza, several values, an embedded key, a disabled stanza', () => {
    const entries = parseDeb822(
      [
        '# the system',
        'Types: deb',
        '# http://snapshot.example/20250520',
        'URIs: http://mirror.example/debian',
        'Suites: bookworm bookworm-updates',
        'Components: main',
        'Signed-By:',
        ' -----BEGIN PGP PUBLIC KEY BLOCK-----',
        ' .',
        ' abc',
        '',
        'Enabled: no',
        'Types: deb',
        'URIs: http://off.example/debian',
        'Suites: sid',
        'Components: main',
      ].join('\n'),
    );
    expect(entries).toHaveLength(1);
    expect(entries[0]).toMatchObject({ uris: ['http://mirror.example/debian'], components: ['main'] });
    expect(entries[0]?.signedBy).toBe('\n -----BEGIN PGP PUBLIC KEY BLOCK-----\n .\n abc');
  });

  test('one-line: options, comments', () => {
    expect(
      parseOneLine(
        '# deb http://no.example/debian x main\ndeb [arch=amd64 signed-by=/k.gpg] http://m.example/debian bookworm main contrib # note\n',
      ),
    ).toEqual([
      {
        uris: ['http://m.example/debian'],
        components: ['main', 'contrib'],
        signedBy: '/k.gpg',
      },
    ]);
  });

  test('a Debian machine: its own mirror and key, then the archive; not its security archive or third parties', () => {
    const etc = write(path.join(rig.dir, 'apt'), {
      'sources.list.d/a.list':
        'deb https://packages.example/apt cloud main\ndeb http://m.example/debian-security s main\n',
      'sources.list.d/debian.sources':
        'Types: deb\nURIs: http://m.example/debian\nSuites: x\nComponents: main\nSigned-By: /k.gpg\n',
    });
    const [own, archive] = debianMirrors(systemEntries(etc), true);
    expect(own).toEqual({ uri: 'http://m.example/debian', signedBy: '/k.gpg', archived: false });
    expect(archive?.archived).toBe(true);
    expect(sourcesStanza(own ?? expect.fail(), 'bullseye')).toBe(
      'Types: deb-src\nURIs: http://m.example/debian\nSuites: bullseye\nComponents: main\nSigned-By: /k.gpg\n',
    );
  });

  test("Ubuntu: Debian's public mirror with Debian's keys, nothing without", () => {
    const ubuntu = parseOneLine('deb http://archive.ubuntu.com/ubuntu noble main\n');
    expect(debianMirrors(ubuntu, true)[0]?.uri).toContain('deb.debian.org');
    expect(debianMirrors(ubuntu, false)).toEqual([]);
  });

  test('madison: the newest first', () => {
    const text =
      ' python3.14 | 3.14.9-1 | m sid/main Sources\n python3.14 | 3.14.10-1 | m sid/main Sources\n other | 9 | m\n';
    expect(parseMadison(text, 'python3.14')).toEqual(['3.14.10-1', '3.14.9-1']);
  });
});

describe('.dsc', () => {
  const sha = 'da3080e3b488f648a3d7a4560ddee895284c3380b11d6de75edb986526b9a814';
  const text = [
    '-----BEGIN PGP SIGNED MESSAGE-----',
    'Hash: SHA512',
    '',
    'Format: 1.0',
    'Source: python2.7',
    'Version: 2.7.18-8+deb11u1',
    'Checksums-Sha1:',
    ' 1a84bcb4aef49a08f39dbf9219d8b3190ebfd84d 17 python2.7_2.7.18.orig.tar.gz',
    'Checksums-Sha256:',
    ` ${sha} 17 python2.7_2.7.18.orig.tar.gz`,
    'Files:',
    ' 38c84292658ed4456157195f1c9bcbe1 17 python2.7_2.7.18.orig.tar.gz',
    '-----BEGIN PGP SIGNATURE-----',
    'Version: no',
  ].join('\n');

  test('is read through its signature', () => {
    expect(parseDsc(text)).toEqual({
      source: 'python2.7',
      version: '2.7.18-8+deb11u1',
      files: [{ name: 'python2.7_2.7.18.orig.tar.gz', size: 17, sha256: sha }],
    });
  });
  test('without SHA-256, or with a name that leads elsewhere, it is none', () => {
    expect(parseDsc(text.replace('Checksums-Sha256', 'Checksums-Md5'))).toBeUndefined();
    expect(parseDsc(text.replaceAll(' python2.7_', ' ../python2.7_'))).toBeUndefined();
  });
  test.each([
    ['2.7.18-8+deb11u1', '2.7.18'],
    ['3.15.0~a1-1', '3.15.0a1'],
    ['1:3.9.2-1-2', '3.9.2-1'],
  ])('upstream of %s', (version, upstream) => {
    expect(upstreamVersion(version)).toBe(upstream);
  });
});

describe('readSeries', () => {
  test('comments, options, blank lines', () => {
    expect(readSeries('a.diff\n# no\n#no.diff\n\nb.diff -p1\n c.diff  # why\n')).toEqual([
      'a.diff',
      'b.diff',
      'c.diff',
    ]);
  });
  test('series.in goes through its conditions', () => {
    const text =
      'a\n#ifdef X\nx\n#endif\n#if defined (Y)\ny\n#elif defined(A) || \\\n   defined (Z)\nz\n#elif defined (Z)\nz2\n#else\nno\n#endif\n#if defined (Y)\n#if defined (Z)\nnested\n#endif\n#else\nelse\n#endif\nb\n';
    expect(readSeries(text, new Set(['Z']))).toEqual(['a', 'z', 'else', 'b']);
  });
});

describe('newestRelease', () => {
  const tags = ['v3.9.2', 'v3.9.10', 'v3.9.11rc1', 'v3.9', 'v3.90.1', 'v3.15.0a2', 'v3.15.0b1', 'v3.15.0a10'].map(
    (t) => `refs/tags/${t}`,
  );
  test('the last final one; before the first, what leads to it', () => {
    expect(newestRelease('3.9', tags)).toBe('refs/tags/v3.9.10');
    expect(newestRelease('3.15', tags)).toBe('refs/tags/v3.15.0b1');
    expect(newestRelease('3.16', tags)).toBeUndefined();
  });
});
