/** Which of twelve commits of 2.7 costs memory, and which time. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Bisection } from '../../src/work/bisect.ts';
import { HOLDS, noise, repository, SLOW } from './commits.ts';
import { forkwrightJson, UNOPTIMISED_ARGS } from './forkwright.ts';

let dir: string;
const at = (name: string) => path.join(dir, name);
beforeAll(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'fw-bisect-'));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

test('a bisection over twelve commits: by bytes, and by time', async () => {
  const others = Array.from({ length: 10 }, (_, i) => noise(i + 1));
  const commits = [...others.slice(0, 4), HOLDS, ...others.slice(4, 8), SLOW, ...others.slice(8)];
  const root = await repository(at('bisect'), commits);
  const find = (when: string, out: string, ...args: string[]) =>
    forkwrightJson<Bisection>([
      ...['bisect', 'release..main', '--when', when, '-C', root, '-o', at(out), '--quick'],
      ...UNOPTIMISED_ARGS,
      ...args,
    ]);
  const memory = await find('startup-memory>16k', 'by-memory');
  expect(memory.found).toEqual({ from: 5, to: 5 });
  expect([memory.titles[4], memory.error]).toEqual(['Hold 40 KiB', 0]);
  const time = await find(
    'regression>2%',
    'by-time',
    '--pairs',
    '12',
    '--tests',
    'SimpleInteger|ForLoops|IfThenElse|CompareIntegers',
  );
  expect(time.found).toEqual({ from: 10, to: 10 });
  expect(time.titles[9]).toBe('Count locals');
  expect(time.error).toBeCloseTo(0.025 * time.steps.length);
});
