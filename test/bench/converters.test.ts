import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { convertersOf } from '../../src/bench/pybench/pin.ts';
import { findBuild } from '../../src/builds/store.ts';
import type { Build } from '../../src/builds/types.ts';

vi.mock('../../src/builds/store.ts', async (original) => ({ ...(await original<object>()), findBuild: vi.fn() }));

async function converters(build: Partial<Build>, stored: Readonly<Record<string, Partial<Build>>> = {}) {
  const cacheDir = await mkdtemp(path.join(tmpdir(), 'fw-converters-'));
  onTestFinished(() => rm(cacheDir, { recursive: true }));
  vi.mocked(findBuild).mockImplementation(async (key) => stored[key] as Build | undefined);
  const ctx = { emit: () => {}, signal: new AbortController().signal, cacheDir, jobs: 1, env: {} };
  const whole = { python: '/b/obj/python', env: { A: '1' }, inputs: {}, ...build };
  return (await convertersOf(whole, ctx)).map(({ command }) => command);
}

test('an interpreter that runs here converts for itself', async () => {
  expect(await converters({})).toEqual([['/b/obj/python']]);
});

test('for another machine the one that it was built with comes first; it itself is started as its children are', async () => {
  const build = { wrapper: '/b/obj/python-run', inputs: { buildPython: 'abc' } };
  const host = { python: '/host/obj/python', env: {} };
  expect(await converters(build, { abc: host })).toEqual([['/host/obj/python'], ['/b/obj/python-run']]);
  expect(await converters(build)).toEqual([['/b/obj/python-run']]);
});
