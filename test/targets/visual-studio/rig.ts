/** A Windows machine with Visual Studio 2022, of words. */
import type { WindowsSystem } from '../../../src/targets/visual-studio/find.ts';

export const STUDIO_2022 = 'C:\\Program Files\\Microsoft Visual Studio\\2022\\Enterprise';
const VSWHERE = 'C:\\Program Files (x86)\\Microsoft Visual Studio\\Installer\\vswhere.exe';

const INSTANCES = JSON.stringify([
  {
    instanceId: 'a1b2c3',
    installationPath: STUDIO_2022,
    installationVersion: '17.8.34309.116',
    displayName: 'Visual Studio Enterprise 2022',
    isComplete: true,
    isPrerelease: false,
  },
]);

export interface StandIn {
  readonly vswhere?: string | undefined;
  readonly toolsets?: readonly string[];
  readonly files?: readonly string[];
  /** What programs print that are run by these names. */
  readonly programs?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
}

export function standIn(given: StandIn = {}): WindowsSystem {
  const { toolsets = ['14.29.30133', '14.38.33130'], programs = {}, env = {} } = given;
  const vswhere = 'vswhere' in given ? given.vswhere : INSTANCES;
  const files = given.files ?? [VSWHERE, `${STUDIO_2022}\\MSBuild\\Current\\Bin\\amd64\\MSBuild.exe`];
  return {
    env: {
      SystemRoot: 'C:\\Windows',
      ComSpec: 'C:\\Windows\\System32\\cmd.exe',
      Path: 'C:\\Windows\\System32',
      'ProgramFiles(x86)': 'C:\\Program Files (x86)',
      ...env,
    },
    run: async (file) => (file === VSWHERE ? vswhere : programs[file]),
    list: async (folder) => (folder === `${STUDIO_2022}\\VC\\Tools\\MSVC` ? toolsets : []),
    isFile: async (file) => files.includes(file),
  };
}
