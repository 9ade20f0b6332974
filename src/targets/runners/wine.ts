import type { Context } from '../../system/context.ts';
import { UserError } from '../../system/diagnostic.ts';
import { installCommand, requirement } from '../install.ts';
import { askTool, findProgram, searchFolders } from '../tools.ts';
import type { RunDescriptor } from '../types.ts';
import type { Runner } from './types.ts';
import { startPrefix, type WinePrefix, type WineTools, wineEnvironment } from './wine/prefix.ts';

type Wine = Extract<RunDescriptor, { runner: 'wine' }>;

/** Debian's packages with Wine for 64-bit programs. */
const WINE_PACKAGES: readonly string[] = ['wine', 'wine64'];

/** Debian's own place for the loader, which is not on the path: its `wine` is a script that asks for 32-bit Wine. */
const LOADERS = ['/usr/lib/wine/wine64', 'wine64', 'wine'];

interface Running extends WineTools {
  readonly prefix: WinePrefix;
}

/** For the life of this process: all builds share one. */
let running: Promise<Running> | undefined;
let known: Running | undefined;

/** Ends Wine before this process does. Without it, it ends when this process exits. */
export async function endWine(): Promise<void> {
  await known?.prefix.server.end();
  running = undefined;
  known = undefined;
}

/** Wine's programs as they are installed; `undefined` when they are not. */
async function findWine({ program }: Wine, ctx: Context): Promise<WineTools | undefined> {
  const folders = searchFolders(ctx);
  const wineserver = await findProgram('wineserver', folders);
  for (const name of program === undefined ? LOADERS : [program]) {
    const wine = await findProgram(name, folders);
    const version = wine === undefined ? undefined : await askTool(wine, ['--version'], ctx);
    if (wine !== undefined && version !== undefined && wineserver !== undefined) return { wine, wineserver, version };
  }
  return undefined;
}

/** @throws UserError `target/no-wine`, with the command that installs it. */
async function requireWine(run: Wine, ctx: Context): Promise<WineTools> {
  const tools = await findWine(run, ctx);
  if (tools !== undefined) return tools;
  throw new UserError({
    code: 'target/no-wine',
    message: 'Wine, which runs the interpreters of this target here, is not installed',
    hint: `install it: ${await installCommand(run.packages ?? WINE_PACKAGES, ctx)}`,
  });
}

/** The name that programs under Wine have for a file of this machine: the drive Z: is its root. */
export function wineFile(local: string): string {
  return `Z:${local.replaceAll('/', '\\')}`;
}

/**
 * Wine: Windows' functions written anew over this system's. Instructions are not translated, so times mean something. An
 * interpreter's output must be a pipe or a terminal: Python 3 does not start with a file.
 */
export function wineRunner(run: Wine): Runner {
  return {
    words: `under ${run.program ?? 'wine'}`,
    remote: false,
    children: true,
    // Starting a program takes a third of a second; what it does then is native.
    slowdown: 3,
    pipes: true,
    hidesMemory: 'what Wine takes for itself cannot be told from what the interpreter takes',
    async requirements(_, ctx) {
      const tools = await findWine(run, ctx);
      const found = tools === undefined ? undefined : { name: 'wine', path: tools.wine, version: tools.version };
      const packages = run.packages ?? WINE_PACKAGES;
      return [await requirement('wine', "runs the target's interpreters here", false, found, packages, ctx)];
    },
    async check(_, ctx) {
      await requireWine(run, ctx);
    },
    async prepare(_, ctx) {
      if (known?.prefix.server.ended()) running = undefined;
      running ??= requireWine(run, ctx).then(async (tools) => ({ ...tools, prefix: await startPrefix(tools, ctx) }));
      try {
        known = await running;
      } catch (error) {
        running = undefined;
        throw error;
      }
      return `they ran under Wine (${known.version}) on this machine`;
    },
    command: (build, args, { env = {}, loaderEnv = {}, emulatorArgs = [] } = {}) => {
      if (emulatorArgs.length > 0) throw new Error('Wine is no emulator');
      if (known === undefined) throw new Error('Wine was not started yet');
      const own = wineEnvironment(known.prefix.folder);
      return { file: known.wine, args: [build.python, ...args], env: { ...own, ...env, ...loaderEnv } };
    },
    path: wineFile,
    // Windows' names have no case, and `lib` finds Lib.
    isSame: (found, local) => found.toLowerCase() === wineFile(local).toLowerCase(),
  };
}
