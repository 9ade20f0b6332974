import { describe, expect, test } from 'vitest';
import { UserError } from '../../src/system/diagnostic.ts';
import { refuseStrayOptions } from '../../src/work/request.ts';

const build = { pgo: false, modules: 'all' as const, configure: [], launcher: 'none' as const };
type Driver = Parameters<typeof refuseStrayOptions>[1][number]['driver'];

function refused(given: { sysroot?: string; externals?: boolean }, ...drivers: Driver[]): string | undefined {
  const { sysroot, externals } = given;
  try {
    refuseStrayOptions(
      { sysroot, build: { ...build, externals } },
      drivers.map((driver) => ({ driver })),
    );
    return undefined;
  } catch (error) {
    if (error instanceof UserError) return error.diagnostics[0]?.code;
    throw error;
  }
}

describe('options of the Windows build', () => {
  test.each([
    [{}, ['configure-make'], undefined],
    [{ sysroot: '/sdk' }, ['pcbuild'], undefined],
    [{ sysroot: '/sdk' }, ['configure-make', 'pcbuild'], undefined],
    [{ sysroot: '/sdk' }, ['configure-make'], 'cli/sysroot'],
    [{ sysroot: 'C:\\sdk' }, ['msbuild'], 'cli/sysroot'],
    [{ externals: true }, ['msbuild'], undefined],
    [{ externals: true }, ['pcbuild'], 'cli/externals'],
    [{ externals: true }, ['configure-make'], 'cli/externals'],
  ] as const)('%j with %j', (given, drivers, code) => expect(refused(given, ...drivers)).toBe(code));
});
