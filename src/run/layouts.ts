import type { Interpreter } from '../bench/types.ts';
import { driverOf } from '../builds/drivers.ts';
import type { Build } from '../builds/types.ts';
import type { Context } from '../system/context.ts';
import type { Step } from '../system/events.ts';
import { runnerFor } from '../targets/runner.ts';
import type { TargetDescriptor } from '../targets/types.ts';
import { ownStart } from './own-start.ts';

/** A link order of its own for each pair. Above what anybody measures in one session. */
const OTHER_SEEDS = 20_000;

/**
 * Gives every interpreter a layout for each pair. Baseline and patched are linked in the same order within a pair, so
 * what differs is what the change moves; what is compared with the baseline to learn about noise (a control, the other
 * side of a self-test) has orders of its own.
 * When one cannot be linked so, none is: a single layout against many would compare unlike things. A warning says why.
 */
export async function inLayouts<Name extends string>(
  sides: readonly { readonly interpreter: Interpreter<Name>; readonly build: Build }[],
  target: TargetDescriptor,
  pairs: number,
  otherOrders: readonly Name[],
  ctx: Context,
  step: Pick<Step, 'progress'>,
): Promise<readonly Interpreter<Name>[]> {
  const plain = sides.map(({ interpreter }) => interpreter);
  const linked: Interpreter<Name>[] = [];
  for (const [index, { interpreter, build }] of sides.entries()) {
    const first = otherOrders.includes(interpreter.variant) ? OTHER_SEEDS : 0;
    const seeds = Array.from({ length: pairs }, (_, pair) => first + pair + 1);
    const layouts = await driverOf(target).layouts(build, seeds, ctx, (done) =>
      step.progress(`linking in other orders, ${interpreter.variant}`, index * pairs + done, sides.length * pairs),
    );
    if ('why' in layouts) {
      const text = `the objects of ${interpreter.variant} cannot be linked in other orders (${layouts.why}): all pairs are measured in one layout, and a verdict on a single test may be the linker’s`;
      ctx.emit({ type: 'message', level: 'warning', text });
      return plain;
    }
    const own = ownStart(interpreter, build, runnerFor(target)).args;
    const commands = layouts.programs.map((python) => {
      const { file, args } = runnerFor(target).command({ python }, []);
      return [file, ...args, ...own];
    });
    linked.push({ ...interpreter, layouts: commands });
  }
  return linked;
}
