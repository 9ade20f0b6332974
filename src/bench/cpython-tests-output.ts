import type { Frozen } from '../system/frozen.ts';

/** What regrtest and unittest print, read back: the same words since 2.5, with the test's name spelled in several ways. */

export type RegrtestOutput = Frozen<ReturnType<typeof parseRegrtestOutput>>;

const HEADER = /^(?:FAIL|ERROR|UNEXPECTED SUCCESS): (.+)$/;
const DOCTEST_TITLE = /^Doctest: (\S+)$/;
const DOCTEST_FAILURE = /^File ".*", line (?:\d+|\?), in (\S+)\nFailed example:$/gm;
const UNITTEST_NAME = /^(\S+) \(([\w.<>]*)\)/;
/** A case's start: at the beginning of a line, or right after the start of another one that printed no result. */
const CASE_START = /(?:^|\.\.\. ) *(\w+) \(([A-Za-z_]\w*(?:\.[\w<>]+)+)\)(?=$| \.\.\.| \[| \()/gm;
const CASE_RESULT = /(?:^|\.\.\. )(ok|FAIL|ERROR|skipped(?: .*)?|expected failure|unexpected success)$/gm;
const RULE = /^(?:={70}|-{70})$/m;

/** @param file the test file's name as regrtest knows it, without `test.`: `test_sys`, `test_asyncio.test_events`. */
export function parseRegrtestOutput(text: string, file: string) {
  const output = text.replace(/\r\n?/g, '\n');
  const summary = parseSummary(output);
  const failed = new Set<string>([...headers(output, file), ...doctests(output, file)]);
  const skipped = new Set<string>();
  const started = new Set<string>();
  let underWay: string | undefined;
  for (const { name, result } of cases(output, file)) {
    started.add(name);
    if (result?.startsWith('skipped')) skipped.add(name);
    // Without the closing headers, this is all there is to see of what failed before the crash.
    if (summary !== 'passed' && (result === 'FAIL' || result === 'ERROR')) failed.add(name);
    underWay = result === undefined ? name : undefined;
  }
  return {
    /** regrtest's own closing words; `undefined` when it did not get that far. */
    summary,
    /** Single test cases that failed, as `test_sys.SizeofTest.test_objecttypes`, sorted, each once. */
    failed: [...failed].sort(),
    skipped: [...skipped].sort(),
    /** Every case that was started, as far as their names were printed (2.5 and 2.6 print a docstring instead). */
    started: [...started],
    /** The case that was under way when the output ended, unless regrtest came to its summary. */
    underWay: summary === undefined ? underWay : undefined,
    /** Why the file was skipped, or failed as a whole: the exception's own words. */
    reason: parseReason(output),
    /** What there is to say of an end without a summary. */
    lastLine: output.trimEnd().split('\n').at(-1)?.trim() ?? '',
  };
}

/**
 * `test_x (test.test_sys.SizeofTest)`, since 3.11 `test_x (test.test_sys.SizeofTest.test_x)` → `test_sys.SizeofTest.test_x`.
 * A case that another module defines keeps that module's name behind the file's.
 */
export function caseName(method: string, owner: string, file: string): string {
  const parts = owner.split('.').filter((part) => part !== '');
  if (parts[0] === 'test' && parts.length > 1) parts.shift();
  if (parts.at(-1) !== method) parts.push(method);
  return withFile(parts.join('.'), file);
}

function withFile(name: string, file: string): string {
  return name === file || name.startsWith(`${file}.`) ? name : `${file}.${name}`;
}

function* headers(output: string, file: string): Generator<string> {
  const lines = output.split('\n');
  for (const [index, line] of lines.entries()) {
    const description = HEADER.exec(line)?.[1];
    if (description === undefined) continue;
    if (!/^={70}$/.test(lines[index - 1] ?? '') && !line.startsWith('UNEXPECTED')) continue;
    const doctest = DOCTEST_TITLE.exec(lines[index + 1] ?? '')?.[1];
    const unittest = UNITTEST_NAME.exec(description);
    if (doctest !== undefined) yield withFile(doctest.replace(/^test\./, ''), file);
    else if (unittest !== null) yield caseName(unittest[1] ?? '', unittest[2] ?? '', file);
    else yield `${file}: ${description}`; // 2.5, 2.6: the docstring instead of the name.
  }
}

function* doctests(output: string, file: string): Generator<string> {
  for (const match of output.matchAll(DOCTEST_FAILURE)) yield withFile((match[1] ?? '').replace(/^test\./, ''), file);
}

function* cases(output: string, file: string): Generator<{ name: string; result: string | undefined }> {
  const starts = [...output.matchAll(CASE_START)];
  for (const [index, start] of starts.entries()) {
    const from = start.index + start[0].length;
    const chunk = output.slice(from, starts[index + 1]?.index).split(RULE, 1)[0] ?? '';
    // The last one counts: a test that prints "ok" itself does so before its result.
    const result = [...chunk.matchAll(CASE_RESULT)].at(-1)?.[1];
    yield { name: caseName(start[1] ?? '', start[2] ?? '', file), result };
  }
}

function parseReason(output: string): string | undefined {
  const match = /^(?:\S+ skipped|test \S+ (?:failed|crashed)) -- (.*)$/m.exec(output);
  if (match?.[1] === undefined) return undefined;
  if (!match[1].startsWith('Traceback ')) return match[1];
  // The first line behind a traceback that is not indented is the exception.
  return /\n(\S.*)/.exec(output.slice(match.index + match[0].length))?.[1];
}

function parseSummary(output: string): 'passed' | 'failed' | 'skipped' | undefined {
  const closing = output.trimEnd().split('\n').slice(-40).join('\n');
  if (/^\d+ tests? failed(?: again)?:$/m.test(closing)) return 'failed';
  if (/^(?:All )?\d+ tests? OK\.$/m.test(closing)) return 'passed';
  if (/^\d+ tests? altered the execution environment.*:$/m.test(closing)) return 'passed';
  if (/^\d+ tests? (?:skipped(?: \(.*\))?|run no tests):$/m.test(closing)) return 'skipped';
  return undefined;
}
