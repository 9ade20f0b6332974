import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { launcherEnvironment, whileConfiguring, withoutLauncher } from '../../src/targets/launcher.ts';

let home: string;
beforeEach(() => {
  home = mkdtempSync(path.join(tmpdir(), 'fw-launcher-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

function file(name: string, text = ''): string {
  const at = path.join(home, name);
  mkdirSync(path.dirname(at), { recursive: true });
  writeFileSync(at, text);
  return at;
}

describe('ccache', () => {
  const of = (env: Record<string, string> = {}) => launcherEnvironment('ccache', '/root', { HOME: home, ...env });

  test("keeps the user's cache although HOME is private, and knows that the folder does not matter", () => {
    expect(of({ CCACHE_MAXSIZE: '5G', CFLAGS: '-O0' })).toEqual({
      CCACHE_DIR: path.join(home, '.cache/ccache'),
      CCACHE_BASEDIR: '/root',
      CCACHE_NOHASHDIR: '1',
      CCACHE_MAXSIZE: '5G',
    });
    expect(of({ XDG_CACHE_HOME: '/caches' }).CCACHE_DIR).toBe('/caches/ccache');
    expect(of({ CCACHE_DIR: '/big' }).CCACHE_DIR).toBe('/big');
  });

  test('obeys the settings where ccache would look for them', () => {
    const settings = file('.config/ccache/ccache.conf', 'remote_storage = redis://farm\n');
    expect(of()).toMatchObject({ CCACHE_CONFIGPATH: settings, CCACHE_DIR: path.join(home, '.cache/ccache') });
    // A cache's own folder has its settings.
    expect(of({ CCACHE_DIR: '/big' }).CCACHE_CONFIGPATH).toBeUndefined();
    const other = file('other.conf', 'max_size = 5G\n');
    expect(of({ CCACHE_CONFIGPATH: other }).CCACHE_CONFIGPATH).toBe(other);
  });

  test('settings may say where the cache is', () => {
    file('.config/ccache/ccache.conf', 'max_size = 5G\ncache_dir = /big\n');
    expect(of().CCACHE_DIR).toBeUndefined();
  });

  test('the one folder of earlier versions is used while it is there', () => {
    file('.config/ccache/ccache.conf');
    file('.ccache/ccache.conf');
    const { CCACHE_DIR, CCACHE_CONFIGPATH } = of();
    expect([CCACHE_DIR, CCACHE_CONFIGPATH]).toEqual([path.join(home, '.ccache'), undefined]);
  });
});

test('distcc finds its hosts and the key to them, sccache its settings', () => {
  const of = (name: 'distcc' | 'sccache' | 'icecc', env: Record<string, string> = {}) =>
    launcherEnvironment(name, '/root', { HOME: home, CCACHE_DIR: '/not-theirs', ...env });
  expect(of('distcc')).toEqual({});
  file('.distcc/hosts', 'farm/8\n');
  expect(of('distcc', { DISTCC_HOSTS: 'a b', SSH_AUTH_SOCK: '/run/agent' })).toEqual({
    DISTCC_DIR: path.join(home, '.distcc'),
    DISTCC_HOSTS: 'a b',
    SSH_AUTH_SOCK: '/run/agent',
  });
  const settings = file('.config/sccache/config');
  expect(of('sccache', { SCCACHE_REDIS: 'redis://farm', AWS_ACCESS_KEY_ID: 'me' })).toEqual({
    SCCACHE_CONF: settings,
    SCCACHE_DIR: path.join(home, '.cache/sccache'),
    SCCACHE_REDIS: 'redis://farm',
    AWS_ACCESS_KEY_ID: 'me',
  });
  expect(of('icecc', { ICECC_PREFERRED_HOST: 'farm' })).toEqual({ ICECC_PREFERRED_HOST: 'farm' });
  expect(launcherEnvironment('none', '/root', { CCACHE_DIR: '/big' })).toEqual({});
});

test('what is recorded has none of it: neither paths nor passwords', () => {
  const env = { ...launcherEnvironment('sccache', '/root', { HOME: home, AWS_SECRET_ACCESS_KEY: 'x' }), LC_ALL: 'C' };
  expect(env).toHaveProperty('AWS_SECRET_ACCESS_KEY');
  expect(withoutLauncher({ ...env, CCACHE_REMOTE_STORAGE: 'redis://:secret@farm', DISTCC_HOSTS: 'a' })).toEqual({
    LC_ALL: 'C',
  });
});

test('configure’s small programs stay here', () => {
  expect(whileConfiguring('ccache')).toEqual({ CCACHE_DISABLE: '1' });
  expect(whileConfiguring('distcc')).toEqual({ DISTCC_HOSTS: 'localhost' });
  expect(whileConfiguring('none')).toEqual({});
});
