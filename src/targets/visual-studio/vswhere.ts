import path from 'node:path';
import { z } from 'zod';

export interface Installation {
  /** `Visual Studio Build Tools 2022`. */
  readonly name: string;
  /** `17.8.34309.116`; the first number is the generation: 15 is 2017, 16 2019, 17 2022, 18 2026. */
  readonly version: string;
  readonly folder: string;
}

/** From 2017 on, at this place whatever else is installed (github.com/microsoft/vswhere, "Installing"). */
export function vswherePath(env: Readonly<Record<string, string | undefined>>): string | undefined {
  const programs = env['ProgramFiles(x86)'] ?? env.ProgramFiles;
  if (programs === undefined) return undefined;
  return path.win32.join(programs, 'Microsoft Visual Studio', 'Installer', 'vswhere.exe');
}

/** What has a C compiler for x64; `-products *` finds the Build Tools too. */
export const VSWHERE_ARGS = [
  ...['-products', '*', '-requires', 'Microsoft.VisualStudio.Component.VC.Tools.x86.x64'],
  ...['-format', 'json', '-utf8', '-nologo'],
] as const;

const instances = z.array(
  z.object({
    installationPath: z.string(),
    installationVersion: z.string().regex(/^\d+(\.\d+)*/),
    displayName: z.string().optional(),
    productId: z.string().optional(),
    isComplete: z.boolean().optional(),
    isPrerelease: z.boolean().optional(),
  }),
);

/**
 * Reads what vswhere printed: complete installations, releases before previews, the newest first.
 * @returns why nothing can be read, when it is not what vswhere prints.
 */
export function parseVswhere(text: string): readonly Installation[] | string {
  let data: unknown;
  try {
    // Some versions print a byte order mark with -utf8.
    data = JSON.parse(text.replace(/^\uFEFF/, '').trim() || '[]');
  } catch {
    return `vswhere printed no JSON: ${text.trim().slice(0, 80)}`;
  }
  const parsed = instances.safeParse(data);
  if (!parsed.success) return `vswhere’s answer is not understood: ${z.prettifyError(parsed.error).split('\n')[0]}`;
  return parsed.data
    .filter(({ isComplete }) => isComplete !== false)
    .sort(
      (a, b) =>
        Number(a.isPrerelease ?? false) - Number(b.isPrerelease ?? false) ||
        compareVersions(b.installationVersion, a.installationVersion),
    )
    .map(({ installationPath, installationVersion, displayName, productId }) => ({
      name: displayName ?? productId?.split('.').at(-1) ?? 'Visual Studio',
      version: installationVersion,
      folder: installationPath.replace(/[\\/]+$/, ''),
    }));
}

/** Dotted numbers, part by part: 17.10 comes after 17.9. */
export const compareVersions = new Intl.Collator('en', { numeric: true }).compare;

/** MSBuild of an installation: `Current` from 2019 on, `15.0` in 2017. The one of 64 bits, as CPython’s find_msbuild.bat prefers. */
export function msbuildPath({ folder, version }: Installation): string {
  const generation = Number(version.split('.')[0]);
  const parts = generation < 16 ? ['15.0', 'Bin'] : ['Current', 'Bin'];
  return path.win32.join(folder, 'MSBuild', ...parts, 'amd64', 'MSBuild.exe');
}
