import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { z } from 'zod';
import { comparisonJson } from '../../../src/report/comparison-json.ts';
import { renderView } from '../../../src/report/render-view.ts';
import { reportView } from '../../../src/report/report-view.ts';
import { runFolder } from '../../../src/run/folder.ts';
import { openJournal } from '../../../src/run/journal.ts';
import { planRun } from '../../../src/run/pipeline.ts';
import type { RunRequest } from '../../../src/run/request.ts';
import { measureStage } from '../../../src/run/run-target.ts';
import { membersOf, STAGES } from '../../../src/run/stages/list.ts';
import { type StageInputs, stage } from '../../../src/run/stages/stage.ts';
import { type RunRecord, recordSchema } from '../../../src/run/types.ts';
import type { Event } from '../../../src/system/events.ts';
import { HOST } from '../../../src/targets/descriptors.ts';
import { everythingFine } from '../../report/records.ts';

/** A stage in a file of its own, as somebody would add one: how many files a build's interpreter is started from. */
const count = vi.fn(async () => ({ files: { baseline: 41, patched: 43 } }));
const files = stage({
  name: 'files',
  title: 'Files at start-up',
  bench: true,
  wanted: ({ bench }) => bench.pairs > 2,
  members: {
    files: z.object({ baseline: z.number(), patched: z.number() }).readonly().optional(),
    filesSkipped: z.string().optional(),
  },
  async prepare({ target, interpreters }) {
    if (target.name === 'board') return { why: 'nothing is started there' };
    return { inputs: interpreters.map(({ buildKey }) => buildKey), measure: count };
  },
  say({ files }) {
    if (files === undefined) return undefined;
    return {
      short: `${files.patched - files.baseline} files more`,
      tone: 'bad',
      more: ['The interpreter opens them before it runs a line.'],
      facts: [{ name: 'Opened by', value: 'the interpreter itself' }],
      table: {
        caption: 'Files that are opened',
        columns: ['variant', 'files'],
        rows: [
          ['baseline', String(files.baseline)],
          ['patched', String(files.patched)],
        ],
      },
    };
  },
});
const stages = [...STAGES, files];
const request = (pairs: number) =>
  ({
    targets: ['host'],
    stages: ['build', 'files'],
    cpythonTests: 'quick',
    bench: { pairs, control: false, instructions: 'off' },
  }) as unknown as RunRequest;

async function measured(target = HOST, dir?: string) {
  const folder = dir ?? (await mkdtemp(path.join(tmpdir(), 'fw-stage-')));
  if (dir === undefined) onTestFinished(() => rm(folder, { recursive: true }));
  const events: Event[] = [];
  const ctx = { emit: (event: Event) => events.push(event) };
  const interpreters = [{ variant: 'baseline', buildKey: 'a' }];
  const inputs = { target, request: request(32), interpreters, ctx } as unknown as StageInputs;
  const members = await measureStage(files, inputs, await openJournal(runFolder(folder)));
  return { members, folder, outcome: events.find((event) => event.type === 'step-finished')?.outcome };
}

/** As it comes back from run.json. */
function recorded(members: object): RunRecord {
  const record = everythingFine();
  const [target] = record.targets;
  const json = JSON.stringify({ ...record, targets: [{ ...target, ...members }] });
  return recordSchema(membersOf(stages)).parse(JSON.parse(json)) as unknown as RunRecord;
}

test('its row is in the plan, where it is wanted', () => {
  const rows = (pairs: number) => planRun(request(pairs), stages).map(({ id }) => id);
  expect(rows(32)).toEqual(['checkout', 'patch', 'host/build', 'host/size', 'host/files']);
  expect(rows(2)).not.toContain('host/files');
  expect(planRun(request(32), stages).at(-1)?.title).toBe('Files at start-up');
});

test('it is measured once: a run that is resumed takes it from the journal', async () => {
  count.mockClear();
  const first = await measured();
  expect(first).toMatchObject({ members: { files: { baseline: 41, patched: 43 } }, outcome: 'done' });
  const again = await measured(HOST, first.folder);
  expect(again).toMatchObject({ members: first.members, outcome: 'hit' });
  expect(count).toHaveBeenCalledTimes(1);
});

test('its result is kept in run.json and comparison.json, checked by its own schema', async () => {
  const record = recorded((await measured()).members);
  expect(record.targets[0]).toMatchObject({ files: { baseline: 41, patched: 43 } });
  expect(comparisonJson(record, stages).targets[0]).toMatchObject({
    files: { baseline: 41, patched: 43 },
    filesSkipped: null,
  });
  expect(() => recorded({ files: { baseline: 'many' } })).toThrow(/baseline/);
});

test.each(['terminal', 'markdown', 'html'] as const)('the report shows it: %s', async (format) => {
  const show = (record: RunRecord) =>
    renderView(reportView(record, stages), format, { width: 100, color: false, verbose: true });
  const text = show(recorded((await measured()).members));
  expect(text).toContain('Files at start-up');
  expect(text).toContain('2 files more');
  expect(text).toContain('Files that are opened');
  expect(text).toMatch(/baseline[^\n]*41|baseline<[^\n]*\n?[^\n]*41/);
  expect(text).toContain('the interpreter itself');
  // Where it cannot be had, why stands in its place.
  const skipped = await measured({ ...HOST, name: 'board' });
  expect(skipped.outcome).toBe('skipped');
  expect(show(recorded(skipped.members))).toMatch(/not measured[\s\S]*Nothing is started there/i);
});

test('a stage that an emulator or a person’s machine cannot do says so without a word of its own', async () => {
  const { members, outcome } = await measured({ ...HOST, name: 'kiosk', run: { runner: 'manual', how: 'by hand' } });
  expect(outcome).toBe('skipped');
  expect(members).toEqual({ filesSkipped: expect.stringContaining('its interpreters are run by hand') });
});
