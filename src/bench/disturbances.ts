import { readFile } from 'node:fs/promises';
import { arch, availableParallelism, loadavg, platform } from 'node:os';
import path from 'node:path';

/** Something about this machine that makes times scatter, or keeps them from scattering. Nothing is changed. */
export interface Disturbance {
  readonly id:
    | 'load'
    | 'governor'
    | 'turbo'
    | 'smt'
    | 'virtualisation'
    | 'emulation'
    | 'aslr'
    | 'swap'
    | 'cpu-quota'
    | 'pinning'
    | 'system';
  /** As found: `powersave`, `2.10 on 2 cores`. */
  readonly state: string;
  readonly disturbs: boolean;
  /** What it does to a measurement. */
  readonly effect: string;
  /** What a person can do about it; with the command, where one helps. */
  readonly advice: string;
}

/** Where the kernel tells; another folder in tests. */
export interface MachineFiles {
  readonly root: string;
  readonly load: number;
  readonly cores: number;
  readonly platform: NodeJS.Platform;
  /** As Node names it: what this process was compiled for. */
  readonly arch: string;
}

type Read = (file: string) => Promise<string | undefined>;

/** What on this machine disturbs measuring. What the system does not tell is left out. */
export async function findDisturbances(
  machine: MachineFiles = {
    root: '/',
    load: loadavg()[0] ?? 0,
    cores: availableParallelism(),
    platform: platform(),
    arch: arch(),
  },
): Promise<Disturbance[]> {
  const read: Read = (file) =>
    readFile(path.join(machine.root, file), 'latin1').then(
      (text) => text.trim(),
      () => undefined,
    );
  const found = await Promise.all([
    system(machine),
    load(machine),
    quota(read),
    governor(read),
    turbo(read),
    smt(read),
    virtualisation(read),
    emulation(read, machine.arch),
    swap(read),
    aslr(read),
    pinning(read),
  ]);
  return found.filter((one) => one !== undefined);
}

function system({ platform }: MachineFiles): Disturbance | undefined {
  if (platform === 'linux') return undefined;
  return {
    id: 'system',
    state: platform,
    disturbs: true,
    effect: `${platform === 'win32' ? 'CPU time comes in steps of 16 ms, so wall time decides; p' : 'P'}rocesses are not pinned to a CPU`,
    advice: 'measure on Linux where you can; else leave the machine alone while it measures, and use more pairs',
  };
}

function load({ load, cores, platform }: MachineFiles): Disturbance | undefined {
  // Windows keeps no load average: Node says 0.
  if (platform === 'win32') return undefined;
  return {
    id: 'load',
    state: `${load.toFixed(2)} on ${cores} core${cores === 1 ? '' : 's'}`,
    disturbs: load > 0.5,
    effect: 'other programs take turns with the benchmark and push its data out of the caches',
    advice: 'stop them (`top` names them), or use more pairs: --pairs 64',
  };
}

async function governor(read: Read): Promise<Disturbance | undefined> {
  const state = await read('sys/devices/system/cpu/cpu0/cpufreq/scaling_governor');
  if (state === undefined) return undefined;
  const effect = 'the clock rate follows the load';
  const advice = '`sudo cpupower frequency-set -g performance` holds it high (package linux-cpupower)';
  return { id: 'governor', state, disturbs: state !== 'performance', effect, advice };
}

async function turbo(read: Read): Promise<Disturbance | undefined> {
  const intel = await read('sys/devices/system/cpu/intel_pstate/no_turbo');
  const boost = await read('sys/devices/system/cpu/cpufreq/boost');
  if (intel === undefined && boost === undefined) return undefined;
  const on = intel === undefined ? boost === '1' : intel === '0';
  return {
    id: 'turbo',
    state: on ? 'on' : 'off',
    disturbs: on,
    effect: 'the clock rate follows temperature and what the other cores do',
    advice:
      intel === undefined
        ? '`echo 0 | sudo tee /sys/devices/system/cpu/cpufreq/boost` until the next start'
        : '`echo 1 | sudo tee /sys/devices/system/cpu/intel_pstate/no_turbo` until the next start',
  };
}

async function smt(read: Read): Promise<Disturbance | undefined> {
  const active = await read('sys/devices/system/cpu/smt/active');
  if (active === undefined) return undefined;
  return {
    id: 'smt',
    state: active === '1' ? 'on' : 'off',
    disturbs: active === '1',
    effect: 'the other thread of a core shares its units and caches',
    advice: 'keep it idle, or `echo off | sudo tee /sys/devices/system/cpu/smt/control` until the next start',
  };
}

