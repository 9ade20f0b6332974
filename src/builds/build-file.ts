import path from 'node:path';
import { z } from 'zod';
import { UserError } from '../system/diagnostic.ts';
import { readJson } from '../system/files.ts';
import type { Frozen } from '../system/frozen.ts';
import { withoutLauncher } from '../targets/launcher.ts';
import { interpreterSchema, printedSchema } from './interpreter-schema.ts';

const strings = z.array(z.string());
const texts = z.record(z.string(), z.string());

const recorded = z.object({
  schemaVersion: z.literal(1),
  /** First 16 hex digits of `fingerprint`: the folder's name, so every variant's path has the same length. */
  key: z.string(),
  fingerprint: z.string(),
  /** What went into the fingerprint, for people: name → value. */
  inputs: z.record(z.string(), z.unknown()),
  target: z.string(),
  pythonVersion: z.string(),
  /** Absolute folders: `src` (sources of this variant), `obj` (where it was built). */
  root: z.string(),
  src: z.string(),
  obj: z.string(),
  /** Absolute path of the interpreter, in `obj`. */
  python: z.string(),
  /** Under an emulator: the script in `obj` that starts it, which is what `sys.executable` names. */
  wrapper: z.string().optional(),
  /** The interpreter's SHA-256: a store entry that was damaged is seen and made again. */
  pythonSha256: z.string(),
  /** As typed, with the variant's own folder written as `$ROOT`. */
  commands: z.object({ configure: strings, make: strings }),
  // Earlier versions recorded what the launcher was told, too.
  env: texts.transform(withoutLauncher),
  /** SHA-256 of pyconfig.h, and of the Makefile with the folder written as `$ROOT`. */
  pyconfigSha256: z.string(),
  makefileSha256: z.string(),
  compiler: z.object({ path: z.string(), version: z.string() }),
  tools: z.array(z.object({ name: z.string(), path: z.string(), version: z.string() })),
  quirks: z.array(z.object({ id: z.string(), why: z.string() })),
  /** Extension modules that could not be built here (missing libraries), as CPython's build lists them. */
  missingModules: strings,
  /** A control's: its objects were linked in another order. Absent where that could not be done. */
  linkOrder: z.object({ seed: z.number(), objects: z.number(), how: z.enum(['archive', 'objects']) }).optional(),
  configureReused: z.boolean(),
  /** Only what depends on the changed sources was compiled; the other objects are those of the baseline, copied. */
  objectsFrom: z.object({ key: z.string(), files: z.number() }).optional(),
  durationsMs: z.object({ tree: z.number(), configure: z.number(), make: z.number() }),
  logs: texts,
  /** Of an interpreter that was built elsewhere: what it says of itself. What only a build knows is empty then. */
  interpreter: interpreterSchema.optional(),
  /** How its fingerprint was made. */
  printed: printedSchema.optional(),
});

/** One variant built for one target: plain data, written beside the build as `build.json`, last. */
export type Build = Frozen<z.infer<typeof recorded>>;

export const buildSchema: z.ZodType<Build> = recorded;

/** The file that makes a folder of the store a build: written last. */
export const buildFile = (root: string): string => path.join(root, 'build.json');

/** A build's record. @returns `undefined` when there is none, or it cannot be read: such an entry is made again. */
export async function readBuild(root: string): Promise<Build | undefined> {
  try {
    return await readJson(buildFile(root), buildSchema, "the build's record");
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}
