import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { expect, test } from 'vitest';

const FOLDER = path.resolve('src/bench/assets/pyperf');

/** What dispatch.py makes of `requires-python`, asked of it itself. */
function satisfied(version: readonly number[], requires: string): boolean {
  const code =
    'import json, sys; sys.path.insert(0, sys.argv[1]); import dispatch; print(json.dumps(dispatch.satisfies(tuple(json.loads(sys.argv[2])), sys.argv[3])))';
  const args = ['-B', '-c', code, FOLDER, JSON.stringify(version), requires];
  return JSON.parse(execFileSync('python3', args, { encoding: 'utf8' })) as boolean;
}

test.each([
  [[3, 11, 2], '>=3.8', true],
  [[3, 11, 2], '>=3.12', false],
  [[3, 13, 5], '>=3.13.0a0', true],
  [[3, 9, 2], '>=3.8,<3.9', false],
  [[3, 8, 20], '>=3.8,<3.9', true],
  [[3, 9, 2], '~=3.8', true],
  [[4, 0, 0], '~=3.8', false],
  [[3, 9, 2], '!=3.9', false],
  [[3, 9, 2], '==3.9.2', true],
  [[3, 9, 2], '', true],
  [[3, 9, 2], 'whatever', true],
])('%j and %s: %s', (version, requires, expected) => {
  expect(satisfied(version, requires)).toBe(expected);
});
