import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { installPackages } from '../../src/cli/doctor.ts';
import type { CommandContext } from '../../src/cli/frame.ts';

const asked: string[] = [];
const context = (answer: string | undefined): CommandContext => ({
  emit: () => {
    throw new Error('something was begun');
  },
  signal: new AbortController().signal,
  cacheDir: '/nowhere',
  jobs: 1,
  env: {},
  verbose: false,
  quiet: false,
  json: false,
  commandLine: [],
  terminal: {
    out: () => {},
    err: () => {},
    width: 80,
    tableWidth: 80,
    colorOut: false,
    colorErr: false,
    redraws: false,
    ask: async (question) => {
      asked.push(question);
      return answer;
    },
  },
});

test.skipIf(!existsSync('/usr/bin/apt-get')).each([
  [undefined, 'cli/nobody-to-ask', /--yes/],
  ['n', 'cli/not-installed', /apt-get install no-such-package/],
])('without --yes nothing is installed unless somebody agrees: %j', async (answer, code, hint) => {
  await expect(installPackages(['no-such-package'], false, context(answer))).rejects.toMatchObject({
    diagnostics: [{ code, hint: expect.stringMatching(hint) }],
  });
  expect(asked.at(-1)).toContain('apt-get install no-such-package');
});
