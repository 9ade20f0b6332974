import picomatch from 'picomatch';
import { cParser, type Parser } from '../c/parser.ts';
import { utf8AsLatin1 } from '../checkout/latin1.ts';
import type { PythonVersion } from '../checkout/types.ts';
import { holds, interpolate, resolveParams } from '../recipe/params.ts';
import type { Edit, EditKind } from '../recipe/schema.ts';
import type { LoadedRecipe, Params } from '../recipe/types.ts';
import { isVersion } from '../recipe/version-range.ts';
import { type Diagnostic, UserError } from '../system/diagnostic.ts';
import { EDITS, type EditOf, givenText, type Making, type TextLook } from './edits/index.ts';
import { checkOwnResult } from './edits/made.ts';
import type { Renaming } from './edits/rename.ts';
import type { AddedFields } from './edits/struct-format.ts';
import type { LayoutChange } from './layout-users.ts';
import { formatOf } from './parts/index.ts';
import { BadPattern, compilePattern, madePattern } from './pattern.ts';
import { bounds, type Finder, type NewFile } from './site.ts';
import type { Dropped } from './sources.ts';
import { compileTemplate } from './template.ts';

/** An edit made ready for one version and one set of parameters. */
export interface CompiledEdit {
  readonly index: number;
  readonly kind: EditKind;
  readonly why: string;
  readonly looksFor: string;
  /** How often it must match, over all files. */
  readonly min: number;
  readonly max: number;
  readonly concerns: (file: string) => boolean;
  readonly finder?: Finder | undefined;
  readonly text?: TextLook | undefined;
  /** Where what it looks for stands outside of the part that it names. */
  readonly near?: ((text: string) => readonly number[]) | undefined;
  readonly configure?: string | undefined;
  /** Targets of make that make files of what the recipe changes. */
  readonly make?: readonly string[] | undefined;
  /** A whole file that it brings. */
  readonly file?: NewFile | undefined;
  /** The macro whose value it sets, and whether this version is known to have it. */
  readonly optional?: { readonly macro: string; readonly known: boolean } | undefined;
  /** Only CPython's own tests: a tree without them needs none of it. */
  readonly testsOnly: boolean;
  /** It is also made in files that the user includes. */
  readonly anywhere: boolean;
  /** What it makes may be there by chance. */
  readonly byChance: boolean;
  /** An identifier that no code may use any more. */
  readonly drops?: Dropped | undefined;
  /** A name that it gives something else. */
  readonly renames?: Renaming | undefined;
  /** The layout of a struct that it changes, with the lists of values that it has changed itself. */
  readonly lays?: ((isHandled: LayoutChange['isHandled']) => LayoutChange) | undefined;
  /** The members that it adds to a struct. */
  readonly fields?: (AddedFields & { readonly struct: string }) | undefined;
  /** A name that nothing else of the tree may define. */
  readonly adds?: string | undefined;
  /** Edits with the same word do one thing in several shapes. */
  readonly shapeOf?: string | undefined;
  /** Not to be tried where the recipe's C files have this identifier. */
  readonly lacks?: string | undefined;
}

/** An edit that is not for this version or these parameters, and why. */
export interface SkippedEdit {
  readonly index: number;
  readonly kind: EditKind;
  readonly why: string;
  readonly reason: string;
}

const C_FILE = /\.[ch]$/;

/**
 * Makes a recipe's edits ready. The C parser is started only when a pattern needs it.
 * @throws UserError with the YAML places of all that is wrong in any edit, be it for this version or not.
 */
export async function compileEdits(
  loaded: LoadedRecipe,
  params: Params,
  version: PythonVersion,
): Promise<{ edits: CompiledEdit[]; skipped: SkippedEdit[] }> {
  const edits: CompiledEdit[] = [];
  const skipped: SkippedEdit[] = [];
  const problems: Diagnostic[] = [];
  for (const [index, edit] of loaded.recipe.edits.entries()) {
    const why = edit.why ?? loaded.recipe.title;
    const compiled = await compileEdit(loaded, edit, index, why, params, version).catch((error: unknown) => {
      if (!(error instanceof UserError)) throw error;
      problems.push(...error.diagnostics);
    });
    if (edit.versions !== undefined && !isVersion(edit.versions, version))
      skipped.push({ index, kind: edit.kind, why, reason: `it is for CPython ${edit.versions}` });
    else if (!holds(edit.when, params)) {
      const wanted = Object.entries(edit.when ?? {}).map(([k, v]) => `${k}=${Array.isArray(v) ? v.join('|') : v}`);
      skipped.push({ index, kind: edit.kind, why, reason: `it is for ${wanted.join(', ')}` });
    } else if (compiled !== undefined) edits.push(compiled);
  }
  if (problems.length > 0) throw new UserError(problems);
  return { edits, skipped };
}

