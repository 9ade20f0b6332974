import type { InstructionComparison, InstructionRow } from '../../src/bench/instructions/types.ts';
import type { SizeComparison, SymbolChange } from '../../src/bench/size/types.ts';

/** Instructions and sizes as a run records them, made up. */

export function instructionRow(test: string, ratio: number, more: Partial<InstructionRow> = {}): InstructionRow {
  const verdict = Math.abs(ratio - 1) < 0.001 ? 'same' : ratio > 1 ? 'more' : 'fewer';
  return {
    test,
    verdict,
    baseline: [4_000_000, 4_000_000, 4_000_000],
    patched: [1, 1, 1].map((one) => Math.round(4_000_000 * ratio * one)),
    change: { ratio, low: ratio - 0.0004, high: ratio + 0.0008 },
    rounds: 100,
    defaultRounds: 60_000,
    operations: 20,
    ...more,
  };
}

export function instructions(more: Partial<InstructionComparison> = {}): InstructionComparison {
  const tests = more.tests ?? [
    instructionRow('PythonFunctionCalls', 1.0519, { declared: 'slower' }),
    instructionRow('TryFinally', 1.0316),
    instructionRow('UnicodeSlicing', 1.006, { verdict: 'layout' }),
    instructionRow('CompareIntegers', 1),
    instructionRow('ConcatUnicode', 0.966),
    { test: 'SimpleDictManipulation', verdict: 'missing', note: 'AttributeError: no has_key' },
    { test: 'Recursion', verdict: 'failed', note: 'patched: ended by SIGSEGV' },
  ];
  const counts = { more: 0, fewer: 0, same: 0, layout: 0, missing: 0, failed: 0 };
  for (const { verdict } of tests) counts[verdict] += 1;
  return {
    schemaVersion: 1,
    suite: 'pybench',
    counter: 'callgrind',
    method: 'callgrind of valgrind-3.19.0, addresses fixed',
    layouts: 3,
    deterministic: true,
    repeated: 10,
    threshold: 0.001,
    total: { baseline: 172_000_000_000, patched: 172_688_000_000, ratio: 1.004, low: 1.0027, high: 1.0058 },
    geometricMean: 1.0035,
    counts,
    tests,
    ...more,
  };
}

export function sizes(more: Partial<SizeComparison> = {}): SizeComparison {
  const file = { file: 6_766_104, stripped: 1_951_032, text: 1_698_533, data: 247_768, bss: 135_344 };
  const modules = { file: 9_086_472, text: 3_102_308, data: 545_388, bss: 16_896 };
  const resized = (name: string, baseline: number, patched: number): SymbolChange => ({
    name,
    kind: 'code',
    change: 'resized',
    baseline,
    patched,
  });
  return {
    schemaVersion: 1,
    files: [{ name: 'python', baseline: file, patched: { ...file, file: 6_765_648, text: 1_698_437 } }],
    sections: [
      { name: '.text', baseline: 1_117_537, patched: 1_117_441 },
      { name: '.rodata', baseline: 240_000, patched: 240_000 },
      { name: '.debug_info', baseline: 2_039_931, patched: 2_039_706 },
    ],
    modules: { count: { baseline: 65, patched: 65 }, baseline: modules, patched: modules, changed: [] },
    symbols: [
      resized('PyFrame_New', 769, 737),
      resized('frame_dealloc', 743, 719),
      { name: 'zombies', kind: 'zeroed', change: 'removed', baseline: 8, patched: 0 },
    ],
    method: 'size, nm, strip',
    problems: [],
    ...more,
  };
}
