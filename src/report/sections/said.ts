import type { Stage } from '../../run/stages/stage.ts';
import type { TargetResult } from '../../run/types.ts';
import { sentence } from '../answers.ts';
import type { Answer, Section } from '../view.ts';

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
  const why = skippedOf(stage, target);
  return why === undefined ? undefined : { label, tone: 'unknown', short: 'not measured', more: [sentence(why)] };
}

/** A stage that has no section of its own, as it tells of itself. */
export function saidSection(stage: Stage, target: TargetResult): Section | undefined {
  const [id, title] = [`${target.target}-${stage.name}`, titleOf(stage)];
  const said = stage.say?.({ ...target });
  const why = skippedOf(stage, target);
  if (said === undefined) {
    if (why === undefined) return undefined;
    return { id, title, blocks: [{ kind: 'text', lines: [`Not measured. ${sentence(why)}`] }] };
  }
  const { short, more = [], facts = [], table } = said;
  return {
    id,
    title,
    blocks: [
      { kind: 'text', lines: [sentence(short), ...more] },
      ...(facts.length === 0 ? [] : [{ kind: 'facts' as const, facts }]),
      ...(table === undefined
        ? []
        : [
            {
              kind: 'table' as const,
              table: {
                caption: table.caption,
                columns: table.columns.map((title) => ({ title })),
                rows: table.rows.map((row) => row.map((text) => ({ text }))),
              },
            },
          ]),
    ],
  };
}
