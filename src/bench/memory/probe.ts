import type { MemoryPointName } from './types.ts';

/** What each point is called and what is run before the look. */
export const POINTS: readonly { readonly name: MemoryPointName; readonly code: string }[] = [
  { name: 'pass', code: 'pass' },
  { name: 'imports', code: 'import site, json' },
];

/** How a counter comes to report: when it sees a call of `getppid()`, or by itself when the code is done. */
export type Reports = 'at getppid' | 'at the end';

/** `os` is there already, as `site` imports it, and `os.getppid()` needs no extension module. */
export const countHere = (code: string, reports: Reports) =>
  reports === 'at getppid' ? `${code}\nimport os\nos.getppid()\n` : `${code}\n`;

/** `gc` is built in. */
export const countCollected = (code: string, reports: Reports) =>
  reports === 'at getppid'
    ? `${code}\nimport gc, os\ngc.collect()\nos.getppid()\n`
    : `${code}\nimport gc\ngc.collect()\n`;

/** pymalloc's own account: 3.3 has the statistics, 3.4 the number of blocks. */
export const askPymalloc = (code: string) =>
  `${code}\nimport sys\nif hasattr(sys, 'getallocatedblocks'):\n    blocks = sys.getallocatedblocks()\n    sys._debugmallocstats()\n    print(blocks)\n`;

/** `smaps_rollup` is counted page by page; the kernel keeps VmRSS only roughly. */
export const readResident = (code: string) =>
  `${code}\nimport sys\ntry:\n    file = open('/proc/self/smaps_rollup')\nexcept IOError:\n    file = open('/proc/self/status')\nsys.stdout.write(file.read())\n`;

/** What the system knows of a process: all resident pages, and those that it shares with no file, in bytes. */
export function parseResident(text: string): { bytes: number; ownBytes?: number } | undefined {
  const kibibytes = (name: string) => {
    const found = new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(text)?.[1];
    return found === undefined ? undefined : Number(found) * 1024;
  };
  const bytes = kibibytes('Rss') ?? kibibytes('VmRSS');
  if (bytes === undefined) return undefined;
  const ownBytes = kibibytes('Anonymous') ?? kibibytes('RssAnon');
  return ownBytes === undefined ? { bytes } : { bytes, ownBytes };
}

/** @returns `undefined` where the interpreter cannot tell. */
export function parsePymalloc(stdout: string, stderr: string): { bytes?: number; blocks: number } | undefined {
  const blocks = /^(\d+)$/m.exec(stdout)?.[1];
  if (blocks === undefined) return undefined;
  const bytes = /^# bytes in allocated blocks\s+=\s+([\d,]+)$/m.exec(stderr)?.[1];
  return { blocks: Number(blocks), ...(bytes === undefined ? {} : { bytes: Number(bytes.replaceAll(',', '')) }) };
}
