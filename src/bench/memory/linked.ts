import { readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { commandEnvironment } from '../../builds/environment.ts';
import { withEntryLock } from '../../builds/store.ts';
import type { Build } from '../../builds/types.ts';
import type { Context } from '../../system/context.ts';
import { isFile, withFileProblems } from '../../system/files.ts';
import { fingerprint } from '../../system/hash.ts';
import { type ProcessResult, runProcess } from '../../system/process.ts';
import type { Toolchain } from '../../targets/types.ts';
import { compilerWords, type Made } from '../compiled.ts';
import { LINKED_COUNTER } from './counter.ts';

const LIMIT_MS = 5 * 60_000;

/** The object file in which `main` is, in the command that links the interpreter. */
const MAIN = /(?<=\s)(?:Modules|Programs)\/(?:python|ccpython)\.o(?=\s)/;

/**
 * A second program of a build’s objects, with the counter linked in and a `main` of the workbench’s own: for interpreters
 * into which nothing can be preloaded. It is linked by the command that make itself would use, lies beside the interpreter,
 * and is kept there.
 * @returns its absolute path, or why there is none.
 * @throws UserError when the store cannot be written; Cancelled.
 */
export async function linkedCounter(build: Build, toolchain: Toolchain, ctx: Context): Promise<Made> {
  const { cc, target } = toolchain;
  const { sources, included, cflags, ldflags } = LINKED_COUNTER;
  const texts = await Promise.all([...sources(), ...included()].map((file) => readFile(file, 'utf8')));
  const words = target.cflags?.split(/\s+/).filter((flag) => flag !== '') ?? [];
  const flags = [...cc.command.slice(1), ...words, ...cflags];
  const key = fingerprint({ texts, compiler: [cc.path, cc.version], flags, ldflags, python: build.pythonSha256 });
  const name = `counted-${key.slice(0, 8)}`;
  const file = path.join(build.obj, name);
  if (await isFile(file)) return { file };
  const make = build.tools.find((tool) => tool.name === 'make')?.path;
  if (make === undefined) return { why: 'its build does not say which make it was made with' };
  const env = commandEnvironment(build, ctx);
  const run = (program: string, args: readonly string[], more: Readonly<Record<string, string>> = {}) =>
    runProcess(program, args, { cwd: build.obj, env: { ...env, ...more }, timeoutMs: LIMIT_MS, signal: ctx.signal });
  return withFileProblems(`link ${file}`, () =>
    withEntryLock(build.key, ctx, async () => {
      const made: string[] = [];
      try {
        for (const source of sources()) {
          const object = `${name}-${path.basename(source, '.c')}.o`;
          made.push(object);
          const headers = ['-I.', `-I${path.join(build.src, 'Include')}`];
          const compiled = await run(cc.path, [...flags, ...headers, '-c', '-o', object, source], toolchain.env);
          if (compiled.exitCode !== 0)
            return { why: `${cc.name} does not compile the counter: ${compilerWords(compiled)}` };
        }
        const command = linkCommand(await run(make, ['-n', `BUILDPYTHON=${name}.new`, `${name}.new`]), `${name}.new`);
        if (command === undefined) return { why: 'its Makefile does not say how the interpreter is linked' };
        const objects = made.join(' ');
        made.push(`${name}.new`);
        const linked = await run(
          'sh',
          ['-c', command.replace(MAIN, `${objects} ${[...ldflags, '-Wl,-S'].join(' ')}`)],
          toolchain.env,
        );
        if (linked.exitCode !== 0) return { why: `the counter cannot be linked with it: ${linkerWords(linked)}` };
        await rename(path.join(build.obj, `${name}.new`), file);
        return { file };
      } finally {
        for (const one of made) await rm(path.join(build.obj, one), { force: true });
      }
    }),
  );
}

/** The command in what `make -n` prints that links `program` from the objects and the one with `main`. */
export function linkCommand({ exitCode, stdout }: Pick<ProcessResult, 'exitCode' | 'stdout'>, program: string) {
  if (exitCode !== 0) return undefined;
  const lines = stdout.replaceAll(/\\\n\s*/g, ' ').split('\n');
  return lines.findLast((line) => line.includes(` -o ${program} `) && MAIN.test(line));
}

const linkerWords = ({ stderr }: { readonly stderr: string }) =>
  (
    /^.*(?:undefined reference|multiple definition|cannot find).*$/m.exec(stderr)?.[0] ??
    stderr.trim().split('\n').at(-1) ??
    ''
  )
    .trim()
    .slice(0, 200);
