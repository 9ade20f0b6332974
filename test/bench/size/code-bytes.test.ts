import { expect, test } from 'vitest';
import { codeBytes, type SizeComparison } from '../../../src/bench/size/types.ts';

test('the code of a launcher and of its library count together', () => {
  const size = (text: number) => ({ file: 0, stripped: 0, text, data: 0, bss: 0 });
  const files = [
    { name: 'python.exe', baseline: size(1286), patched: size(1286) },
    { name: 'python33.dll', baseline: size(1_407_750), patched: size(1_407_670) },
  ];
  const compared: SizeComparison = { schemaVersion: 1, files, sections: [], method: '', problems: [] };
  expect(codeBytes(compared, 'baseline')).toBe(1_409_036);
  expect(codeBytes(compared, 'patched')).toBe(1_408_956);
});
