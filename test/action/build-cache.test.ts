/** The toolkit's own client against the stand-in of the tests that run the whole Action. */
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { BuildCache } from '../../src/action/build-cache.ts';
import { buildFile } from '../../src/builds/build-file.ts';
import { entryFolder } from '../../src/builds/store.ts';
import type { Event } from '../../src/system/events.ts';
import { type Services, startServices } from '../e2e/action/services.ts';
import { build } from '../report/records.ts';

const KEY = '0123456789abcdef';
let scratch: string;
let services: Services;
let cacheDir: string;
let folder: string;
let told: string[];
const cache = () => new BuildCache((event: Event) => told.push(event.type === 'message' ? event.text : event.type));

beforeEach(async () => {
  scratch = await mkdtemp(path.join(tmpdir(), 'fw-build-cache-'));
  services = await startServices(path.join(scratch, 'services'));
  cacheDir = path.join(scratch, 'cache');
  folder = entryFolder(cacheDir, KEY);
  told = [];
  const env = {
    ACTIONS_RESULTS_URL: services.url,
    ACTIONS_RUNTIME_TOKEN: services.token,
    ACTIONS_CACHE_SERVICE_V2: 'true',
    GITHUB_SERVER_URL: 'https://github.com',
    GITHUB_WORKSPACE: scratch,
    RUNNER_TEMP: scratch,
  };
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
  // The toolkit tells the job's log.
  vi.spyOn(process.stdout, 'write').mockReturnValue(true);
});

afterEach(async () => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  await services.close();
  await rm(scratch, { recursive: true, force: true });
});

async function makeEntry(): Promise<void> {
  await mkdir(path.join(folder, 'obj'), { recursive: true });
  await writeFile(path.join(folder, 'obj/python'), 'an interpreter');
  await writeFile(
    buildFile(folder),
    JSON.stringify({ ...build('baseline', 'host', '2.7.18'), key: KEY, root: folder }),
  );
}

test('what was missed and made is kept, and comes back as it was', async () => {
  const first = cache();
  expect(await first.fetch(KEY, folder)).toBe(false);
  await makeEntry();
  expect(await first.keep(cacheDir)).toBe(1);
  await rm(cacheDir, { recursive: true });
  const second = cache();
  expect(await second.fetch(KEY, folder)).toBe(true);
  expect(await readFile(path.join(folder, 'obj/python'), 'utf8')).toBe('an interpreter');
  // What came from there is not sent back.
  expect(await second.keep(cacheDir)).toBe(0);
  expect(told).toEqual([]);
});

test('what nobody will ask for is not kept', async () => {
  const first = cache();
  await first.fetch(KEY, folder);
  await makeEntry();
  expect(await first.keep(cacheDir, new Set([KEY]))).toBe(0);
  expect(await first.keep(cacheDir, new Set(['another']))).toBe(1);
});

test('what failed to build is not kept', async () => {
  const only = cache();
  await only.fetch(KEY, folder);
  expect(await only.keep(cacheDir)).toBe(0);
  expect(services.calls.CreateCacheEntry ?? 0).toBe(0);
});

test('an archive that is none leaves nothing behind, and no error', async () => {
  const first = cache();
  await first.fetch(KEY, folder);
  await makeEntry();
  await first.keep(cacheDir);
  await rm(cacheDir, { recursive: true });
  await writeFile([...services.caches.values()][0] ?? '', 'no archive at all');
  expect(await cache().fetch(KEY, folder)).toBe(false);
  expect(existsSync(folder)).toBe(false);
});

test('a service that is out of order throws nothing', async () => {
  services.breakDown();
  const only = cache();
  expect(await only.fetch(KEY, folder)).toBe(false);
  await makeEntry();
  expect(await only.keep(cacheDir)).toBe(0);
});

test('outside of GitHub nothing is asked', async () => {
  vi.stubEnv('ACTIONS_RESULTS_URL', '');
  expect(await cache().fetch(KEY, folder)).toBe(false);
  expect(services.calls).toEqual({});
});
