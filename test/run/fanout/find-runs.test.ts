import { createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { finished } from 'node:stream/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ZipFile } from 'yazl';
import { findRuns } from '../../../src/run/fanout/find-runs.ts';
import { UserError } from '../../../src/system/diagnostic.ts';
import * as records from '../../report/records.ts';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'fw-find-runs-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const record = (id: string, more = {}) => JSON.stringify(records.record({ id, ...more }));
const request = JSON.stringify({
  schemaVersion: 1,
  checkout: '/a',
  recipes: [{ name: 'x', params: {} }],
  targets: ['host', 'ps3-linux'],
  stages: ['build'],
  build: { pgo: false, modules: 'all', configure: [], launcher: 'none' },
  cpythonTests: 'none',
  bench: { pairs: 12, seed: 1, testTimeoutMs: 1, blockMs: 5, repeats: 1, control: false },
});

async function write(files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(dir, name)), { recursive: true });
    await writeFile(path.join(dir, name), text);
  }
}
async function zip(name: string, files: Readonly<Record<string, string>>): Promise<void> {
  const archive = new ZipFile();
  for (const [inside, text] of Object.entries(files)) archive.addBuffer(Buffer.from(text), inside);
  archive.end();
  await finished(archive.outputStream.pipe(createWriteStream(path.join(dir, name))));
}
const find = async (...names: readonly string[]) => {
  const { runs, unreadable } = await findRuns(names.map((name) => path.join(dir, name)));
  const short = (where: string) => where.replace(dir, '').replace(/^\//, '');
  return {
    runs: runs.map(({ where, record }) => `${short(where)} ${record.id} ${record.state}`),
    targets: runs.map(({ targets }) => targets.join(' ')),
    unreadable: unreadable.map(({ where, why }) => `${short(where)}: ${why}`),
  };
};

test('folders, folders of artifacts, zips as they were downloaded, and zips in them', async () => {
  await write({ 'a/run.json': record('a'), 'all/one/run.json': record('b'), 'all/two/deep/run.json': record('c') });
  await zip('all/three.zip', { 'run.json': record('d'), 'report.html': '' });
  await zip('several.zip', { 'x/run.json': record('e'), 'y/z/run.json': record('f') });
  expect(await find('a', 'all', 'several.zip')).toMatchObject({
    runs: [
      'a a finished',
      'all/one b finished',
      'all/three.zip d finished',
      'all/two/deep c finished',
      'several.zip: x e finished',
      'several.zip: y/z f finished',
    ],
    unreadable: [],
  });
});

test('a run that nobody works on any more was stopped; what it was asked for is known from its request', async () => {
  await write({ 'a/run.json': record('a', { state: 'running', targets: [] }), 'a/request.json': request });
  await zip('b.zip', { 'run.json': record('b', { state: 'running' }) });
  expect(await find('a', 'b.zip')).toMatchObject({
    runs: ['a a stopped', 'b.zip b stopped'],
    targets: ['host ps3-linux', 'host'],
  });
});

test('what should have been a run and is none is told, and holds up nobody', async () => {
  await write({
    'a/run.json': record('a'),
    'torn/run.json': record('t').slice(0, 300),
    'list/run.json': '[]',
    'begun/request.json': request,
    'old/run.json': JSON.stringify({ schemaVersion: 7, forkwright: '3.0.0' }),
    'odd/run.json': JSON.stringify({ ...JSON.parse(record('o')), state: 'asleep' }),
    'empty/readme': '',
    'bad.zip': 'not a zip',
  });
  const { runs, unreadable } = await find('a', 'torn', 'list', 'begun', 'old', 'odd', 'empty', 'bad.zip');
  expect(runs).toEqual(['a a finished']);
  expect(unreadable).toEqual([
    'torn: its run.json is torn: it is no JSON',
    expect.stringMatching(/^list: its run\.json is/),
    'begun: it has no run.json: the run ended before it had begun',
    'old: its run.json, written by Forkwright 3.0.0 is of another form than this version reads',
    expect.stringMatching(/^odd: its run\.json, written by Forkwright 0\.1\.0 is not as this one writes it: state: /),
    'empty: there is no run in it',
    expect.stringMatching(/^bad\.zip: this zip cannot be read: /),
  ]);
});

test('links in an artifact lead nowhere, and very deep folders are left', async () => {
  await write({ 'elsewhere/run.json': record('x'), 'all/a/run.json': record('a') });
  await symlink(path.join(dir, 'elsewhere'), path.join(dir, 'all/link'));
  await symlink('..', path.join(dir, 'all/loop'));
  await write({ 'all/1/2/3/4/5/6/run.json': record('deep') });
  expect(await find('all')).toMatchObject({ runs: ['all/a a finished'], unreadable: [] });
});

test('a name that is not there is a mistake', async () => {
  await expect(findRuns([path.join(dir, 'nowhere')])).rejects.toBeInstanceOf(UserError);
});
