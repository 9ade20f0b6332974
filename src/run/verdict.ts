import type { SpeedComparison } from '../bench/types.ts';
import type { RunPatch, RunRecord, TargetResult } from './types.ts';

const percent = (ratio: number) => `${ratio >= 1 ? '+' : '−'}${Math.abs((ratio - 1) * 100).toFixed(1)}%`;
const kib = (bytes: number) => `${Math.round(bytes / 1024).toLocaleString('en-US')} KiB`;
const some = (n: number, what: string) => `${n} ${what}${n === 1 ? '' : 's'}`;

/**
 * The answer in plain sentences, one a line, and whether it is yes: it applies, builds, and breaks none of CPython's
 * tests but those that the recipe declared. A measured slowdown is told, not judged: gates do that.
 */
export function runVerdict(patches: readonly RunPatch[], targets: readonly TargetResult[]): RunRecord['verdict'] {
  const lines: string[] = [];
  let ok = true;
  for (const patch of patches) {
    const { recipe, origin, verdict, why, files, insertions, deletions } = patch;
    const word = origin !== undefined && verdict === 'drifted' ? 'does not apply' : verdict.replace('-', ' ');
    ok &&= verdict === 'applies';
    lines.push(
      verdict === 'applies'
        ? `${recipe.id} applies: ${some(files.length, 'file')}, +${insertions} −${deletions} lines.`
        : `${recipe.id}: ${word}${why === undefined ? '' : `: ${why}`}.`,
    );
  }
  for (const target of targets) {
    const answer = targetVerdict(target);
    ok &&= answer.ok;
    lines.push(...answer.lines.map((line) => `${target.target}: ${line}`));
  }
  return { ok, lines };
}

function targetVerdict(target: TargetResult): { ok: boolean; lines: string[] } {
  if (target.buildFailure !== undefined)
    return { ok: false, lines: [`does not build: ${target.buildFailure[0]?.message ?? 'see the log'}`] };
  const lines: string[] = [];
  let ok = target.conditionsDiffer.length === 0;
  if (target.builds.some(({ build }) => build.interpreter !== undefined)) {
    const differ = [...target.conditionsDiffer, ...(target.sidesDiffer ?? [])].map((one) => one.split(': ')[0]);
    const how = differ.length === 0 ? 'they say that they were built alike' : `they differ in ${differ.join(', ')}`;
    lines.push(`interpreters that were built elsewhere, which nothing here proves: by their own word ${how}.`);
  } else if (target.builds.length > 0) {
    lines.push(
      ok
        ? 'baseline and patched build under identical conditions.'
        : `baseline and patched build, but not under identical conditions: ${target.conditionsDiffer[0]}`,
    );
  }
  if (target.tests !== undefined) {
    const { rows, unexpected, set } = target.tests;
    const expected = rows.filter((row) => row.verdict === 'expected').length;
    ok &&= unexpected === 0;
    const ran = `CPython's tests (${set}, ${some(rows.length, 'file')})`;
    if (unexpected > 0) {
      const names = rows.filter((row) => row.verdict === 'unexpected').map((row) => row.test);
      lines.push(`${ran} differ, and that was not declared: ${names.join(', ')}.`);
    } else {
      const but = expected === 0 ? '' : `, but for ${expected} declared`;
      lines.push(`${ran} give the same result on both${but}.`);
    }
  }
  if (target.speed !== undefined) lines.push(...speedLines(target.speed));
  else if (target.speedSkipped !== undefined) lines.push(`speed was not measured: ${target.speedSkipped}`);
  const { growth: { baseline, patched } = {}, functions = 0 } = target.growth ?? {};
  if (baseline !== undefined && patched !== undefined) {
    lines.push(
      `after ${functions.toLocaleString('en-US')} functions were called once, memory grew by ${kib(baseline.grownBytes)} on baseline and ${kib(patched.grownBytes)} patched.`,
    );
  }
  return { ok, lines };
}

function speedLines(speed: SpeedComparison): string[] {
  const { counts, geometricMean: mean } = speed;
  if (mean === undefined) return ['speed: no test could be compared.'];
  const overall = `${percent(mean.ratio)} time over all tests, 95% interval ${percent(mean.low)} to ${percent(mean.high)} (+ is slower)`;
  const kinds = (['faster', 'slower', 'no-change', 'inconclusive', 'missing', 'failed'] as const)
    .filter((kind) => counts[kind] > 0)
    .map((kind) => `${counts[kind]} ${kind === 'no-change' ? 'unchanged' : kind}`);
  return [`${speed.suite}: ${overall}; tests: ${kinds.join(', ')}.`];
}
