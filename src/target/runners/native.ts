import type { Runner } from '../runner.ts';

/** The environment of every interpreter that is run: the same for all variants, and nothing of the user's. */
export const RUN_ENVIRONMENT: Readonly<Record<string, string>> = {
  PATH: '/usr/local/bin:/usr/bin:/bin',
  LC_ALL: 'C',
  TZ: 'UTC',
};

/** Here, as it is. */
export const nativeRunner: Runner = {
  kind: 'native',
  emulated: false,
  remote: false,
  children: true,
  slowdown: 1,
  command: (build, args, { env = {}, loaderEnv = {}, emulatorArgs = [] } = {}) => {
    if (emulatorArgs.length > 0) throw new Error('a native interpreter has no emulator');
    return { file: build.python, args, env: { ...RUN_ENVIRONMENT, ...env, ...loaderEnv } };
  },
  path: (local) => local,
};
