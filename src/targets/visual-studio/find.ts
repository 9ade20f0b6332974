import { readdir } from 'node:fs/promises';
import path from 'node:path';
import type { Context } from '../../system/context.ts';
import { UserError } from '../../system/diagnostic.ts';
import { isFile } from '../../system/files.ts';
import { runProcess } from '../../system/process.ts';
import type { Requirement } from '../types.ts';
import { type PlatformToolset, toolsetsOf } from './toolset.ts';
import { type Installation, msbuildPath, parseVswhere, VSWHERE_ARGS, vswherePath } from './vswhere.ts';

/** What looking for Visual Studio asks of Windows: tests give a stand-in. */
export interface WindowsSystem {
  readonly env: Context['env'];
  /** What a program printed; `undefined` when it is not there or failed. */
  run(file: string, args: readonly string[]): Promise<string | undefined>;
  /** The names in a folder; none when it is not there. */
  list(folder: string): Promise<readonly string[]>;
  isFile(file: string): Promise<boolean>;
}

/** The machine that this runs on. */
export function thisSystem(ctx: Context): WindowsSystem {
  return {
    env: ctx.env,
    run: async (file, args) => {
      const options = { cwd: process.cwd(), env: ctx.env, timeoutMs: 60_000, signal: ctx.signal };
      const result = await runProcess(file, args, options);
      return result.exitCode === 0 ? result.stdout : undefined;
    },
    list: (folder) => readdir(folder).catch(() => []),
    isFile,
  };
}

export interface VisualStudio {
  readonly installation: Installation;
  /** Absolute path of MSBuild.exe. */
  readonly msbuild: string;
  readonly toolsets: readonly PlatformToolset[];
}

/**
 * The installations of Visual Studio and its Build Tools, releases before previews, the newest first.
 * @returns why there are none that can build: a sentence.
 */
export async function findVisualStudio(system: WindowsSystem): Promise<readonly VisualStudio[] | string> {
  const vswhere = vswherePath(system.env);
  if (vswhere === undefined || !(await system.isFile(vswhere)))
    return 'Visual Studio is not installed: the Visual Studio Installer’s vswhere.exe is not there';
  const answer = await system.run(vswhere, VSWHERE_ARGS);
  if (answer === undefined) return `${vswhere} failed`;
  const installations = parseVswhere(answer);
  if (typeof installations === 'string') return installations;
  const found: VisualStudio[] = [];
  for (const installation of installations) {
    const msbuild = msbuildPath(installation);
    const folders = await system.list(path.win32.join(installation.folder, 'VC', 'Tools', 'MSVC'));
    const toolsets = toolsetsOf(installation, folders);
    if (toolsets.length > 0 && (await system.isFile(msbuild))) found.push({ installation, msbuild, toolsets });
  }
  return found.length > 0 ? found : 'no installation of Visual Studio has MSBuild and a C compiler for x64';
}

/** How to get it: a sentence. */
const OBTAIN_VISUAL_STUDIO =
  'install Visual Studio or its Build Tools with “Desktop development with C++”: winget install Microsoft.VisualStudio.2022.BuildTools --override "--passive --add Microsoft.VisualStudio.Workload.VCTools --includeRecommended"';

export async function visualStudioRequirement(system: WindowsSystem): Promise<Requirement> {
  const found = await findVisualStudio(system);
  const common = { need: 'Visual Studio', why: "builds CPython's Windows projects", optional: false, packages: [] };
  if (typeof found === 'string') return { ...common, install: `${found}: ${OBTAIN_VISUAL_STUDIO}` };
  const [{ installation, msbuild } = { installation: { name: '', version: '' }, msbuild: '' }] = found;
  const toolsets = [...new Set(found.flatMap((one) => one.toolsets.map(({ name }) => name)))].join(', ');
  const version = `${installation.name} ${installation.version}, toolsets ${toolsets}`;
  return { ...common, found: { name: 'MSBuild', path: msbuild, version } };
}

/** @throws UserError `target/no-visual-studio` */
export async function requireVisualStudio(system: WindowsSystem): Promise<readonly VisualStudio[]> {
  const found = await findVisualStudio(system);
  if (typeof found !== 'string') return found;
  throw new UserError({ code: 'target/no-visual-studio', message: found, hint: OBTAIN_VISUAL_STUDIO });
}
