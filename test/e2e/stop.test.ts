/** Ctrl-C: every process of the run ends at once, and the run goes on later from where it was. */
import { readdirSync, readFileSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { ARTIFACTS, forkwright, sourceTree } from './forkwright.ts';

/** Processes that run now and have `text` on their command line or as their folder. */
function processesWith(text: string): string[] {
  return readdirSync('/proc').flatMap((pid) => {
    if (!/^\d+$/.test(pid)) return [];
    try {
      if (/^\d+ \(.*\) [ZX]/s.test(readFileSync(`/proc/${pid}/stat`, 'latin1'))) return [];
      const line = readFileSync(`/proc/${pid}/cmdline`, 'latin1').replaceAll('\0', ' ');
      return line.includes(text) ? [`${pid} ${line}`] : [];
    } catch {
      return [];
    }
  });
}

test('stopped while it compiles: compilers, make and shells are gone, the next build starts clean', async () => {
  const cache = path.join(ARTIFACTS, 'stop-cache');
  await rm(cache, { recursive: true, force: true });
  let signalled = 0;
  const ran = await forkwright(
    [
      'build',
      'remove-zombieframe',
      '-C',
      await sourceTree('2.7'),
      '--cache',
      cache,
      '--launcher',
      'none',
      '--verbose',
      '-o',
      path.join(cache, 'run'),
    ],
    {
      onStderr: (text, group) => {
        // The launcher has become node by exec: its process is the one to interrupt, as a terminal does.
        if (signalled > 0 || !/configure: checking|make: compiling/.test(text)) return;
        signalled = performance.now();
        process.kill(group, 'SIGINT');
      },
    },
  );
  const took = performance.now() - signalled;
  expect(signalled).toBeGreaterThan(0);
  expect(ran.exitCode).toBe(130);
  expect(ran.err).toContain('forkwright run --resume');
  expect(took).toBeLessThan(10_000);
  expect(processesWith(cache)).toEqual([]);
  await rm(cache, { recursive: true, force: true });
});

test('stopped while it measures: --resume keeps the pairs that were done', async () => {
  const dir = path.join(ARTIFACTS, 'run-stopped');
  await rm(dir, { recursive: true, force: true });
  let signalled = false;
  const stopped = await forkwright(
    [
      'run',
      'remove-zombieframe',
      '-C',
      await sourceTree('2.7'),
      '--quick',
      '--pairs',
      '6',
      '--tests',
      'Calls|ForLoops',
      '--cpython-tests',
      'none',
      '-o',
      dir,
      '--verbose',
    ],
    {
      onStderr: (text, group) => {
        if (signalled || !/pair 3 of 6/.test(text)) return;
        signalled = true;
        process.kill(group, 'SIGINT');
      },
    },
  );
  expect(signalled).toBe(true);
  expect(stopped.exitCode).toBe(130);
  expect(JSON.parse(await readFile(path.join(dir, 'run.json'), 'utf8')).state).toBe('stopped');
  const before = (await readFile(path.join(dir, 'samples/host.jsonl'), 'utf8')).trimEnd().split('\n');
  const donePairs = before.filter((line) => line.includes('"pair-done"'));
  expect(donePairs.length).toBeGreaterThanOrEqual(2);
  expect(processesWith('worker.py')).toEqual([]);

  const resumed = await forkwright(['run', '--resume', dir]);
  expect(resumed.exitCode).toBe(0);
  const after = (await readFile(path.join(dir, 'samples/host.jsonl'), 'utf8')).trimEnd().split('\n');
  for (const line of donePairs) expect(after).toContain(line);
  expect(after.filter((line) => line.includes('"resumed"'))).toHaveLength(1);
  const record = JSON.parse(await readFile(path.join(dir, 'run.json'), 'utf8'));
  expect(record.state).toBe('finished');
  expect(record.targets[0].speed.pairs).toBe(6);
});
