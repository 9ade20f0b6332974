import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { gitlabPipeline } from '../../../src/run/fanout/gitlab.ts';
import { cellsOf, manyCells, named, planOf } from './plans.ts';

interface Job {
  readonly stage: string;
  readonly needs: readonly string[];
  readonly script: readonly string[];
  readonly cache: { readonly key: string; readonly policy: string };
  readonly artifacts: { readonly paths: readonly string[] };
}
const pipeline = (...args: Parameters<typeof gitlabPipeline>) =>
  parse(gitlabPipeline(...args)) as Readonly<Record<string, Job>>;

test('a job a cell; one that shares a baseline waits for the one that builds it, and takes it from the cache', () => {
  const jobs = pipeline(planOf(cellsOf()));
  expect(jobs['a-v3.9.2-host']).toMatchObject({ stage: 'baselines', needs: [], cache: { policy: 'pull-push' } });
  expect(jobs['b-v3.9.2-host']).toMatchObject({
    stage: 'cells',
    needs: ['a-v3.9.2-host'],
    cache: { policy: 'pull', key: jobs['a-v3.9.2-host']?.cache.key },
    artifacts: { paths: ['runs/b-v3.9.2-host'] },
  });
});

test('the last job joins all runs, with the plan that the pipeline above has kept', () => {
  const jobs = pipeline(planOf(cellsOf()));
  expect(jobs['forkwright plan']).toMatchObject({ needs: [{ pipeline: '$PARENT_PIPELINE_ID', job: 'plan' }] });
  expect(jobs['forkwright merge']?.needs).toBeUndefined();
  expect(jobs['forkwright merge']).toMatchObject({ stage: 'report', when: 'always' });
  expect(jobs['forkwright merge']?.script.at(-1)).toBe('forkwright merge runs --plan plan.json');
});

test('one whose answer is no holds up nobody, and leaves its baseline in the cache', () => {
  const jobs = pipeline(planOf(cellsOf()));
  expect(jobs['b-v3.9.2-host']).toMatchObject({ when: 'always' });
  expect(jobs['a-v3.9.2-host']).toMatchObject({ cache: { when: 'always' } });
});

test('a shell reads each word as it was meant', () => {
  const words = ["--cflags=-DX='a b' $(touch /nowhere) `x`", '--suite=\\'];
  const [cell] = cellsOf({ recipes: [named("./it's $HOME.yaml")], args: words });
  const line = pipeline(planOf(cell === undefined ? [] : [cell]))[cell?.id ?? '']?.script.at(-1) ?? '';
  const script = `forkwright() { printf '%s\\0' "$@"; }; ${line}`;
  const read = execFileSync('sh', ['-c', script], { encoding: 'utf8' }).split('\0').slice(0, -1);
  expect(read).toEqual(cell?.args);
});

test('several chunks are as many pipelines; nothing to run is a pipeline too', () => {
  const cells = manyCells(300, 3);
  const ids = [1, 2].flatMap((n) => Object.keys(pipeline(planOf(cells), n)).filter((name) => name.startsWith('cell-')));
  expect(ids.sort()).toEqual(cells.map(({ id }) => id).sort());
  expect(() => gitlabPipeline(planOf(cells), 3)).toThrow('there is no chunk 3');
  expect(pipeline(planOf([]))['nothing-to-run']?.script).toEqual(['true']);
});
