import { describe, expect, test } from 'vitest';
import { parseVersion, versionSuffix } from '../../src/checkout/version.ts';
import { patchlevel } from './rig.ts';

const parse = (text: string) => parseVersion(patchlevel(text)) ?? expect.fail('no version');

describe('parseVersion', () => {
  test.each([
    ['2.7.18', { major: 2, minor: 7, micro: 18, level: 'final', serial: 0, short: '2.7' }],
    ['3.3.0a3+', { major: 3, minor: 3, micro: 0, level: 'alpha', serial: 3, short: '3.3' }],
    ['3.13.0rc2', { major: 3, minor: 13, micro: 0, level: 'candidate', serial: 2, short: '3.13' }],
    ['3.10.0b1', { major: 3, minor: 10, micro: 0, level: 'beta', serial: 1, short: '3.10' }],
  ])('%s', (text, expected) => {
    expect(parse(text)).toEqual({ ...expected, text });
  });

  test('a numeric release level and CRLF are read too', () => {
    const text = patchlevel('3.9.2').replace('PY_RELEASE_LEVEL_FINAL\n', '0xF\n').replaceAll('\n', '\r\n');
    expect(parseVersion(text)?.level).toBe('final');
  });

  test("what is not CPython's file has no version", () => {
    expect(parseVersion('#define PY_VERSION 3\n')).toBeUndefined();
    expect(parseVersion(patchlevel('3.9.2').replace('PY_MINOR_VERSION\t9', 'PY_MINOR_VERSION\tNINE'))).toBeUndefined();
  });
});

describe('versionSuffix', () => {
  test.each(['2.7.18', '3.3.0a3+', '3.12.0rc1', '2.5', '2.8.5+'])("CPython's own %s has none", (text) => {
    expect(versionSuffix(parse(text))).toBeUndefined();
  });
  test("2.5's candidates are written c1", () => {
    expect(versionSuffix(parse('2.5c1'))).toBeUndefined();
  });
  test.each([
    ['3.8.5+cinder', 'cinder'],
    ['2.7.6r3', 'r3'],
    ['3.9.2-acme', 'acme'],
    ['3.11.0a4+acme.2', 'acme.2'],
  ])('%s has %s', (text, suffix) => {
    expect(versionSuffix(parse(text))).toBe(suffix);
  });
});
