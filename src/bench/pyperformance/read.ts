import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { parse, TomlError } from 'smol-toml';
import { z } from 'zod';
import { pyperformanceVersion } from '../../checkout/index.ts';
import { UserError } from '../../system/diagnostic.ts';
import { isFile, withFileProblems } from '../../system/files.ts';
import { sha256 } from '../../system/hash.ts';
import { type Manifest, parseManifest } from './manifest.ts';

/** A benchmark of pyperformance as its metadata has it; paths are absolute. */
export interface Benchmark {
  readonly name: string;
  readonly tags: readonly string[];
  readonly script: string;
  readonly options: readonly string[];
  /** `requires-python`: `>=3.12`. */
  readonly requires: string | undefined;
}

export interface Pyperformance {
  /** `1.14.0`; `unknown` for a folder of benchmarks alone. */
  readonly version: string;
  readonly benchmarks: readonly Benchmark[];
  readonly groups: Manifest['groups'];
  /** SHA-256 over the manifests, metadata and scripts: what decides what is measured. */
  readonly sha256: string;
}

const PLACES = ['pyperformance/data-files/benchmarks', 'data-files/benchmarks', 'benchmarks', ''];

/**
 * Reads a pyperformance: its repository, an installed package, or a folder with a MANIFEST. Nothing of it is run.
 * @throws UserError when there is no MANIFEST, or it or a metafile cannot be read.
 */
export async function readPyperformance(folder: string): Promise<Pyperformance> {
  const files = PLACES.map((place) => path.join(folder, place, 'MANIFEST'));
  const there = await Promise.all(files.map((file) => isFile(file)));
  const manifest = files[there.indexOf(true)];
  if (manifest === undefined) {
    throw new UserError({
      code: 'bench/no-pyperformance',
      message: 'there is no pyperformance: no MANIFEST in it',
      place: { file: folder },
      hint: 'name its repository, its installed package, or a folder with a MANIFEST of your own',
    });
  }
  const hashed: string[] = [];
  const { benchmarks, groups } = await readManifest(manifest, [], hashed);
  if (new Set(benchmarks.map(({ name }) => name)).size < benchmarks.length) {
    throw new UserError({
      code: 'bench/bad-manifest',
      message: 'it and what it includes declare a benchmark twice',
      place: { file: manifest },
      hint: 'give them different names',
    });
  }
  return { version: await versionOf(manifest), benchmarks, groups, sha256: sha256(hashed.join('\n')) };
}

type Read = Pick<Pyperformance, 'benchmarks' | 'groups'>;

async function readManifest(file: string, within: readonly string[], hashed: string[]): Promise<Read> {
  const text = await readText(file, hashed);
  const manifest = parseManifest(text, file);
  const benchmarks: Benchmark[] = [];
  const groups = new Map<string, Manifest['groups'] extends ReadonlyMap<string, infer M> ? M : never>();
  for (const include of manifest.includes) {
    const other = path.resolve(path.dirname(file), include);
    if (include === '<default>' || within.includes(other) || other === file) {
      throw new UserError({
        code: 'bench/bad-manifest',
        message: `[includes] ${include} is not followed${include === '<default>' ? ': there is no other pyperformance here' : ': it includes itself'}`,
        place: { file },
        hint: 'measure pyperformance’s own benchmarks in a run of their own',
      });
    }
    const read = await readManifest(other, [...within, file], hashed);
    benchmarks.push(...read.benchmarks);
    for (const [name, members] of read.groups) groups.set(name, members);
  }
  for (const { name, metafile } of manifest.benchmarks) {
    benchmarks.push(await readMetafile(name, path.resolve(path.dirname(file), metafile), hashed));
  }
  for (const [name, members] of manifest.groups) groups.set(name, members);
  return { benchmarks, groups };
}

const words = z.union([z.string(), z.array(z.string())]);
const metafileSchema = z.object({
  project: z.object({ 'requires-python': z.string().optional() }).optional(),
  tool: z
    .object({
      pyperformance: z
        .object({
          tags: words.optional(),
          extra_opts: z.array(z.string()).optional(),
          inherits: z.string().optional(),
          runscript: z.string().optional(),
        })
        .optional(),
    })
    .optional(),
});

/** What a metafile does not say, its base says: `inherits`, else of bm_NAME.toml the pyproject.toml beside it. */
async function readMetafile(
  name: string,
  file: string,
  hashed: string[],
  within: readonly string[] = [],
): Promise<Benchmark> {
  const folder = path.dirname(file);
  const { project, tool } = await parseMetafile(file, hashed);
  const own = tool?.pyperformance;
  const given = own?.inherits === '..' ? path.join('..', 'base.toml') : own?.inherits;
  const beside = path.basename(file) === 'pyproject.toml' ? undefined : 'pyproject.toml';
  const baseName = given ?? beside;
  const baseFile = baseName === undefined ? undefined : path.resolve(folder, baseName);
  const inherits = baseFile !== undefined && ![...within, file].includes(baseFile) && (await isFile(baseFile));
  const base = inherits ? await readMetafile(name, baseFile, hashed, [...within, file]) : undefined;
  const runscript = own?.runscript === undefined ? undefined : path.resolve(folder, own.runscript);
  const script = runscript ?? (await existing(path.join(folder, 'run_benchmark.py'))) ?? base?.script;
  if (script === undefined) {
    throw new UserError({
      code: 'bench/no-script',
      message: `the benchmark ${name} has no script`,
      place: { file },
      hint: 'it is run_benchmark.py beside the metafile, or what `runscript` names',
    });
  }
  if (within.length === 0) await readText(script, hashed);
  const tags = typeof own?.tags === 'string' ? own.tags.split(/[,\s]+/) : own?.tags;
  return {
    name,
    tags: (tags ?? base?.tags ?? []).filter((tag) => tag !== ''),
    script,
    options: own?.extra_opts ?? base?.options ?? [],
    requires: project?.['requires-python'] ?? base?.requires,
  };
}

const existing = async (file: string) => ((await isFile(file)) ? file : undefined);

async function parseMetafile(file: string, hashed: string[]): Promise<z.infer<typeof metafileSchema>> {
  const text = await readText(file, hashed);
  const bad = (message: string, line?: number, column?: number) =>
    new UserError({
      code: 'bench/bad-metafile',
      message: `the benchmark’s metadata cannot be read: ${message}`,
      place: { file, ...(line === undefined ? {} : { line, column }) },
      hint: 'mend it there; it is a pyproject.toml with [tool.pyperformance]',
    });
  let found: unknown;
  try {
    found = parse(text);
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    throw bad(error.message.split('\n')[0] ?? '', error.line, error.column);
  }
  const { data, error } = metafileSchema.safeParse(found);
  if (error !== undefined) throw bad(error.issues.map((one) => `${one.path.join('.')}: ${one.message}`).join('; '));
  return data;
}

async function readText(file: string, hashed: string[]): Promise<string> {
  const bytes = await withFileProblems('read pyperformance', () => readFile(file));
  hashed.push(`${sha256(bytes)}  ${path.basename(path.dirname(file))}/${path.basename(file)}`);
  return bytes.toString('utf8');
}

async function versionOf(manifest: string): Promise<string> {
  const file = path.join(path.dirname(manifest), '..', '..', '__init__.py');
  return pyperformanceVersion(await readFile(file, 'utf8').catch(() => ''));
}
