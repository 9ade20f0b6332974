import { realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { glob } from 'tinyglobby';
import type { Build } from '../../builds/types.ts';
import type { Context } from '../../system/context.ts';
import { inTemporaryFolder, isFolder } from '../../system/files.ts';
import { byCodeUnit } from '../../system/hash.ts';
import { runProcess } from '../../system/process.ts';
import { findBinutils as findTargetBinutils } from '../../targets/toolchain.ts';
import { findProgram, searchFolders } from '../../targets/tools.ts';
import type { TargetDescriptor } from '../../targets/types.ts';
import { compareSymbols, readSections, readSums, readSymbols } from './symbols.ts';
import type { FileSize, SizeComparison, SizePair } from './types.ts';

type Measured = Pick<Build, 'obj' | 'python' | 'interpreter'>;

interface SizeRequest {
  readonly baseline: Measured;
  readonly patched: Measured;
  readonly target: TargetDescriptor;
  readonly ctx: Context;
}

/**
 * Compares the sizes of two builds: files, sections, symbols, extension modules.
 * @returns why not, when the target's `size`, `nm` or `strip` is missing.
 * @throws Cancelled
 */
export async function measureSize({ baseline, patched, target, ctx }: SizeRequest): Promise<SizeComparison | string> {
  const tools = await findBinutils(target, ctx);
  if (!('size' in tools)) return `${tools.join(', ')} of the target’s binutils not found: sizes cannot be measured`;
  const problems: string[] = [];
  // Where one was built elsewhere, its code may be in a library and the other's in the program: they are compared in all.
  const inAll = baseline.interpreter !== undefined || patched.interpreter !== undefined;
  const of = (build: Measured) => measureOne(build, inAll, tools, problems, ctx);
  const [before, after] = await Promise.all([of(baseline), of(patched)]);
  const files = [...before.files].flatMap(([name, size]) => {
    const other = after.files.get(name);
    return other === undefined ? [] : [{ name, baseline: size, patched: other }];
  });
  const modules = before.modules.size + after.modules.size > 0;
  const symbols = before.symbols.length > 0 && after.symbols.length > 0;
  if (!symbols) problems.push('an interpreter has no symbol table: it was stripped');
  return {
    schemaVersion: 1,
    files,
    sections: pairs(before.sections, after.sections),
    ...(modules ? { modules: compareModules(before.modules, after.modules) } : {}),
    ...(symbols ? { symbols: compareSymbols(before.symbols, after.symbols) } : {}),
    method: [tools.size, tools.nm, tools.strip].map((tool) => path.basename(tool)).join(', '),
    problems: [...new Set(problems)],
  };
}

async function measureOne(build: Measured, inAll: boolean, tools: Binutils, problems: string[], ctx: Context) {
  const main = await mainFiles(build);
  const extensions = await extensionModules(build);
  const sums = await sumsOf([...main.values(), ...extensions.values()], tools, problems, ctx);
  const files = new Map<string, FileSize>();
  for (const [name, file] of main) {
    const stripped = await strippedSize(tools.strip, file, ctx);
    if (typeof stripped === 'string') problems.push(stripped);
    const bare = typeof stripped === 'number' ? { stripped } : {};
    files.set(name, { file: (await stat(file)).size, ...bare, ...sums(file) });
  }
  const whole = inAll ? new Map([['python', total(files)]]) : files;
  const modules = new Map<string, FileSize>();
  for (const [name, file] of extensions) modules.set(name, { file: (await stat(file)).size, ...sums(file) });
  // Where the interpreter's code is in a shared library, that is the file to look into.
  const code = [...main.values()].at(-1) ?? build.python;
  const [sections, symbols] = await Promise.all([
    ask(tools.size, ['-A', '-d', code], ctx),
    ask(tools.nm, ['-P', '--defined-only', code], ctx),
  ]);
  for (const answer of [sections, symbols]) if (typeof answer === 'string') problems.push(answer);
  return {
    files: whole,
    sections: typeof sections === 'string' ? new Map() : readSections(sections.text),
    symbols: typeof symbols === 'string' ? [] : readSymbols(symbols.text),
    modules,
  };
}

/** The interpreter, and the shared library that its code is in when it was built so. */
async function mainFiles({ obj, python, interpreter }: Measured): Promise<ReadonlyMap<string, string>> {
  if (interpreter !== undefined) {
    const { library } = interpreter;
    const program = await realpath(python);
    return new Map([['python', program], ...(library === undefined ? [] : [['library', library] as const])]);
  }
  // libpython3.so is a mere pointer to libpython3.9.so.1.0, and libpython3.9.so a link.
  const libraries = (await glob('libpython*.so.[0-9]*', { cwd: obj, deep: 1 })).sort(byCodeUnit);
  // On Windows beside the interpreter; python3.dll points to it.
  const beside = path.dirname(python);
  const dlls = python.endsWith('.exe') ? await glob('python[23][0-9]*.dll', { cwd: beside, deep: 1 }) : [];
  return new Map([
    [path.basename(python), python],
    ...libraries.map((name): [string, string] => [name, path.join(obj, name)]),
    ...dlls.sort(byCodeUnit).map((name): [string, string] => [name, path.join(beside, name)]),
  ]);
}

/** Extension modules by their names: in `build/lib.PLATFORM/`, which holds links to `Modules/` from 3.12 on. */
async function extensionModules({ obj, python, interpreter }: Measured): Promise<ReadonlyMap<string, string>> {
  const windows = python.endsWith('.exe');
  const nameOf = (file: string) => path.basename(file).replace(/\..*$/, '');
  const out = new Map<string, string>();
  const take = async (pattern: string, cwd: string) => {
    for (const file of (await glob(pattern, { cwd })).sort(byCodeUnit)) out.set(nameOf(file), path.join(cwd, file));
  };
  for (const folder of interpreter?.path ?? []) if (await isFolder(folder)) await take('*.{so,pyd}', folder);
  if (interpreter === undefined)
    await take(windows ? '*.pyd' : 'build/lib.*/**/*.so', windows ? path.dirname(python) : obj);
  return out;
}

/** `size` of many files at once. */
async function sumsOf(files: readonly string[], tools: Binutils, problems: string[], ctx: Context) {
  const answer = await ask(tools.size, ['-B', '-d', ...files], ctx);
  if (typeof answer === 'string') problems.push(answer);
  const sums = typeof answer === 'string' ? undefined : readSums(answer.text);
  return (file: string) => sums?.get(file) ?? { text: 0, data: 0, bss: 0 };
}

function pairs(before: ReadonlyMap<string, number>, after: ReadonlyMap<string, number>): SizePair[] {
  return [...new Set([...before.keys(), ...after.keys()])].map((name) => ({
    name,
    ...(before.has(name) ? { baseline: before.get(name) } : {}),
    ...(after.has(name) ? { patched: after.get(name) } : {}),
  }));
}

type Modules = ReadonlyMap<string, FileSize>;

function compareModules(before: Modules, after: Modules) {
  const loaded = (modules: Modules) =>
    new Map([...modules].map(([name, { text, data, bss }]) => [name, text + data + bss]));
  return {
    count: { baseline: before.size, patched: after.size },
    baseline: total(before),
    patched: total(after),
    changed: pairs(loaded(before), loaded(after)).filter(({ baseline, patched }) => baseline !== patched),
  };
}

function total(modules: Modules): FileSize {
  const all = [...modules.values()];
  const sum = (of: 'file' | 'text' | 'data' | 'bss') => all.reduce((n, size) => n + size[of], 0);
  return { file: sum('file'), text: sum('text'), data: sum('data'), bss: sum('bss') };
}

const TIMEOUT_MS = 60_000;

type Binutils = Readonly<Record<'size' | 'nm' | 'strip', string>>;

/**
 * The target's `size`, `nm` and `strip`, else LLVM's, which know every architecture.
 * @returns the names of those that are missing, when some are.
 */
async function findBinutils(target: TargetDescriptor, ctx: Context): Promise<Binutils | readonly string[]> {
  const folders = searchFolders(ctx);
  const own = await findTargetBinutils(target, ctx);
  const find = async (name: keyof Binutils) => own[name] ?? findProgram(`llvm-${name}`, folders);
  const [size, nm, strip] = await Promise.all([find('size'), find('nm'), find('strip')]);
  if (size !== undefined && nm !== undefined && strip !== undefined) return { size, nm, strip };
  return Object.entries({ size, nm, strip }).flatMap(([name, file]) => (file === undefined ? [name] : []));
}

/** What a tool prints about files. @returns why not, when it fails. */
async function ask(tool: string, args: readonly string[], ctx: Context) {
  const env = { PATH: searchFolders(ctx).join(path.delimiter), LC_ALL: 'C' };
  const options = { cwd: '/', env, timeoutMs: TIMEOUT_MS, signal: ctx.signal, encoding: 'latin1' } as const;
  const result = await runProcess(tool, args, options);
  if (result.exitCode === 0) return { text: result.stdout };
  const words = result.stderr.trim().split('\n').at(-1) ?? '';
  return `${path.basename(tool)} fails${words === '' ? '' : `: ${words}`}`;
}

/** Bytes that `file` has without symbols and debugging information. @returns why not, when `strip` fails. */
async function strippedSize(strip: string, file: string, ctx: Context): Promise<number | string> {
  return inTemporaryFolder('forkwright-strip-', async (folder) => {
    const bare = path.join(folder, 'stripped');
    const answer = await ask(strip, ['-o', bare, file], ctx);
    return typeof answer === 'string' ? answer : (await stat(bare)).size;
  });
}
