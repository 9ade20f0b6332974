import type { CpythonTestComparison, GrowthResult } from '../bench/types.ts';
import { bytesRounded, count, integer, list } from '../document/format.ts';
import { text } from '../document/say.ts';
import { VERDICTS } from '../document/types.ts';
import type { RunPatch, RunRecord, TargetResult } from '../run/types.ts';
import { overallSpeed, speedInShort, speedSentences } from './speed-verdict.ts';
import { type Answer, answer, section } from './view.ts';

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
    const messages = target.buildFailure.slice(0, 1).map(({ place, message }) => {
      const at = place === undefined ? '' : `${place.file}${place.line === undefined ? '' : `:${place.line}`}: `;
      return withStop(`${at}${message}`);
    });
    return answer(label, 'bad', short, [messages, blame]);
  }
  if (unbuilt(target).length > 0) {
    const [first] = target.builds;
    return answer(label, 'unknown', first === undefined ? 'not reached' : `only the ${first.variant} so far`);
  }
  if (isElsewhereBuilt(target)) return elsewhereAnswer(target);
  if (target.conditionsDiffer.length > 0) {
    const doubt = withStop(`So the comparison is in doubt: ${list(target.conditionsDiffer)}`);
    return answer(label, 'attention', 'yes, but under different conditions', doubt);
  }
  const asked = list(
    (target.sidesDiffer ?? []).map((one) => one.split(': ')[0] ?? one),
    8,
  );
  return answer(label, 'good', 'yes', [
    asked === ''
      ? 'Baseline and patched, under identical conditions.'
      : withStop(`Baseline and patched, under conditions that differ only as asked: ${asked}`),
    target.elsewhere !== undefined && sentence(target.elsewhere),
  ]);
}

/** Whether an interpreter was built elsewhere: how, only it itself says. */
export const isElsewhereBuilt = ({ builds }: Pick<TargetResult, 'builds'>): boolean =>
  builds.some(({ build }) => build.interpreter !== undefined);

/** A difference of two long command lines, as the first screen has room for. */
const MOST_LETTERS = 160;

function elsewhereAnswer({ builds, conditionsDiffer, sidesDiffer = [] }: TargetResult): Answer {
  const elsewhere = builds.filter(({ variant, build }) => variant !== 'control' && build.interpreter !== undefined);
  const who = elsewhere.length > 1 ? 'both interpreters' : `the ${elsewhere[0]?.variant} interpreter`;
  const differ = [...conditionsDiffer, ...sidesDiffer];
  if (new Set(elsewhere.map(({ build }) => build.fingerprint)).size === 1 && elsewhere.length > 1)
    return answer('Builds', 'good', 'not built here; one interpreter, started in two ways');
  const short = differ.length === 0 ? 'not built here; they say the same of how' : 'not built here; they differ in how';
  return answer('Builds', differ.length === 0 ? 'unknown' : 'attention', short, [
    `${sentence(`${who} came as ${elsewhere.length > 1 ? 'they are' : 'it is'}`)} Nothing proves that both were built alike.`,
    differ.length === 0
      ? 'By their own word (sysconfig) compiler, flags and configure arguments are the same.'
      : 'By their own word (sysconfig) they differ in:',
    differ.map((one) => sentence(one.length > MOST_LETTERS ? `${one.slice(0, MOST_LETTERS)} …` : one)),
  ]);
}

