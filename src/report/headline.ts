import { list } from '../document/format.ts';
import type { Tone } from '../document/tone.ts';
import type { RunPatch, RunRecord, TargetResult } from '../run/types.ts';
import { unreachable } from '../system/diagnostic.ts';
import { growthInShort, savedGrowth, unbuilt } from './answers.ts';
import { instructionsInShort } from './sections/instructions.ts';
import { claimBehind, memoryInShort } from './sections/memory.ts';
import { speedInShort } from './speed-verdict.ts';

/** What ended or broke the run before its answer, and what to do about it. */
const STATES = {
  stopped:
    'The run was stopped before its end: what is here is what it had finished. “forkwright run --resume” continues it.',
  running: 'The run is still going on: what is here is what it has finished.',
  failed: 'The run could not be finished.',
} as const;

export function runStatus(record: RunRecord): { tone: Tone; word: string } {
  switch (record.state) {
    case 'stopped':
      return { tone: 'attention', word: 'STOPPED' };
    case 'running':
      return { tone: 'unknown', word: 'RUNNING' };
    case 'failed':
      return { tone: 'bad', word: 'BROKEN OFF' };
    case 'finished':
      return record.verdict.ok ? { tone: 'good', word: 'OK' } : { tone: 'bad', word: 'NOT OK' };
  }
}

/**
 * The answer in a few sentences: what stands in the way, or what came out.
 * `verdict.lines` is told when the answer is no and nothing in the data says why (a gate, for example).
 */
export function headline(record: RunRecord): string[] {
  const lines: string[] = record.state === 'finished' ? [] : [STATES[record.state]];
  const problems = [...patchProblems(record), ...record.targets.flatMap(targetProblems)];
  lines.push(...problems);
  if (problems.length === 0) lines.push(...results(record));
  if (problems.length === 0 && !record.verdict.ok && record.state === 'finished')
    lines.unshift(...record.verdict.lines);
  return lines.length > 0 ? lines : ['Nothing was measured.'];
}

/** What the verdicts of a recipe mean for the one who asked. */
export function patchMeaning(patch: RunPatch, pythonVersion: string): string {
  const { id } = patch.recipe;
  switch (patch.verdict) {
    case 'applies':
      return `${id} applies to ${pythonVersion}.`;
    case 'already-applied':
      return `${id} is in these sources already: there was nothing to change.`;
    case 'not-applicable':
      return `${id} is not applicable to CPython ${pythonVersion}.`;
    case 'drifted':
      return `These sources have drifted from what ${id} expects: nothing was changed.`;
    case 'conflict':
      return `${id} wants to change what another recipe changes, too: nothing was changed.`;
    default:
      return unreachable(patch.verdict);
  }
}

function patchProblems(record: RunRecord): string[] {
  return record.patches
    .filter((patch) => patch.verdict !== 'applies')
    .map((patch) => patchMeaning(patch, record.checkout.pythonVersion));
}

function targetProblems(target: TargetResult): string[] {
  const problems: string[] = [];
  if (target.buildFailure !== undefined) {
    const missing = unbuilt(target);
    const who = missing.length === 1 ? `The ${missing[0]} interpreter does` : 'The interpreters do';
    problems.push(`${who} not build on ${target.target}.`);
  } else if (target.conditionsDiffer.length > 0) {
    problems.push(`On ${target.target}, baseline and patched were not built under identical conditions.`);
  }
  if (target.tests !== undefined && target.tests.unexpected > 0) {
    const verb = target.tests.unexpected === 1 ? 'does' : 'do';
    problems.push(
      `On ${target.target}, ${target.tests.unexpected} of CPython’s tests ${verb} not end as before, and the recipe did not declare it.`,
    );
  }
  return problems;
}

function results(record: RunRecord): string[] {
  const { targets } = record;
  const names = (chosen: readonly TargetResult[]) => list(chosen.map((t) => t.target));
  const built = targets.filter((t) => unbuilt(t).length === 0);
  const tested = built.filter((t) => t.tests !== undefined);
  const lines: string[] = [];
  const clean = tested.every((t) => t.tests?.rows.every((row) => ['passed', 'skipped'].includes(row.patched)));
  if (tested.length === built.length && built.length > 0) {
    const tests = clean ? 'passes CPython’s tests' : 'gives the results expected in CPython’s tests';
    lines.push(`It builds and ${tests} on ${names(built)}.`);
  } else if (built.length > 0) {
    lines.push(`It builds on ${names(built)}.`);
    if (tested.length > 0) lines.push(`CPython’s tests ran as expected on ${names(tested)}.`);
  }
  const several = targets.length > 1;
  for (const target of targets) {
    const where = several ? ` on ${target.target}` : '';
    if (target.speed !== undefined) lines.push(`Speed${where}: ${speedInShort(target.speed)}.`);
  }
  for (const target of targets) {
    const { instructions } = target;
    const where = several ? ` on ${target.target}` : '';
    if (instructions !== undefined) lines.push(`Executed instructions${where}: ${instructionsInShort(instructions)}.`);
  }
  const startup = targets.flatMap((target) => {
    const short = target.memory === undefined ? undefined : memoryInShort(target.memory);
    return short === undefined ? [] : [`${short}${several ? ` on ${target.target}` : ''}`];
  });
  if (startup.length > 0) lines.push(`Memory: it ${list(startup)}${claimBehind(record)}.`);
  const memory = targets.flatMap((target) => {
    const saved = savedGrowth(target.growth);
    return saved === undefined ? [] : [`${growthInShort(saved)}${several ? ` on ${target.target}` : ''}`];
  });
  if (memory.length > 0) lines.push(`Memory growth: ${list(memory)}.`);
  return lines;
}
