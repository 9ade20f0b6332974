import type { CpythonTestComparison, GrowthResult } from '../bench/types.ts';
import { bytesRounded, count, integer, list } from '../document/format.ts';
import { text } from '../document/say.ts';
import { VERDICTS } from '../document/verdicts.ts';
import type { RunPatch, TargetResult } from '../run/types.ts';
import { overallSpeed, speedInShort, speedSentences } from './speed-verdict.ts';
import { type Answer, section } from './view.ts';

/** Which variants could not be built: told apart, because a baseline that fails is not the patch's fault. */
export function unbuilt(target: TargetResult): readonly ('baseline' | 'patched')[] {
  return (['baseline', 'patched'] as const).filter((v) => !target.builds.some((b) => b.variant === v));
}

export function buildAnswer(target: TargetResult): Answer {
  const label = 'Builds';
  if (target.buildFailure !== undefined) {
    const missing = unbuilt(target);
    const both = missing.length !== 1;
    const short = both ? 'no' : `no: the ${missing[0]} interpreter fails`;
    const blame =
      missing[0] === 'patched' && !both
        ? 'The baseline builds, so the patch is the cause.'
        : 'The baseline does not build either, so the cause is not the patch.';
    const messages = target.buildFailure.slice(0, 1).map((d) => {
      const place =
        d.place === undefined ? '' : `${d.place.file}${d.place.line === undefined ? '' : `:${d.place.line}`}: `;
      return withStop(`${place}${d.message}`);
    });
    return { label, tone: 'bad', short, more: [...messages, blame] };
  }
  if (unbuilt(target).length > 0) {
    const [first] = target.builds;
    const short = first === undefined ? 'not reached' : `only the ${first.variant} so far`;
    return { label, tone: 'unknown', short, more: [] };
  }
  if (target.conditionsDiffer.length > 0) {
    return {
      label,
      tone: 'attention',
      short: 'yes, but under different conditions',
      more: [withStop(`So the comparison is in doubt: ${list(target.conditionsDiffer)}`)],
    };
  }
  const elsewhere = target.elsewhere === undefined ? [] : [sentence(target.elsewhere)];
  const more = ['Baseline and patched, under identical conditions.', ...elsewhere];
  return { label, tone: 'good', short: 'yes', more };
}

export function testsAnswer(tests: CpythonTestComparison | undefined): Answer {
  const label = 'CPython’s tests';
  if (tests === undefined) return { label, tone: 'unknown', short: 'not run', more: [] };
  const of = (verdict: string) => tests.rows.filter((row) => row.verdict === verdict);
  const names = (verdict: string) => list(of(verdict).map((row) => row.test));
  const expected = of('expected');
  const more: string[] = [];
  if (expected.length > 0)
    more.push(`${names('expected')} ${expected.length === 1 ? 'differs' : 'differ'}, as the recipe declared.`);
  if (of('fixed').length > 0) more.push(`${names('fixed')} ${of('fixed').length === 1 ? 'passes' : 'pass'} now.`);
  const failing = tests.rows.filter((row) => row.verdict === 'same' && !['passed', 'skipped'].includes(row.patched));
  if (failing.length > 0)
    more.push(`${list(failing.map((row) => row.test))} ${failing.length === 1 ? 'fails' : 'fail'} on both.`);
  if (tests.unexpected > 0) {
    return {
      label,
      tone: 'bad',
      short: `no: ${integer(tests.unexpected)} of ${integer(tests.rows.length)} fail unexpectedly`,
      more: [`Not declared by the recipe: ${names('unexpected')}.`, ...more],
    };
  }
  const ran = tests.rows.filter((row) => row.baseline === 'passed' || row.patched === 'passed');
  if (ran.length === 0 && tests.rows.length > 0) {
    // Equal, and yet no answer: interpreters that cannot run a test fail alike.
    return { label, tone: 'attention', short: `none of ${integer(tests.rows.length)} passes, on either`, more };
  }
  const same = tests.rows.length - expected.length;
  const short =
    expected.length === 0
      ? `pass as before (${integer(tests.rows.length)} of ${integer(tests.rows.length)})`
      : `as expected (${integer(same)} as before, ${integer(expected.length)} declared)`;
  return { label, tone: 'good', short, more };
}

