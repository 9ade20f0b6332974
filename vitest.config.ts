import path from 'node:path';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Measure time, or look at all processes of the machine: one at a time, and when nothing else builds. */
const TIMING = ['main-job', 'action', 'bench', 'pyperformance', 'bisect', 'stop', 'stop-commands', 'package', 'growth'];

/**
 * The others may run two at a time: while one configures, links or looks at a tree with one core, the other compiles. Those
 * that take longest come first, so that the last ones to end are short; files that are not named here come with `cross`.
 * Those that need the same builds are apart, or one would wait while the other builds: `instructions` makes the optimised
 * ones with all modules; `memory` and what measures time find them, and `cross` finds their objects in ccache, for its
 * build pythons; `emulated` and `psl1ght` find what `cross` has built.
 */
const LONGEST_FIRST = [
  'recipes-effect',
  'instructions',
  'cross',
  'msvc',
  'msvc-newer',
  'port',
  'fanout',
  'launchers',
  'memory',
  'ssh',
  'emulated',
  'arm64',
  'psl1ght',
  'build',
  'forks',
  'patches',
  'bad-input',
  'report-page',
  'review-page',
  'bundle',
  'source',
];

class InOrder extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const order = [...LONGEST_FIRST, ...TIMING];
    const group = ({ project }: TestSpecification) => project.config.sequence.groupOrder;
    const place = (file: TestSpecification) => {
      if (group(file) === UNIT) return 0;
      const found = order.indexOf(path.basename(file.moduleId, '.test.ts'));
      return found < 0 ? order.indexOf('cross') : found;
    };
    // The sort is stable: what is not ordered here stays as the base class has it.
    return (await super.sort(files)).sort((a, b) => group(a) - group(b) || place(a) - place(b));
  }
}

const UNIT = 0;
/** Unit tests that start a POSIX shell, make links, or look at /proc: not on Windows. */
const POSIX = [
  'action/{build-cache,dist}.test.ts',
  'bench/**',
  'builds/{build-all,check-syntax,cross,parsing}.test.ts',
  'builds/{msbuild/driver,msvc/relink}.test.ts',
  'checkout/{at-ref,blob-search,git,git-tree,hostile,make-tree,obtain,open}.test.ts',
  'cli/plan/**',
  'patch/{commit,patch-file}.test.ts',
  'patch/port/**',
  'run/stages/instructions.test.ts',
  'run/bundle/**',
  'run/fanout/{find-runs,gitlab}.test.ts',
  'system/{archive,background,cache-folder,files,process,session}.test.ts',
  'targets/{launcher-environment,target}.test.ts',
  'targets/runners/**',
].map((name) => `test/${name}`);
const files = (names: readonly string[]) => names.map((name) => `test/e2e/${name}.test.ts`);
// Of a hang, not of slowness: a build beside others on a loaded machine takes a quarter of an hour.
const limits = { testTimeout: 40 * 60_000, hookTimeout: 40 * 60_000 };

export default defineConfig({
  test: {
    sequence: { sequencer: InOrder },
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/e2e/**', ...(process.platform === 'win32' ? POSIX : [])],
          // Of a hang, too: a property is tried hundreds of times, beside builds.
          testTimeout: 90_000,
          sequence: { groupOrder: UNIT },
        },
      },
      {
        test: {
          name: 'e2e-build',
          include: ['test/e2e/**/*.test.ts'],
          exclude: files(TIMING),
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
          ...limits,
        },
      },
      {
        test: {
          name: 'e2e-timing',
          include: files(TIMING),
          fileParallelism: false,
          sequence: { groupOrder: 2 },
          ...limits,
        },
      },
    ],
  },
});
