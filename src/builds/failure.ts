import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { lineAt } from '../c/lex.ts';
import type { EditTrace, FileChange, GeneratedPatch } from '../patch/types.ts';
import { type Diagnostic, UserError } from '../system/diagnostic.ts';
import { toPosix } from '../system/paths.ts';
import type { ProcessResult } from '../system/process.ts';
import { type CompilerError, findErrors } from './compiler-errors.ts';
import type { BuildFailure, BuildPlan } from './types.ts';

/** Lines of the log that are shown where no error was recognised. */
const TAIL_LINES = 15;

const HINTS: Readonly<Record<CompilerError['kind'], string>> = {
  compile: 'the whole log is named below',
  link: 'the whole log is named below',
  configure: 'config.log, named below, has the test that failed',
  make: 'a file is missing among the sources, or the Makefile names one that never was',
  crash: 'the interpreter that was just built died while it was used for building: the change breaks it at run time',
};

export interface LogReading {
  readonly findErrors: (log: string) => readonly CompilerError[];
  /** What files are named from, relative to the build's folder. */
  readonly folder: string;
}

const MAKE_LOG: LogReading = { findErrors, folder: 'obj' };

/**
 * What a failed configure or make means for the user.
 * @throws UserError when the disk is full: that says nothing about the variant.
 */
export async function describeFailure(
  plan: BuildPlan,
  step: BuildFailure['step'],
  result: ProcessResult,
  root: string,
  logs: Readonly<Record<string, string>>,
  reading: LogReading = MAKE_LOG,
): Promise<BuildFailure> {
  const log = await readFile(logs[step] ?? '', 'latin1').catch(() => '');
  if (/No space left on device|Disk quota exceeded|not enough space on the disk|fatal error LNK1180/.test(log))
    throw new UserError({
      code: 'build/disk-full',
      message: 'the disk became full while building',
      place: { file: root },
      hint: 'free some space (`forkwright cache --prune` removes old builds), then run the same command again',
    });
  const variant = plan.request.variant;
  const whole = { code: `build/${step}-failed`, message: `${step} of the ${variant} build ${howItEnded(result)}` };
  const logLines = Object.entries(logs).map(([name, file]) => `${name} log: ${file}`);
  const errors = reading.findErrors(log);
  const diagnostics = errors.map((error) => describeError(plan, error, root, reading.folder));
  const tail = log.trimEnd().split('\n').slice(-TAIL_LINES);
  const unknown = { hint: 'the last lines of its log may say why', detail: [...tail, ...logLines] };
  const last: Diagnostic = { ...whole, ...(errors.length > 0 ? { detail: logLines } : unknown) };
  return { variant, key: plan.key, step, diagnostics: [...diagnostics, last], logs };
}

function howItEnded(result: ProcessResult): string {
  if (result.timedOut) return `did not end within ${Math.round(result.durationMs / 60_000)} minutes`;
  return result.exitCode === undefined ? `was ended by ${result.exitSignal}` : `failed (exit code ${result.exitCode})`;
}

function describeError(plan: BuildPlan, error: CompilerError, root: string, folder: string): Diagnostic {
  const code = `build/${error.kind}-error`;
  if (error.file === undefined) return { code, message: error.message, hint: HINTS[error.kind] };
  const src = path.join(root, 'src');
  const relative = toPosix(path.relative(src, path.resolve(root, folder, error.file)));
  const inTree = !relative.startsWith('..') && !path.isAbsolute(relative);
  const file = inTree ? relative : error.file;
  const place = { file, line: error.line, column: error.column };
  const blame = inTree && error.line !== undefined ? blameLine(plan.request.patches, relative, error.line) : undefined;
  const patched = plan.changes.some((change) => change.path === relative);
  let hint = patched ? 'the patch changes this file, elsewhere' : HINTS[error.kind];
  if (blame !== undefined) {
    const { distance, recipe, edit, isGiven } = blame;
    const where = distance === 0 ? 'this was written by' : `${distance} lines from here is`;
    const made = isGiven
      ? `the ${edit.kind} ${recipe}`
      : `edit ${edit.edit + 1} (${edit.kind}) of the recipe ${recipe}`;
    hint = `${where} ${made}: ${edit.why}`;
  }
  return { code, message: error.message, place, hint };
}

/** The recipe and edit (from 0) that `describeError` names in a diagnostic's hint; `undefined` where it names none. */
export function blamedEdit({ hint }: Diagnostic): { readonly recipe: string; readonly edit: number } | undefined {
  const named = /^(?:this was written by|\d+ lines from here is) edit (\d+) \([\w-]+\) of the recipe ([\w.-]+): /.exec(
    hint ?? '',
  );
  return named === null ? undefined : { recipe: named[2] ?? '', edit: Number(named[1]) - 1 };
}

/** The edit of a recipe that a line of a patched file comes from, or lies beside. */
interface Blame {
  readonly recipe: string;
  readonly edit: EditTrace;
  /** No recipe made it: a patch that a person wrote, a commit. */
  readonly isGiven: boolean;
  /** Lines between the error and the edit: 0 when the error lies in what the edit wrote. */
  readonly distance: number;
}

/** Further away than this an edit is not named: a removed declaration is missed some lines below it, not on another page. */
const NEAR_LINES = 3;

/**
 * Finds the edit to which a line of the final file leads back. Patches are undone from the last to the first: a line that
 * the last one did not write is sought where it was before it.
 * @param line counts from 1, in the file as the last patch leaves it.
 */
export function blameLine(patches: readonly GeneratedPatch[], path: string, line: number): Blame | undefined {
  let current = line;
  let nearest: Blame | undefined;
  for (const patch of patches.toReversed()) {
    const change = patch.files.find((file) => file.path === path);
    if (change === undefined) continue;
    const ranges = lineRanges(change);
    for (const { edit, from, to } of ranges) {
      const distance = current < from ? from - current : current > to ? current - to : 0;
      if (distance < (nearest?.distance ?? NEAR_LINES + 1))
        nearest = { recipe: patch.recipe.id, edit, distance, isGiven: patch.origin !== undefined };
    }
    if (nearest?.distance === 0) return nearest;
    const above = ranges.filter((range) => range.to < current);
    current -= above.reduce((sum, range) => sum + range.added, 0);
  }
  return nearest;
}

/** The edits' lines in `after`, from 1, both inclusive, and how many lines each added (negative: removed). */
function lineRanges(change: FileChange) {
  let shift = 0;
  return change.edits.map((edit) => {
    const start = edit.start + shift;
    const end = start + edit.replacement.length;
    shift += edit.replacement.length - (edit.end - edit.start);
    const from = lineAt(change.after, start);
    // An edit that ends with a line's end does not reach into the next line.
    const to = Math.max(from, lineAt(change.after, edit.replacement.endsWith('\n') ? end - 1 : end));
    const lines = (text: string) => lineAt(text, text.length);
    const added = lines(edit.replacement) - lines(change.before.slice(edit.start, edit.end));
    return { edit, from, to, added };
  });
}
