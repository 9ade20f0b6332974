import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { byCodeUnit, canonicalJson, fingerprint, sha256 } from '../../src/system/hash.ts';

describe('canonicalJson', () => {
  test('sorts keys by code unit at every depth', () => {
    expect(canonicalJson({ b: 1, a: { d: [1, { z: 0, y: null }], c: 'x' } })).toBe(
      '{"a":{"c":"x","d":[1,{"y":null,"z":0}]},"b":1}',
    );
    expect(canonicalJson({ ä: 1, Z: 2, a: 3 })).toBe('{"Z":2,"a":3,"ä":1}');
  });

  test('leaves out undefined members, as JSON does', () => {
    expect(canonicalJson({ a: undefined, b: [undefined] })).toBe('{"b":[null]}');
  });

  test('property: key order does not matter, and the text parses back to the data', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (data) => {
        const shuffled = Object.fromEntries(Object.entries(data).reverse());
        expect(fingerprint(shuffled)).toBe(fingerprint(data));
        expect(JSON.parse(canonicalJson(data))).toEqual(JSON.parse(JSON.stringify(data)));
      }),
    );
  });

  test('property: different data gives different fingerprints', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (a, b) => {
        expect(fingerprint(a) === fingerprint(b)).toBe(
          JSON.stringify(a) === JSON.stringify(b) || canonicalJson(a) === canonicalJson(b),
        );
      }),
    );
  });
});

test('sha256 is the standard’s test vector (FIPS 180-2, B.1)', () => {
  expect(sha256('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
});

test('property: byCodeUnit is a total order that agrees with <', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (a, b) => Math.sign(byCodeUnit(a, b)) === (a < b ? -1 : a > b ? 1 : 0)),
  );
});
