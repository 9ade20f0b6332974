import { dateTime, list } from '../document/format.ts';
import type { RunRecord, TargetResult } from '../run/types.ts';
import { buildAnswer, growthAnswer, patchAnswer, speedAnswer, testsAnswer, unbuilt } from './answers.ts';
import { headline, runStatus } from './headline.ts';
import { buildSection } from './sections/build.ts';
import { changeSections } from './sections/change.ts';
import { conditionsSection } from './sections/conditions.ts';
import { growthSection } from './sections/growth.ts';
import { instructionsAnswer, instructionsSection } from './sections/instructions.ts';
import { memoryAnswer, memorySection } from './sections/memory.ts';
import { sizeAnswer, sizeSection } from './sections/size.ts';
import { speedSection } from './sections/speed.ts';
import { testsSection } from './sections/tests.ts';
import type { ReportView, Section, TargetView } from './view.ts';

/** What a target can be told about, in the order in which it is read. A new measurement adds its function here. */
const TARGET_SECTIONS: readonly ((target: TargetResult, record: RunRecord) => Section | undefined)[] = [
  speedSection,
  instructionsSection,
  testsSection,
  memorySection,
  growthSection,
  sizeSection,
  buildSection,
];

/** Everything that a report of this run says. A pure function of the record. */
export function reportView(record: RunRecord): ReportView {
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
    targets: record.targets.map((target) => targetView(target, record)),
    sections: [...changeSections(record), conditionsSection(record)],
    footer: `Forkwright ${record.forkwright}, run ${record.id}, ${dateTime(record.finishedAt ?? record.startedAt)}`,
  };
}

function targetView(target: TargetResult, record: RunRecord): TargetView {
  const built = unbuilt(target).length === 0;
  const answers = [
    buildAnswer(target),
    ...(built || target.tests !== undefined ? [testsAnswer(target.tests)] : []),
    ...(built || target.speed !== undefined ? [speedAnswer(target)] : []),
    ...[memoryAnswer(target, record)].filter((answer) => answer !== undefined),
    ...(built || target.growth !== undefined ? [growthAnswer(target.growth)] : []),
    ...[instructionsAnswer(target), sizeAnswer(target)].filter((answer) => answer !== undefined),
  ];
  // What failed is read first.
  const sections = TARGET_SECTIONS.map((section) => section(target, record)).filter((s) => s !== undefined);
  if (target.buildFailure !== undefined) sections.reverse();
  return { name: target.target, title: target.title, answers, sections };
}
