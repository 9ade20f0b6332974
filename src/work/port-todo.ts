import { existsSync } from 'node:fs';
import { readFile, rename } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { splitLines } from '../diff/apply.ts';
import { type Conflict, keyOf, type PortResult } from '../patch/port/index.ts';
import type { Context } from '../system/context.ts';
import { UserError } from '../system/diagnostic.ts';
import { makeFolder, readJson, writeFileAtomic, writeJson } from '../system/files.ts';
import { sha256 } from '../system/hash.ts';

/** What was asked for, so that `--continue` goes on with the same. */
const requestSchema = z.object({
  patches: z.array(z.string()),
  from: z.string(),
  checkout: z.string(),
  strip: z.number().optional(),
  accept: z.enum(['proven', 'likely']),
  output: z.string().optional(),
  outDir: z.string().optional(),
});

export type PortTask = z.infer<typeof requestSchema>;

const todoSchema = z.object({
  schemaVersion: z.literal(1),
  request: requestSchema,
  files: z.array(
    z.object({
      /** Below the folder. */
      file: z.string(),
      /** As it was written, as latin1. */
      asked: z.string(),
      conflicts: z.array(z.object({ key: z.string(), start: z.number(), end: z.number() })),
    }),
  ),
  /** The rest that is between no marks, as a diff for each patch: one that a person removed is left out. */
  rests: z.array(z.object({ file: z.string(), sha256: z.string() })),
  /** What a person made of each conflict, by its key: texts as latin1. */
  resolutions: z.record(z.string(), z.string()),
});

type Todo = z.infer<typeof todoSchema>;

const STATE = 'port.json';
const hashOf = (text: string): string => sha256(Buffer.from(text, 'latin1'));

/** Where what a person said to conflicts is kept for other versions. */
const memory = (cacheDir: string, key: string): string => path.join(cacheDir, 'resolutions', key);

/** What to answer to a conflict: as it was said in this port, or, unless only that counts, remembered of another one. */
export function resolutionsOf(said: Readonly<Record<string, string>>, { cacheDir }: Pick<Context, 'cacheDir'>) {
  return async (key: string, here: boolean): Promise<string | undefined> => {
    const known = said[key];
    if (known !== undefined || here) return known;
    const file = memory(cacheDir, key);
    return existsSync(file) ? readFile(file, 'latin1') : undefined;
  };
}

/**
 * Writes what a person has to do: each file with a conflict, and the rest as diffs. Files that are there and ask the same are
 * left as they are, with what a person did in them; others that were changed are kept as `FILE.before`.
 */
export async function writeTodo(
  folder: string,
  request: PortTask,
  result: PortResult,
  before: Todo | undefined,
): Promise<void> {
  const files: Todo['files'] = [];
  const rests: Todo['rests'] = [];
  await makeFolder(folder);
  for (const [i, patch] of result.patches.entries()) {
    const name = `${String(i + 1).padStart(4, '0')}-${path.basename(patch.name).replace(/[^\w.+-]/g, '-')}`;
    for (const { path: of, text, conflicts } of patch.unfinished) {
      const file = path.posix.join(name, of);
      const at = path.join(folder, file);
      const known = before?.files.find((f) => f.file === file);
      const isOther = known?.asked !== text;
      if (existsSync(at) && isOther && (await readFile(at, 'latin1')) !== known?.asked)
        await rename(at, `${at}.before`);
      if (!existsSync(at) || isOther) {
        await makeFolder(path.dirname(at));
        await writeFileAtomic(at, Buffer.from(text, 'latin1'));
      }
      files.push({ file, asked: text, conflicts: [...conflicts] });
    }
    const rest = restOf(patch);
    if (rest === undefined) continue;
    const file = path.posix.join(name, 'rest.diff');
    await makeFolder(path.dirname(path.join(folder, file)));
    await writeFileAtomic(path.join(folder, file), Buffer.from(rest, 'latin1'));
    rests.push({ file, sha256: hashOf(rest) });
  }
  const todo: Todo = { schemaVersion: 1, request, files, rests, resolutions: before?.resolutions ?? {} };
  await writeJson(path.join(folder, STATE), todo);
}

