import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Context } from '../../system/context.ts';
import { withFileProblems } from '../../system/files.ts';
import { canonicalJson, sha256, sha256File } from '../../system/hash.ts';
import { runnerRequirements } from '../../targets/requirements.ts';
import {
  findVisualStudio,
  thisSystem,
  type VisualStudio,
  visualStudioRequirement,
  type WindowsSystem,
} from '../../targets/visual-studio/find.ts';
import { type CompilerError, firstErrors } from '../compiler-errors.ts';
import { type Driver, type Failed, logged, type Made, type Place, type Work } from '../driver.ts';
import { expandRoot } from '../environment.ts';
import type { BuildPlan } from '../types.ts';
import { cmdLine, jobArguments } from './build-bat.ts';
import { planMsbuild } from './plan.ts';

/** With profiles the tests of CPython are run in between. */
const LIMIT_MS = { plain: 2 * 60 * 60_000, pgo: 6 * 60 * 60_000 };

/** CPython's own PCbuild\\build.bat with Visual Studio. @param systemOf the machine; tests give a stand-in. */
export function msbuild(systemOf: (ctx: Context) => WindowsSystem = thisSystem): Driver {
  return {
    steps: ['make'],
    reading: { findErrors: findMsbuildErrors, folder: path.join('src', 'PCbuild') },
    requirements: async (target, ctx) => [
      await visualStudioRequirement(systemOf(ctx)),
      ...(await runnerRequirements(target, ctx)),
    ],
    async way(_, ctx) {
      const found = await findVisualStudio(systemOf(ctx));
      if (typeof found === 'string') return { kind: 'none', text: found };
      const all = found.map(studioWords).join('; ');
      return { kind: 'visual-studio', text: `on Windows by CPython’s own PCbuild\\build.bat: ${all}` };
    },
    plan: async (request, planning, ctx) =>
      planMsbuild(request, await planning.epoch(request.checkout), ctx, systemOf(ctx)),
    place: async (plan, entry) => ({ ...entry, env: expandRoot(plan.env, entry.root) }),
    make: (plan, place, work, ctx) => make(plan, place, work, systemOf(ctx), ctx),
    layouts: async () => ({ why: 'MSBuild has linked it, in the projects’ order' }),
  };
}

const studioWords = ({ installation, toolsets }: VisualStudio): string =>
  `${installation.name} ${installation.version} (${toolsets.map(({ name, version }) => `${name}: ${version}`).join(', ')})`;

async function make(
  plan: BuildPlan,
  { root, src, env, logs }: Place,
  work: Work,
  system: WindowsSystem,
  ctx: Context,
): Promise<Made | Failed> {
  const pcbuild = path.join(src, 'PCbuild');
  await withFileProblems(`write to ${root}`, () => carriageReturns(pcbuild, system));
  const [, ...args] = plan.configure;
  const words = [...args, ...jobArguments(work.share.jobs)];
  const shell = system.env.ComSpec ?? path.win32.join(system.env.SystemRoot ?? 'C:\\Windows', 'System32', 'cmd.exe');
  const timeoutMs = plan.request.options.pgo ? LIMIT_MS.pgo : LIMIT_MS.plain;
  const how = { cwd: pcbuild, env, timeoutMs, logFile: logs.make, verbatim: true };
  const script = { file: shell, args: cmdLine(path.join(pcbuild, 'build.bat'), words), ...how };
  const made = await logged(script, ({ lastLine }) => work.step.progress(`make: ${lastLine.trim()}`), ctx);
  const products = await findProducts(src, system);
  // Old scripts tell nothing by how they end.
  if (made.exitCode !== 0 || products === undefined) return { step: 'make', result: made };
  const projects = await projectFiles(pcbuild, system);
  return {
    obj: products.folder,
    python: products.python,
    commands: { configure: [], make: ['PCbuild\\build.bat', ...args] },
    pyconfigSha256: await pyconfigHash(src, system),
    makefileSha256: sha256(canonicalJson(projects)),
    missingModules: modulesNotBuilt(projects, await system.list(products.folder)),
    configureReused: false,
    durationsMs: { configure: 0, make: made.durationMs },
  };
}

/** Scripts for cmd.exe end their lines with CR LF, or it loses its way at labels: in a checkout of bare LF they do not. */
async function carriageReturns(pcbuild: string, system: Pick<WindowsSystem, 'list'>): Promise<void> {
  for (const name of await system.list(pcbuild)) {
    if (!/\.bat$/i.test(name)) continue;
    const file = path.join(pcbuild, name);
    const text = await readFile(file, 'latin1');
    const ended = text.replace(/\r?\n/g, '\r\n');
    if (ended !== text) await writeFile(file, ended, 'latin1');
  }
}

