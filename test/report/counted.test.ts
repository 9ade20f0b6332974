import stringWidth from 'string-width';
import { describe, expect, test } from 'vitest';
import { comparisonJson } from '../../src/report/comparison-json.ts';
import { renderHtml } from '../../src/report/html/page.ts';
import { renderMarkdown } from '../../src/report/markdown/render.ts';
import { reportView } from '../../src/report/report-view.ts';
import { renderTerminal } from '../../src/report/terminal/render.ts';
import type { TargetResult } from '../../src/run/types.ts';
import { instructionRow, instructions, sizes } from './counted.ts';
import { record, target } from './records.ts';

const run = (more: Partial<TargetResult>) => record({ targets: [target(more)] });
const terminal = (more: Partial<TargetResult>, verbose = false) =>
  renderTerminal(reportView(run(more)), { width: 80, color: false, verbose }).replaceAll('\u202f', ' ');
/** The text from a heading to the next. */
const section = (text: string, title: string) => (text.split(`\n${title}`)[1] ?? '').split(/\n[^\n]* ──+\n/)[0] ?? '';

describe('instructions', () => {
  const counted = { instructions: instructions() };

  test('the answer stands on the first screen: how much, where most, and that it is exact', () => {
    const screen = terminal(counted).split('\n').slice(0, 24).join('\n').replace(/\s+/g, ' ');
    expect(screen).toContain('Executed instructions: 0.40% more.');
    expect(screen).toMatch(
      /○ Instructions 0\.40% more\. 2 of 7 tests execute more, most of all PythonFunctionCalls \(\+5\.19%\), 1 fewer \(exact, by callgrind\)/,
    );
  });

  test('under an emulator they are called guest instructions, and what they are is said', () => {
    const emulated = { instructions: { ...instructions(), counter: 'qemu' as const } };
    const flat = (text: string) => text.replace(/\s+/g, ' ');
    expect(flat(terminal(emulated))).toContain('1 fewer (exact, guest instructions under qemu)');
    expect(flat(section(terminal(emulated), 'Instructions: pybench'))).toContain('those of the target’s own processor');
    expect(terminal(counted)).not.toContain('guest');
  });

  test('the total comes before the tests, with its range, and the proof that it repeats', () => {
    const text = section(terminal(counted), 'Instructions: pybench');
    expect(text).toMatch(/Total +\+0\.40%, from \+0\.27% to \+0\.58% in the 3 layouts/);
    expect(text).toContain('172.0 billion instructions, patched 172.7 billion');
    expect(text).toMatch(/all 10 counts that were made twice are the same/);
    expect(text.indexOf('Total')).toBeLessThan(text.indexOf('PythonFunctionCalls'));
  });

  test('a test is a line: verdict, change, instructions of one operation on both sides', () => {
    const text = section(terminal(counted), 'Instructions: pybench');
    expect(text).toMatch(/PythonFunctionCalls +▲ more +\+5\.19% ±0\.06% +2000 +2104\n +declared slower/);
    expect(text).toMatch(/ConcatUnicode +▼ fewer +−3\.40%/);
  });

  test('what is missing or failed is a row; what did not change is in the full table', () => {
    const brief = section(terminal(counted), 'Instructions: pybench');
    expect(brief).toMatch(/SimpleDictManipulation +– missing\n +AttributeError: no has_key/);
    expect(brief).toMatch(/Recursion +✗ failed\n +patched: ended by SIGSEGV/);
    expect(brief).not.toContain('CompareIntegers');
    const full = section(terminal(counted, true), 'Instructions: pybench');
    expect(full).toMatch(/CompareIntegers +○ same +0\.00%/);
    expect(full).toMatch(/UnicodeSlicing +◇ by layout +\+0\.60%/);
  });

  test('all tests are in the page and in the markdown', () => {
    const html = renderHtml(reportView(run(counted)), {});
    const markdown = renderMarkdown(reportView(run(counted)));
    for (const { test: name } of counted.instructions.tests) {
      expect(html).toContain(name);
      expect(markdown).toContain(name);
    }
    expect(html).toContain('<th scope="col" class="right">change</th>');
    expect(html).not.toMatch(/<script|https?:/);
  });

  test('counts that do not repeat are not called exact', () => {
    const text = terminal({ instructions: instructions({ deterministic: false, spread: 0.000012 }) });
    expect(text).not.toContain('(exact');
    expect(text).toContain('differ by up to 0.0012%');
  });

  test.each([
    [1.0004, /○ Instructions +the same within 0\.1%/],
    [1.05, /✗ Instructions +5\.00% more/],
    [0.95, /✓ Instructions +5\.00% fewer/],
  ])('a total of %d', (ratio, expected) => {
    const total = { baseline: 1e9, patched: 1e9 * ratio, ratio, low: ratio, high: ratio };
    expect(terminal({ instructions: instructions({ total }) })).toMatch(expected);
  });

  test('not counted: why, and what to do', () => {
    const why =
      'instructions cannot be counted here: valgrind is not installed; install Valgrind: apt-get install valgrind';
    const text = terminal({ instructionsSkipped: why }).replace(/\s+/g, ' ');
    expect(text).toContain(
      '– Instructions not counted. Instructions cannot be counted here: valgrind is not installed',
    );
    expect(text).toContain('apt-get install valgrind');
  });

  test('nobody asked: not a word', () => {
    expect(terminal({})).not.toContain('nstructions');
  });

  test('JSON has every count', () => {
    const [one] = comparisonJson(run(counted)).targets;
    expect(one?.instructions).toEqual(counted.instructions);
    expect(comparisonJson(run({})).targets[0]?.instructions).toBeNull();
  });
});

