import { canonicalJson } from '../../system/hash.ts';
import { type Gate, judgeGates } from '../gates/index.ts';
import { STAGES } from '../stages/list.ts';
import type { RunRecord, TargetResult } from '../types.ts';
import { runVerdict } from '../verdict.ts';
import type { FoundRun, Unreadable } from './find-runs.ts';
import { unlikeRecipes, unlikeSettings } from './settings.ts';
import { type Cell, type CellState, NOTHING_TO_DO, type Plan } from './types.ts';

/** What became of a cell. The states of a plan are those of cells that were not to be run. */
export type MergedState = 'ok' | 'no' | 'broken' | 'missing' | Exclude<CellState, 'run'>;

export interface MergedCell {
  /** Of the plan, where it is in one. */
  readonly id: string | undefined;
  readonly recipes: Cell['recipes'];
  /** Of a comparison of two sides what they are called, the baseline first. */
  readonly sides?: readonly [string, string] | undefined;
  readonly checkout: Cell['checkout'];
  readonly target: string;
  readonly state: MergedState;
  /** For all but `ok`. */
  readonly why: string | undefined;
  /** The run that is counted, with this target alone; its verdict says what `state` does. */
  readonly record: RunRecord | undefined;
  readonly where: string | undefined;
  /** Which of `machines` measured. */
  readonly machine: string | undefined;
}

/** A kind of machine, as far as a run's record describes it: two that are alike may be one or two. */
export interface MergedMachine {
  /** `A`, `B`, …, `AA`. */
  readonly letter: string;
  readonly description: string;
}

export interface Merged {
  readonly cells: readonly MergedCell[];
  readonly machines: readonly MergedMachine[];
  readonly unreadable: readonly Unreadable[];
  /** Each a sentence: runs that are not counted, of other versions, not in the plan. */
  readonly notes: readonly string[];
  /** No cell's answer is no or missing, and all that was named could be read. */
  readonly ok: boolean;
}

/** A run as it stands for one of its targets. */
interface Part {
  readonly run: FoundRun;
  readonly target: string;
  readonly result: TargetResult | undefined;
}

/**
 * Joins runs into one table, a row a cell. With a plan, cells without a run are missing; without one nobody knows what
 * is. Of several runs of one cell one counts: `bestOf`. Nothing is computed across runs.
 */
export function mergeRuns(
  runs: readonly FoundRun[],
  unreadable: readonly Unreadable[],
  { plan, gates = [] }: { readonly plan?: Plan | undefined; readonly gates?: readonly Gate[] | undefined } = {},
): Merged {
  const notes: string[] = [];
  const parts = onceEach(runs, notes).flatMap(partsOf);
  /** Letters by description, in the order in which they are met. */
  const machines = new Map<string, string>();
  const taken = new Set<Part>();
  const counted = new Set<FoundRun>();
  const cells: MergedCell[] = [];
  for (const cell of plan?.cells ?? []) {
    const mine = parts.filter((part) => fits(part, cell));
    for (const part of mine) taken.add(part);
    const best = bestOf(mine, cell.id, notes);
    if (best !== undefined) counted.add(best.run);
    const { id, checkout } = cell;
    cells.push(best === undefined ? without(cell) : { ...joined(best, gates, machines), id, checkout });
  }
  const rest = Map.groupBy(
    parts.filter((one) => !taken.has(one)),
    ({ run: { record }, target }) =>
      canonicalJson([record.patches.map(exactly), record.checkout.base, record.sides?.map(sideKey), target]),
  );
  for (const group of rest.values()) {
    const best = bestOf(group, nameOf(group[0]), notes);
    if (best === undefined) continue;
    counted.add(best.run);
    if (plan !== undefined) notes.push(`${best.run.where} for ${best.target} is in no cell of the plan.`);
    cells.push(joined(best, gates, machines));
  }
  tellVersions(runs, plan, notes);
  const records = [...counted].map(({ record }) => record);
  notes.push(...unlikeRecipes(records, plan));
  const unlike = unlikeSettings([...counted].flatMap(({ request }) => request ?? []));
  if (unlike.length > 0) notes.push(`Not all were asked for the same: ${unlike.join('; ')}.`);
  const ok = unreadable.length === 0 && cells.every(({ state }) => isYes(state));
  const all = [...machines].map(([description, letter]) => ({ letter, description }));
  return { cells, machines: all, unreadable, notes, ok };
}

