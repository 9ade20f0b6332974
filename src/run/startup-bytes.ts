import type { StartupMemory } from '../bench/memory/types.ts';

/** Exact live bytes of both interpreters at each point at which both could be measured. */
export function startupBytes(memory: StartupMemory | undefined) {
  return (memory?.points ?? []).flatMap(({ name, variants }) => {
    const baseline = variants.baseline?.exact?.bytes;
    const patched = variants.patched?.exact?.bytes;
    return baseline === undefined || patched === undefined ? [] : [{ point: name, baseline, patched }];
  });
}
