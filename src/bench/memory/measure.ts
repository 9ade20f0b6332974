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
import { countCode, inEnvironment, type Rig, runCode, type WithEnvironment, withRig } from './process.ts';
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
  /** The step that this one belongs to. */
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
  readonly #counter: Counter | undefined;
  readonly #notResident: string | undefined;
  readonly #addresses: string;

  constructor(rig: Rig, counter: Counter | string, notResident: string | undefined) {
    this.#rig = rig;
    this.#counter = typeof counter === 'string' ? undefined : counter;
    this.#notResident = notResident;
    this.#addresses = rig.prefix.length > 0 ? 'addresses fixed' : 'addresses as the system gives them';
    if (typeof counter === 'string') for (const figure of COUNTED_FIGURES) this.problems.push({ figure, why: counter });
    if (notResident !== undefined) this.problems.push({ figure: 'resident', why: notResident });
  }

  async measurePoint(
    name: MemoryPoint['name'],
    code: string,
    interpreters: readonly Interpreter[],
    step: Step,
  ): Promise<MemoryPoint> {
    const variants: Partial<Record<Variant, VariantMemory>> = {};
    const counted: Partial<Record<Variant, Figures>> = {};
    for (const interpreter of interpreters) {
      const { variant } = interpreter;
      step.progress(`${variant} after ${code}`);
      const warm = await runCode(this.#rig, interpreter, code);
      if (typeof warm === 'string') {
        this.#problem('exact', variant, warm);
        continue;
      }
      const figures = await this.#counted(interpreter, code);
      counted[variant] = figures;
      variants[variant] = {
        ...variantMemory(figures),
        ...(await this.#pymalloc(interpreter, code)),
        ...(await this.#residentIn(interpreter, code)),
      };
    }
    return { name, code, variants, ...differences(counted) };
  }

  async #counted(interpreter: Interpreter, code: string): Promise<Figures> {
    const found: { -readonly [Figure in keyof Figures]: Figures[Figure] } = {};
    if (this.#counter === undefined) return found;
    const [how, reports] = isLinked(this.#counter)
      ? (['linked in', 'at the end'] as const)
      : (['preloaded', 'at getppid'] as const);
    for (const figure of COUNTED_FIGURES) {
      // What is not exact before the collection is not after it.
      if (figure === 'collected' && found.exact === undefined) continue;
      const { program, variables, check } = counting(figure, code, reports, interpreter.pythonVersion);
      const runs = await repeated(async () => {
        const one = await countCode(this.#rig, interpreter, program, variables);
        return typeof one === 'string' ? one : (check(one) ?? one);
      });
      if (typeof runs === 'string') this.#problem(figure, interpreter.variant, runs);
      else {
        found[figure] = middleCount(runs);
        const counter = `malloc${figure === 'taken' ? ' and mmap' : ''} counter, ${how}`;
        this.methods[figure] = countingWords(figure, counter, interpreter.pythonVersion, this.#addresses);
      }
    }
    return found;
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
    addProblem(this.problems, { figure, variant, why });
  }
}
