import { readFile } from 'node:fs/promises';
import { availableParallelism, loadavg } from 'node:os';
import path from 'node:path';
import { arch, platform } from 'node:process';

/** Where the kernel tells; another folder in tests. */
export interface MachineFiles {
  readonly root: string;
  readonly load: number;
  readonly cores: number;
  readonly platform: NodeJS.Platform;
  /** As Node names it: what this process was compiled for. */
  readonly arch: string;
}

/** @returns what a file says; `undefined` where there is none. */
type Read = (file: string) => Promise<string | undefined>;

interface Kind {
  readonly id: string;
  readonly effect: string;
  /** What a person can do about it; with the command, where one helps. */
  readonly advice: string;
  /** The state as found: `powersave`, `2.10 on 2 cores`. @returns `undefined` where the system does not tell. */
  readonly look: (read: Read, machine: MachineFiles) => Promise<Found | undefined>;
}

interface Found extends Partial<Pick<Kind, 'effect' | 'advice'>> {
  readonly state: string;
  readonly disturbs: boolean;
}

const CPU = 'sys/devices/system/cpu';

const KINDS = [
  {
    id: 'system',
    effect: 'Processes are not pinned to a CPU',
    advice: 'measure on Linux where you can; else leave the machine alone while it measures, and use more pairs',
    async look(_, { platform }) {
      if (platform === 'linux') return undefined;
      const effect = 'CPU time comes in steps of 16 ms, so wall time decides; processes are not pinned to a CPU';
      return { state: platform, disturbs: true, ...(platform === 'win32' ? { effect } : {}) };
    },
  },
  {
    id: 'load',
    effect: 'other programs take turns with the benchmark and push its data out of the caches',
    advice: 'stop them (`top` names them), or use more pairs: --pairs 64',
    async look(_, { load, cores, platform }) {
      // Windows keeps no load average: Node says 0.
      if (platform === 'win32') return undefined;
      return { state: `${load.toFixed(2)} on ${cores} core${cores === 1 ? '' : 's'}`, disturbs: load > 0.5 };
    },
  },
  {
    id: 'cpu-quota',
    effect: 'a container over its quota is stopped for the rest of each period, in the middle of blocks',
    advice: 'start the container without a CPU limit (docker run without --cpus), or measure outside of it',
    /** cgroup 2, then 1: a container's share of the CPUs. */
    async look(read) {
      const v2 = (await read('sys/fs/cgroup/cpu.max'))?.split(/\s+/);
      const v1 = [await read('sys/fs/cgroup/cpu/cpu.cfs_quota_us'), await read('sys/fs/cgroup/cpu/cpu.cfs_period_us')];
      const [limit, period] = v2 ?? v1;
      if (limit === undefined || period === undefined) return undefined;
      const cpus = Number(limit) / Number(period);
      const disturbs = Number.isFinite(cpus) && cpus > 0;
      return { state: disturbs ? `${cpus.toFixed(2)} CPUs` : 'none', disturbs };
    },
  },
  {
    id: 'governor',
    effect: 'the clock rate follows the load',
    advice: '`sudo cpupower frequency-set -g performance` holds it high (package linux-cpupower)',
    async look(read) {
      const state = await read(`${CPU}/cpu0/cpufreq/scaling_governor`);
      return state === undefined ? undefined : { state, disturbs: state !== 'performance' };
    },
  },
  {
    id: 'turbo',
    effect: 'the clock rate follows temperature and what the other cores do',
    advice: `\`echo 1 | sudo tee /${CPU}/intel_pstate/no_turbo\` until the next start`,
    async look(read) {
      const intel = await read(`${CPU}/intel_pstate/no_turbo`);
      if (intel !== undefined) return onOff(intel === '0');
      const boost = await read(`${CPU}/cpufreq/boost`);
      if (boost === undefined) return undefined;
      return { ...onOff(boost === '1'), advice: `\`echo 0 | sudo tee /${CPU}/cpufreq/boost\` until the next start` };
    },
  },
  {
    id: 'smt',
    effect: 'the other thread of a core shares its units and caches',
    advice: `keep it idle, or \`echo off | sudo tee /${CPU}/smt/control\` until the next start`,
    async look(read) {
      const active = await read(`${CPU}/smt/active`);
      return active === undefined ? undefined : onOff(active === '1');
    },
  },
  {
    id: 'virtualisation',
    effect: 'the host takes time away unseen, and other guests share the caches',
    advice: 'measure on hardware of your own, or use more pairs; instruction counts are exact here, too',
    async look(read) {
      const cpuinfo = await read('proc/cpuinfo');
      if (cpuinfo === undefined) return undefined;
      const disturbs = /^flags\s*:.*\bhypervisor\b/m.test(cpuinfo);
      return { state: disturbs ? 'virtual machine' : 'none seen', disturbs };
    },
  },
  {
    id: 'emulation',
    effect: 'times say how fast the emulator is, not the interpreter',
    advice: 'rank nothing by them: count instructions (--instructions callgrind), or measure on the real machine',
    /** QEMU's own CPU models, the marks of Apple's translator, and kernels of another make than this program. */
    async look(read, { arch }) {
      const cpuinfo = await read('proc/cpuinfo');
      if (cpuinfo === undefined) return undefined;
      const version = (await read('proc/version')) ?? '';
      const signs = [
        /\bTCG\b|QEMU Virtual CPU/.test(cpuinfo) ? 'a CPU that QEMU computes' : undefined,
        /VirtualApple/.test(cpuinfo) ? 'Rosetta' : undefined,
        // User-mode emulation shows the host's cpuinfo: x86 says `flags`, ARM `Features`.
        arch === 'x64' && /^Features\s*:/m.test(cpuinfo) ? 'an ARM machine' : undefined,
        arch === 'arm64' && /^flags\s*:/m.test(cpuinfo) ? 'an x86 machine' : undefined,
        /microsoft-standard-WSL1|Microsoft@Microsoft/.test(version) ? 'WSL 1' : undefined,
      ].filter((sign) => sign !== undefined);
      return { state: signs.join(', ') || 'none seen', disturbs: signs.length > 0 };
    },
  },
  {
    id: 'swap',
    effect: 'pages that are fetched back from disk stop a process in the middle of a block',
    advice: 'close what needs memory: half a GiB should be free',
    async look(read) {
      const meminfo = await read('proc/meminfo');
      if (meminfo === undefined) return undefined;
      const of = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(meminfo)?.[1] ?? 0);
      const [total, available] = [of('SwapTotal'), of('MemAvailable')];
      const mib = (kib: number) => `${Math.round(kib / 1024)} MiB`;
      const used = total === 0 ? 'none' : `${mib(total - of('SwapFree'))} of ${mib(total)} used`;
      // What was swapped out long ago and is not missed does no harm.
      return { state: `${used}, ${mib(available)} of memory free`, disturbs: available > 0 && available < 512 * 1024 };
    },
  },
  {
    id: 'aslr',
    effect: 'every process draws its own memory layout, and the pairs average over them',
    advice: 'leave it on',
    async look(read) {
      const state = await read('proc/sys/kernel/randomize_va_space');
      if (state === undefined) return undefined;
      // Wanted: with it, each pair draws a new layout, and one lucky layout is not taken for a change.
      if (state !== '0') return { state: 'on', disturbs: false };
      return {
        state: 'off',
        disturbs: false,
        advice: '`sudo sysctl kernel.randomize_va_space=2` switches it on again',
      };
    },
  },
  {
    id: 'pinning',
    effect: 'all workers of a session are pinned to one CPU and take turns on it',
    advice: 'a CPU that the kernel keeps free (boot with isolcpus=N) is best',
    async look(read) {
      const allowed = /^Cpus_allowed_list:\s*(\S+)/m.exec((await read('proc/self/status')) ?? '')?.[1];
      if (allowed === undefined) return undefined;
      const isolated = (await read(`${CPU}/isolated`)) ?? '';
      if (isolated === '') return { state: `may use CPU ${allowed}`, disturbs: false };
      const state = `may use CPU ${allowed}, isolated: ${isolated}`;
      return { state, disturbs: false, advice: 'start with `taskset -c` on it' };
    },
  },
] as const satisfies readonly Kind[];

const onOff = (on: boolean): Found => ({ state: on ? 'on' : 'off', disturbs: on });

/** Something about this machine that makes times scatter, or keeps them from scattering. Nothing is changed. */
export type Disturbance = Required<Found> & { readonly id: (typeof KINDS)[number]['id'] };

/** What on this machine disturbs measuring. What the system does not tell is left out. */
export async function findDisturbances(
  machine: MachineFiles = { root: '/', load: loadavg()[0] ?? 0, cores: availableParallelism(), platform, arch },
): Promise<Disturbance[]> {
  const read: Read = (file) =>
    readFile(path.join(machine.root, file), 'latin1').then(
      (text) => text.trim(),
      () => undefined,
    );
  const found = await Promise.all(
    KINDS.map(async ({ id, effect, advice, look }: Kind & Pick<Disturbance, 'id'>) => {
      const one = await look(read, machine);
      if (one === undefined) return undefined;
      const { state, disturbs, ...own } = one;
      return { id, state, disturbs, effect, advice, ...own };
    }),
  );
  return found.filter((one) => one !== undefined);
}
