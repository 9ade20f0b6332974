import type { Variant } from '../../builds/types.ts';
import type { Context } from '../../system/context.ts';
import { runStep, type Step } from '../../system/events.ts';
import { fixedAddresses } from '../instructions/process.ts';
import type { Interpreter } from '../types.ts';
import type { Counted } from './counted.ts';
import { type Counter, isLinked } from './counter.ts';
import { sizeDifferences, typeDifferences } from './difference.ts';
import { middleOf } from './middle.ts';
import {
  askPymalloc,
  countCollected,
  countHere,
  POINTS,
  parsePymalloc,
  parseResident,
  type Reports,
  readResident,
} from './probe.ts';
import { countCode, inEnvironment, type Rig, runCode, type WithEnvironment, withRig } from './process.ts';
import type { LiveMemory, MemoryFigure, MemoryPoint, MemoryProblem, StartupMemory, VariantMemory } from './types.ts';
import { type PymallocOff, withoutPymalloc } from './without-pymalloc.ts';

export interface StartupMemoryRequest {
  readonly interpreters: readonly Interpreter[];
  /** The counter for the interpreters' target (see `preloadCounter` and `linkedCounter`), or why there is none. */
  readonly counter: Counter | string;
  /** How an interpreter is given variables; without it, through its environment. */
  readonly withEnvironment?: WithEnvironment | undefined;
  /** Why the system that runs the interpreters does not see their own memory: it sees that of an emulator. */
  readonly notResident?: string | undefined;
  readonly ctx: Context;
  /** The step that this one belongs to. */
  readonly parent?: string | undefined;
}

export const MEMORY_REPEATS = 3;

/**
 * What each interpreter holds in memory once it has started, after `pass` and after `import site, json`: every figure of
 * {@link VariantMemory} that is to be had, each from processes of its own, repeated. Hashing and addresses are fixed, the
 * .pyc files written beforehand, home and environment the same for all; the builds' paths are of one length by their keys.
 *
 * What cannot be measured is left out, with its reason in `problems`.
 * @throws Cancelled
 */
export async function measureStartupMemory(request: StartupMemoryRequest): Promise<StartupMemory> {
  const { interpreters, counter, ctx, parent } = request;
  const id = parent === undefined ? 'startup-memory' : `${parent}/startup-memory`;
  return runStep(ctx.emit, { id, title: 'Memory at start-up', parent }, async (step) => {
    const prefix = await fixedAddresses(ctx);
    const { withEnvironment = inEnvironment } = request;
    const found = typeof counter === 'string' ? undefined : counter;
    return withRig({ prefix, withEnvironment, counter: found, ctx }, async (rig) => {
      const session = new Session(rig, counter, request.notResident);
      const points: MemoryPoint[] = [];
      for (const { name, code } of POINTS) {
        points.push(await session.measurePoint(name, code, interpreters, step));
      }
      return {
        schemaVersion: 1,
        repeats: MEMORY_REPEATS,
        points,
        methods: session.methods,
        problems: session.problems,
      };
    });
  });
}

/** One measurement: how it was done, and what stood in the way, gather here. */
class Session {
  readonly methods: Partial<Record<MemoryFigure, string>> = {};
  readonly problems: MemoryProblem[] = [];
  readonly #rig: Rig;
  readonly #noCounter: string | undefined;
  readonly #how: string;
  readonly #reports: Reports;
  readonly #notResident: string | undefined;
  readonly #addresses: string;

  constructor(rig: Rig, counter: Counter | string, notResident: string | undefined) {
    const noCounter = typeof counter === 'string' ? counter : undefined;
    const linked = typeof counter !== 'string' && isLinked(counter);
    this.#rig = rig;
    this.#noCounter = noCounter;
    this.#how = linked ? 'linked in' : 'preloaded';
    this.#reports = linked ? 'at the end' : 'at getppid';
    this.#notResident = notResident;
    this.#addresses = rig.prefix.length > 0 ? 'addresses fixed' : 'addresses as the system gives them';
    if (noCounter !== undefined)
      for (const figure of ['exact', 'collected', 'taken'] as const) this.problems.push({ figure, why: noCounter });
    if (notResident !== undefined) this.problems.push({ figure: 'resident', why: notResident });
  }

