/**
 * Runs the test projects one after the other and prints one closing line for all of them. What measures time comes last:
 * it finds the builds of the others, and nothing runs beside it.
 * usage: node scripts/run-tests.ts all|unit|e2e N, where N is 1 when the checks before (lint, types) failed: it counts as a failure.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '..');
const [which = 'all', before = '0'] = process.argv.slice(2);
const totals = { passed: 0, failed: Number(before), skipped: 0 };
mkdirSync(path.join(root, 'artifacts'), { recursive: true });

const E2E = ['e2e-build', 'e2e-timing'];
const PROJECTS: Record<string, readonly string[]> = { all: ['unit', ...E2E], unit: ['unit'], e2e: E2E };

for (const project of PROJECTS[which] ?? []) {
  const json = path.join(root, 'artifacts', `tests-${project}.json`);
  rmSync(json, { force: true });
  const run = spawnSync(
    process.execPath,
    [
      path.join(root, 'node_modules/vitest/vitest.mjs'),
      'run',
      '--project',
      project,
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${json}`,
    ],
    { cwd: root, stdio: 'inherit' },
  );
  try {
    const report = JSON.parse(readFileSync(json, 'utf8'));
    totals.passed += report.numPassedTests;
    totals.failed += report.numFailedTests;
    totals.skipped += report.numPendingTests + report.numTodoTests;
    // A file that does not even load holds no tests that could fail: the runner's own exit code tells.
    if (run.status !== 0 && report.numFailedTests === 0) totals.failed += 1;
    if (report.numTotalTests === 0) totals.failed += 1;
  } catch {
    totals.failed += 1;
  }
}
if (which === 'all' && totals.failed > 0 && before !== '0')
  process.stdout.write('lint or type check failed: see above\n');
process.stdout.write(`${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped\n`);
process.exitCode = totals.failed === 0 ? 0 : 1;
