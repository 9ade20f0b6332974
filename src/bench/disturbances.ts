import { readFile } from 'node:fs/promises';
import { availableParallelism, loadavg } from 'node:os';
import path from 'node:path';

/** Something about this machine that makes times scatter, or keeps them from scattering. Nothing is changed. */
export interface Disturbance {
  readonly id: 'load' | 'governor' | 'turbo' | 'smt' | 'virtualisation' | 'aslr';
  /** As found: `powersave`, `2.10 on 2 cores`. */
  readonly state: string;
  readonly disturbs: boolean;
  /** What it does to a measurement, and what can be done about it. */
  readonly advice: string;
}

/** Where the kernel tells; another folder in tests. */
export interface MachineFiles {
  readonly root: string;
  readonly load: number;
  readonly cores: number;
}

const HERE: MachineFiles = { root: '/', load: loadavg()[0] ?? 0, cores: availableParallelism() };

/** What on this machine disturbs measuring. What the system does not tell is left out. */
export async function findDisturbances(machine: MachineFiles = HERE): Promise<Disturbance[]> {
  const read = (file: string) =>
    readFile(path.join(machine.root, file), 'latin1').then(
      (text) => text.trim(),
      () => undefined,
    );
  const found: Disturbance[] = [
    {
      id: 'load',
      state: `${machine.load.toFixed(2)} on ${machine.cores} cores`,
      disturbs: machine.load > 0.5,
      advice:
        'other programs take turns with the benchmark and push its data out of the caches: stop them, or use more pairs',
    },
  ];
  const governor = await read('sys/devices/system/cpu/cpu0/cpufreq/scaling_governor');
  if (governor !== undefined) {
    const advice = 'the clock rate follows the load: `cpupower frequency-set -g performance` holds it high';
    found.push({ id: 'governor', state: governor, disturbs: governor !== 'performance', advice });
  }
  const turbo = await turboState(read);
  if (turbo !== undefined) {
    const advice = 'the clock rate follows temperature and the other cores; it can be switched off in the firmware';
    found.push({ id: 'turbo', state: turbo ? 'on' : 'off', disturbs: turbo, advice });
  }
  const smt = await read('sys/devices/system/cpu/smt/active');
  if (smt !== undefined) {
    const advice = 'the other thread of the core shares its units and caches: keep it idle while measuring';
    found.push({ id: 'smt', state: smt === '1' ? 'on' : 'off', disturbs: smt === '1', advice });
  }
  const cpuinfo = await read('proc/cpuinfo');
  if (cpuinfo !== undefined) {
    const virtual = /^flags\s*:.*\bhypervisor\b/m.test(cpuinfo);
    const advice = 'the host takes time away unseen: instruction counts are exact here, times need more pairs';
    found.push({ id: 'virtualisation', state: virtual ? 'virtual machine' : 'none seen', disturbs: virtual, advice });
  }
  const aslr = await read('proc/sys/kernel/randomize_va_space');
  if (aslr !== undefined) {
    // Wanted: with it, each pair draws a new layout, and one lucky layout is not taken for a change.
    const advice = 'every process draws its own memory layout, so several pairs are needed; they average it out';
    found.push({ id: 'aslr', state: aslr === '0' ? 'off' : 'on', disturbs: false, advice });
  }
  return found;
}

async function turboState(read: (file: string) => Promise<string | undefined>): Promise<boolean | undefined> {
  const intel = await read('sys/devices/system/cpu/intel_pstate/no_turbo');
  if (intel !== undefined) return intel === '0';
  const boost = await read('sys/devices/system/cpu/cpufreq/boost');
  return boost === undefined ? undefined : boost === '1';
}
