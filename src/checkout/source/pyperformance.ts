import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Context } from '../../system/context.ts';
import { UserError } from '../../system/diagnostic.ts';
import { runStep } from '../../system/events.ts';
import { sha256 } from '../../system/hash.ts';
import { runProcess } from '../../system/process.ts';
import { cached, type ObtainedBenchmarks } from './cached.ts';
import { fetchFromGit, resolveRemote } from './from-git.ts';

const PYPERFORMANCE_URL = 'https://github.com/python/pyperformance';
const PIP_MS = 5 * 60_000;

/**
 * pyperformance's repository, its newest commit when it was first fetched, without history; where git cannot reach it, the
 * release that pip installs. Cached by address.
 * @param options.url another clone, and no pip; with `#ref` a tag or branch of it.
 * @throws UserError `checkout/unreachable`, `checkout/no-ref`, `checkout/git-failed`.
 */
export async function obtainPyperformance(
  ctx: Context,
  options: { readonly url?: string } = {},
): Promise<ObtainedBenchmarks> {
  const [url = '', ref] = (options.url ?? PYPERFORMANCE_URL).split('#');
  const key = options.url === undefined ? '' : `-${sha256(options.url).slice(0, 16)}`;
  return cached(`pyperformance${key}`, '', ctx, async (temporary) => {
    try {
      const found = await resolveRemote(url, ref, ctx);
      await fetchFromGit(url, found, temporary, 'pyperformance', ctx);
      return { origin: options.url ?? url, commit: found.commit };
    } catch (error) {
      if (!(error instanceof UserError) || error.diagnostics[0]?.code !== 'checkout/unreachable') throw error;
      const installed = options.url === undefined ? await installedByPip(temporary, ctx) : undefined;
      if (installed !== undefined) return installed;
      const { message, detail } = error.diagnostics[0];
      throw new UserError({
        ...{ code: 'checkout/unreachable', message, detail },
        hint: 'name a pyperformance that you have with --pyperformance DIR: its repository, or the installed package',
      });
    }
  });
}

/** The package without what it depends on: its scripts are read, it is not started. `undefined` where pip gives none. */
export async function installedByPip(
  folder: string,
  ctx: Context,
): Promise<{ readonly origin: string; readonly commit: string } | undefined> {
  return runStep(ctx.emit, { id: 'source/pyperformance/pip', title: 'Fetch pyperformance with pip' }, async (step) => {
    await mkdir(folder, { recursive: true });
    const args = ['-m', 'pip', 'install', '--quiet', '--no-deps', '--no-compile', '--target', folder, 'pyperformance'];
    const options = { cwd: folder, env: ctx.env, timeoutMs: PIP_MS, signal: ctx.signal };
    const { exitCode } = await runProcess('python3', args, options);
    const file = path.join(folder, 'pyperformance', '__init__.py');
    const text = exitCode === 0 ? await readFile(file, 'utf8').catch(() => undefined) : undefined;
    if (text === undefined) {
      step.note('pip has none');
      return undefined;
    }
    return { origin: 'the Python Package Index', commit: `release ${pyperformanceVersion(text)}` };
  });
}

/** What the package's __init__.py says that it is: `1.14.0`, or `unknown`. */
export function pyperformanceVersion(text: string): string {
  const numbers = /^VERSION\s*=\s*\(([\d,\s]+)\)/m.exec(text)?.[1]?.match(/\d+/g);
  return numbers?.join('.') ?? 'unknown';
}
