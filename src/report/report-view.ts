import { dateTime, list } from '../document/format.ts';
import { STAGES } from '../run/stages/list.ts';
import type { Stage } from '../run/stages/stage.ts';
import type { RunRecord, TargetResult } from '../run/types.ts';
import { buildAnswer, growthAnswer, patchAnswer, speedAnswer, testsAnswer, unbuilt } from './answers.ts';
import { headline, runStatus } from './headline.ts';
import { buildSection } from './sections/build.ts';
import { changeSections } from './sections/change.ts';
import { conditionsSection } from './sections/conditions.ts';
import { growthSection } from './sections/growth.ts';
import { instructionsAnswer, instructionsSection } from './sections/instructions.ts';
import { memoryAnswer, memorySection } from './sections/memory.ts';
import { saidAnswer, saidSection } from './sections/said.ts';
import { sizeAnswer, sizeSection } from './sections/size.ts';
import { speedSection } from './sections/speed.ts';
import { testsSection } from './sections/tests.ts';
import type { ReportView, Section, TargetView } from './view.ts';

type SectionOf = (target: TargetResult, record: RunRecord) => Section | undefined;

/** Of stages that are told in more than they say themselves, in the order in which they are read. */
const OWN_SECTIONS: Readonly<Record<string, SectionOf>> = {
  speed: speedSection,
  instructions: instructionsSection,
  tests: testsSection,
  memory: memorySection,
  growth: growthSection,
  size: sizeSection,
};

/** Stages of which the report knows no more than what they say. */
const others = (stages: readonly Stage[]) => stages.filter(({ name }) => !Object.hasOwn(OWN_SECTIONS, name));

/** Everything that a report of this run says. A pure function of the record. */
export function reportView(record: RunRecord, stages: readonly Stage[] = STAGES): ReportView {
  const recipes = list(
    record.patches.map((patch) => patch.recipe.id),
    6,
  );
  const { flavour, pythonVersion } = record.checkout;
  return {
    title: `${recipes || 'No recipe'} on ${flavour.name} ${pythonVersion}`,
    status: runStatus(record),
    headline: headline(record),
    changed: record.patches.map(patchAnswer),
    targets: record.targets.map((target) => targetView(target, record, others(stages))),
    sections: [...changeSections(record), conditionsSection(record)],
    footer: `Forkwright ${record.forkwright}, run ${record.id}, ${dateTime(record.finishedAt ?? record.startedAt)}`,
  };
}

function targetView(target: TargetResult, record: RunRecord, stages: readonly Stage[]): TargetView {
  const built = unbuilt(target).length === 0;
  const answers = [
    buildAnswer(target),
    ...(built || target.tests !== undefined ? [testsAnswer(target.tests)] : []),
    ...(built || target.speed !== undefined ? [speedAnswer(target)] : []),
    ...[memoryAnswer(target, record)].filter((answer) => answer !== undefined),
    ...(built || target.growth !== undefined ? [growthAnswer(target.growth)] : []),
    ...[instructionsAnswer(target), sizeAnswer(target), ...stages.map((stage) => saidAnswer(stage, target))].filter(
      (answer) => answer !== undefined,
    ),
  ];
  // What failed is read first.
  const sections = [
    ...Object.values(OWN_SECTIONS).map((section) => section(target, record)),
    ...stages.map((stage) => saidSection(stage, target)),
    buildSection(target),
  ].filter((section) => section !== undefined);
  if (target.buildFailure !== undefined) sections.reverse();
  return { name: target.target, title: target.title, answers, sections };
}
