import type { Variant } from '../builds/types.ts';
import type { Turn } from './schedule.ts';
import { attempt, type Team } from './team.ts';
import type { Sample, SampleHeader, SampleProblem } from './types.ts';
import type { Spent } from './worker.ts';

/** Less than this share left after the empty loop was subtracted: the difference would be noise. */
const LEAST_LEFT = 0.1;

/** Runs a test's turn of a pair. Whatever the test does, the others can go on, with new workers if need be. */
export async function runTurn(
  team: Team,
  pair: number,
  { blocks, ...turn }: Turn,
  header: SampleHeader,
): Promise<readonly (Sample | SampleProblem)[]> {
  const { test } = turn;
  const loops = header.loops[test] ?? 1;
  const taken = new Map<Variant, Spent[]>(team.variants.map((variant) => [variant, []]));
  let running: Variant = 'baseline';
  const tried = await attempt(team, async () => {
    for (const variant of new Set(blocks)) {
      running = variant;
      await team.of(variant).run('warm', test, loops);
    }
    for (const variant of blocks) {
      running = variant;
      taken.get(variant)?.push(await team.of(variant).run('block', test, loops));
    }
  });
  if ('kind' in tried) return [{ type: 'problem', pair, variant: running, test, ...tried }];
  const uncalibrated = header.uncalibrated.includes(test);
  const operations = header.operations[test] ?? 1;
  return [...taken].map(([variant, blocks]) => {
    return { type: 'sample', pair, variant, ...turn, ...effective(blocks, uncalibrated), operations };
  });
}

/** Subtracts the fastest empty loop, as pybench does, unless nothing sensible would be left. */
export function effective(blocks: readonly Spent[], uncalibrated: boolean) {
  const cpu = blocks.map((block) => block.cpu);
  const wall = blocks.map((block) => block.wall);
  const overheadCpu = Math.min(...blocks.map((block) => block.emptyCpu));
  const overheadWall = Math.min(...blocks.map((block) => block.emptyWall));
  const vanishes = (times: readonly number[], overhead: number) =>
    Math.min(...times) - overhead < LEAST_LEFT * Math.min(...times);
  if (uncalibrated || vanishes(cpu, overheadCpu) || vanishes(wall, overheadWall)) {
    return { cpu, wall, note: 'the test takes hardly longer than its empty loop, which is therefore not subtracted' };
  }
  return {
    cpu: cpu.map((seconds) => seconds - overheadCpu),
    wall: wall.map((seconds) => seconds - overheadWall),
    overheadCpu,
    overheadWall,
  };
}
