import type { CpythonTestOutcome, CpythonTestRow } from '../bench/types.ts';
import { VARIANTS } from '../builds/types.ts';
import { bytes, bytesRounded, dateTime, integer, list, signedBytes } from '../document/format.ts';
import { code, details, facts, joined, present, table, text, toned, verdict } from '../document/say.ts';
import type { Cell, VerdictWord } from '../document/types.ts';
import { STAGES } from '../run/stages/list.ts';
import type { Stage } from '../run/stages/stage.ts';
import type { RunRecord, TargetResult } from '../run/types.ts';
import {
  buildAnswer,
  growthAnswer,
  patchAnswer,
  savedGrowth,
  sentence,
  sideAnswers,
  skippedAnswer,
  skippedSection,
  speedAnswer,
  testsAnswer,
  unbuilt,
} from './answers.ts';
import { headline, runStatus } from './headline.ts';
import { buildSection } from './sections/build.ts';
import { changeSections } from './sections/change.ts';
import { conditionsSection } from './sections/conditions.ts';
import { importsAnswer, importsSection } from './sections/imports.ts';
import { instructionsAnswer, instructionsSection } from './sections/instructions.ts';
import { memoryAnswer, memorySection } from './sections/memory.ts';
import { sizeAnswer, sizeSection } from './sections/size.ts';
import { speedSection } from './sections/speed.ts';
import { workloadAnswer, workloadSection } from './sections/workload.ts';
import { type Answer, answer, type ReportView, type Section, section, type TargetView } from './view.ts';

type SectionOf = (target: TargetResult, record: RunRecord) => Section | undefined;

/** Of stages that are told in more than they say themselves, in the order in which they are read. */
const OWN_SECTIONS: Readonly<Record<string, SectionOf>> = {
  speed: speedSection,
  imports: importsSection,
  instructions: instructionsSection,
  tests: testsSection,
  memory: memorySection,
  workload: workloadSection,
  growth: growthSection,
  size: sizeSection,
};

/** Stages of which the report knows no more than what they say. */
const others = (stages: readonly Stage[]) => stages.filter(({ name }) => !Object.hasOwn(OWN_SECTIONS, name));

export function reportView(record: RunRecord, stages: readonly Stage[] = STAGES): ReportView {
  const ids = record.patches.map(({ recipe }) => recipe.id);
  const { flavour, pythonVersion } = record.checkout;
  return {
    title:
      record.sides === undefined
        ? `${list(ids, 6) || 'No change'} on ${flavour.name} ${pythonVersion}`
        : `${record.sides[1].name} against ${record.sides[0].name}`,
    status: runStatus(record),
    headline: headline(record),
    changed: [...sideAnswers(record), ...record.patches.map(patchAnswer)],
    targets: record.targets.map((target) => targetView(target, record, others(stages))),
    sections: [...changeSections(record), conditionsSection(record)],
    footer: `Forkwright ${record.forkwright}, run ${record.id}, ${dateTime(record.finishedAt ?? record.startedAt)}`,
  };
}

function targetView(target: TargetResult, record: RunRecord, stages: readonly Stage[]): TargetView {
  const built = unbuilt(target).length === 0;
  const answers = present<Answer>([
    buildAnswer(target),
    (built || target.tests !== undefined) && testsAnswer(target.tests),
    (built || target.speed !== undefined) && speedAnswer(target),
    memoryAnswer(target, record),
    workloadAnswer(target),
    (built || target.growth !== undefined) && growthAnswer(target.growth),
    importsAnswer(target),
    instructionsAnswer(target),
    sizeAnswer(target),
    stages.map((stage) => saidAnswer(stage, target)),
  ]);
  // What failed is read first.
  const sections = present<Section>([
    Object.values(OWN_SECTIONS).map((section) => section(target, record)),
    stages.map((stage) => saidSection(stage, target)),
    buildSection(target),
  ]);
  if (target.buildFailure !== undefined) sections.reverse();
  return { name: target.target, title: target.title, answers, sections };
}

const titleOf = ({ title, name }: Stage) => (typeof title === 'string' ? title : name);

/** Why a stage was left out, where its record has a place for that. */
const skippedOf = ({ name, members }: Stage, target: TargetResult): string | undefined => {
  const why = `${name}Skipped` in members ? Reflect.get(target, `${name}Skipped`) : undefined;
  return typeof why === 'string' ? why : undefined;
};

/** A line of the first screen of what a stage says itself. @returns `undefined` when it was not reached. */
function saidAnswer(stage: Stage, target: TargetResult): Answer | undefined {
  const label = titleOf(stage);
  const said = stage.say?.({ ...target });
  if (said !== undefined) return answer(label, said.tone ?? 'plain', said.short, said.more);
  return skippedAnswer(label, skippedOf(stage, target));
}

