/** CPython's own Windows build, read out of real sources: what is compiled and linked, version by version. */
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { readBuildBat } from '../../src/builds/msbuild/build-bat.ts';
import { type PcbuildPlan, type PcProject, readPcbuild } from '../../src/builds/pcbuild/index.ts';
import { folderTree, openCheckout } from '../../src/checkout/index.ts';
import type { Context } from '../../src/system/context.ts';
import { sourceTree } from './forkwright.ts';
import { planText } from './pcbuild-text.ts';

const signal = new AbortController().signal;
const ctx: Context = { emit: () => undefined, signal, cacheDir: tmpdir(), jobs: 1, env: process.env };

/** Debian has no sources of 3.14 yet. */
const VERSIONS = ['2.7', '3.9', '3.11', '3.13'] as const;
const roots = new Map<string, string>();

async function plan(version: string, configuration?: string): Promise<PcbuildPlan> {
  const checkout = await openCheckout(roots.get(version) ?? '', ctx);
  return readPcbuild(folderTree(checkout, ctx), configuration);
}

function project(of: PcbuildPlan, name: string): PcProject {
  const found = of.projects.find((one) => one.name === name);
  if (found === undefined) throw new Error(`${name}: ${JSON.stringify(of.skipped.find((one) => one.name === name))}`);
  return found;
}

beforeAll(async () => {
  for (const version of VERSIONS) roots.set(version, await sourceTree(version));
});

describe.each(VERSIONS)('%s', (version) => {
  test('units, options and links of all that can be built', async () => {
    await expect(planText(await plan(version))).toMatchFileSnapshot(`__snapshots__/pcbuild/${version}.txt`);
  });

  test('nothing of the core is refused, and each skipped project says why', async () => {
    const { skipped } = await plan(version);
    expect(skipped.filter(({ reason }) => reason === 'refused').map(({ name }) => name)).toEqual(
      { '2.7': ['libeay'], '3.9': ['pyshellext'], '3.11': [], '3.13': [] }[version],
    );
    for (const { diagnostics } of skipped) expect(diagnostics[0]?.message).toMatch(/.{10}/);
  });

  test('Debug: its own names, run-time library and definitions', async () => {
    const core = project(await plan(version, 'Debug'), 'pythoncore');
    expect(core.link.output.path).toBe(`python${version.replace('.', '')}_d.dll`);
    for (const unit of core.units) {
      expect(unit.defines).toContain('_DEBUG');
      expect(unit.defines).not.toContain('NDEBUG');
      expect(unit.switches).toEqual(expect.arrayContaining(['/MDd', '/Od']));
    }
  });

  test('no project reaches out of the roots, and no two write one object', async () => {
    const { projects } = await plan(version);
    const objects = projects.flatMap(({ units, resources, assemblies }) =>
      [...units, ...resources, ...assemblies].map(({ object }) => `${object.root}/${object.path}`.toLowerCase()),
    );
    expect(new Set(objects).size).toBe(objects.length);
    expect(objects.every((object) => object.startsWith('intermediate/'))).toBe(true);
    expect(/[SIOX]:\\\\/.exec(JSON.stringify(projects))?.[0]).toBeUndefined();
  });

  test('what its build.bat understands', async () => {
    const bat = await readFile(path.join(roots.get(version) ?? '', 'PCbuild/build.bat'), 'latin1');
    const externals = version === '2.7' ? 'asked-by-e' : 'refused-by-E';
    const parallel = version === '2.7' ? 'asked-by-m' : 'refused-by-M';
    const findsPython = version === '3.11' || version === '3.13';
    expect(readBuildBat(bat)).toEqual({ externals, pgo: true, parallel, findsPython });
  });

  test('it is read in seconds', async () => {
    const began = performance.now();
    await plan(version);
    expect(performance.now() - began).toBeLessThan(10_000);
  });
});

test('the core has as many units as were built by hand', async () => {
  expect(project(await plan('2.7'), 'pythoncore').units).toHaveLength(178);
  expect(project(await plan('3.9'), 'pythoncore').units).toHaveLength(188);
});