export function speedAnswer({ speed, speedSkipped }: Pick<TargetResult, 'speed' | 'speedSkipped'>): Answer {
  const label = 'Speed';
  if (speed === undefined) {
    return skippedAnswer(label, speedSkipped) ?? { label, tone: 'unknown', short: 'not measured', more: [] };
  }
  const overall = overallSpeed(speed);
  return {
    label,
    tone: overall === undefined ? 'unknown' : VERDICTS[overall].tone,
    short: speedInShort(speed),
    more: speedSentences(speed),
  };
}

/** Bytes that the patched interpreter grew by less; nothing where it was not measured on both. */
export function savedGrowth(growth: GrowthResult | undefined): number | undefined {
  const { baseline, patched } = growth?.growth ?? {};
  return baseline === undefined || patched === undefined ? undefined : baseline.grownBytes - patched.grownBytes;
}

export function growthAnswer(growth: GrowthResult | undefined): Answer {
  const label = 'Memory growth';
  const { baseline, patched } = growth?.growth ?? {};
  const saved = savedGrowth(growth);
  if (growth === undefined || baseline === undefined || patched === undefined || saved === undefined) {
    return { label, tone: 'unknown', short: 'not measured', more: [] };
  }
  return {
    label,
    tone: saved > 0 ? 'good' : saved < 0 ? 'bad' : 'plain',
    short: saved === 0 ? 'same growth' : `${growthInShort(saved)} growth`,
    more: [
      `${integer(growth.functions)} functions, each called once: ${grown(patched.grownBytes)} instead of ${grown(baseline.grownBytes)}.`,
    ],
  };
}

/** `9.77 MiB less`, from the bytes saved. */
export function growthInShort(saved: number): string {
  return saved === 0 ? 'the same' : `${bytesRounded(Math.abs(saved))} ${saved > 0 ? 'less' : 'more'}`;
}

/** Of what was asked for and cannot be had. @returns `undefined` when nobody asked. */
export const skippedAnswer = (label: string, why: string | undefined, short = 'not measured'): Answer | undefined =>
  why === undefined ? undefined : { label, tone: 'unknown', short, more: [sentence(why)] };

export const skippedSection = (id: string, title: string, why: string | undefined, said = 'Not measured') =>
  why === undefined ? undefined : section(id, title, text(`${said}. ${sentence(why)}`));

export function patchAnswer(patch: RunPatch): Answer {
  const label = 'Change';
  const more = [sentence(patch.recipe.title)];
  if (patch.verdict === 'applies') {
    const lines = `+${integer(patch.insertions)} −${integer(patch.deletions)} lines`;
    return {
      label,
      tone: 'good',
      short: `${patch.recipe.id} applies: ${count(patch.files.length, 'file')}, ${lines}`,
      more,
    };
  }
  const why = patch.why === undefined ? [] : [sentence(patch.why)];
  return {
    label,
    tone: 'bad',
    short: `${patch.recipe.id}: ${patch.verdict.replaceAll('-', ' ')}`,
    more: [...more, ...why],
  };
}

/** With a full stop, if nothing else ends it. */
export function withStop(text: string): string {
  const trimmed = text.trim();
  return trimmed === '' || /[.!?…:]$/.test(trimmed) ? trimmed : `${trimmed}.`;
}

/** What a process has grown by; after a collection it may be less than before. */
const grown = (bytes: number): string => `${bytes < 0 ? '' : '+'}${bytesRounded(bytes)}`;

/** With a capital and a full stop; a name at its beginning (co_zombieframe, Objects/x.c) stays as it is. */
export function sentence(text: string): string {
  const stopped = withStop(text);
  const isName = /^\S*[_./:()A-Z\d]\S/.test(stopped);
  return isName ? stopped : stopped.charAt(0).toUpperCase() + stopped.slice(1);
}
