import path from 'node:path';
import type { Merged } from '../run/fanout/merge.ts';
import { STAGES } from '../run/stages/list.ts';
import type { Stage } from '../run/stages/stage.ts';
import type { RunPatch, RunRecord, TargetResult } from '../run/types.ts';
import { isElsewhereBuilt, savedGrowth } from './answers.ts';
import { headline, runStatus } from './headline.ts';
import { overallSpeed } from './speed-verdict.ts';

/**
 * The data of `comparison.json`: what another program needs of a run, and nothing of this machine's folders. Stable: members are
 * added, never renamed, while `schemaVersion` is 1. Ratios are patched / baseline of time (above 1: slower).
 */
export function comparisonJson(record: RunRecord, stages: readonly Stage[] = STAGES) {
  return {
    schemaVersion: 1,
    run: record.id,
    forkwright: record.forkwright,
    startedAt: record.startedAt,
    finishedAt: record.finishedAt ?? null,
    state: record.state,
    ok: record.state === 'finished' && record.verdict.ok,
    status: runStatus(record).word,
    summary: headline(record),
    python: {
      version: record.checkout.pythonVersion,
      flavour: record.checkout.flavour.name,
      base: record.checkout.base,
    },
    sides: record.sides?.map(sideJson) ?? null,
    patches: record.patches.map(patchJson),
    targets: record.targets.map((target) => targetJson(target, stages)),
  };
}

function sideJson({ name, checkout, patches, settings }: NonNullable<RunRecord['sides']>[number]) {
  const { pythonVersion, flavour, base } = checkout;
  return {
    name,
    python: { version: pythonVersion, flavour: flavour.name, base },
    settings,
    patches: patches.map(patchJson),
  };
}

function patchJson(patch: RunPatch) {
  const { recipe, origin, params, verdict, why, file, sha256, insertions, deletions, files } = patch;
  return {
    recipe: { id: recipe.id, version: recipe.version, hash: recipe.hash },
    // Not the file's folder, which is this machine's.
    origin: origin?.kind === 'patch' ? { ...origin, file: path.basename(origin.file) } : (origin ?? null),
    params,
    verdict,
    why: why ?? null,
    file: file ?? null,
    sha256: sha256 ?? null,
    insertions,
    deletions,
    files,
  };
}

function targetJson(target: TargetResult, stages: readonly Stage[]) {
  const { growth, tests, speed } = target;
  const own = {
    target: target.target,
    title: target.title,
    build: {
      ok: target.buildFailure === undefined && target.builds.length > 0,
      // Of interpreters that were built elsewhere nothing proves it.
      identicalConditions:
        target.builds.length > 1 && !isElsewhereBuilt(target) ? target.conditionsDiffer.length === 0 : null,
      conditionsDiffer: target.conditionsDiffer,
      sidesDiffer: target.sidesDiffer ?? null,
      failure: target.buildFailure ?? null,
      compiler: target.builds[0]?.build.compiler.version ?? null,
      interpreters: isElsewhereBuilt(target) ? Object.fromEntries(target.builds.flatMap(interpreterJson)) : null,
      keys: Object.fromEntries(target.builds.map(({ variant, build }) => [variant, build.key])),
    },
    tests: tests === undefined ? null : { set: tests.set, unexpected: tests.unexpected, rows: tests.rows },
    speed: speed === undefined ? null : { overall: overallSpeed(speed) ?? null, ...speed },
    speedSkipped: target.speedSkipped ?? null,
    instructions: target.instructions ?? null,
    instructionsSkipped: target.instructionsSkipped ?? null,
    size: target.size ?? null,
    sizeSkipped: target.sizeSkipped ?? null,
    memory: target.memory ?? null,
    growth: growth === undefined ? null : { ...growth, savedBytes: savedGrowth(growth) ?? null },
  };
  // What has no form of its own here stands as it is in the record.
  const others = stages
    .flatMap(({ members }) => Object.keys(members))
    .filter((key) => !(key in own) && key !== 'bench');
  return { ...own, ...Object.fromEntries(others.map((key) => [key, Reflect.get(target, key) ?? null])) };
}

/** What an interpreter that was built elsewhere says of itself, but for where it lies. */
function interpreterJson({ variant, build: { interpreter, fingerprint, printed } }: TargetResult['builds'][number]) {
  if (interpreter === undefined) return [];
  const { path: _, library, ...said } = interpreter;
  return [[variant, { fingerprint, printed, shared: library !== undefined, ...said }]];
}

/** The data of `forkwright merge --format json`: as with `comparisonJson`, members are added, never renamed, while `schemaVersion` is 1. */
export function mergedJson({ cells, machines, unreadable, notes, ok }: Merged) {
  return {
    schemaVersion: 1,
    type: 'merged',
    ok,
    cells: cells.map(({ id, recipes, sides, checkout, target, state, why, record, where, machine }) => ({
      id: id ?? null,
      recipes,
      sides: sides ?? null,
      checkout: {
        refs: checkout.refs ?? [],
        commit: checkout.commit ?? null,
        treeHash: checkout.treeHash ?? null,
        pythonVersion: checkout.pythonVersion ?? null,
      },
      target,
      state,
      why: why ?? null,
      run: record?.id ?? null,
      where: where ?? null,
      machine: machine ?? null,
      comparison: record === undefined ? null : comparisonJson(record),
    })),
    machines,
    unreadable,
    notes,
  };
}
