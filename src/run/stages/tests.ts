import path from 'node:path';
import { cpythonTestsSchema } from '../../bench/types.ts';
import { inTemporaryFolder } from '../../system/files.ts';
import { compared, keysOf, ofVariant, stage } from './stage.ts';

/** One test file of CPython's that takes longer than this on this machine hangs. */
const TIMEOUT_MS = 20 * 60_000;

export const tests = stage({
  name: 'tests',
  title: 'CPython’s own tests',
  bench: false,
  wanted: ({ cpythonTests }) => cpythonTests !== 'none',
  limit: 'CPython’s tests were not run',
  members: { tests: cpythonTestsSchema.optional() },
  async prepare({ id, target, request, patches, folder, built, interpreters, ctx }) {
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
            sourceDirs: {
              baseline: ofVariant(built, 'baseline').build.src,
              patched: ofVariant(built, 'patched').build.src,
            },
            declared,
            workDir,
            logDir: path.join(folder.logs, `${target.name}-cpython-tests`),
            timeoutMs: TIMEOUT_MS,
            ctx,
            parent: id,
          });
          return { tests };
        });
      },
    };
  },
});
