import { readFile } from 'node:fs/promises';

/** The CPUs that this process may use (Linux); none where that is not known. */
export async function usableCpus(): Promise<readonly number[]> {
  const status = await readFile('/proc/self/status', 'latin1').catch(() => '');
  return parseCpuList(/^Cpus_allowed_list:\s*(\S+)/m.exec(status)?.[1] ?? '');
}

/** `0,2-4` → 0, 2, 3, 4: the kernel's list format. What is none is left out. */
export function parseCpuList(text: string): readonly number[] {
  return text.split(',').flatMap((part) => {
    const [from, to = from] = part.split('-').map(Number);
    if (from === undefined || to === undefined || Number.isNaN(from) || part === '') return [];
    return Array.from({ length: to - from + 1 }, (_, index) => from + index);
  });
}
