/** Commands load when they are called, and what they stand on with them: a command that does little answers at once. */
import path from 'node:path';
import { expect, test } from 'vitest';
import { runProcess } from '../../src/system/process.ts';

const root = path.resolve(import.meta.dirname, '../..');
const HOOK = `data:text/javascript,${encodeURIComponent(
  "import { registerHooks } from 'node:module'; registerHooks({ load(url, context, next) { process.stderr.write(url + '\\n'); return next(url, context); } });",
)}`;

/** The modules that a command loads: ours by their path below src/, libraries by their names. */
async function loadedBy(...args: readonly string[]): Promise<readonly string[]> {
  const entry = path.join(root, 'src/cli/forkwright.ts');
  const { stderr, exitCode } = await runProcess(process.execPath, ['--import', HOOK, entry, ...args], {
    cwd: root,
    env: { PATH: process.env.PATH, NO_COLOR: '1' },
    timeoutMs: 60_000,
  });
  expect(exitCode).toBe(0);
  const names = stderr.split('\n').flatMap((url) => {
    const library = /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1];
    const own = /\/src\/(.*\.ts)$/.exec(url)?.[1];
    return [library ?? own ?? []].flat();
  });
  return [...new Set(names)];
}
const libraries = (names: readonly string[]) => names.filter((name) => !name.endsWith('.ts'));

test('--version loads nothing but what knows it', async () => {
  expect(await loadedBy('--version')).toEqual(['cli/forkwright.ts', 'system/assets.ts']);
});

/** Commands, and what says where the user's cache lies: Node keeps our code compiled there. */
const LIBRARIES = ['env-paths', 'is-safe-filename', 'commander'];

test('help loads all commands, and nothing that they work with', async () => {
  const names = await loadedBy('--help');
  expect(libraries(names)).toEqual(LIBRARIES);
  expect(names.filter((name) => name.startsWith('cli/commands/')).length).toBeGreaterThan(15);
  expect(names.filter((name) => /^(?:report|review|patch|checkout|builds)\//.test(name))).toEqual([]);
});

test('a command loads no other', async () => {
  const names = await loadedBy('review', '--help');
  expect(names.filter((name) => name.startsWith('cli/commands/'))).toEqual(['cli/commands/review.ts']);
  expect(libraries(names)).toEqual(LIBRARIES);
});
