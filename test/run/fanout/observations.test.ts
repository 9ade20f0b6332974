import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { observationsBelow, observationsIn, observationsOf } from '../../../src/run/fanout/observations.ts';
import { runFolder } from '../../../src/run/folder.ts';
import { historyEntry } from '../../../src/run/history.ts';
import { record, target } from '../../report/records.ts';

const took = (ms: Readonly<Record<string, number>>) => record({ timingsMs: ms, targets: [target()] });

test('what a run tells: its builds when they were made, its stages unless they came from the journal', () => {
  const [one, ...others] = observationsOf(
    took({ 'host/build': 900_000, 'host/speed': 60_000, 'host/tests': 12, patch: 5000 }),
  );
  expect(others).toEqual([]);
  expect(one).toMatchObject({ target: 'host', python: '2.7', stages: { speed: 60_000 } });
  expect(Object.keys(one?.stages ?? {})).toEqual(['speed']);
  const { durationsMs } = target().builds[0]?.build ?? {};
  expect(one?.baseline).toBe((durationsMs?.tree ?? 0) + (durationsMs?.configure ?? 0) + (durationsMs?.make ?? 0));
  expect(one?.baseline).toBeGreaterThan(0);
});

test('stages of another target are not its own, and one without builds tells nothing', () => {
  const two = record({
    timingsMs: { 'host/speed': 60_000, 'host-2/speed': 9000 },
    targets: [target(), target({ target: 'host-2', builds: [] })],
  });
  expect(observationsOf(two).map(({ target: name, stages }) => [name, stages.speed])).toEqual([['host', 60_000]]);
});

test('a history keeps what its runs told; lines of before times were kept tell nothing', () => {
  const run = took({ 'host/speed': 60_000 });
  const entry = historyEntry(run);
  const old = { ...entry, targets: entry.targets.map(({ timesMs: _, ...before }) => before) };
  expect(observationsIn({ entries: [old, entry], skipped: [] })).toEqual(observationsOf(run));
});

test('finished runs below a folder; what is no run, damaged or not there is nothing to learn from', async () => {
  const parent = await mkdtemp(path.join(tmpdir(), 'fw-observations-'));
  onTestFinished(() => rm(parent, { recursive: true }));
  const put = async (name: string, text: string) => {
    await mkdir(path.join(parent, name));
    await writeFile(runFolder(path.join(parent, name)).record, text);
  };
  const run = took({ 'host/speed': 60_000 });
  await put('finished', JSON.stringify(run));
  await put('stopped', JSON.stringify({ ...run, state: 'stopped' }));
  await put('torn', '{"schemaVersion":');
  await mkdir(path.join(parent, 'empty'));
  expect(await observationsBelow(parent)).toEqual(observationsOf(run));
  expect(await observationsBelow(path.join(parent, 'nowhere'))).toEqual([]);
});
