import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import * as format from '../../src/document/format.ts';

/** As written, with the thin space and the minus sign made visible. */
const ascii = (text: string) => text.replaceAll('\u202f', '_').replaceAll('\u2212', '-');

describe('numbers', () => {
  test.each([
    [format.change(1.0067), '+0.67%'],
    [format.change(0.9933), '-0.67%'],
    [format.change(1), '0.00%'],
    [format.change(0.99999), '0.00%'],
    [format.change(1.1234), '+12.3%'],
    [format.change(2.5), '+150%'],
    [format.change(Number.NaN), 'n/a'],
    [format.interval({ low: 1.002, high: 1.011 }), '[+0.2%, +1.1%]'],
    [format.interval({ low: 0.9999, high: 1.0001 }), '[0.0%, 0.0%]'],
    [format.percent(0.01), '1%'],
    [format.percent(0.0123), '1.2%'],
    [format.bytes(10_240_000), '10_240_000_B'],
    [format.bytes(4096), '4096_B'],
    [format.signedBytes(-42_080), '-42_080_B'],
    [format.signedBytes(0), '0_B'],
    [format.bytesRounded(10_240_000), '9.77_MiB'],
    [format.bytesRounded(1023), '1023_B'],
    [format.bytesRounded(1024), '1.00_KiB'],
    [format.bytesRounded(1_048_400), '1.00_MiB'],
    [format.bytesRounded(155_648), '152_KiB'],
    [format.bytesRounded(-65_536), '-64.0_KiB'],
    [format.duration(850), '850_ms'],
    [format.duration(12_340), '12.3_s'],
    [format.duration(59_960), '1_min 00_s'],
    [format.duration(245_000), '4_min 05_s'],
    [format.duration(3_719_000), '1_h 02_min'],
    [format.decimal(3.2144), '3.214'],
    [format.probability(0.00012), '< 0.001'],
    [format.count(1, 'file'), '1 file'],
    [format.count(12_000, 'file'), '12_000 files'],
    [format.dateTime('2026-11-22T21:04:05.000Z'), '2026-11-22 21:04 UTC'],
    [format.dateTime('yesterday'), 'yesterday'],
    [format.list(['a', 'b', 'c']), 'a, b and c'],
    [format.list(['a', 'b', 'c', 'd', 'e', 'f']), 'a, b, c and 3 more'],
  ])('%s is %s', (written, expected) => {
    expect(ascii(written)).toBe(expected);
  });

  test('the sign of a change is never lost, and zero has none', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.01, max: 100, noNaN: true }), (ratio) => {
        const text = ascii(format.change(ratio));
        const value = Number.parseFloat(text);
        expect(text.startsWith('+')).toBe(value > 0);
        expect(text.startsWith('-')).toBe(value < 0);
        expect(Math.sign(value) === 0 || Math.sign(value) === Math.sign(ratio - 1)).toBe(true);
      }),
    );
  });

  test('grouping changes no digit', () => {
    fc.assert(
      fc.property(fc.integer(), (n) => {
        expect(Number(ascii(format.integer(n)).replaceAll('_', ''))).toBe(n);
      }),
    );
  });
});
