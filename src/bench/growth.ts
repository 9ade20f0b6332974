import { tmpdir } from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import { assetPath } from '../system/assets.ts';
import type { Context } from '../system/context.ts';
import { runStep } from '../system/events.ts';
import { parseJson } from '../system/json.ts';
import { runProcess } from '../system/process.ts';
import { fixedAddresses, PATH, whyEnded } from './instructions/process.ts';
import { type Counter, isLinked } from './memory/counter.ts';
import { MEMORY_REPEATS, middleOf, repeated, withoutPymalloc } from './memory/figures.ts';
import { countPoints, inEnvironment, type Rig, type WithEnvironment, withRig } from './memory/process.ts';
import { eachTime, type Once } from './once.ts';
import { type GrowthResult, type Interpreter, timeLimit } from './types.ts';

export interface GrowthRequest {
  readonly interpreters: readonly Interpreter[];
  readonly functions: number;
  /** Where the system does not see the interpreters' own memory, under an emulator: what counts it, or why nothing can. */
  readonly counted?: { readonly counter: Counter | string; readonly withEnvironment: WithEnvironment } | undefined;
  /** For interpreters that other runs have, too. */
  readonly once?: Once | undefined;
  readonly ctx: Context;
  readonly parent?: string | undefined;
}

type Variant = Interpreter['variant'];
type Growth = NonNullable<GrowthResult['growth'][Variant]>;
type Prefix = Rig['prefix'];

const TIMEOUT_MS = 5 * 60_000;

/** What `growth.py` prints. */
const measuredSchema = z.union([
  z.object({ method: z.enum(['VmRSS', 'ru_maxrss']), before: z.int(), after: z.int() }),
  z.object({ method: z.literal('none') }),
]);

/**
 * How much memory each interpreter keeps of calling distinct functions once: an unbounded cache, such as a frame on every
 * code object, shows here. A process reads its own resident size (`VmRSS` of /proc/self/status, in whole pages) before and
 * after the calls; the median of three processes counts. The order of hashing is fixed, and so are addresses where
 * `setarch` can do that, so that the three agree to the byte.
 * With `counted` it is the live bytes without pymalloc, as the counter knows them, in place of the resident size.
 *
 * An interpreter that cannot be measured is left out of `growth`, with its reason in `problems`.
 * @throws Cancelled
 */
export async function measureGrowth(request: GrowthRequest): Promise<GrowthResult> {
  const { interpreters, functions, counted, once = eachTime, ctx, parent } = request;
  const id = parent === undefined ? 'growth' : `${parent}/growth`;
  return runStep(ctx.emit, { id, title: `Growth after ${functions} functions`, parent }, async (step) => {
    const prefix = await fixedAddresses(ctx);
    const growth: Partial<Record<Variant, Growth>> = {};
    const problems: Partial<Record<Variant, string>> = {};
    let how: string | undefined;
    for (const interpreter of interpreters) {
      step.progress(interpreter.variant);
      const look = counted === undefined ? lookOnce : countOnce;
      const runs = await once(interpreter, ['growth', functions, counted !== undefined, prefix], () =>
        repeated(() => look(request, interpreter, prefix)),
      );
      if (typeof runs === 'string') {
        problems[interpreter.variant] = runs;
        continue;
      }
      const { middle, spread } = middleOf(runs, ({ before, after }) => after - before);
      const { method, before: beforeBytes, after: afterBytes } = middle;
      how = method;
      growth[interpreter.variant] = { beforeBytes, afterBytes, grownBytes: afterBytes - beforeBytes, ...spread };
    }
    const method = [
      how === undefined ? 'not measured' : `${how}, median of ${MEMORY_REPEATS} processes`,
      `address randomisation ${prefix.length > 0 ? 'off' : 'as the system has it'}`,
    ].join('; ');
    const told = Object.entries(growth).map(([side, { grownBytes }]) => `${side} ${Math.round(grownBytes / 1024)} KiB`);
    step.note(told.join(', '));
    const some = Object.keys(problems).length > 0;
    return { functions, growth, method, ...(some ? { problems } : {}) };
  });
}

/** @returns the two sizes in bytes as the process sees them, or why there are none. */
async function lookOnce({ functions, ctx }: GrowthRequest, interpreter: Interpreter, prefix: Prefix) {
  const [program = '', ...args] = [...prefix, ...interpreter.command, assetPath('bench/growth.py'), String(functions)];
  const timeoutMs = timeLimit(TIMEOUT_MS, interpreter);
  const env = { PATH, ...interpreter.env, PYTHONHASHSEED: '0' };
  const result = await runProcess(program, args, { cwd: tmpdir(), env, timeoutMs, signal: ctx.signal });
  if (result.exitCode !== 0) return whyEnded(result, timeoutMs);
  const measured = parseJson(result.stdout, measuredSchema).data;
  if (measured === undefined) return `unexpected output: ${result.stdout.slice(0, 80)}`;
  if (measured.method !== 'none') return measured;
  return 'this system does not tell a process its memory (no /proc/self/status, no resource module)';
}

/** Both looks by a counter of malloc's family, with every object a block of malloc's. */
async function countOnce({ functions, counted, ctx }: GrowthRequest, interpreter: Interpreter, prefix: Prefix) {
  const { counter = 'nothing counts', withEnvironment = inEnvironment } = counted ?? {};
  if (typeof counter === 'string') return counter;
  const { variables, check, method } = withoutPymalloc(interpreter.pythonVersion);
  const linked = isLinked(counter);
  const points = await withRig({ prefix, withEnvironment, counter, timeoutMs: TIMEOUT_MS, ctx }, (rig: Rig) =>
    countPoints(rig, interpreter, countingCode(functions, linked), variables),
  );
  if (typeof points === 'string') return points;
  const [before, after] = points;
  if (before === undefined || after === undefined) throw new Error('two points were expected');
  const how = `live bytes by the malloc counter, ${linked ? 'linked in' : 'preloaded'}; ${method}`;
  return check(after) ?? { method: how, before: before.bytes, after: after.bytes };
}

function countingCode(functions: number, linked: boolean): readonly string[] {
  const folder = JSON.stringify(path.dirname(assetPath('bench/growth.py')));
  const start = `import sys\nsys.dont_write_bytecode = True\nsys.path.insert(0, ${folder})\nimport growth, os\nstops = growth.counted(${functions})\n`;
  const codes = [`${start}for stop in stops: break`, 'for stop in stops: break'];
  return linked ? codes : codes.map((code) => `${code}\nos.getppid()`);
}
