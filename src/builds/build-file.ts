import path from 'node:path';
import { z } from 'zod';
import { UserError } from '../system/diagnostic.ts';
import { readJson } from '../system/files.ts';
import { withoutLauncher } from '../targets/launcher-environment.ts';
import type { Build } from './types.ts';

const strings = z.array(z.string());
const texts = z.record(z.string(), z.string());

const buildSchema = z.object({
  schemaVersion: z.literal(1),
  key: z.string(),
  fingerprint: z.string(),
  inputs: z.record(z.string(), z.unknown()),
  target: z.string(),
  pythonVersion: z.string(),
  root: z.string(),
  src: z.string(),
  obj: z.string(),
  python: z.string(),
  wrapper: z.string().optional(),
  pythonSha256: z.string(),
  commands: z.object({ configure: strings, make: strings }),
  // Earlier versions recorded what the launcher was told, too.
  env: texts.transform(withoutLauncher),
  pyconfigSha256: z.string(),
  makefileSha256: z.string(),
  compiler: z.object({ path: z.string(), version: z.string() }),
  tools: z.array(z.object({ name: z.string(), path: z.string(), version: z.string() })),
  quirks: z.array(z.object({ id: z.string(), why: z.string() })),
  missingModules: strings,
  linkOrder: z.object({ seed: z.number(), objects: z.number(), how: z.enum(['archive', 'objects']) }).optional(),
  configureReused: z.boolean(),
  durationsMs: z.object({ tree: z.number(), configure: z.number(), make: z.number() }),
  logs: texts,
});

/** The file that makes a folder of the store a build: written last. */
export function buildFile(root: string): string {
  return path.join(root, 'build.json');
}

/** A build's record. @returns `undefined` when there is none, or it cannot be read: such an entry is made again. */
export async function readBuild(root: string): Promise<Build | undefined> {
  try {
    return (await readJson(buildFile(root), buildSchema, "the build's record")) as Build | undefined;
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}
