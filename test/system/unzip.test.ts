import { createWriteStream } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { finished } from 'node:stream/promises';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ZipFile } from 'yazl';
import { UserError } from '../../src/system/diagnostic.ts';
import { readZip } from '../../src/system/unzip.ts';

let dir: string;
let count = 0;
beforeAll(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'fw-unzip-'));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

async function zipOf(files: Readonly<Record<string, string>>): Promise<string> {
  const file = path.join(dir, `${++count}.zip`);
  const zip = new ZipFile();
  for (const [name, text] of Object.entries(files)) zip.addBuffer(Buffer.from(text), name);
  zip.end();
  await finished(zip.outputStream.pipe(createWriteStream(file)));
  return file;
}
const problem = async (reading: Promise<unknown>) => {
  const error = await reading.then(
    () => undefined,
    (e: unknown) => e,
  );
  return error instanceof UserError ? error.diagnostics[0] : expect.fail(String(error));
};

test('the files that are wanted, in the order of the archive', async () => {
  const file = await zipOf({ 'b/run.json': '{"b":1}', 'a/run.json': '{}', 'a/samples.jsonl': 'x'.repeat(100_000) });
  const found = await readZip(file, (name) => name.endsWith('run.json'));
  expect([...found].map(([name, content]) => [name, content.toString()])).toEqual([
    ['b/run.json', '{"b":1}'],
    ['a/run.json', '{}'],
  ]);
});

test('a name that leads elsewhere is refused with the whole archive', async () => {
  const file = await zipOf({ 'aa/run.json': '{}', 'bb/evil.json': 'x' });
  const bytes = await readFile(file, 'latin1');
  await writeFile(file, bytes.replaceAll('bb/evil.json', '../evil.json'), 'latin1');
  expect(await problem(readZip(file, () => true))).toMatchObject({ code: 'system/bad-zip', place: { file } });
});

test('too large is told before it is read, however small it is packed', async () => {
  const file = await zipOf({ 'run.json': 'a'.repeat(2_000_000), 'two.json': 'b'.repeat(2_000_000) });
  const limits = { entries: 10, fileBytes: 1_000_000, totalBytes: 10_000_000, ratio: 10_000 };
  expect((await problem(readZip(file, () => true, limits)))?.message).toContain('run.json is 2000000 bytes');
  expect((await problem(readZip(file, () => true, { ...limits, entries: 1 })))?.message).toContain('it has 2 files');
  const together = { entries: 10, fileBytes: 3_000_000, totalBytes: 3_000_000, ratio: 10_000 };
  expect((await problem(readZip(file, () => true, together)))?.message).toContain('more than 3000000 bytes together');
});

test('a bomb: some bytes that would be many', async () => {
  const file = await zipOf({ 'run.json': '['.repeat(20_000_000) });
  expect((await problem(readZip(file, () => true)))?.message).toContain('run.json is 20000000 bytes, packed into');
});

test('an archive that lies about a size', async () => {
  const file = await zipOf({ 'run.json': 'a'.repeat(100_000) });
  const bytes = await readFile(file);
  const size = Buffer.alloc(4);
  size.writeUInt32LE(100_000);
  const lie = Buffer.alloc(4);
  lie.writeUInt32LE(10);
  for (let at = bytes.indexOf(size); at >= 0; at = bytes.indexOf(size, at + 4)) lie.copy(bytes, at);
  await writeFile(file, bytes);
  expect(await problem(readZip(file, () => true))).toMatchObject({ code: 'system/bad-zip' });
});

test('whatever is cut off or turned over is read as it was, or refused in words', async () => {
  const whole = await readFile(await zipOf({ 'x/run.json': '{"schemaVersion":1}', 'x/other': 'y'.repeat(500) }));
  const damage = fc.record({ at: fc.nat(whole.length - 1), bit: fc.nat(7), keep: fc.nat(whole.length) });
  await fc.assert(
    fc.asyncProperty(damage, fc.boolean(), async ({ at, bit, keep }, cut) => {
      const bytes = Buffer.from(cut ? whole.subarray(0, keep) : whole);
      if (!cut) bytes[at] = (bytes[at] ?? 0) ^ (1 << bit);
      const file = path.join(dir, 'damaged.zip');
      await writeFile(file, bytes);
      const found = await readZip(file, (name) => name === 'x/run.json').catch((error: unknown) => {
        if (error instanceof UserError) return undefined;
        throw error;
      });
      const content = found?.get('x/run.json');
      if (content !== undefined) expect(content.toString()).toBe('{"schemaVersion":1}');
    }),
    { numRuns: 300 },
  );
});