export function testsAnswer(tests: CpythonTestComparison | undefined): Answer {
  const label = 'CPython’s tests';
  if (tests === undefined) return answer(label, 'unknown', 'not run');
  const { rows, unexpected } = tests;
  const of = (verdict: string) => rows.filter((row) => row.verdict === verdict);
  const told = (some: typeof rows, one: string, many: string, rest: string) =>
    some.length > 0 && `${list(some.map((row) => row.test))} ${some.length === 1 ? one : many} ${rest}`;
  const expected = of('expected');
  const failing = of('same').filter((row) => !['passed', 'skipped'].includes(row.patched));
  const more = [
    told(expected, 'differs,', 'differ,', 'as declared.'),
    told(of('fixed'), 'passes', 'pass', 'now.'),
    told(failing, 'fails', 'fail', 'on both.'),
  ];
  const all = integer(rows.length);
  if (unexpected > 0) {
    const names = list(of('unexpected').map((row) => row.test));
    const short = `no: ${integer(unexpected)} of ${all} fail unexpectedly`;
    return answer(label, 'bad', short, [`Not declared: ${names}.`, more]);
  }
  // Equal, and yet no answer: interpreters that cannot run a test fail alike.
  if (rows.length > 0 && !rows.some((row) => row.baseline === 'passed' || row.patched === 'passed'))
    return answer(label, 'attention', `none of ${all} passes, on either`, more);
  const short =
    expected.length === 0
      ? `pass as before (${all} of ${all})`
      : `as expected (${integer(rows.length - expected.length)} as before, ${integer(expected.length)} declared)`;
  return answer(label, 'good', short, more);
}

export function speedAnswer({ speed, speedSkipped }: Pick<TargetResult, 'speed' | 'speedSkipped'>): Answer {
  const label = 'Speed';
  if (speed === undefined) return skippedAnswer(label, speedSkipped) ?? answer(label, 'unknown', 'not measured');
  const overall = overallSpeed(speed);
  const tone = overall === undefined ? 'unknown' : VERDICTS[overall].tone;
  return answer(label, tone, speedInShort(speed), speedSentences(speed));
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
  if (growth === undefined || baseline === undefined || patched === undefined || saved === undefined)
    return answer(label, 'unknown', 'not measured');
  return answer(
    label,
    saved > 0 ? 'good' : saved < 0 ? 'bad' : 'plain',
    saved === 0 ? 'same growth' : `${growthInShort(saved)} growth`,
    `${integer(growth.functions)} functions, each called once: ${grown(patched.grownBytes)} instead of ${grown(baseline.grownBytes)}.`,
  );
}

/** `9.77 MiB less`, from the bytes saved. */
export function growthInShort(saved: number): string {
  return saved === 0 ? 'the same' : `${bytesRounded(Math.abs(saved))} ${saved > 0 ? 'less' : 'more'}`;
}

/** Of what was asked for and cannot be had. @returns `undefined` when nobody asked. */
export const skippedAnswer = (label: string, why: string | undefined, short = 'not measured'): Answer | undefined =>
  why === undefined ? undefined : answer(label, 'unknown', short, sentence(why));

export const skippedSection = (id: string, title: string, why: string | undefined, said = 'Not measured') =>
  why === undefined ? undefined : section(id, title, text(`${said}. ${sentence(why)}`));

export function patchAnswer(patch: RunPatch): Answer {
  const { recipe, origin, verdict, why } = patch;
  const word = origin !== undefined && verdict === 'drifted' ? 'does not apply' : verdict.replaceAll('-', ' ');
  const title = sentence(recipe.title);
  if (verdict !== 'applies')
    return answer('Change', 'bad', `${recipe.id}: ${word}`, [title, why !== undefined && sentence(why)]);
  const lines = `+${integer(patch.insertions)} −${integer(patch.deletions)} lines`;
  return answer('Change', 'good', `${recipe.id} applies: ${count(patch.files.length, 'file')}, ${lines}`, title);
}

/** What each side is, where more than a change parts them: who reads of "patched" must know what that is. */
export function sideAnswers({ sides }: RunRecord): Answer[] {
  if (sides === undefined) return [];
  return (['Baseline', 'Patched'] as const).map((label, index) => {
    const { name, checkout, settings, patches } = sides[index === 0 ? 0 : 1];
    const made = patches.map(({ recipe }) => recipe.id);
    const found = checkout.base.kind === 'interpreter';
    return answer(label, 'plain', `${name}: ${checkout.flavour.name} ${checkout.pythonVersion}`, [
      found && `Built elsewhere, fingerprint ${checkout.base.treeHash.slice(0, 16)}.`,
      made.length > 0 && `With ${list(made, 6)}.`,
      settings.length > 0 && withStop(`Settings: ${settings.join(', ')}`),
    ]);
  });
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
