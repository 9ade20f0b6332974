import { list } from '../document/format.ts';
import { present } from '../document/say.ts';
import type { Tone } from '../document/types.ts';
import type { RunPatch, RunRecord, TargetResult } from '../run/types.ts';
import { growthInShort, isElsewhereBuilt, savedGrowth, sentence, unbuilt, withStop } from './answers.ts';
import { instructionsInShort } from './sections/instructions.ts';
import { claimBehind, startupInShort } from './sections/memory.ts';
import { speedTogether } from './speed-verdict.ts';

/** What ended or broke the run before its answer, and what to do about it. */
const STATES = {
  stopped: {
    tone: 'attention',
    word: 'STOPPED',
    said: 'The run was stopped before its end: what is here is what it had finished. “forkwright run --resume” continues it.',
  },
  running: {
    tone: 'unknown',
    word: 'RUNNING',
    said: 'The run is still going on: what is here is what it has finished.',
  },
  failed: { tone: 'bad', word: 'BROKEN OFF', said: 'The run could not be finished.' },
} as const;

export function runStatus(record: RunRecord): { tone: Tone; word: string } {
  if (record.state !== 'finished') return STATES[record.state];
  return record.verdict.ok ? { tone: 'good', word: 'OK' } : { tone: 'bad', word: 'NOT OK' };
}

/**
 * The answer in a few sentences: what stands in the way, or what came out.
 * `verdict.lines` is told when the answer is no and nothing in the data says why (a gate, for example).
 */
export function headline(record: RunRecord): string[] {
  const { state, verdict, patches, sides, checkout, targets } = record;
  const refused = (some: readonly RunPatch[], python: string) =>
    some.filter((patch) => patch.verdict !== 'applies').map((patch) => patchMeaning(patch, python));
  const problems = [
    ...refused(sides?.[0].patches ?? [], checkout.pythonVersion),
    ...refused(patches, sides?.[1].checkout.pythonVersion ?? checkout.pythonVersion),
    ...targets.flatMap(targetProblems),
  ];
  const lines = present<string>([
    state !== 'finished' ? STATES[state].said : problems.length === 0 && !verdict.ok && verdict.lines,
    problems.length > 0 ? problems : results(record),
  ]);
  return lines.length > 0 ? lines : ['Nothing was measured.'];
}

export function patchMeaning(patch: RunPatch, pythonVersion: string): string {
  const { id } = patch.recipe;
  if (patch.origin !== undefined && patch.verdict === 'drifted')
    return `${id} does not apply to these sources: nothing was built.`;
  return {
    applies: `${id} applies to ${pythonVersion}.`,
    'already-applied': `${id} is in these sources already: there was nothing to change.`,
    'not-applicable': `${id} is not applicable to CPython ${pythonVersion}.`,
    drifted: `These sources have drifted from what ${id} expects: nothing was changed.`,
    conflict: `${id} wants to change what another change wants to, too: nothing was changed.`,
  }[patch.verdict];
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
      `On ${target.target}, ${target.tests.unexpected} of CPython’s tests ${verb} not end as before, and it was not declared.`,
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
  for (const target of targets) {
    const where = targets.length > 1 ? `${target.target}: ` : '';
    const startup = target.memory && startupInShort(target.memory);
    const together = [startup && `${startup}${claimBehind(record)}`, target.speed && speedTogether(target.speed)];
    const said = together.filter((one) => one !== undefined).join('; ');
    if (said !== '') lines.push(where === '' ? sentence(said) : withStop(where + said));
  }
  const clean = tested.every((t) => t.tests?.rows.every((row) => ['passed', 'skipped'].includes(row.patched)));
  if (tested.length === built.length && built.length > 0) {
    const does = built.some(isElsewhereBuilt) ? 'It' : 'It builds and';
    const tests = clean ? 'passes CPython’s tests' : 'gives the results expected in CPython’s tests';
    lines.push(`${does} ${tests} on ${names(built)}.`);
  } else if (built.length > 0) {
    if (!built.some(isElsewhereBuilt)) lines.push(`It builds on ${names(built)}.`);
    if (tested.length > 0) lines.push(`CPython’s tests ran as expected on ${names(tested)}.`);
  }
  const each = (say: (target: TargetResult) => string | undefined) =>
    targets.flatMap((target) => {
      const said = say(target);
      return said === undefined ? [] : [{ said, where: targets.length > 1 ? ` on ${target.target}` : '' }];
    });
  for (const { said, where } of each(({ instructions }) => instructions && instructionsInShort(instructions)))
    lines.push(`Executed instructions${where}: ${said}.`);
  const growth = each((target) => {
    const saved = savedGrowth(target.growth);
    return saved === undefined ? undefined : growthInShort(saved);
  }).map(({ said, where }) => said + where);
  if (growth.length > 0) lines.push(`Memory growth: ${list(growth)}.`);
  return lines;
}
