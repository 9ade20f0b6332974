import { facts, table, text } from '../../document/say.ts';
import type { Stage } from '../../run/stages/stage.ts';
import type { TargetResult } from '../../run/types.ts';
import { sentence, skippedAnswer, skippedSection } from '../answers.ts';
import { type Answer, type Section, section } from '../view.ts';

const titleOf = ({ title, name }: Stage) => (typeof title === 'string' ? title : name);

/** Why a stage was left out, where its record has a place for that. */
const skippedOf = ({ name, members }: Stage, target: TargetResult): string | undefined => {
  const why = `${name}Skipped` in members ? Reflect.get(target, `${name}Skipped`) : undefined;
  return typeof why === 'string' ? why : undefined;
};

/** A line of the first screen of what a stage says itself. @returns `undefined` when it was not reached. */
export function saidAnswer(stage: Stage, target: TargetResult): Answer | undefined {
  const label = titleOf(stage);
  const said = stage.say?.({ ...target });
  if (said !== undefined) return { label, tone: said.tone ?? 'plain', short: said.short, more: said.more ?? [] };
  return skippedAnswer(label, skippedOf(stage, target));
}

/** A stage that has no section of its own, as it tells of itself. */
export function saidSection(stage: Stage, target: TargetResult): Section | undefined {
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
