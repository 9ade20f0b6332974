import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { ArchiveFile } from '../../system/archive.ts';
import type { Context } from '../../system/context.ts';
import { inTemporaryFolder } from '../../system/files.ts';
import { runProcess } from '../../system/process.ts';
import { toolchainEnvironment } from '../../targets/environment.ts';
import { findBinutils, targetFolders } from '../../targets/toolchain.ts';
import { findProgram, SYSTEM_PATH } from '../../targets/tools.ts';
import type { TargetDescriptor } from '../../targets/types.ts';

/** ps3dev's programs between an ELF file and a console, each with what it is for. */
const PROGRAMS = {
  sprxlinker: 'binds the system’s libraries',
  fself: 'signs for homebrew; make_self does the same with real keys',
  ps3load: 'sends a program to a console that waits',
  'sfo.py': 'writes a package’s description',
  'pkg.py': 'makes a package to be installed',
} as const;
type ProgramName = keyof typeof PROGRAMS;

const LIMIT_MS = 120_000;

/** Whether a target is a homebrew console of ps3dev's toolchain. */
export const isPs3dev = ({ toolchain }: TargetDescriptor): boolean => toolchain?.environment?.PS3DEV !== undefined;

/**
 * What ps3dev's `ps3load` and `pkg.py` want of each interpreter: `console/A.elf` (stripped, its system libraries bound) and
 * `console/A.self` (signed for homebrew). Made as far as the programs are there; those that are not are named. The steps
 * are those of PSL1GHT's own ppu_rules.
 * @param interpreters by folder name.
 * @returns `said`: what was made, what was missing, and what is left to do, as sentences for the README.
 */
export async function consoleFiles(
  target: TargetDescriptor,
  interpreters: Readonly<Record<string, Uint8Array>>,
  ctx: Context,
) {
  const folders = targetFolders(target, ctx);
  const { strip } = await findBinutils(target, ctx);
  const found: Partial<Record<ProgramName, string>> = {};
  for (const name of Object.keys(PROGRAMS) as ProgramName[]) {
    const file = await findProgram(name, folders);
    if (file !== undefined) found[name] = file;
  }
  const missing = (Object.keys(PROGRAMS) as ProgramName[]).filter((name) => found[name] === undefined);
  const said = [
    'No console and no RPCS3 was at hand: none of these steps was tried on one.',
    ...(strip === undefined
      ? ['There was no strip of the toolchain’s: the interpreters are as they were linked.']
      : []),
    ...(missing.length === 0
      ? []
      : [`Missing where this was packed: ${missing.map((name) => `${name} (${PROGRAMS[name]})`).join('; ')}.`]),
  ];
  const files: ArchiveFile[] = [];
  const env = {
    ...toolchainEnvironment(target, ctx),
    PATH: [...folders, ...SYSTEM_PATH].join(path.delimiter),
    LC_ALL: 'C',
  };
  /** @returns whether it went well; else it is said. */
  const run = async (folder: string, program: string, ...args: string[]): Promise<boolean> => {
    const ran = await runProcess(program, args, { cwd: folder, env, timeoutMs: LIMIT_MS, signal: ctx.signal });
    if (ran.exitCode === 0) return true;
    const words = `${ran.stderr}${ran.stdout}`.trim().split('\n').at(-1) ?? '';
    said.push(`${path.basename(program)} failed here: ${words.slice(0, 200) || `exit code ${ran.exitCode}`}.`);
    return false;
  };
  await inTemporaryFolder('fw-console-', async (folder) => {
    for (const [side, data] of Object.entries(interpreters)) {
      const [elf, self] = [`${side}.elf`, `${side}.self`];
      await writeFile(path.join(folder, elf), data);
      if (strip !== undefined) await run(folder, strip, elf);
      const bound = found.sprxlinker !== undefined && (await run(folder, found.sprxlinker, elf));
      files.push({ name: `console/${elf}`, data: await readFile(path.join(folder, elf)) });
      if (bound && found.fself !== undefined && (await run(folder, found.fself, elf, self)))
        files.push({ name: `console/${self}`, data: await readFile(path.join(folder, self)) });
    }
  });
  const signed = files.some(({ name }) => name.endsWith('.self'));
  return { files, said: [...said, signed ? SIGNED : UNSIGNED] };
}

const SIGNED =
  'console/A.self and console/B.self are stripped, bound and signed for homebrew. To start one on a console that waits: PS3LOAD=tcp:ADDRESS ps3load console/A.self';
const UNSIGNED =
  'console/A.elf and console/B.elf are what the toolchain’s fself takes. With ps3dev’s programs: sprxlinker A.elf; fself A.elf A.self; PS3LOAD=tcp:ADDRESS ps3load A.self; and for a package to be installed sfo.py and pkg.py, as PSL1GHT’s ppu_rules do it.';
