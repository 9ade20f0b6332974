import { randomBytes } from 'node:crypto';
import { cp, mkdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { findBuild } from '../../builds/store.ts';
import type { Build } from '../../builds/types.ts';
import { assetPath } from '../../system/assets.ts';
import type { Context } from '../../system/context.ts';
import { UserError } from '../../system/diagnostic.ts';
import { readJson, withFileProblems, writeJson } from '../../system/files.ts';
import { runProcess } from '../../system/process.ts';
import type { SuiteInputs } from '../suites/suite.ts';
import type { PybenchCopy } from '../types.ts';
import { type FoundPybench, findPybench, hashFiles, pybenchSources } from './find.ts';

export interface Converter {
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
}

const CONVERT_MS = 300_000;
const RECORD = 'forkwright-pybench.json';
const recordSchema = z.object({ from: z.string(), sha256: z.string(), files: z.array(z.string()) });

/**
 * Makes the one copy that all interpreters of a session run, in `parent`/SHA: converted when that is needed.
 * A copy that is there and unchanged is used again.
 * @param parent a folder of the caller's, such as the cache's `pybench`.
 * @param converters tried in order until one has lib2to3; only for a copy that must be converted.
 * @throws UserError when no converter has lib2to3, or the folder cannot be written.
 */
export async function pinPybench(
  found: FoundPybench,
  parent: string,
  converters: readonly Converter[],
  ctx: Context,
): Promise<PybenchCopy> {
  const { contents, convert } = found;
  const folder = path.join(parent, `${contents.sha256.slice(0, 16)}${convert ? '-3' : ''}`);
  const origin = convert ? `${found.origin}, converted by lib2to3` : found.origin;
  const described = { folder, version: contents.version, origin, converted: convert };
  const known = await readJson(path.join(folder, RECORD), recordSchema, 'the record of a pybench copy').catch(
    () => undefined,
  );
  if (known !== undefined && (await hashFiles(folder, known.files).catch(() => '')) === known.sha256) {
    return { ...described, sha256: known.sha256 };
  }
  const temporary = `${folder}.${process.pid}.${randomBytes(4).toString('hex')}.tmp`;
  const sha256 = await withFileProblems(`copy pybench to ${folder}`, async () => {
    try {
      await mkdir(temporary, { recursive: true });
      for (const file of contents.files) await cp(path.join(found.folder, file), path.join(temporary, file));
      if (convert) await convertModules(found, temporary, converters, ctx);
      const hash = await hashFiles(temporary, contents.files);
      await writeJson(path.join(temporary, RECORD), { from: found.origin, sha256: hash, files: contents.files });
      await rm(folder, { recursive: true, force: true });
      await rename(temporary, folder);
      return hash;
    } finally {
      await rm(temporary, { recursive: true, force: true });
    }
  });
  return { ...described, sha256 };
}

/** The test modules only: of pybench.py itself they need nothing but a base class, which the worker brings. */
async function convertModules(
  found: FoundPybench,
  destination: string,
  converters: readonly Converter[],
  ctx: Context,
): Promise<void> {
  const tried: string[] = [];
  for (const { command, env } of converters) {
    const [file = '', ...args] = command;
    args.push(assetPath('bench/convert.py'), found.folder, destination, ...found.contents.testModules);
    const own = { LC_ALL: 'C', ...env, PYTHONDONTWRITEBYTECODE: '1' };
    const options = { cwd: destination, env: own, timeoutMs: CONVERT_MS, signal: ctx.signal };
    const result = await runProcess(file, args, options);
    if (result.exitCode === 0) return;
    tried.push(`${command.join(' ')}: ${result.stderr.trim().split('\n').at(-1) ?? 'does not run'}`);
  }
  throw new UserError({
    code: 'bench/cannot-convert',
    message: 'pybench 2.0 is for Python 2, and no interpreter here can convert it: lib2to3 is in 2.6 – 3.12',
    detail: tried,
    hint: 'name a folder with pybench 2.1 (Tools/pybench of CPython 3.1 – 3.6): --pybench DIR, or get it with `forkwright source pybench`',
  });
}

/** The one copy of pybench that all variants run; converted by lib2to3 of the baseline's version where that is needed. */
export async function pybenchCopy({ checkout, baseline, pybench, ctx }: SuiteInputs): Promise<PybenchCopy> {
  if (checkout === undefined) throw new Error('pybench is looked for from a checkout');
  const found = await findPybench({ checkout, folder: pybench, providers: pybenchSources(checkout, ctx) });
  const converters = baseline === undefined ? [] : await convertersOf(baseline, ctx);
  return pinPybench(found, path.join(ctx.cacheDir, 'pybench'), converters, ctx);
}

/** The interpreter itself; for another machine's first the one that its build was made with, which runs here. */
export async function convertersOf(
  { python, wrapper, env, inputs: { buildPython } }: Pick<Build, 'python' | 'wrapper' | 'env' | 'inputs'>,
  ctx: Context,
): Promise<readonly Converter[]> {
  const here = typeof buildPython === 'string' ? await findBuild(buildPython, ctx) : undefined;
  return [
    ...(here === undefined ? [] : [{ command: [here.python], env: here.env }]),
    { command: [wrapper ?? python], env },
  ];
}
