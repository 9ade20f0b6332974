import { stringify } from 'yaml';
import { quoted } from '../../target/quote.ts';
import { chunksOf } from './chunks.ts';
import { chunkOf } from './github.ts';
import type { Cell, Plan } from './types.ts';

/**
 * A child pipeline of GitLab's (`trigger: {include: [{artifact: …}]}`): a job a cell. One that shares a baseline waits for
 * the first of its group alone, and takes it from the cache. The image, which must have forkwright, git and a compiler, is
 * the variable FORKWRIGHT_IMAGE of the job that triggers it.
 * @throws UserError for a chunk that is not there, or is missing where there are several.
 */
export function gitlabPipeline(plan: Plan, number?: number): string {
  const chunks = chunksOf(plan);
  const chunk = chunkOf(chunks, number ?? (chunks.length > 1 ? 1 : undefined)) ?? { leaders: [], followers: [] };
  const leaders = new Map(chunk.leaders.map((cell) => [cell.baseline, cell.id]));
  const jobs = Object.fromEntries([
    ...chunk.leaders.map((cell) => [cell.id, job(cell, undefined)] as const),
    ...chunk.followers.map((cell) => [cell.id, job(cell, leaders.get(cell.baseline))] as const),
  ]);
  const nothing = { 'nothing-to-run': { stage: 'baselines', script: ['true'] } };
  const head = `# Made by forkwright plan --format gitlab${chunks.length > 1 ? `, chunk ${number ?? 1} of ${chunks.length}` : ''}.\n`;
  const pipeline = {
    stages: ['baselines', 'cells'],
    default: { image: '$FORKWRIGHT_IMAGE', interruptible: true },
    variables: { FORKWRIGHT_CACHE: '$CI_PROJECT_DIR/.forkwright' },
    ...(Object.keys(jobs).length === 0 ? nothing : jobs),
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
    cache: {
      key: baseline ?? id,
      paths: ['.forkwright/builds'],
      policy: leader === undefined ? 'pull-push' : 'pull',
    },
    script: [...fetched, ['forkwright', ...args].map(quoted).join(' ')],
    artifacts: { when: 'always', name: id, paths: [outOf(args)] },
  };
}

const outOf = (args: readonly string[]) =>
  args.find((arg) => arg.startsWith('--out='))?.slice('--out='.length) ?? 'forkwright-runs';
