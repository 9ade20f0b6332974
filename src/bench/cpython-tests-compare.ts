import type { TestFileResult } from './cpython-tests-run.ts';
import type { CpythonTestOutcome, CpythonTestRow } from './types.ts';

/** A recipe's word on one of CPython's tests: `test_gc`, `test_gc.test_get_count` or `test_gc.GCTests.test_get_count`. */
export interface DeclaredTest {
  readonly test: string;
  readonly why: string;
}

export type Side = 'baseline' | 'patched';

export interface SideResults {
  readonly first: TestFileResult;
  readonly repeat?: TestFileResult | undefined;
}

/** From good to bad: what comes later is a loss against what comes earlier. */
const ORDER: readonly CpythonTestOutcome[] = ['passed', 'skipped', 'failed', 'timeout', 'crashed', 'missing'];

const worse = (a: CpythonTestOutcome, b: CpythonTestOutcome) => ORDER.indexOf(a) > ORDER.indexOf(b);
const minus = (a: readonly string[], b: readonly string[]) => a.filter((name) => !b.includes(name));
const list = (names: readonly string[]) =>
  names.length > 5 ? `${names.slice(0, 5).join(', ')} and ${names.length - 5} more` : names.join(', ');

const endedEarly = (result: TestFileResult) => result.outcome === 'crashed' || result.outcome === 'timeout';

/**
 * The cases that count as failed on one side and not on the other. A side that ended early says nothing about the cases
 * that it did not finish, so those do not count; where both ran out of time, how far each came is luck.
 */
function failedOnlyHere(here: TestFileResult, there: TestFileResult): readonly string[] {
  const luck = here.outcome === 'timeout' && there.outcome === 'timeout';
  const failed = here.underWay === undefined || luck ? here.failed : [...here.failed, here.underWay];
  const own = [...new Set(minus(failed, there.failed))];
  return endedEarly(there) ? own.filter((name) => there.started.includes(name) && name !== there.underWay) : own;
}

/** Whether a declared name means this case: the same file, and the rest of the name in this order, whatever lies between. */
export function declares(declared: string, name: string): boolean {
  const wanted = declared.replace(/^test\./, '').split('.');
  const parts = name.split('.');
  if (wanted[0] !== parts[0]) return false;
  let at = 0;
  for (const part of parts) if (part === wanted[at]) at++;
  return at === wanted.length;
}

/**
 * Which sides must be asked again, because what they did is worse than what the other one did and may be bad luck.
 * What the recipe declared needs no second look; nor does a crash, which is no luck.
 */
export function sidesToRepeat(
  baseline: TestFileResult,
  patched: TestFileResult,
  declared: readonly DeclaredTest[],
): readonly Side[] {
  const again = (one: TestFileResult, other: TestFileResult) =>
    !['passed', 'missing', 'crashed'].includes(one.outcome) &&
    other.outcome !== 'missing' &&
    (worse(one.outcome, other.outcome) || failedOnlyHere(one, other).length > 0);
  const own = failedOnlyHere(patched, baseline);
  const isDeclared = (name: string) => declared.some(({ test }) => declares(test, name));
  const expected = patched.outcome === 'failed' && own.length > 0 && own.every(isDeclared);
  const sides: Side[] = again(baseline, patched) ? ['baseline'] : [];
  if (!expected && again(patched, baseline)) sides.push('patched');
  return sides;
}

/** What counts of a side that was asked twice, and what to say about it. */
function settle(
  side: Side,
  { first, repeat }: SideResults,
): { readonly result: TestFileResult; readonly note?: string } {
  if (repeat === undefined || first.outcome === 'crashed') return { result: first };
  if (repeat.outcome === 'passed') {
    const what = first.failed.length > 0 ? list(first.failed) : first.detail;
    const why = what === undefined ? '' : ` (${what})`;
    return { result: repeat, note: `${side}: ${said(first.outcome)}, then passed on a repeat${why}` };
  }
  const both = first.failed.filter((name) => repeat.failed.includes(name));
  const once = [...minus(first.failed, both), ...minus(repeat.failed, both)];
  // A failure that never names the same case is a failure all the same.
  const failed = both.length > 0 ? both : once.sort();
  if (both.length === 0 || once.length === 0) return { result: { ...repeat, failed } };
  return { result: { ...repeat, failed }, note: `${side}: failed in one of two runs only: ${list(once)}` };
}

const said = (outcome: CpythonTestOutcome) => (outcome === 'timeout' ? 'exceeded the time limit' : outcome);

