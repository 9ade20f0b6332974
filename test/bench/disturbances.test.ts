import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { findDisturbances, type MachineFiles } from '../../src/bench/disturbances.ts';
import { parseCpuList } from '../../src/system/cpus.ts';
import { scratch } from './rig.ts';

async function machine(files: Readonly<Record<string, string>>, load = 0, own: Partial<MachineFiles> = {}) {
  const root = await scratch();
  for (const [name, text] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(root, name)), { recursive: true });
    await writeFile(path.join(root, name), text);
  }
  return findDisturbances({ root, load, cores: 4, platform: 'linux', arch: 'x64', ...own });
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

const of = (found: Awaited<ReturnType<typeof machine>>, id: string) => found.find((one) => one.id === id);

test('a container: its CPU quota, by cgroup 2 or 1', async () => {
  expect(of(await machine({ 'sys/fs/cgroup/cpu.max': '150000 100000\n' }), 'cpu-quota')).toMatchObject({
    state: '1.50 CPUs',
    disturbs: true,
  });
  expect(of(await machine({ 'sys/fs/cgroup/cpu.max': 'max 100000\n' }), 'cpu-quota')).toMatchObject({
    disturbs: false,
  });
  const first = { 'sys/fs/cgroup/cpu/cpu.cfs_quota_us': '-1\n', 'sys/fs/cgroup/cpu/cpu.cfs_period_us': '100000\n' };
  expect(of(await machine(first), 'cpu-quota')).toMatchObject({ state: 'none', disturbs: false });
});

test('an emulator is told from a virtual machine', async () => {
  const qemu = { 'proc/cpuinfo': 'model name : QEMU TCG CPU version 2.5+\nflags : fpu hypervisor\n' };
  expect(of(await machine(qemu), 'emulation')).toMatchObject({ state: 'a CPU that QEMU computes', disturbs: true });
  const kvm = { 'proc/cpuinfo': 'model name : AMD EPYC\nflags : fpu hypervisor\n' };
  expect(of(await machine(kvm), 'emulation')).toMatchObject({ disturbs: false });
  expect(of(await machine(kvm, 0, { arch: 'arm64' }), 'emulation')).toMatchObject({ state: 'an x86 machine' });
});

test('little memory disturbs, memory that was swapped out long ago does not', async () => {
  const memory = (available: number) => ({
    'proc/meminfo': `MemTotal: 8000000 kB\nMemAvailable: ${available} kB\nSwapTotal: 2048000 kB\nSwapFree: 1024000 kB\n`,
  });
  expect(of(await machine(memory(100_000)), 'swap')).toMatchObject({ disturbs: true });
  expect(of(await machine(memory(4_000_000)), 'swap')).toMatchObject({
    disturbs: false,
    state: '1000 MiB of 2000 MiB used, 3906 MiB of memory free',
  });
});

test('on Windows: what cannot be had there is said, and no load is invented', async () => {
  const found = await machine({}, 0, { platform: 'win32' });
  expect(found.map(({ id }) => id)).toEqual(['system']);
  expect(of(found, 'system')).toMatchObject({ disturbs: true });
});

test('every finding says what it does and what can be done', async () => {
  for (const one of await machine({ 'proc/cpuinfo': 'flags : x', 'proc/sys/kernel/randomize_va_space': '0' }, 3)) {
    expect(one.effect).not.toBe('');
    expect(one.advice).not.toBe('');
  }
});
