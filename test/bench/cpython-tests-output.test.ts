import { describe, expect, test } from 'vitest';
import { caseName, parseRegrtestOutput } from '../../src/bench/cpython-tests-run.ts';

const RULE = '='.repeat(70);
const LINE = '-'.repeat(70);
const closing = (what: string) => `\n== Tests result ==\n\n${what}\n    test_fmt\n\nTotal duration: 5 ms\n`;

describe('caseName', () => {
  test.each([
    ['2.x, 3.0 - 3.10', 'test_a', 'test.test_sys.SizeofTest', 'test_sys.SizeofTest.test_a'],
    ['3.11 and later', 'test_a', 'test.test_sys.SizeofTest.test_a', 'test_sys.SizeofTest.test_a'],
    ['outside the package', 'test_a', 'test_sys.SizeofTest', 'test_sys.SizeofTest.test_a'],
    ['a class', 'setUpClass', 'test.test_sys.SizeofTest', 'test_sys.SizeofTest.setUpClass'],
    ['a case of another module', 'test_a', 'test.list_tests.CommonTest', 'test_sys.list_tests.CommonTest.test_a'],
  ])('%s', (_, method, owner, expected) => {
    expect(caseName(method, owner, 'test_sys')).toBe(expected);
  });

  test('a package keeps its name', () => {
    expect(caseName('test_a', 'test.test_asyncio.test_events.T.test_a', 'test_asyncio.test_events')).toBe(
      'test_asyncio.test_events.T.test_a',
    );
  });
});

describe('parseRegrtestOutput', () => {
  test('takes failures from the closing headers, with docstrings, sub tests and class set-up', () => {
    const text = `0:00:00 [1/1] test_fmt
test_doc_fail (test.test_fmt.A)
First line of doc. ... FAIL
test_doc_ok (test.test_fmt.A)
First line, good. ... ok
test_noise (test.test_fmt.A) ... noise
more noise ... FAIL
ok
test_skip (test.test_fmt.A) ... skipped 'because ... of it'
test_sub (test.test_fmt.A) ... test_unexp (test.test_fmt.A) ... unexpected success

${RULE}
ERROR: setUpClass (test.test_fmt.B)
${LINE}
Traceback (most recent call last):
ValueError: x

${RULE}
FAIL: test_doc_fail (test.test_fmt.A)
First line of doc.
${LINE}
AssertionError: 1 != 2

${RULE}
FAIL: test_sub (test.test_fmt.A) [msg (x)] (i=1)
${LINE}
AssertionError: 1 != 0

${LINE}
Ran 5 tests in 0.001s
${closing('1 test failed:')}`;
    const output = parseRegrtestOutput(text, 'test_fmt');
    expect(output.summary).toBe('failed');
    expect(output.failed).toEqual(['test_fmt.A.test_doc_fail', 'test_fmt.A.test_sub', 'test_fmt.B.setUpClass']);
    expect(output.skipped).toEqual(['test_fmt.A.test_skip']);
    expect(output.started).toContain('test_fmt.A.test_unexp');
    expect(output.underWay).toBeUndefined();
  });

  test('3.11 and later repeat the method; 3.12 names unexpected successes and doctests', () => {
    const text = `test_a (test.test_fmt.A.test_a) ... ok
  test_sub (test.test_fmt.A.test_sub) [msg] (i=1) ... FAIL

${RULE}
FAIL: test_sub (test.test_fmt.A.test_sub) [msg] (i=1)
${LINE}
${RULE}
FAIL: test_fmt ()
Doctest: test.test_fmt
${LINE}
${RULE}
FAIL: f (test.test_fmt)
Doctest: test.test_fmt.f
${LINE}
File "/x/test_fmt.py", line 9, in test.test_fmt.f
Failed example:
    f()
${RULE}
UNEXPECTED SUCCESS: test_u (test.test_fmt.A.test_u)
${LINE}
${closing('1 test failed:')}`;
    expect(parseRegrtestOutput(text, 'test_fmt').failed).toEqual([
      'test_fmt',
      'test_fmt.A.test_sub',
      'test_fmt.A.test_u',
      'test_fmt.f',
    ]);
  });

  test('plain doctests, whose line may be unknown', () => {
    const text = `**********\nFile "/x/test_fmt.py", line ?, in test.test_fmt.__test__.tut\nFailed example:\n    1 + 1
test test_fmt failed -- 1 of 293 doctests failed
${closing('1 test failed:')}`;
    const output = parseRegrtestOutput(text, 'test_fmt');
    expect(output.failed).toEqual(['test_fmt.__test__.tut']);
    expect(output.reason).toBe('1 of 293 doctests failed');
  });

  test('2.5 and 2.6 print a docstring instead of the name', () => {
    const text = `Lists can be sorted. ... FAIL\n\n${RULE}\nFAIL: Lists can be sorted.\n${LINE}\n1 test failed:\n    test_fmt\n`;
    expect(parseRegrtestOutput(text, 'test_fmt')).toMatchObject({
      summary: 'failed',
      failed: ['test_fmt: Lists can be sorted.'],
    });
  });

  test('of a crash it knows what had failed and what was under way', () => {
    const text = 'test_a (test.test_fmt.A) ... FAIL\ntest_b (test.test_fmt.A) ... ok\ntest_c (test.test_fmt.A) ... ';
    expect(parseRegrtestOutput(text, 'test_fmt')).toMatchObject({
      summary: undefined,
      failed: ['test_fmt.A.test_a'],
      underWay: 'test_fmt.A.test_c',
    });
  });

  test('a traceback as the reason is told by its last line', () => {
    const text = `test test_fmt crashed -- Traceback (most recent call last):\n  File "x", line 1\n    y\nImportError: no z\n\n${closing('1 test failed:')}`;
    expect(parseRegrtestOutput(text, 'test_fmt').reason).toBe('ImportError: no z');
  });

  test.each([
    ['1 test OK.', 'passed'],
    ['All 3 tests OK.', 'passed'],
    ['1 test altered the execution environment:', 'passed'],
    ['1 test altered the execution environment (env changed):', 'passed'],
    ['1 test skipped:', 'skipped'],
    ['1 test skipped (resource denied):', 'skipped'],
    ['1 test run no tests:', 'skipped'],
    ['1 test failed:', 'failed'],
    ['no such words', undefined],
  ])('regrtest says "%s": %s', (words, summary) => {
    expect(parseRegrtestOutput(closing(words), 'test_fmt').summary).toBe(summary);
  });
});