/** The projects and what they import: what stands for a Makefile. */
async function projectFiles(pcbuild: string, system: Pick<WindowsSystem, 'list'>) {
  const names = (await system.list(pcbuild)).filter((name) => /\.(vcxproj|props|targets|proj)$/i.test(name)).sort();
  return Promise.all(names.map(async (name) => ({ name, text: await readFile(path.join(pcbuild, name), 'latin1') })));
}

/** From 3.13 on it is made by the build, of PC/pyconfig.h.in. */
async function pyconfigHash(src: string, system: Pick<WindowsSystem, 'isFile'>): Promise<string> {
  const candidates = ['pyconfig.h', 'pyconfig.h.in'].map((name) => path.join(src, 'PC', name));
  for (const file of candidates) if (await system.isFile(file)) return sha256File(file);
  return sha256('');
}

/** Finds the interpreter below a tree's PCbuild, absolute, with the folder that it and its DLL are in. */
async function findProducts(src: string, system: Pick<WindowsSystem, 'list'>) {
  // Below PCbuild: `amd64`, and in old trees PCbuild itself.
  for (const name of ['amd64', '.']) {
    const folder = path.join(src, 'PCbuild', name);
    const files = await system.list(folder);
    // Names have no case; `python3.dll` only points to the other.
    const python = files.find((file) => /^python\.exe$/i.test(file));
    const hasDll = files.some((file) => /^python[23]\d+t?\.dll$/i.test(file));
    if (python !== undefined && hasDll) return { folder, python: path.join(folder, python) };
  }
  return undefined;
}

/**
 * Extension modules that have a project and were not built: for want of externals, or left out by the script.
 * @param projects the names in PCbuild that end in `.vcxproj`, with their texts.
 * @param built the names in the folder of the products.
 */
function modulesNotBuilt(
  projects: readonly { readonly name: string; readonly text: string }[],
  built: readonly string[],
): readonly string[] {
  const there = new Set(built.map((file) => file.toLowerCase()));
  return projects
    .filter(({ text }) => /<TargetExt>\s*\.pyd\s*<\/TargetExt>|>\$\(PyExtension\)|\$\(PydTag\)/.test(text))
    .map(({ name }) => name.replace(/\.vcxproj$/i, ''))
    .filter((name) => !there.has(`${name}.pyd`.toLowerCase()))
    .sort();
}

/**
 * MSBuild's canonical form (learn.microsoft.com/visualstudio/msbuild/msbuild-diagnostic-format-for-tasks):
 * `origin(line,column): [subcategory] error CODE: text [project]`, with `1>` before it when several are built at once.
 * Looked for from its middle, and its ends then: no line takes long.
 */
const MIDDLE = /: (?:fatal |Command line )?error ([A-Z]{1,8}\d{1,6}) ?: /;
const NODE = /^\s*\d+(?::\d+)?>/;
const POSITION = /\((\d{1,9})(?:,(\d{1,9}))?(?:[-,][\d,]{1,30})?\)$/;
const PROJECT = / \[[^[\]]{1,1000}\]$/;
/** Programs that speak for themselves, not files. */
const PROGRAM = /^(LINK|MSBUILD|CL|RC|LIB|NMAKE|CVTRES|ML64|cl : Command line|link|EXEC|CSC)\b/i;

/**
 * The first errors in MSBuild's output, in order. Said twice, in its place and in the summary at the end, an error counts once.
 * LNK1120 ("n unresolved externals") only counts the LNK2001 and LNK2019 before it.
 */
export const findMsbuildErrors = (log: string): readonly CompilerError[] => firstErrors(log, errorOf);

function errorOf(line: string, before: readonly CompilerError[]): CompilerError | undefined {
  const middle = MIDDLE.exec(line);
  const code = middle?.[1];
  if (middle === null || code === undefined) return undefined;
  if (code === 'LNK1120' && before.some(({ kind }) => kind === 'link')) return undefined;
  const origin = line.slice(0, middle.index).replace(NODE, '').trim();
  const text = line.slice(middle.index + middle[0].length).trimEnd();
  const message = text.replace(PROJECT, '').trim();
  const [position = '', row, column] = POSITION.exec(origin) ?? [];
  const file = origin.slice(0, origin.length - position.length);
  return {
    kind: code.startsWith('LNK') ? 'link' : /^(C|RC|A)\d/.test(code) ? 'compile' : 'make',
    message: `${message} (${code})`,
    ...(file === '' || PROGRAM.test(file) ? {} : { file }),
    ...(row === undefined ? {} : { line: Number(row) }),
    ...(column === undefined ? {} : { column: Number(column) }),
  };
}
