import { appendFile, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { appendHistory, historyEntry, historyEntrySchema, readHistory } from '../../src/run/history.ts';
import { everythingFine, record } from '../report/records.ts';

const file = async () => path.join(await mkdtemp(path.join(tmpdir(), 'fw-history-')), 'deep', 'history.jsonl');

test('an entry says what was found, is small, and holds no folder of this machine', () => {
  const entry = historyEntry(everythingFine());
  expect(historyEntrySchema.parse(JSON.parse(JSON.stringify(entry)))).toEqual(JSON.parse(JSON.stringify(entry)));
  expect(entry.targets[0]?.geometricMean?.ratio).toBe(everythingFine().targets[0]?.speed?.geometricMean?.ratio);
  expect(entry.recipes[0]).toMatchObject({ id: 'remove-zombieframe', verdict: 'applies' });
  expect(JSON.stringify(entry).length).toBeLessThan(2000);
  expect(JSON.stringify(entry)).not.toContain(everythingFine().checkout.root);
});

test('appended and read back; a resumed run counts once, a torn line swallows nothing', async () => {
  const at = await file();
  await appendHistory(at, historyEntry(record({ id: 'one' })));
  await appendFile(at, '{"schemaVersion":1,"type":"ru');
  await appendHistory(at, historyEntry(record({ id: 'two' })));
  await appendHistory(at, historyEntry(record({ id: 'one', finishedAt: '2030-01-01T00:00:00.000Z' })));
  const { entries, skipped } = await readHistory(at);
  expect(entries.map(({ run }) => run)).toEqual(['two', 'one']);
  expect(entries[1]?.at).toBe('2030-01-01T00:00:00.000Z');
  expect(skipped).toEqual([{ line: 2, why: 'not JSON' }]);
});

test('a file without runs says how to fill it', async () => {
  const at = await file();
  await appendHistory(at, historyEntry(record()));
  const none = path.join(path.dirname(at), 'none.jsonl');
  await appendFile(none, '{}\n');
  await expect(readHistory(none)).rejects.toMatchObject({ diagnostics: [{ code: 'run/no-history' }] });
  await expect(readHistory(path.join(path.dirname(at), 'missing'))).rejects.toMatchObject({
    diagnostics: [{ code: 'system/enoent' }],
  });
});

test('runs in folders of one name are runs of their own; one that was resumed counts once', async () => {
  const file = path.join(await mkdtemp(path.join(tmpdir(), 'fw-history-')), 'h.jsonl');
  const of = (startedAt: string, finishedAt: string) =>
    historyEntry({ ...everythingFine(), id: 'out', startedAt, finishedAt });
  for (const entry of [
    of('2030-01-01T00:00:00Z', '2030-01-01T01:00:00Z'),
    of('2030-01-02T00:00:00Z', '2030-01-02T01:00:00Z'),
    of('2030-01-02T00:00:00Z', '2030-01-02T02:00:00Z'),
  ])
    await appendHistory(file, entry);
  expect((await readHistory(file)).entries.map(({ at }) => at)).toEqual([
    '2030-01-01T01:00:00Z',
    '2030-01-02T02:00:00Z',
  ]);
});
