import { z } from 'zod';
import { runStep } from '../../system/events.ts';
import type { Journal } from '../journal.ts';
import { type NotHad, type Stage, type StageInputs, titleOf, whyNot } from './stage.ts';

/**
 * Does a stage, or takes its result from the journal when it was finished with the same inputs.
 * @returns its members of the target's result; where it cannot be had, why (or nothing, where a limit says it).
 */
export async function measureStage(
  stage: Stage,
  inputs: Omit<StageInputs, 'id'>,
  journal: Journal,
): Promise<Readonly<Record<string, unknown>>> {
  const { target, request, ctx } = inputs;
  const id = `${target.name}/${stage.name}`;
  return runStep(ctx.emit, { id, title: `${titleOf(stage, request)} on ${target.name}` }, async (step) => {
    const without = (why: string) => {
      step.outcome('skipped');
      return stage.limit === undefined ? { [`${stage.name}Skipped`]: why } : {};
    };
    const why = whyNot(stage, target);
    if (why !== undefined) return without(why);
    const ready = await stage.prepare({ ...inputs, id });
    if (isNotHad(ready)) {
      for (const diagnostic of ready.warnings ?? []) ctx.emit({ type: 'diagnostic', severity: 'warning', diagnostic });
      return without(ready.why);
    }
    const kept = ready.inputs === undefined ? undefined : { [stage.name]: journal.find(id, ready.inputs) };
    // What does not look like the stage's result is not one: of another version, or damaged.
    if (kept?.[stage.name] !== undefined && z.object(stage.members).safeParse(kept).success) {
      step.outcome('hit');
      return kept;
    }
    const result = await ready.measure(step);
    if (isNotHad(result)) return without(result.why);
    if (ready.inputs !== undefined) await journal.record(id, ready.inputs, result[stage.name]);
    return result;
  });
}

const isNotHad = (one: object): one is NotHad => 'why' in one && typeof one.why === 'string';
