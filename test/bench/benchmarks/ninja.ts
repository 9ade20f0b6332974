import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { RunRecord } from '../../../src/run/types.ts';
import type { Contender } from './side-by-side.ts';

/** The Windows core of CPython by ninja, against the same compilations one after the other, two at a time. */
export interface NinjaContenders {
  /** Every compilation of pythoncore, with what it includes noted for the next time. */
  readonly ninja: Contender;
  readonly plain: Contender;
  /** The whole of pythoncore, when all is there. */
  readonly nothingToDo: Contender;
  readonly units: number;
}

const JOBS = '2';

/**
 * Builds 3.9's msvc-x64 once and takes its build.ninja as it is but for the compiler cache, which neither side has.
 * @param forkwright the launcher.
 * @param cache a folder for the builds.
 */
export function ninjaContenders(forkwright: string, tree: string, cache: string, cwd: string): NinjaContenders {
  const out = execFileSync(
    forkwright,
    [
      'build',
      'remove-zombieframe',
      '-C',
      tree,
      '--target',
      'msvc-x64',
      '--modules',
      'core',
      '--cache',
      cache,
      '--json',
    ],
    { cwd, encoding: 'utf8', maxBuffer: 1 << 28, stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const { data } = JSON.parse(out.trimEnd().split('\n').at(-1) ?? '') as { data: { record: RunRecord } };
  const build = data.record.targets[0]?.builds.find(({ variant }) => variant === 'baseline')?.build;
  if (build === undefined) throw new Error('3.9 was not built for msvc-x64');
  const { root, tools } = build;
  const launcher = tools.find(({ name }) => name === 'ccache' || name === 'sccache')?.path;
  const text = readFileSync(path.join(root, 'build.ninja'), 'latin1');
  const file = 'bench.ninja';
  writeFileSync(
    path.join(root, file),
    launcher === undefined ? text : text.replaceAll(`command = ${launcher} `, 'command = '),
    'latin1',
  );
  const ask = (...args: string[]) =>
    execFileSync('ninja', ['-f', file, '-t', ...args], { cwd: root, encoding: 'latin1', maxBuffer: 1 << 28 })
      .trim()
      .split('\n');
  const objects = ask('inputs', 'pythoncore').filter((name) => name.endsWith('.obj'));
  // A script would not ask which headers each file includes.
  const commands = ask('commands', ...objects).map((command) => command.replace(/ \/showIncludes\b/, ''));
  if (commands.length !== objects.length) throw new Error(`${commands.length} commands for ${objects.length} objects`);
  writeFileSync(path.join(root, 'commands'), commands.join('\0'), 'latin1');
  const reset = () => {
    for (const name of [...objects, '.ninja_log', '.ninja_deps']) rmSync(path.resolve(root, name), { force: true });
  };
  const ninja = (...goals: readonly string[]) => ['ninja', '--quiet', '-f', file, '-j', JOBS, ...goals];
  return {
    units: objects.length,
    ninja: { name: 'ninja', command: ninja(...objects), cwd: root, reset },
    plain: {
      name: `xargs -P${JOBS}`,
      command: ['sh', '-c', `xargs -0 -P ${JOBS} -n 1 sh -c < commands`],
      cwd: root,
      reset,
    },
    nothingToDo: { name: 'ninja pythoncore', command: ninja('pythoncore'), cwd: root },
  };
}