  async measurePoint(
    name: MemoryPoint['name'],
    code: string,
    interpreters: readonly Interpreter[],
    step: Step,
  ): Promise<MemoryPoint> {
    const variants: Partial<Record<Variant, VariantMemory>> = {};
    const counted: Partial<Record<'exact' | 'collected', Partial<Record<Variant, Counted>>>> = {};
    for (const interpreter of interpreters) {
      const { variant } = interpreter;
      step.progress(`${variant} after ${code}`);
      const warm = await runCode(this.#rig, interpreter, code);
      if (typeof warm === 'string') {
        this.#problem('exact', variant, warm);
        continue;
      }
      const { exact, collected } = await this.#exactly(interpreter, code);
      if (exact !== undefined) counted.exact = { ...counted.exact, [variant]: exact.counted };
      if (collected !== undefined) counted.collected = { ...counted.collected, [variant]: collected.counted };
      variants[variant] = {
        exact: exact && { ...exact.live, peakBytes: exact.counted.peak },
        collected: collected?.live,
        ...(await this.#taken(interpreter, code)),
        ...(await this.#pymalloc(interpreter, code)),
        ...(await this.#residentIn(interpreter, code)),
      };
    }
    const between = <T>(
      side: Partial<Record<Variant, Counted>> | undefined,
      compare: (baseline: Counted, patched: Counted) => readonly T[],
    ) => (side?.baseline === undefined || side.patched === undefined ? [] : compare(side.baseline, side.patched));
    return {
      name,
      code,
      variants,
      types: between(counted.exact, typeDifferences),
      collectedTypes: between(counted.collected, typeDifferences),
      sizes: between(counted.exact, sizeDifferences),
    };
  }

  async #exactly(interpreter: Interpreter, code: string) {
    if (this.#noCounter !== undefined) return {};
    const off = withoutPymalloc(interpreter.pythonVersion);
    const count = (program: string) => this.#count(interpreter, program, off.variables, off.check);
    const exact = await count(countHere(code, this.#reports));
    if (typeof exact === 'string') {
      this.#problem('exact', interpreter.variant, exact);
      return {};
    }
    this.methods.exact = `malloc counter, ${this.#how}; ${off.method}; ${this.#addresses}`;
    const collected = await count(countCollected(code, this.#reports));
    if (typeof collected === 'string') {
      this.#problem('collected', interpreter.variant, collected);
      return { exact };
    }
    this.methods.collected = `${this.methods.exact}; after gc.collect()`;
    return { exact, collected };
  }

  async #taken(interpreter: Interpreter, code: string): Promise<Pick<VariantMemory, 'taken'>> {
    if (this.#noCounter !== undefined) return {};
    const found = await this.#count(interpreter, countHere(code, this.#reports), {}, () => undefined);
    if (typeof found === 'string') {
      this.#problem('taken', interpreter.variant, found);
      return {};
    }
    this.methods.taken = `malloc and mmap counter, ${this.#how}; ${this.#addresses}`;
    return { taken: { ...found.live, arenaBytes: found.counted.mapped, arenas: found.counted.maps } };
  }

  /** The median of the repeats by live bytes. */
  async #count(
    interpreter: Interpreter,
    program: string,
    variables: PymallocOff['variables'],
    check: PymallocOff['check'],
  ): Promise<{ readonly live: LiveMemory; readonly counted: Counted } | string> {
    const runs = await repeated(async () => {
      const counted = await countCode(this.#rig, interpreter, program, variables);
      return typeof counted === 'string' ? counted : (check(counted) ?? counted);
    });
    if (typeof runs === 'string') return runs;
    const { middle, spread } = middleOf(runs, ({ bytes }) => bytes);
    return { counted: middle, live: { bytes: middle.bytes, blocks: middle.blocks, ...spread } };
  }

  async #pymalloc(interpreter: Interpreter, code: string): Promise<Pick<VariantMemory, 'pymalloc'>> {
    const result = await runCode(this.#rig, interpreter, askPymalloc(code));
    if (typeof result === 'string') {
      this.#problem('pymalloc', interpreter.variant, result);
      return {};
    }
    const pymalloc = parsePymalloc(result.stdout, result.stderr);
    if (pymalloc === undefined) return {};
    this.methods.pymalloc = `sys.getallocatedblocks()${pymalloc.bytes === undefined ? '' : ' and sys._debugmallocstats()'}`;
    return { pymalloc };
  }

  async #residentIn(interpreter: Interpreter, code: string): Promise<Pick<VariantMemory, 'resident'>> {
    if (this.#notResident !== undefined) return {};
    const runs = await repeated(async () => {
      const result = await runCode(this.#rig, interpreter, readResident(code));
      if (typeof result === 'string') return result;
      return parseResident(result.stdout) ?? 'this system does not tell a process its memory';
    });
    if (typeof runs === 'string') {
      this.#problem('resident', interpreter.variant, runs);
      return {};
    }
    const { middle, spread } = middleOf(runs, ({ bytes, ownBytes }) => ownBytes ?? bytes);
    this.methods.resident = `Rss${middle.ownBytes === undefined ? '' : ' and anonymous pages'} of /proc/self; ${this.#addresses}`;
    return { resident: { ...middle, ...spread } };
  }

  #problem(figure: MemoryFigure, variant: Variant, why: string): void {
    const known = this.problems.some((one) => one.figure === figure && one.variant === variant && one.why === why);
    if (!known) this.problems.push({ figure, variant, why });
  }
}

/** The results of all repeats, or why the first that failed did. */
async function repeated<T extends object>(once: () => Promise<T | string>): Promise<readonly T[] | string> {
  const runs: T[] = [];
  for (let repeat = 0; repeat < MEMORY_REPEATS; repeat++) {
    const result = await once();
    if (typeof result === 'string') return result;
    runs.push(result);
  }
  return runs;
}
