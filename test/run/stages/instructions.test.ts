import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { RunRequest } from '../../../src/run/request.ts';
import { measureStage } from '../../../src/run/run-target.ts';
import { instructions } from '../../../src/run/stages/instructions.ts';
import type { StageInputs } from '../../../src/run/stages/stage.ts';
import type { Event } from '../../../src/system/events.ts';
import { HOST } from '../../../src/targets/descriptors.ts';
import type { TargetDescriptor } from '../../../src/targets/types.ts';

/** A stage on a machine without any tool. */
async function count(how: RunRequest['bench']['instructions'], target: TargetDescriptor = HOST) {
  const empty = await mkdtemp(path.join(tmpdir(), 'fw-stage-'));
  onTestFinished(() => rm(empty, { recursive: true }));
  const events: Event[] = [];
  const ctx = {
    emit: (event: Event) => events.push(event),
    signal: new AbortController().signal,
    cacheDir: empty,
    jobs: 1,
    env: { FORKWRIGHT_PATH: empty },
  };
  // Nothing else of the stage is looked at before a counter is found.
  const inputs = { target, request: { bench: { instructions: how } }, patches: [], ctx } as unknown as StageInputs;
  const journal = { find: () => undefined, record: async () => {} };
  return { result: await measureStage(instructions, inputs, journal), events };
}

test('without a counter the run goes on, and says what to install', async () => {
  const { result, events } = await count('auto');
  expect(result.instructions).toBeUndefined();
  expect(result.instructionsSkipped).toMatch(/valgrind is not installed; perf is not installed; install Valgrind: /);
  expect(events).toContainEqual(expect.objectContaining({ type: 'step-finished', outcome: 'skipped' }));
  expect(events).toContainEqual(expect.objectContaining({ type: 'diagnostic', severity: 'warning' }));
});

test('a counter that was asked for by name and is not there is an error with a hint', async () => {
  await expect(count('callgrind')).rejects.toMatchObject({
    diagnostics: [{ code: 'bench/no-counter', hint: expect.stringContaining('valgrind') }],
  });
});

test('interpreters of another machine are counted by what runs them, never by this machine’s counters', async () => {
  const emulated = await count('auto', { ...HOST, name: 'board', run: { runner: 'qemu', program: 'qemu-ppc64' } });
  expect(emulated.result.instructionsSkipped).toMatch(
    /guest instructions cannot be counted: qemu-ppc64 is not installed/,
  );
  const remote = await count('auto', { ...HOST, name: 'board', run: { runner: 'ssh', url: 'ssh://board/tmp' } });
  expect(remote.result.instructionsSkipped).toMatch(/for board run neither on this machine nor under an emulator/);
});