export const isYes = (state: MergedState): boolean =>
  state === 'ok' || (NOTHING_TO_DO as readonly string[]).includes(state);

/** The same run, named twice or packed twice, is one. */
function onceEach(runs: readonly FoundRun[], notes: string[]): readonly FoundRun[] {
  const known = new Map<string, FoundRun>();
  for (const run of runs) {
    const key = canonicalJson(run.record);
    const first = known.get(key);
    if (first === undefined) known.set(key, run);
    else notes.push(`${run.where} is the same run as ${first.where}.`);
  }
  return [...known.values()];
}

function partsOf(run: FoundRun): readonly Part[] {
  const targets = run.targets.length === 0 ? [''] : run.targets;
  return targets.map((target) => ({ run, target, result: run.record.targets.find((one) => one.target === target) }));
}

const identity = ({ recipe, params }: RunRecord['patches'][number]) => ({ id: recipe.id, params });

/** Of a change that no recipe made, its own bytes, too: two files may have one name. */
const exactly = (patch: RunRecord['patches'][number]) => [
  identity(patch),
  patch.origin === undefined ? '' : patch.recipe.hash,
];

/** What makes a side another one: not what it is called. */
const sideKey = ({ checkout, settings, patches }: NonNullable<RunRecord['sides']>[number]) => [
  checkout.base,
  settings,
  patches.map(exactly),
];

/** In the order in which they are applied: two recipes may meet. */
const recipesKey = (recipes: MergedCell['recipes']) => canonicalJson(recipes.map(({ id, params }) => ({ id, params })));

/** Whether a run is one of a cell: the same recipes and parameters, on the same sources, for the same target. */
function fits({ run, target }: Part, cell: Cell): boolean {
  const { patches, checkout, sides } = run.record;
  // A plan has no comparisons of two sides.
  if (sides !== undefined) return false;
  if (target !== cell.target && target !== '') return false;
  if (recipesKey(patches.map(identity)) !== recipesKey(cell.recipes)) return false;
  const { base } = checkout;
  if (base.treeHash === cell.checkout.treeHash) return true;
  return base.kind === 'git' && !base.dirty && base.commit === cell.checkout.commit;
}

/** Of a cell that no plan has named. */
function nameOf(part: Part | undefined): string {
  const { patches = [], checkout, sides } = part?.run.record ?? {};
  if (sides !== undefined) return `${sides[1].name} against ${sides[0].name} for ${part?.target}`;
  return `${patches.map(({ recipe }) => recipe.id).join(', ')} on ${checkout?.pythonVersion} for ${part?.target}`;
}

/** A finished one, then the one that measured most, then the newest. */
function bestOf(parts: readonly Part[], cell: string, notes: string[]): Part | undefined {
  const rank = ({ run: { record }, result }: Part) => [
    record.state === 'finished' ? 1 : 0,
    result === undefined ? 0 : MEASURED.filter(({ name }) => result[name] !== undefined).length,
    Date.parse(record.finishedAt ?? record.startedAt),
  ];
  const [best, ...others] = parts
    .map((part) => ({ part, rank: rank(part) }))
    .sort((a, b) => b.rank.reduce((order, value, i) => order || value - (a.rank[i] ?? 0), 0))
    .map(({ part }) => part);
  if (best === undefined) return undefined;
  if (others.length > 0) {
    const named = others.slice(0, MOST_NAMED).map(({ run }) => run.where);
    const more = others.length > MOST_NAMED ? ` and ${others.length - MOST_NAMED} more` : '';
    const counted = `${best.run.where} is counted, not ${named.join(', ')}${more}`;
    notes.push(`${cell} was run ${others.length + 1} times: ${counted}.`);
  }
  return best;
}

/** What tells runs apart that measured more or less: not what every run has. */
const MEASURED = STAGES.filter(({ always }) => always === undefined);
const MOST_NAMED = 3;

function without({ id, recipes, checkout, target, state, why }: Cell): MergedCell {
  const none = { id, recipes, checkout, target, record: undefined, where: undefined, machine: undefined };
  if (state === 'run') return { ...none, state: 'missing', why: 'no run of it was given' };
  return { ...none, state, why };
}

