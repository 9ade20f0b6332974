import { interdiff } from '../../diff/interdiff.ts';
import { headline } from '../../report/headline.ts';
import { patchTexts } from '../../report/render-view.ts';
import { reportView } from '../../report/report-view.ts';
import type { ReviewPatch } from '../../review/types.ts';
import { readRunRecord, runFolder } from '../../run/folder.ts';
import type { RunRecord } from '../../run/types.ts';
import { UserError } from '../../system/diagnostic.ts';

export type RunFacts = ReturnType<typeof runFacts>;

/** What a run found, in review's words: the first screen of its report, and the last two rungs of the ladder. */
export function runFacts(record: RunRecord) {
  const { id, targets, verdict } = record;
  const proof = (passed: boolean, detail: string) => ({ passed, detail: `${detail} (run ${id})` });
  const names = (some: readonly { readonly target: string }[]) => some.map(({ target }) => target).join(', ');
  const finished = targets.filter(({ builds }) => builds.some(({ variant }) => variant === 'patched'));
  const failed = targets.filter(({ buildFailure }) => buildFailure !== undefined);
  const tested = targets.flatMap(({ target, tests }) => (tests === undefined ? [] : [{ target, ...tests }]));
  const unexpected = tested.filter((one) => one.unexpected > 0);
  const asBefore = tested.map(({ target, rows }) => `${rows.length} on ${target}`).join(', ');
  const build = failed.length > 0 ? proof(false, `not on ${names(failed)}`) : proof(true, `on ${names(finished)}`);
  const tests =
    unexpected.length > 0
      ? proof(false, `other than declared on ${names(unexpected)}`)
      : proof(true, `${asBefore}: as before, but for what is declared`);
  return {
    run: {
      id,
      ok: verdict.ok,
      lines: headline(record),
      targets: reportView(record).targets.map(({ name, answers }) => ({
        name,
        facts: answers.map(({ label, short }) => ({ label, value: short })),
      })),
    },
    // Both variants' builds, of those that are still in the store.
    builds: targets.flatMap(({ target, builds }) => {
      const of = (wanted: string) => builds.find(({ variant }) => variant === wanted)?.build;
      const [baseline, patched] = [of('baseline'), of('patched')];
      return baseline === undefined || patched === undefined ? [] : [{ target, baseline, patched }];
    }),
    proofs: {
      builds: finished.length + failed.length === 0 ? undefined : build,
      tests: tested.length === 0 ? undefined : tests,
    },
  };
}

/** A patch as a run's is compared with it; its text (latin1) is absent where it is one mail of several. */
export type PatchBytes = Pick<ReviewPatch, 'id' | 'sha256'> & { readonly text: string | undefined };

/**
 * The record of a run, when it measured these very patches: the same but for the base that they name.
 * @throws UserError when it is no run, or one of another patch.
 */
export async function runOfPatches(dir: string, patches: readonly PatchBytes[]): Promise<RunRecord> {
  const folder = runFolder(dir);
  const record = await readRunRecord(folder);
  const texts = await patchTexts(folder.dir, record);
  const measured = new Map(record.patches.map((patch) => [patch.recipe.id, patch]));
  const other = (message: string, hint: string) =>
    new UserError({ code: 'review/other-run', message, place: { file: folder.dir }, hint });
  for (const { id, sha256, text } of patches) {
    const of = measured.get(id);
    if (of?.sha256 !== undefined && of.sha256 === sha256) continue;
    const measuredText = texts[of?.file ?? ''];
    const names = { shipped: '', made: '' };
    if (measuredText !== undefined && text !== undefined && interdiff(measuredText, text, names) === undefined)
      continue;
    throw other(
      `this run did not measure this patch${of === undefined ? `: ${id} is not part of it` : ` of ${id}, but another`}`,
      'what it found says nothing of this patch: run it, or leave --run out',
    );
  }
  if (measured.size === patches.length) return record;
  throw other(
    `this run measured ${measured.size} recipes together: ${[...measured.keys()].join(', ')}`,
    'review the same recipes in the same order, or leave --run out',
  );
}
