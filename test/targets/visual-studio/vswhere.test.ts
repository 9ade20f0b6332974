import { describe, expect, test } from 'vitest';
import { compareVersions, msbuildPath, parseVswhere, vswherePath } from '../../../src/targets/visual-studio/vswhere.ts';

/** In the shape that vswhere -format json prints; backslashes as JSON has them. */
const two = `[
  {
    "instanceId": "1a2b3c4d",
    "installDate": "2021-03-02T10:00:00Z",
    "installationName": "VisualStudio/16.11.33+34407.143",
    "installationPath": "C:\\\\Program Files (x86)\\\\Microsoft Visual Studio\\\\2019\\\\BuildTools\\\\",
    "installationVersion": "16.11.34407.143",
    "productId": "Microsoft.VisualStudio.Product.BuildTools",
    "state": 4294967295,
    "isComplete": true,
    "isLaunchable": true,
    "isPrerelease": false,
    "isRebootRequired": false,
    "displayName": "Visual Studio Build Tools 2019",
    "catalog": { "productLineVersion": "2019" },
    "properties": { "channelManifestId": "VisualStudio.16.Release/16.11" }
  },
  {
    "instanceId": "5e6f7a8b",
    "installationPath": "C:\\\\Program Files\\\\Microsoft Visual Studio\\\\2022\\\\Enterprise",
    "installationVersion": "17.10.35004.147",
    "isComplete": true,
    "isPrerelease": false,
    "displayName": "Visual Studio Enterprise 2022"
  }
]`;

describe('vswhere', () => {
  test('the newest comes first, paths without a slash at the end', () => {
    expect(parseVswhere(two)).toEqual([
      {
        name: 'Visual Studio Enterprise 2022',
        version: '17.10.35004.147',
        folder: 'C:\\Program Files\\Microsoft Visual Studio\\2022\\Enterprise',
      },
      {
        name: 'Visual Studio Build Tools 2019',
        version: '16.11.34407.143',
        folder: 'C:\\Program Files (x86)\\Microsoft Visual Studio\\2019\\BuildTools',
      },
    ]);
  });

  test('previews come last, whatever their number; what is not complete is left out', () => {
    const one = (installationVersion: string, more: object) => ({
      installationPath: 'C:\\x',
      installationVersion,
      ...more,
    });
    const text = JSON.stringify([
      one('18.1', { isPrerelease: true }),
      one('17.9', {}),
      one('17.10', {}),
      one('17.11', { isComplete: false }),
    ]);
    const parsed = parseVswhere(text);
    expect(typeof parsed === 'string' ? parsed : parsed.map(({ version }) => version)).toEqual([
      '17.10',
      '17.9',
      '18.1',
    ]);
  });

  test.each(['[]', '', '\uFEFF[]\r\n'])('nothing is installed: %j', (text) => expect(parseVswhere(text)).toEqual([]));

  test.each([
    'Visual Studio Locator version 3.1.7',
    '{"a":1}',
    '[{"installationPath":1}]',
    '[{"installationPath":"C:\\\\x","installationVersion":"?"}]',
  ])('not what vswhere prints: %s', (text) => expect(parseVswhere(text)).toMatch(/vswhere/));

  test('it lies beside the installer', () => {
    expect(vswherePath({ 'ProgramFiles(x86)': 'C:\\Program Files (x86)', ProgramFiles: 'C:\\Program Files' })).toBe(
      'C:\\Program Files (x86)\\Microsoft Visual Studio\\Installer\\vswhere.exe',
    );
    expect(vswherePath({})).toBeUndefined();
  });

  test.each([
    ['15.9.28307.1', 'C:\\VS\\MSBuild\\15.0\\Bin\\amd64\\MSBuild.exe'],
    ['16.0.1', 'C:\\VS\\MSBuild\\Current\\Bin\\amd64\\MSBuild.exe'],
    ['18.0.1', 'C:\\VS\\MSBuild\\Current\\Bin\\amd64\\MSBuild.exe'],
  ])('MSBuild of %s', (version, expected) =>
    expect(msbuildPath({ name: '', version, folder: 'C:\\VS' })).toBe(expected),
  );

  test('versions are compared part by part', () => {
    expect(['17.9.2', '17.10', '16.11.5', '17.9'].sort(compareVersions)).toEqual([
      '16.11.5',
      '17.9',
      '17.9.2',
      '17.10',
    ]);
  });
});