/** What is left of a patch in files of which the new tree has none, or another one: as a diff. */
export function restOf({ changes, unfinished, rejected }: PortResult['patches'][number]): string | undefined {
  const asked = new Set(unfinished.map((file) => file.path));
  const left = changes.filter(
    ({ outcome, oldFile, newFile }) => outcome === 'needs-a-person' && !asked.has(newFile ?? oldFile),
  );
  return left.length === 0 ? undefined : rejected;
}

/** Whether a person took the rest of a patch out: it is left out of the port then. */
export const isDropped = (rest: string, said: Readonly<Record<string, string>>): boolean =>
  said[hashOf(rest)] !== undefined;

/**
 * Reads what a person did: each file in which no marks are left says what stands at its conflicts. It is remembered for other
 * versions, too.
 * @returns the request, all that was said, and the files in which marks are left.
 * @throws UserError when the folder is not of a port.
 */
export async function readTodo(
  folder: string,
  { cacheDir }: Pick<Context, 'cacheDir'>,
): Promise<{ readonly todo: Todo; readonly open: readonly string[] }> {
  const state = path.join(folder, STATE);
  if (!existsSync(state))
    throw new UserError({
      code: 'cli/no-port',
      message: `${folder} is not what \`forkwright port\` left to do: it has no ${STATE}`,
      place: { file: folder },
      hint: 'name the folder that the report named: FILE.todo beside the patch that was written',
    });
  const todo = await readJson(state, todoSchema, 'what a port left to do');
  if (todo === undefined) throw new Error(`${state} was there a moment ago`);
  const open: string[] = [];
  const resolutions: Record<string, string> = { ...todo.resolutions };
  for (const { file, asked, conflicts } of todo.files) {
    const at = path.join(folder, file);
    const text = existsSync(at) ? await readFile(at, 'latin1') : '';
    const marks = splitLines(text).findIndex((line) => /^(?:<{7} |\|{7} |>{7} )/.test(line));
    if (marks >= 0 || text === asked || !existsSync(at)) {
      open.push(`${at}${marks < 0 ? '' : `:${marks + 1}`}`);
      continue;
    }
    resolutions[keyOf(asked)] = text;
    for (const [key, said] of answersIn(text, asked, conflicts)) {
      resolutions[key] = said;
      await makeFolder(path.join(cacheDir, 'resolutions'));
      await writeFileAtomic(memory(cacheDir, key), Buffer.from(said, 'latin1'));
    }
  }
  for (const { file, sha256: sum } of todo.rests) if (!existsSync(path.join(folder, file))) resolutions[sum] = '';
  return { todo: { ...todo, resolutions }, open };
}

/** What stands at each conflict now; nothing where a person changed other lines, too: then only the whole file is an answer. */
function answersIn(
  text: string,
  asked: string,
  conflicts: readonly Conflict[],
): readonly (readonly [string, string])[] {
  const lines = splitLines(asked);
  let rest = text;
  const out: [string, string][] = [];
  for (const [i, { key, start, end }] of conflicts.entries()) {
    const before = lines.slice(conflicts[i - 1]?.end ?? 0, start).join('');
    if (!rest.startsWith(before)) return [];
    rest = rest.slice(before.length);
    const after = lines.slice(end, conflicts[i + 1]?.start).join('');
    const at = i === conflicts.length - 1 ? rest.length - after.length : rest.indexOf(after);
    if (at < 0 || !rest.slice(at).startsWith(after) || (after === '' && i < conflicts.length - 1)) return [];
    out.push([key, rest.slice(0, at).replaceAll('\r\n', '\n')]);
    rest = rest.slice(at);
  }
  return out;
}
