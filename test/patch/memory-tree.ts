import { blobId } from '../../src/checkout/latin1.ts';
import type { PythonVersion, SourceTree } from '../../src/checkout/types.ts';

/** `3.9`, `2.7.18`, `3.11.0a1` as a version. */
export function version(text: string): PythonVersion {
  const [, major = '0', minor = '0', micro = '0', level, serial = '0'] =
    /^(\d+)\.(\d+)(?:\.(\d+))?(?:(a|b|rc)(\d+))?$/.exec(text) ?? [];
  const levels = { a: 'alpha', b: 'beta', rc: 'candidate' } as const;
  return {
    major: Number(major),
    minor: Number(minor),
    micro: Number(micro),
    level: level === undefined ? 'final' : levels[level as keyof typeof levels],
    serial: Number(serial),
    text,
    short: `${major}.${minor}`,
  };
}

/** A tree that lies in memory: path → text as latin1. */
export function memoryTree(files: Readonly<Record<string, string>>, python = '3.9.2'): SourceTree {
  return {
    version: version(python),
    base: { kind: 'folder', treeHash: '0'.repeat(64) },
    label: 'memory',
    list: async () => Object.keys(files).sort(),
    read: async (path) => {
      const text = files[path];
      return text === undefined ? undefined : { path, text, blob: blobId(text), executable: false };
    },
  };
}
