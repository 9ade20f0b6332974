import type { Variant } from '../../builds/types.ts';
import type { Context } from '../../system/context.ts';
import { runStep, type Step } from '../../system/events.ts';
import { fixedAddresses } from '../instructions/process.ts';
import type { Interpreter } from '../types.ts';
import { type Counter, isLinked } from './counter.ts';
import {
  addProblem,
  askPymalloc,
  COUNTED_FIGURES,
  counting,
  countingWords,
  differences,
  type Figures,
  MEMORY_REPEATS,
  middleCount,
  middleOf,
  POINTS,
  parsePymalloc,
  parseResident,
  readResident,
  repeated,
  variantMemory,
} from './figures.ts';
import { countPoints, inEnvironment, type Rig, runCode, type WithEnvironment, withRig } from './process.ts';
import type { MemoryFigure, MemoryPoint, MemoryProblem, StartupMemory, VariantMemory } from './types.ts';

export interface StartupMemoryRequest {
  readonly interpreters: readonly Interpreter[];
  /** The counter for the interpreters' target (see `preloadCounter` and `linkedCounter`), or why there is none. */
  readonly counter: Counter | string;
  /** How an interpreter is given variables; without it, through its environment. */
  readonly withEnvironment?: WithEnvironment | undefined;
  /** Why the system that runs the interpreters does not see their own memory: it sees that of an emulator. */
  readonly notResident?: string | undefined;
  readonly ctx: Context;
  readonly parent?: string | undefined;
}

/**
 * What each interpreter holds in memory once it has started, after `pass` and after `import site, json`: every figure of
 * {@link VariantMemory} that is to be had, each from processes of its own, repeated. Hashing and addresses are fixed, the
 * .pyc files written beforehand, home and environment the same for all; the builds' paths are of one length by their keys.
 *
 * What cannot be measured is left out, with its reason in `problems`.
 * @throws Cancelled
 */
export async function measureStartupMemory(request: StartupMemoryRequest): Promise<StartupMemory> {
  const { ctx, parent, withEnvironment = inEnvironment } = request;
  const counter = typeof request.counter === 'string' ? undefined : request.counter;
  const id = parent === undefined ? 'startup-memory' : `${parent}/startup-memory`;
  return runStep(ctx.emit, { id, title: 'Memory at start-up', parent }, async (step) => {
    const prefix = await fixedAddresses(ctx);
    return withRig({ prefix, withEnvironment, counter, ctx }, async (rig) => {
      const { measurePoint, methods, problems } = sessionOf(rig, request, step);
      const points: MemoryPoint[] = [];
      for (const { name, code } of POINTS) points.push(await measurePoint(name, code));
      return { schemaVersion: 1, repeats: MEMORY_REPEATS, points, methods, problems };
    });
  });
}

/** One measurement: how it was done, and what stood in the way, gather here. */
function sessionOf(rig: Rig, { interpreters, counter, notResident }: StartupMemoryRequest, step: Step) {
  const methods: Partial<Record<MemoryFigure, string>> = {};
  const problems: MemoryProblem[] = [];
  const addresses = rig.prefix.length > 0 ? 'addresses fixed' : 'addresses as the system gives them';
  if (typeof counter === 'string') for (const figure of COUNTED_FIGURES) problems.push({ figure, why: counter });
  if (notResident !== undefined) problems.push({ figure: 'resident', why: notResident });
  const problem = (figure: MemoryFigure, { variant }: Interpreter, why: string) =>
    addProblem(problems, { figure, variant, why });

  async function measurePoint(name: MemoryPoint['name'], code: string): Promise<MemoryPoint> {
    const variants: Partial<Record<Variant, VariantMemory>> = {};
    const figures: Partial<Record<Variant, Figures>> = {};
    for (const interpreter of interpreters) {
      const { variant } = interpreter;
      step.progress(`${variant} after ${code}`);
      const warm = await runCode(rig, interpreter, code);
      if (typeof warm === 'string') {
        problem('exact', interpreter, warm);
        continue;
      }
      const own = await counted(interpreter, code);
      figures[variant] = own;
      variants[variant] = {
        ...variantMemory(own),
        ...(await pymalloc(interpreter, code)),
        ...(await residentIn(interpreter, code)),
      };
    }
    return { name, code, variants, ...differences(figures) };
  }

  async function counted(interpreter: Interpreter, code: string): Promise<Figures> {
    const found: { -readonly [Figure in keyof Figures]: Figures[Figure] } = {};
    if (typeof counter === 'string') return found;
    const [how, reports] = isLinked(counter)
      ? (['linked in', 'at the end'] as const)
      : (['preloaded', 'at getppid'] as const);
    for (const figure of COUNTED_FIGURES) {
      // What is not exact before the collection is not after it.
      if (figure === 'collected' && found.exact === undefined) continue;
      const { program, variables, check } = counting(figure, code, reports, interpreter.pythonVersion);
      const runs = await repeated(async () => {
        const points = await countPoints(rig, interpreter, [program], variables);
        if (typeof points === 'string') return points;
        return points.map((one) => check(one) ?? one)[0] ?? 'no point was counted';
      });
      if (typeof runs === 'string') problem(figure, interpreter, runs);
      else {
        found[figure] = middleCount(runs);
        const way = `malloc${figure === 'taken' ? ' and mmap' : ''} counter, ${how}`;
        methods[figure] = countingWords(figure, way, interpreter.pythonVersion, addresses);
      }
    }
    return found;
  }

  async function pymalloc(interpreter: Interpreter, code: string): Promise<Pick<VariantMemory, 'pymalloc'>> {
    const result = await runCode(rig, interpreter, askPymalloc(code));
    if (typeof result === 'string') {
      problem('pymalloc', interpreter, result);
      return {};
    }
    const told = parsePymalloc(result.stdout, result.stderr);
    if (told === undefined) return {};
    methods.pymalloc = `sys.getallocatedblocks()${told.bytes === undefined ? '' : ' and sys._debugmallocstats()'}`;
    return { pymalloc: told };
  }

  async function residentIn(interpreter: Interpreter, code: string): Promise<Pick<VariantMemory, 'resident'>> {
    if (notResident !== undefined) return {};
    const runs = await repeated(async () => {
      const result = await runCode(rig, interpreter, readResident(code));
      if (typeof result === 'string') return result;
      return parseResident(result.stdout) ?? 'this system does not tell a process its memory';
    });
    if (typeof runs === 'string') {
      problem('resident', interpreter, runs);
      return {};
    }
    const { middle, spread } = middleOf(runs, ({ bytes, ownBytes }) => ownBytes ?? bytes);
    methods.resident = `Rss${middle.ownBytes === undefined ? '' : ' and anonymous pages'} of /proc/self; ${addresses}`;
    return { resident: { ...middle, ...spread } };
  }

  return { methods, problems, measurePoint };
}
