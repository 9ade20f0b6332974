import { readFileSync } from 'node:fs';
import { type BundlePlan, type BundleStep, type MemoryStep, SIDES, type Side } from '../../bench/bundle/plan.ts';
import { counting, POINTS, type Reports } from '../../bench/memory/figures.ts';
import { VARIANTS, type Variant } from '../../builds/types.ts';
import { assetPath } from '../../system/assets.ts';
import { quoted } from '../../system/quote.ts';

/** How a bundle counts memory: with programs that the counter is linked into, or with one that is preloaded. */
export type BundleCounter = 'linked' | 'preloaded' | undefined;

const script = (name: string, values: Readonly<Record<string, string>> = {}) =>
  readFileSync(assetPath(`bench/bundle/${name}`), 'utf8').replaceAll(/@(\w+)@/g, (_, key: string) => values[key] ?? '');

/**
 * `run.sh`: for a machine with a POSIX shell.
 * @param shared the interpreters need a libpython that lies in their `lib`.
 */
export function shellScript(plan: BundlePlan, counter: BundleCounter, shared: boolean): string {
  const library = (argument: number) => (shared ? `LD_LIBRARY_PATH="$HERE/$${argument}/lib" ` : '');
  const counts =
    counter === undefined ? [] : [script(`program-${counter}.sh`, { LIBRARY: library(1) }), script('memory.sh')];
  const lines = plan.steps.flatMap((step) => {
    if (step.kind === 'memory') return counter === undefined ? [] : [memoryLine(plan, step, counter)];
    return [`step ${step.step} ${step.side} ${hashSeedOf(plan, step)} ${quoted(whatOf(plan, step))}`];
  });
  const steps = [`STEPS=${plan.steps.length}`, ...lines, 'echo "All is done: bring back $RESULTS"\n'].join('\n');
  return [script('run.sh', { LIBRARY: library(2) }), ...counts, steps].join('\n');
}

/** `run.cmd`: the same steps on Windows, without memory. */
export function commandScript(plan: BundlePlan): string {
  const calls = plan.steps
    .filter(({ kind }) => kind !== 'memory')
    .map((step) => `call :step ${step.step} ${step.side} ${hashSeedOf(plan, step)} || exit /b 1`);
  const text = script('run.cmd', { CALLS: calls.join('\n'), STEPS: String(plan.steps.length) });
  return text.replaceAll(/\r?\n/g, '\r\n');
}

/** Of the pair; of the trials before it, that of no pair. */
function hashSeedOf(plan: BundlePlan, step: BundleStep): number {
  const pair = step.kind === 'pair' ? step.pair : undefined;
  return plan.pairs.find((one) => one.pair === pair)?.hashSeed ?? 1;
}

function whatOf(plan: BundlePlan, step: BundleStep): string {
  const variant = plan.sides[step.side]?.variant ?? step.side;
  switch (step.kind) {
    case 'pair':
      return `pair ${step.pair} of ${plan.pairs.length}, ${variant}`;
    case 'memory':
      return `memory after ${step.point === 'pass' ? 'the start' : 'imports'}, ${variant}`;
    default:
      return `${{ smoke: 'start', calibrate: 'try the tests', try: 'try the tests' }[step.kind]}, ${variant}`;
  }
}

function memoryLine(plan: BundlePlan, step: MemoryStep, counter: 'linked' | 'preloaded'): string {
  const reports: Reports = counter === 'linked' ? 'at the end' : 'at getppid';
  const code = POINTS.find(({ name }) => name === step.point)?.code ?? 'pass';
  const { program, variables } = counting(step.figure, code, reports, plan.sides[step.side]?.pythonVersion ?? '');
  const [name, value] = Object.entries(variables)[0] ?? ['TZ', 'UTC'];
  const what = `${whatOf(plan, step)}, ${step.figure}`;
  return `memory ${step.step} ${step.side} ${quoted(what)} ${quoted(`${name}=${value}`)} ${quoted(program)}`;
}

export const sidesOf = (plan: BundlePlan): readonly { readonly side: Side; readonly variant: Variant }[] =>
  VARIANTS.flatMap((variant) => (plan.sides[SIDES[variant]] === undefined ? [] : [{ side: SIDES[variant], variant }]));