async function virtualisation(read: Read): Promise<Disturbance | undefined> {
  const cpuinfo = await read('proc/cpuinfo');
  if (cpuinfo === undefined) return undefined;
  const virtual = /^flags\s*:.*\bhypervisor\b/m.test(cpuinfo);
  return {
    id: 'virtualisation',
    state: virtual ? 'virtual machine' : 'none seen',
    disturbs: virtual,
    effect: 'the host takes time away unseen, and other guests share the caches',
    advice: 'measure on hardware of your own, or use more pairs; instruction counts are exact here, too',
  };
}

/** QEMU's own CPU models, the marks of Apple's translator, and kernels of another make than this program. */
async function emulation(read: Read, arch: string): Promise<Disturbance | undefined> {
  const cpuinfo = await read('proc/cpuinfo');
  const version = await read('proc/version');
  if (cpuinfo === undefined) return undefined;
  const signs = [
    /\bTCG\b/.test(cpuinfo) || /QEMU Virtual CPU/.test(cpuinfo) ? 'a CPU that QEMU computes' : undefined,
    /VirtualApple/.test(cpuinfo) ? 'Rosetta' : undefined,
    // User-mode emulation shows the host's cpuinfo: x86 says `flags`, ARM `Features`.
    arch === 'x64' && /^Features\s*:/m.test(cpuinfo) ? 'an ARM machine' : undefined,
    arch === 'arm64' && /^flags\s*:/m.test(cpuinfo) ? 'an x86 machine' : undefined,
    /microsoft-standard-WSL1|Microsoft@Microsoft/.test(version ?? '') ? 'WSL 1' : undefined,
  ].filter((sign) => sign !== undefined);
  return {
    id: 'emulation',
    state: signs.length === 0 ? 'none seen' : signs.join(', '),
    disturbs: signs.length > 0,
    effect: 'times say how fast the emulator is, not the interpreter',
    advice: 'rank nothing by them: count instructions (--instructions callgrind), or measure on the real machine',
  };
}

async function swap(read: Read): Promise<Disturbance | undefined> {
  const meminfo = await read('proc/meminfo');
  if (meminfo === undefined) return undefined;
  const of = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(meminfo)?.[1] ?? 0);
  const used = of('SwapTotal') - of('SwapFree');
  const available = of('MemAvailable');
  const mib = (kib: number) => `${Math.round(kib / 1024)} MiB`;
  const tight = available > 0 && available < 512 * 1024;
  return {
    id: 'swap',
    state: `${of('SwapTotal') === 0 ? 'none' : `${mib(used)} of ${mib(of('SwapTotal'))} used`}, ${mib(available)} of memory free`,
    // What was swapped out long ago and is not missed does no harm.
    disturbs: tight,
    effect: 'pages that are fetched back from disk stop a process in the middle of a block',
    advice: 'close what needs memory: half a GiB should be free',
  };
}

/** cgroup 2, then 1: a container's share of the CPUs. */
async function quota(read: Read): Promise<Disturbance | undefined> {
  const v2 = (await read('sys/fs/cgroup/cpu.max'))?.split(/\s+/);
  const v1 = [await read('sys/fs/cgroup/cpu/cpu.cfs_quota_us'), await read('sys/fs/cgroup/cpu/cpu.cfs_period_us')];
  const [limit, period] = v2 ?? v1;
  if (limit === undefined || period === undefined) return undefined;
  const cpus = Number(limit) / Number(period);
  const limited = Number.isFinite(cpus) && cpus > 0;
  return {
    id: 'cpu-quota',
    state: limited ? `${cpus.toFixed(2)} CPUs` : 'none',
    disturbs: limited,
    effect: 'a container over its quota is stopped for the rest of each period, in the middle of blocks',
    advice: 'start the container without a CPU limit (docker run without --cpus), or measure outside of it',
  };
}

async function aslr(read: Read): Promise<Disturbance | undefined> {
  const state = await read('proc/sys/kernel/randomize_va_space');
  if (state === undefined) return undefined;
  return {
    id: 'aslr',
    state: state === '0' ? 'off' : 'on',
    // Wanted: with it, each pair draws a new layout, and one lucky layout is not taken for a change.
    disturbs: false,
    effect: 'every process draws its own memory layout, and the pairs average over them',
    advice: state === '0' ? '`sudo sysctl kernel.randomize_va_space=2` switches it on again' : 'leave it on',
  };
}

async function pinning(read: Read): Promise<Disturbance | undefined> {
  const status = await read('proc/self/status');
  const allowed = /^Cpus_allowed_list:\s*(\S+)/m.exec(status ?? '')?.[1];
  if (allowed === undefined) return undefined;
  const isolated = await read('sys/devices/system/cpu/isolated');
  const none = isolated === undefined || isolated === '';
  return {
    id: 'pinning',
    state: `may use CPU ${allowed}${none ? '' : `, isolated: ${isolated}`}`,
    disturbs: false,
    effect: 'all workers of a session are pinned to one CPU and take turns on it',
    advice: none ? 'a CPU that the kernel keeps free (boot with isolcpus=N) is best' : 'start with `taskset -c` on it',
  };
}