function joined({ run, target, result }: Part, gates: readonly Gate[], machines: Map<string, string>): MergedCell {
  const { record, where } = run;
  const own = { ...record, targets: result === undefined ? [] : [result] };
  const { state, why } = stateOf(own, target, gates);
  const { base, pythonVersion, root } = record.checkout;
  const commit = base.kind === 'git' ? { commit: base.commit } : {};
  const verdict = { ...runVerdict(own.patches, own.targets), ok: state === 'ok' };
  return {
    id: undefined,
    recipes: record.patches.map(identity),
    ...(record.sides === undefined ? {} : { sides: [record.sides[0].name, record.sides[1].name] as const }),
    checkout: { dir: root, pythonVersion, treeHash: base.treeHash, ...commit },
    target,
    state,
    why,
    record: { ...own, verdict },
    where,
    machine: result === undefined || result.builds.length === 0 ? undefined : letterOf(machines, record, result),
  };
}

function stateOf(record: RunRecord, target: string, gates: readonly Gate[]): Pick<MergedCell, 'state' | 'why'> {
  const refused = record.patches.find(({ verdict }) => verdict !== 'applies');
  if (refused !== undefined && refused.verdict !== 'applies') return { state: refused.verdict, why: refused.why };
  const [result] = record.targets;
  if (record.state !== 'finished') return { state: 'broken', why: `the run ${STATES[record.state]}` };
  if (result === undefined) return { state: 'broken', why: `the run has nothing for ${target}` };
  // As the exit code of run: that not even the baseline builds is nothing about the change.
  if (result.buildFailure !== undefined && !result.builds.some(({ variant }) => variant === 'baseline'))
    return { state: 'broken', why: `the baseline does not build: ${result.buildFailure[0]?.message ?? 'see the log'}` };
  if (gates.length > 0) {
    const failed = judgeGates(record, gates).filter(({ passed }) => !passed);
    const why = failed.map(({ gate, why }) => `${gate}: ${why}`).join('; ');
    return failed.length === 0 ? { state: 'ok', why: undefined } : { state: 'no', why };
  }
  const verdict = runVerdict(record.patches, record.targets);
  return verdict.ok ? { state: 'ok', why: undefined } : { state: 'no', why: whyNot(result) };
}

const STATES = {
  running: 'is still going on',
  stopped: 'was stopped before its end',
  failed: 'was broken off',
} as const;

function whyNot({ buildFailure, conditionsDiffer, tests }: TargetResult): string {
  if (buildFailure !== undefined) return `the patched one does not build: ${buildFailure[0]?.message ?? 'see the log'}`;
  if (conditionsDiffer.length > 0) return `the builds’ conditions differ: ${conditionsDiffer[0]}`;
  const names = tests?.rows.filter(({ verdict }) => verdict === 'unexpected').map(({ test }) => test) ?? [];
  return `CPython’s tests differ: ${names.join(', ')}`;
}

/** Runs of several versions can be joined; that they are is said, for what they measure may have changed. */
function tellVersions(runs: readonly FoundRun[], plan: Plan | undefined, notes: string[]): void {
  const all = [...(plan === undefined ? [] : [plan]), ...runs.map(({ record }) => record)];
  const versions = [...new Set(all.map(({ forkwright }) => forkwright))].join(', ');
  if (versions.includes(', '))
    notes.push(`They are of several versions of Forkwright (${versions}): each row is as its own version measured it.`);
}

/** A machine that was not met before gets the next letter. */
function letterOf(machines: Map<string, string>, { machine }: RunRecord, { elsewhere }: TargetResult): string {
  const { cpu, cores, memoryBytes, os, arch } = machine;
  const here = `${cpu}, ${cores} cores, ${Math.round(memoryBytes / 2 ** 30)} GiB, ${os} ${arch}`;
  const description = elsewhere ?? here;
  const letter = machines.get(description) ?? letters(machines.size);
  machines.set(description, letter);
  return letter;
}

/** 0 → `A`, 25 → `Z`, 26 → `AA`. */
function letters(index: number): string {
  const last = String.fromCharCode(65 + (index % 26));
  return index < 26 ? last : letters(Math.floor(index / 26) - 1) + last;
}