/** One row of the comparison: only differences count, and those that the recipe declared are expected. A pure function. */
export function compareTest(
  test: string,
  sides: Readonly<Record<Side, SideResults>>,
  declared: readonly DeclaredTest[],
): CpythonTestRow {
  const { result: baseline, note: baselineNote } = settle('baseline', sides.baseline);
  const { result: patched, note: patchedNote } = settle('patched', sides.patched);
  const onlyBaseline = failedOnlyHere(baseline, patched);
  const onlyPatched = failedOnlyHere(patched, baseline);
  const concerned = declared.filter((entry) => declares(entry.test, test) || declares(test, entry.test));
  const { verdict, notes } = judge({ baseline, patched, onlyBaseline, onlyPatched }, concerned);
  const why = [...notes, baselineNote, patchedNote].filter((note) => note !== undefined).join('; ');
  const outcomes = { baseline: baseline.outcome, patched: patched.outcome };
  return { test, ...outcomes, onlyBaseline, onlyPatched, verdict, why: why === '' ? undefined : why };
}

type Facts = Readonly<Record<Side, TestFileResult>> & Pick<CpythonTestRow, 'onlyBaseline' | 'onlyPatched'>;
type Judgement = Pick<CpythonTestRow, 'verdict'> & { readonly notes: readonly string[] };

function judge(facts: Facts, declared: readonly DeclaredTest[]): Judgement {
  const { baseline, patched, onlyBaseline, onlyPatched } = facts;
  const unfulfilled = declared.filter((entry) => !fails(entry, patched)).map((entry) => broken(entry, patched));
  const details = () => [...detail('baseline', baseline), ...detail('patched', patched)];
  if (baseline.outcome === 'missing' && patched.outcome !== 'missing') {
    const loss = worse(patched.outcome, 'skipped');
    const note = 'only the patched sources have this test';
    return loss
      ? blame(facts, declared, [note, ...detail('patched', patched)])
      : { verdict: 'same', notes: [note, ...unfulfilled] };
  }
  const lost = worse(patched.outcome, baseline.outcome);
  if (lost || onlyPatched.length > 0) return blame(facts, declared, details());
  if (baseline.outcome === patched.outcome && onlyBaseline.length === 0)
    return { verdict: 'same', notes: endedEarly(patched) ? details() : [...skippedHere(facts), ...unfulfilled] };
  const better = worse(baseline.outcome, 'skipped');
  return { verdict: better ? 'fixed' : 'same', notes: [...details(), ...skippedHere(facts), ...unfulfilled] };
}

/** The patched side lost something: was it said beforehand? */
function blame(
  { patched, onlyPatched }: Facts,
  declared: readonly DeclaredTest[],
  notes: readonly string[],
): Judgement {
  const reasons = (used: readonly DeclaredTest[]) => [...new Set(used.map((entry) => entry.why))];
  if (patched.outcome === 'crashed' || patched.outcome === 'timeout') {
    const but = declared.length > 0 ? [`declared to fail, but ${said(patched.outcome)}`] : [];
    return { verdict: 'unexpected', notes: [...notes, ...but] };
  }
  if (onlyPatched.length === 0) {
    // The file as a whole: it names no cases (old tests), was skipped, or is gone.
    if (declared.length > 0) return { verdict: 'expected', notes: [...reasons(declared), ...notes] };
    return { verdict: 'unexpected', notes };
  }
  const undeclared = onlyPatched.filter((name) => !declared.some((entry) => declares(entry.test, name)));
  const used = declared.filter((entry) => onlyPatched.some((name) => declares(entry.test, name)));
  const idle = declared.filter((entry) => !fails(entry, patched)).map((entry) => broken(entry, patched));
  if (undeclared.length === 0) return { verdict: 'expected', notes: [...reasons(used), ...notes, ...idle] };
  const mixed = used.length > 0 ? [`not declared: ${list(undeclared)}`] : [];
  return { verdict: 'unexpected', notes: [...mixed, ...notes, ...idle] };
}

function fails(entry: DeclaredTest, patched: TestFileResult): boolean {
  if (patched.outcome === 'passed') return false;
  return patched.failed.length === 0 || patched.failed.some((name) => declares(entry.test, name));
}

function broken(entry: DeclaredTest, patched: TestFileResult): string {
  const whole = !entry.test.replace(/^test\./, '').includes('.');
  const ran = whole || patched.started.length === 0 || patched.started.some((name) => declares(entry.test, name));
  return `${entry.test} was declared to fail, but ${ran ? 'passed' : 'did not run'}`;
}

function detail(side: Side, result: TestFileResult): readonly string[] {
  if (result.detail !== undefined) return [`${side}: ${result.detail}`];
  if (result.outcome === 'missing') return [`the ${side} sources do not have this test`];
  if (result.outcome === 'failed' && result.failed.length === 0)
    return [`${side}: failed without naming a case; see its log`];
  return [];
}

/** A case that one side skips is no failure, but whoever reads the row should know. */
function skippedHere({ baseline, patched }: Facts): readonly string[] {
  const sentence = (side: Side, names: readonly string[]) =>
    names.length === 0 ? [] : [`skipped on ${side} only: ${list(names)}`];
  return [
    ...sentence('baseline', minus(baseline.skipped, patched.skipped)),
    ...sentence('patched', minus(patched.skipped, baseline.skipped)),
  ];
}
