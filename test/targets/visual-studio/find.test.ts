import { describe, expect, test } from 'vitest';
import { UserError } from '../../../src/system/diagnostic.ts';
import { findVisualStudio, requireVisualStudio } from '../../../src/targets/visual-studio/find.ts';
import { STUDIO_2022, standIn } from './rig.ts';

describe('finding Visual Studio', () => {
  test('what can build: MSBuild, and the toolsets that are installed', async () => {
    const found = await findVisualStudio(standIn());
    expect(found).toMatchObject([
      {
        msbuild: `${STUDIO_2022}\\MSBuild\\Current\\Bin\\amd64\\MSBuild.exe`,
        toolsets: [
          { name: 'v142', version: '14.29.30133' },
          { name: 'v143', version: '14.38.33130' },
        ],
      },
    ]);
  });

  test.each([
    ['without the installer', standIn({ files: [] }), /not installed/],
    ['without Program Files', { ...standIn(), env: {} }, /not installed/],
    ['when vswhere fails', standIn({ vswhere: undefined }), /failed/],
    ['when vswhere says something else', standIn({ vswhere: 'oops' }), /no JSON/],
    ['without a compiler', standIn({ toolsets: [] }), /no installation/],
    ['without any installation', standIn({ vswhere: '[]' }), /no installation/],
  ])('%s it says why', async (_, system, why) => {
    expect(await findVisualStudio(system)).toMatch(why);
    const error: unknown = await requireVisualStudio(system).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(UserError);
    expect((error as UserError).diagnostics[0]).toMatchObject({
      code: 'target/no-visual-studio',
      hint: expect.stringContaining('winget install'),
    });
  });
});
