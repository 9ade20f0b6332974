import type { Context } from '../system/context.ts';
import { UserError } from '../system/diagnostic.ts';
import { toolchainPackages } from '../targets/toolchain.ts';
import type { Requirement, TargetDescriptor } from '../targets/types.ts';
import { findVisualStudio, type VisualStudio } from '../targets/visual-studio/find.ts';
import { thisSystem, type WindowsSystem } from '../targets/visual-studio/system.ts';
import { findSysroot } from './msvc/sysroot.ts';

/** Which of the ways to CPython's own Windows build a target goes here. */
export interface Way {
  readonly kind: 'visual-studio' | 'sdk' | 'mingw' | 'none';
  /** For people: what compiles, and with whose headers and libraries; of `none` why there is none. */
  readonly text: string;
}

/** @returns `undefined` for targets that are not CPython's Windows build. */
export async function wayOf(
  target: TargetDescriptor,
  ctx: Context,
  system: WindowsSystem = thisSystem(ctx),
): Promise<Way | undefined> {
  switch (target.driver) {
    case 'configure-make':
      return undefined;
    case 'msbuild': {
      const found = await findVisualStudio(system);
      if (typeof found === 'string') return { kind: 'none', text: found };
      const all = found.map(studioWords).join('; ');
      return { kind: 'visual-studio', text: `on Windows by CPython’s own PCbuild\\build.bat: ${all}` };
    }
    case 'pcbuild':
      try {
        const { kind, title, includes } = await findSysroot(target.toolchain?.sysroot || undefined);
        const where = kind === 'sdk' ? ` in ${target.toolchain?.sysroot}` : ` in ${includes.join(', ')}`;
        return { kind, text: `on Linux by clang in cl mode and lld-link, with ${title}${where}` };
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
        return { kind: 'none', text: error.message };
      }
  }
}

const studioWords = ({ installation, toolsets }: VisualStudio): string =>
  `${installation.name} ${installation.version} (${toolsets.map(({ name, version }) => `${name}: ${version}`).join(', ')})`;

/** The headers and libraries of Windows, for `doctor`: not a program, so not among those that the target names. */
export async function sysrootRequirement(target: TargetDescriptor): Promise<readonly Requirement[]> {
  if (target.driver !== 'pcbuild') return [];
  const common = {
    need: 'headers and libraries of Windows',
    why: 'what CPython includes and links there: mingw-w64’s, or a Microsoft SDK’s (--sysroot)',
    optional: false,
  };
  try {
    const { title, kind, includes } = await findSysroot(target.toolchain?.sysroot || undefined);
    const where = kind === 'sdk' ? target.toolchain?.sysroot : includes[0];
    return [{ ...common, found: { name: kind, path: where ?? '', version: title }, packages: [] }];
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const [{ message, hint } = { message: error.message, hint: undefined }] = error.diagnostics;
    const install = [message, hint].filter((part) => part !== undefined).join('; ');
    const own = target.toolchain?.sysroot;
    return [{ ...common, install, packages: own ? [] : toolchainPackages(target) }];
  }
}