/** What is wrong with a recipe's edits that can be seen without a tree; empty when they are fine. */
export async function lintEdits(loaded: LoadedRecipe): Promise<readonly Diagnostic[]> {
  const any = { major: 3, minor: 9, micro: 0, level: 'final', serial: 0, text: '3.9.0', short: '3.9' } as const;
  try {
    await compileEdits(loaded, resolveParams(loaded, {}), any);
    return [];
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return error.diagnostics;
  }
}

async function compileEdit(
  loaded: LoadedRecipe,
  edit: Edit,
  index: number,
  why: string,
  params: Params,
  version: PythonVersion,
): Promise<CompiledEdit> {
  const inFile = (text: string) => utf8AsLatin1(interpolate(text, params));
  const read = async <T>(text: string, key: string, compile: (parser: Parser, text: string) => T): Promise<T> => {
    try {
      return compile(await cParser(), inFile(text));
    } catch (error) {
      if (!(error instanceof BadPattern)) throw error;
      const { message, hint = 'correct the pattern' } = error;
      throw new UserError({
        code: 'recipe/bad-pattern',
        message,
        place: loaded.placeOf(['edits', index, edit.kind, key]),
        hint,
      });
    }
  };
  const macros = loaded.recipe.macros ?? {};
  const making: Making = {
    params,
    inFile,
    parser: cParser,
    pattern: (text, key, kind) => read(text, key, (parser, source) => compilePattern({ parser, macros }, source, kind)),
    template: (text, key, of) => read(text, key, (parser, source) => compileTemplate({ parser, macros }, source, of)),
    made: (text, key, pattern) =>
      read(text, key, (parser, source) => {
        const made = madePattern({ parser, macros }, source);
        checkOwnResult({ parser, macros }, source, pattern, made);
        return made;
      }),
    code: read,
    macros,
    check: async (text, key, wrong) => {
      await read(text, key, (_, source) => wrong(source));
    },
  };
  // Each maker is given the edits of its own kind, which the compiler cannot follow through the list.
  const {
    make,
    drops,
    adds,
    fields,
    lays,
    renames,
    times,
    anywhere = false,
    byChance,
  } = EDITS[edit.kind] as (typeof EDITS)['fold'];
  const made = await make(edit as EditOf<'fold'>, making);
  const files = edit.files === undefined ? undefined : picomatch([...edit.files]);
  const isLooked = (file: string) => {
    if ('configure' in made || 'file' in made) return false;
    const kind = 'in' in made ? made.in : 'c';
    return kind === 'any' || (kind === 'parts' ? formatOf(file) !== undefined : C_FILE.test(file));
  };
  const within = 'find' in made && 'in' in edit ? [edit.in].flat()[0] : undefined;
  const given = 'find' in made && 'given' in edit ? edit.given : undefined;
  const where = `${within === undefined ? '' : `, in ${within}()`}${givenText(given)}`;
  return {
    index,
    kind: edit.kind,
    why,
    ...bounds(edit.times ?? times),
    looksFor: made.looksFor + where,
    concerns: (file) => isLooked(file) && (files?.(file) ?? true),
    testsOnly: edit.files?.every((f) => f.startsWith('Lib/test/')) ?? false,
    anywhere,
    shapeOf: edit['shape-of'],
    lacks: edit.lacks,
    optional: optionalMacro(edit, version),
    byChance: byChance?.(edit as EditOf<'fold'>) ?? false,
    drops: drops?.(edit as EditOf<'fold'>),
    renames: renames?.(edit as EditOf<'fold'>),
    lays: await lays?.(edit as EditOf<'fold'>, making),
    fields: await fields?.(edit as EditOf<'fold'>, making),
    adds: await adds?.(edit as EditOf<'fold'>, making),
    ...('find' in made
      ? { finder: { ...made, within, given } }
      : 'text' in made
        ? { text: made.text, near: made.near }
        : 'file' in made
          ? { file: made.file }
          : 'make' in made
            ? { make: made.make }
            : { configure: made.configure }),
  };
}

/** The macro that an edit sets where a tree has it. */
function optionalMacro(edit: Edit, version: PythonVersion): CompiledEdit['optional'] {
  if (edit.kind !== 'set-define') return undefined;
  return { macro: edit.name, known: edit.known !== undefined && isVersion(edit.known, version) };
}
