import { z } from 'zod';
import { importsSchema } from '../../bench/imports.ts';
import { change, integer, interval } from '../../document/format.ts';
import { runnerFor } from '../../targets/runner.ts';
import { compared, keysOf, stage } from './stage.ts';

const MOST_ROWS = 15;

/** With `--suite startup`: which imports moved. */
export const imports = stage({
  name: 'imports',
  title: 'Imports at start-up',
  bench: true,
  wanted: ({ bench }) => bench.suite === 'startup',
  cannot(target) {
    const { remote, byHand } = runnerFor(target);
    return remote || byHand ? 'its interpreters do not run on this machine' : undefined;
  },
  members: { imports: importsSchema.optional(), importsSkipped: z.string().optional() },
  async prepare({ interpreters, request, ctx }) {
    const { measureImports } = await import('../../bench/imports.ts');
    const sides = compared(interpreters);
    const old = sides.find(({ pythonVersion }) => /^(2\.|3\.[0-6]\.)/.test(pythonVersion));
    if (old !== undefined) return { why: `CPython ${old.pythonVersion} has no -X importtime, which came with 3.7` };
    const { pairs, seed } = request.bench;
    return {
      inputs: { pairs, seed, builds: keysOf(sides) },
      async measure(step) {
        const result = await measureImports({ interpreters: sides, pairs, seed, ctx, step });
        return typeof result === 'string' ? { why: result } : { imports: result };
      },
    };
  },
  say({ imports: found }) {
    if (found === undefined) return undefined;
    const { whole, modules, pairs } = found;
    const moved = modules.filter(({ verdict }) => verdict !== 'inconclusive');
    const rows = (moved.length > 0 ? moved : modules).slice(0, MOST_ROWS);
    const beyond = whole.low > 1 ? 'bad' : whole.high < 1 ? 'good' : 'unknown';
    return {
      short: `${change(whole.ratio)} time in imports ${interval(whole)}; ${moved.length} of ${modules.length} modules moved`,
      tone: beyond,
      more: [
        `Wall time by -X importtime, ${integer(pairs)} pairs of processes; a module moved when q is under 5% and its 95% interval does not hold 0.`,
      ],
      table: {
        caption:
          moved.length > 0
            ? 'Modules that moved, without what they import'
            : 'The largest differences, none of them more than chance',
        columns: ['module', 'verdict', 'baseline µs', 'patched µs', 'difference µs', '95% interval µs'],
        rows: rows.map(({ module, verdict, baseline, patched, difference, low, high }) => [
          module,
          verdict,
          ...[baseline, patched, difference].map(integer),
          `${integer(low)} – ${integer(high)}`,
        ]),
      },
    };
  },
});
