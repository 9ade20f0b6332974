import path from 'node:path';
import { stringify } from 'yaml';
import { quoted } from '../../system/quote.ts';
import { chunksOf } from './chunks.ts';
import { chunkOf } from './github.ts';
import type { Cell, Plan } from './types.ts';

/** The file that the job `plan` of the pipeline above keeps, and the variable that says which pipeline that is. */
const PLAN_FILE = 'plan.json';
const PARENT = '$PARENT_PIPELINE_ID';
const PAGE = 'forkwright-matrix.html';

/**
 * A child pipeline of GitLab's (`trigger: {include: [{artifact: …}]}`): a job a cell, and one that joins their runs. A cell
 * that shares a baseline waits for the first of its group alone, whose answer may well be no, and takes it from the cache.
 * The image, which must have forkwright, git and a compiler, is the variable FORKWRIGHT_IMAGE of the job that triggers it.
 * @throws UserError for a chunk that is not there, or is missing where there are several.
 */
export function gitlabPipeline(plan: Plan, number?: number): string {
  const chunks = chunksOf(plan);
  const chunk = chunkOf(chunks, number ?? (chunks.length > 1 ? 1 : undefined)) ?? { leaders: [], followers: [] };
  const leaders = new Map(chunk.leaders.map((cell) => [cell.baseline, cell.id]));
  const cells = [
    ...chunk.leaders.map((cell) => [cell.id, job(cell, undefined)] as const),
    ...chunk.followers.map((cell) => [cell.id, job(cell, leaders.get(cell.baseline))] as const),
  ];
  const nothing = { 'nothing-to-run': { stage: 'baselines', script: ['true'] } };
  const head = `# Made by forkwright plan --format gitlab${chunks.length > 1 ? `, chunk ${number ?? 1} of ${chunks.length}` : ''}.\n`;
  const pipeline = {
    stages: ['baselines', 'cells', 'report'],
    default: { image: '$FORKWRIGHT_IMAGE', interruptible: true },
    variables: { FORKWRIGHT_CACHE: '$CI_PROJECT_DIR/.forkwright' },
    ...(cells.length === 0
      ? nothing
      : { ...Object.fromEntries(cells), ...joining(chunk.leaders, chunks.length === 1) }),
  };
  return head + stringify(pipeline, { lineWidth: 0, aliasDuplicateObjects: false });
}

function job({ id, args, baseline, checkout }: Cell, leader: string | undefined) {
  const dir = quoted(checkout.dir);
  const fetched =
    checkout.refs === undefined || checkout.commit === undefined
      ? []
      : // A shallow clone has the newest commit alone.
        [
          `git -C ${dir} cat-file -e ${checkout.commit} || git -C ${dir} fetch --no-tags --depth=1 origin ${checkout.commit}`,
        ];
  return {
    stage: leader === undefined ? 'baselines' : 'cells',
    needs: leader === undefined ? [] : [leader],
    // That one's patch may be slower, or break tests: its baseline is as good.
    ...(leader === undefined ? {} : { when: 'always' }),
    cache: {
      key: baseline ?? id,
      paths: ['.forkwright/builds'],
      policy: leader === undefined ? 'pull-push' : 'pull',
      when: 'always',
    },
    script: [...fetched, ['forkwright', ...args].map(quoted).join(' ')],
    artifacts: { when: 'always', name: id, paths: [outOf(args)] },
  };
}

/** The last job: all runs as one report. A part of a plan is joined without it: the other parts would be missing. */
function joining(leaders: readonly Cell[], whole: boolean) {
  const runs = path.posix.dirname(outOf(leaders[0]?.args ?? []));
  const merge = ['forkwright', 'merge', runs, ...(whole ? ['--plan', PLAN_FILE] : [])].map(quoted).join(' ');
  const report = {
    stage: 'report',
    when: 'always',
    script: [`${merge} --format html --output ${PAGE} || true`, merge],
    artifacts: { when: 'always', paths: [PAGE] },
  };
  if (!whole) return { 'forkwright merge': report };
  // Handed on: with `needs` of its own the last job would get the artifacts of those alone.
  const handed = {
    stage: 'baselines',
    needs: [{ pipeline: PARENT, job: 'plan' }],
    script: [`test -s ${PLAN_FILE}`],
    artifacts: { paths: [PLAN_FILE] },
  };
  return { 'forkwright plan': handed, 'forkwright merge': report };
}

const outOf = (args: readonly string[]) =>
  args.find((arg) => arg.startsWith('--out='))?.slice('--out='.length) ?? 'forkwright-runs';
