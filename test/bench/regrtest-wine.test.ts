import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { assetPath } from '../../src/system/assets.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'fw-regrtest-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function file(name: string, text: string) {
  mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
  writeFileSync(path.join(folder, name), text);
}

// As CPython's own main() does: 3.8 and 3.9 expect FileNotFoundError, 3.10 and later PermissionError.
test.each(['FileNotFoundError', 'PermissionError'])('under Wine a regrtest that expects %s goes on', (expected) => {
  file('test/__init__.py', '');
  file('test/libregrtest/__init__.py', '');
  file(
    'test/libregrtest/win_utils.py',
    'class WindowsLoadTracker:\n    def __init__(self):\n        raise OSError(2, "no counters")\n',
  );
  file(
    'test/__main__.py',
    [
      'from test.libregrtest.win_utils import WindowsLoadTracker',
      'try:',
      '    WindowsLoadTracker()',
      `except ${expected} as error:`,
      '    print("without: %s" % error)',
      '',
    ].join('\n'),
  );
  const ran = execFileSync('python3', [assetPath('bench/regrtest.py')], {
    cwd: folder,
    env: { PATH: process.env.PATH ?? '', FORKWRIGHT_TMPDIR: folder },
    encoding: 'utf8',
  });
  expect(ran.trim()).toBe('without: [Errno 2] no counters');
});
