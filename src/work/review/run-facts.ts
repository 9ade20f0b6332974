import { interdiff } from '../../diff/interdiff.ts';
import { headline } from '../../report/headline.ts';
import { reportView } from '../../report/report-view.ts';
import { patchTexts } from '../../report/write.ts';
import type { CheckInput } from '../../review/checks/index.ts';
import type { Proofs } from '../../review/model/evidence.ts';
import type { ReviewRun } from '../../review/types.ts';
import { runFolder } from '../../run/folder.ts';
import { readRunRecord } from '../../run/read-record.ts';
import type { RunRecord } from '../../run/types.ts';
import { UserError } from '../../system/diagnostic.ts';

/** What a run found, in review's words: the first screen of its report. */
export function reviewRun(record: RunRecord): ReviewRun {
  return {
    id: record.id,
    ok: record.verdict.ok,
    lines: headline(record),
    targets: reportView(record).targets.map(({ name, answers }) => ({
      name,
      facts: answers.map(({ label, short }) => ({ label, value: short })),
    })),
  };
}

/** The last two rungs of the ladder, by what a run found on all of its targets. */
export function proofsOf(record: RunRecord): Pick<Proofs, 'builds' | 'tests'> {
  const finished = record.targets.filter((target) => target.builds.some(({ variant }) => variant === 'patched'));
  const failed = record.targets.filter((target) => target.buildFailure !== undefined);
  const tested = record.targets.flatMap((target) =>
    target.tests === undefined ? [] : [{ target, tests: target.tests }],
  );
  const unexpected = tested.filter(({ tests }) => tests.unexpected > 0);
  const names = (targets: readonly { readonly target: string }[]) => targets.map(({ target }) => target).join(', ');
  return {
    builds:
      finished.length + failed.length === 0
        ? undefined
        : failed.length > 0
          ? { passed: false, detail: `not on ${names(failed)} (run ${record.id})` }
          : { passed: true, detail: `on ${names(finished)} (run ${record.id})` },
    tests:
      tested.length === 0
        ? undefined
        : unexpected.length > 0
          ? {
              passed: false,
              detail: `other than declared on ${names(unexpected.map(({ target }) => target))} (run ${record.id})`,
            }
          : {
              passed: true,
              detail: `${tested.map(({ target, tests }) => `${tests.rows.length} on ${target.target}`).join(', ')}: as before, but for what is declared (run ${record.id})`,
            },
  };
}

/** Both variants' builds, a pair a target, of those that are still in the store. */
export function buildsOf({ targets }: RunRecord): CheckInput['builds'] {
  return targets.flatMap(({ target, builds }) => {
    const of = (wanted: string) => builds.find(({ variant }) => variant === wanted)?.build;
    const [baseline, patched] = [of('baseline'), of('patched')];
    return baseline === undefined || patched === undefined ? [] : [{ target, baseline, patched }];
  });
}

/** A patch as a run's is compared with it. */
export interface PatchBytes {
  readonly id: string;
  readonly sha256: string | undefined;
  /** The whole patch as latin1; absent where it is one mail of several. */
  readonly text?: string | undefined;
}

/**
 * The record of a run, when it measured these very patches: the same but for the base that they name.
 * @throws UserError when it is no run, or one of another patch.
 */
export async function runOfPatches(dir: string, patches: readonly PatchBytes[]): Promise<RunRecord> {
  const folder = runFolder(dir);
  const record = await readRunRecord(folder);
  const texts = await patchTexts(folder.dir, record);
  const measured = new Map(record.patches.map((patch) => [patch.recipe.id, patch]));
  for (const { id, sha256, text } of patches) {
    const of = measured.get(id);
    if (of?.sha256 !== undefined && of.sha256 === sha256) continue;
    const measuredText = texts[of?.file ?? ''];
    const names = { shipped: '', made: '' };
    if (measuredText !== undefined && text !== undefined && interdiff(measuredText, text, names) === undefined)
      continue;
    throw new UserError({
      code: 'review/other-run',
      message: `this run did not measure this patch${of === undefined ? `: ${id} is not part of it` : ` of ${id}, but another`}`,
      place: { file: folder.dir },
      hint: 'what it found says nothing of this patch: run it, or leave --run out',
    });
  }
  if (measured.size !== patches.length) {
    throw new UserError({
      code: 'review/other-run',
      message: `this run measured ${measured.size} recipes together: ${[...measured.keys()].join(', ')}`,
      place: { file: folder.dir },
      hint: 'review the same recipes in the same order, or leave --run out',
    });
  }
  return record;
}