describe('size', () => {
  test('the answer: how much of what is loaded, and how many functions', () => {
    const text = terminal({ size: sizes() }).replace(/\s+/g, ' ');
    expect(text).toContain('○ Size 96 B smaller. Functions and variables: 1 removed and 2 resized.');
  });

  test('bytes on both sides, functions by the difference, the sections that moved', () => {
    const text = section(terminal({ size: sizes() }), 'Size');
    expect(text).toMatch(/python: code and constants +1 698 533 +1 698 437 +−96 B/);
    expect(text).toMatch(/python: data +247 768 +247 768 +same/);
    expect(text).toMatch(/PyFrame_New +code +769 +737 +−32 B/);
    expect(text).toMatch(/zombies +zeroed, removed +8 +0 +−8 B/);
    expect(text).toContain('Sections that differ: .text −96 B.');
    expect(text).not.toContain('.debug_info');
  });

  test('twenty functions, and how many more there are', () => {
    const symbols = Array.from({ length: 23 }, (_, i) => ({
      name: `function_${i}`,
      kind: 'code' as const,
      change: 'added' as const,
      baseline: 0,
      patched: 100 - i,
    }));
    const text = section(terminal({ size: sizes({ symbols }) }), 'Size');
    expect(text).toContain('function_19');
    expect(text).not.toContain('function_20');
    expect(text).toContain('3 more are in run.json');
    expect(comparisonJson(run({ size: sizes({ symbols }) })).targets[0]?.size?.symbols).toHaveLength(23);
  });

  test('without tools, why', () => {
    expect(terminal({ sizeSkipped: 'nm not found' })).toMatch(/– Size +not measured\. Nm not found\./);
  });
});

test.each([48, 60, 80, 132])('no line is wider than %d columns', (width) => {
  const tests = [instructionRow('A'.repeat(60), 1.05, { note: 'x'.repeat(300) })];
  const wide = run({ instructions: instructions({ tests }), size: sizes({ problems: ['y'.repeat(200)] }) });
  const lines = renderTerminal(reportView(wide), { width, color: true, verbose: true }).split('\n');
  expect(lines.filter((line) => stringWidth(line) > width)).toEqual([]);
});

test('what a stranger wrote stays text', () => {
  const evil = '<script>alert(1)</script>\u001b[31m';
  const bad = run({
    instructions: instructions({ tests: [instructionRow(evil, 1.05, { note: evil })] }),
    size: sizes({ symbols: [{ name: evil, kind: 'code', change: 'added', baseline: 0, patched: 1 }] }),
  });
  expect(renderHtml(reportView(bad), {})).not.toContain('<script');
  expect(renderTerminal(reportView(bad), { width: 80, color: false, verbose: true })).not.toContain('\u001b');
  // In code it is harmless.
  expect(renderMarkdown(reportView(bad)).replaceAll(/`[^`\n]*`/g, '')).not.toContain('<script');
});
