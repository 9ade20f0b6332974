import { existsSync } from 'node:fs';
import path from 'node:path';
import { cpythonTestsSchema } from '../../bench/types.ts';
import type { Build } from '../../builds/types.ts';
import { inTemporaryFolder } from '../../system/files.ts';
import { compared, keysOf, ofVariant, stage } from './stage.ts';

/** One test file of CPython's that takes longer than this on this machine hangs. */
const TIMEOUT_MS = 20 * 60_000;

/** The folder of the standard library that CPython's tests lie in; of an interpreter from elsewhere `undefined` when they are not there. */
function libraryOf({ src, interpreter }: Build): string | undefined {
  if (interpreter === undefined) return path.join(src, 'Lib');
  return interpreter.path.find((folder) => existsSync(path.join(folder, 'test', 'regrtest.py')));
}

export const tests = stage({
  name: 'tests',
  title: 'CPython’s own tests',
  bench: false,
  wanted: ({ cpythonTests }) => cpythonTests !== 'none',
  limit: 'CPython’s tests were not run',
  cannot: (_, built) => {
    const without = built.find(({ build }) => libraryOf(build) === undefined);
    return (
      without && `${without.variant}, which was built elsewhere, came without them (its library has no folder test)`
    );
  },
  members: { tests: cpythonTestsSchema.optional() },
  async prepare({ id, target, request, patches, folder, built, interpreters, once, ctx }) {
    const declared = patches.flatMap((patch) => patch.expect.tests);
    const sides = compared(interpreters);
    return {
      inputs: { set: request.cpythonTests, declared, builds: keysOf(sides) },
      async measure() {
        const { runCpythonTests } = await import('../../bench/cpython-tests.ts');
        // Not in the run folder: its path may be long, and the tests make sockets, whose paths have at most 107 bytes.
        return inTemporaryFolder('fw-', async (workDir) => {
          const tests = await runCpythonTests({
            set: request.cpythonTests,
            interpreters: sides,
            libraries: {
              baseline: libraryOf(ofVariant(built, 'baseline').build) ?? '',
              patched: libraryOf(ofVariant(built, 'patched').build) ?? '',
            },
            declared,
            workDir,
            logDir: path.join(folder.logs, `${target.name}-cpython-tests`),
            timeoutMs: TIMEOUT_MS,
            once,
            ctx,
            parent: id,
          });
          return { tests };
        });
      },
    };
  },
});