function saidSection(stage: Stage, target: TargetResult): Section | undefined {
  const [id, title] = [`${target.target}-${stage.name}`, titleOf(stage)];
  const said = stage.say?.({ ...target });
  if (said === undefined) return skippedSection(id, title, skippedOf(stage, target));
  const { short, more = [], facts: known = [], table: one } = said;
  return section(id, title, [
    text([sentence(short), more]),
    known.length > 0 && facts(known),
    one && table(one.caption, one.columns, one.rows),
  ]);
}

/** Memory kept by functions that ran once: an unbounded cache shows here. */
function growthSection(target: TargetResult): Section | undefined {
  const { growth } = target;
  if (growth === undefined) return undefined;
  const less = savedGrowth(growth);
  const lines = [
    `${integer(growth.functions)} distinct functions were called once each; what the process has grown by afterwards is memory that it keeps for them.`,
    less !== undefined && `Patched against baseline: ${signedBytes(-less)}.`,
    Object.entries(growth.problems ?? {}).map(([variant, why]) => `Not measured on ${variant}: ${sentence(why)}`),
  ];
  const bars = VARIANTS.flatMap((label) => {
    const { grownBytes: value, spreadBytes } = growth.growth[label] ?? {};
    if (value === undefined) return [];
    const rounded = Math.abs(value) >= 1024 ? ` (${bytesRounded(value)})` : '';
    const spread = spreadBytes === undefined ? '' : `, repeats differ by ${bytesRounded(spreadBytes)}`;
    return [{ label, value, text: bytes(value) + rounded + spread }];
  });
  const title = `Growth after ${integer(growth.functions)} functions`;
  return section(`${target.target}-growth`, 'Memory growth', [
    text(lines),
    { kind: 'bars', bars: { title, bars, note: `Less is better. Method: ${growth.method}.` } },
  ]);
}

const OUTCOME_WORD: Readonly<Record<CpythonTestOutcome, string>> = {
  passed: 'passes',
  failed: 'fails',
  skipped: 'skipped',
  crashed: 'crashes',
  timeout: 'runs out of time',
  missing: 'is not there',
};

const TEST_VERDICTS: Readonly<Record<CpythonTestRow['verdict'], VerdictWord>> = {
  same: { symbol: '✓', word: 'same', tone: 'good' },
  expected: { symbol: '○', word: 'differs as declared', tone: 'plain' },
  fixed: { symbol: '▼', word: 'fixed', tone: 'good' },
  unexpected: { symbol: '✗', word: 'unexpected', tone: 'bad' },
};

/** CPython's own tests on both variants: a table when something differs or fails, a sentence and a fold when not. */
function testsSection(target: TargetResult): Section | undefined {
  const { tests } = target;
  if (tests === undefined) return undefined;
  const plain = (row: CpythonTestRow) => row.verdict === 'same' && ['passed', 'skipped'].includes(row.patched);
  const order = ['unexpected', 'expected', 'fixed', 'same'];
  const telling = tests.rows
    .filter((row) => !plain(row))
    .sort((a, b) => order.indexOf(a.verdict) - order.indexOf(b.verdict));
  const quiet = tests.rows.filter(plain);
  const names = (outcome: string) =>
    quiet
      .filter((row) => row.patched === outcome)
      .map(({ test }) => test)
      .join(', ');
  const [passed, skipped] = [names('passed'), names('skipped')];
  return section(`${target.target}-tests`, 'CPython’s tests', [
    text(
      `The “${tests.set}” set of CPython’s own tests, run on both interpreters: ${integer(quiet.length)} of ${integer(tests.rows.length)} test files give the same result without a failure.`,
    ),
    telling.length > 0 &&
      table('Test files that fail or differ', ['test', 'verdict', 'baseline', 'patched', 'why'], telling.map(cells)),
    details(
      `${integer(quiet.length)} test files without a difference`,
      text([passed !== '' && `Passed on both: ${passed}.`, skipped !== '' && `Skipped on both: ${skipped}.`]),
    ),
  ]);
}

function cells(row: CpythonTestRow): Cell[] {
  const { onlyPatched, onlyBaseline } = row;
  return [
    code(row.test),
    row.verdict === 'same' ? toned('plain', 'same on both') : verdict(TEST_VERDICTS[row.verdict]),
    OUTCOME_WORD[row.baseline],
    OUTCOME_WORD[row.patched],
    joined(
      [
        row.why,
        onlyPatched.length > 0 && `fails only when patched: ${list(onlyPatched, 12)}`,
        onlyBaseline.length > 0 && `fails only on the baseline: ${list(onlyBaseline, 12)}`,
      ],
      '; ',
    ),
  ];
}
