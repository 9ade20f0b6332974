import { expect, test } from 'vitest';
import { decodeBytes, decoder } from '../../src/system/decode.ts';

const bytes = (text: string) => Buffer.from(text, 'utf8').toString('latin1');

test('UTF-8 where all of it is that, else Latin-1: nothing is lost, a byte order mark neither', () => {
  expect(decodeBytes(bytes('é 界'))).toBe('é 界');
  expect(decodeBytes('\xe9')).toBe('é');
  expect(decoder(`${bytes('é')}\xe9`).encoding).toBe('latin-1');
  expect(decodeBytes(bytes('\uFEFFint a;\uFEFF'))).toBe('\uFEFFint a;\uFEFF');
});
