import { arch, cpus, loadavg, release, totalmem, type } from 'node:os';
import type { RunRecord } from './types.ts';

/** What this machine is, for the report's conditions. */
export function describeMachine(): RunRecord['machine'] {
  const all = cpus();
  return {
    os: `${type()} ${release()}`,
    arch: arch(),
    cpu: all[0]?.model.trim() ?? 'unknown',
    cores: all.length,
    memoryBytes: totalmem(),
    loadAverage: loadavg(),
  };
}
