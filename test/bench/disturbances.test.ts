import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { findDisturbances } from '../../src/bench/disturbances.ts';
import { parseCpuList } from '../../src/bench/pinning.ts';
import { scratch } from './rig.ts';

async function machine(files: Readonly<Record<string, string>>, load = 0) {
  const root = await scratch();
  for (const [name, text] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(root, name)), { recursive: true });
    await writeFile(path.join(root, name), text);
  }
  return findDisturbances({ root, load, cores: 4 });
}

test('a laptop: everything that disturbs is named with its state', async () => {
  const found = await machine(
    {
      'sys/devices/system/cpu/cpu0/cpufreq/scaling_governor': 'powersave\n',
      'sys/devices/system/cpu/intel_pstate/no_turbo': '0\n',
      'sys/devices/system/cpu/smt/active': '1\n',
      'proc/cpuinfo': 'processor : 0\nflags\t\t: fpu vme hypervisor lm\n',
      'proc/sys/kernel/randomize_va_space': '2\n',
    },
    2.1,
  );
  expect(found.filter(({ disturbs }) => disturbs).map(({ id, state }) => `${id}: ${state}`)).toEqual([
    'load: 2.10 on 4 cores',
    'governor: powersave',
    'turbo: on',
    'smt: on',
    'virtualisation: virtual machine',
  ]);
  expect(found.find(({ id }) => id === 'aslr')).toMatchObject({ state: 'on', disturbs: false });
});

test('a prepared machine disturbs nothing, a silent one is not guessed at', async () => {
  const prepared = await machine({
    'sys/devices/system/cpu/cpu0/cpufreq/scaling_governor': 'performance\n',
    'sys/devices/system/cpu/cpufreq/boost': '0\n',
    'sys/devices/system/cpu/smt/active': '0\n',
    'proc/cpuinfo': 'flags : fpu lm\n',
  });
  expect(prepared.some(({ disturbs }) => disturbs)).toBe(false);
  expect((await machine({})).map(({ id }) => id)).toEqual(['load']);
});

test("the kernel's CPU lists", () => {
  expect(parseCpuList('0,2-4,7')).toEqual([0, 2, 3, 4, 7]);
  expect(parseCpuList('')).toEqual([]);
});
