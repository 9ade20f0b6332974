import picomatch from 'picomatch';
import { cParser, type Parser } from '../c/parser.ts';
import type { PythonVersion } from '../checkout/types.ts';
import { holds, interpolate } from '../recipe/params.ts';
import type { Edit, EditKind } from '../recipe/schema.ts';
import type { LoadedRecipe, Params } from '../recipe/types.ts';
import { isVersion } from '../recipe/version-range.ts';
import { UserError } from '../system/diagnostic.ts';
import { dropFieldFinder } from './edits/drop-field.ts';
import { dropFunctionFinder } from './edits/drop-function.ts';
import { dropGuardedLoadFinder } from './edits/drop-guarded-load.ts';
import { dropStatementFinder } from './edits/drop-statement.ts';
import { foldFinder } from './edits/fold.ts';
import { insertFinder } from './edits/insert.ts';
import { replaceExpressionFinder } from './edits/replace-expression.ts';
import { findComment, findDefine, findText, type TextFinding } from './edits/text.ts';
import { BadPattern, compilePattern, type Pattern } from './pattern.ts';
import type { Finder } from './site.ts';

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
  /** Looks at parsed C. */
  readonly finder?: Finder | undefined;
  /** Looks at plain text. */
  readonly text?: ((text: string) => TextFinding) | undefined;
  readonly configure?: string | undefined;
  /** Only CPython's own tests: a tree without them needs none of it. */
  readonly testsOnly: boolean;
}

/** An edit that is not for this version or these parameters, and why. */
export interface SkippedEdit {
  readonly index: number;
  readonly kind: EditKind;
  readonly why: string;
  readonly reason: string;
}

const C_FILE = /\.[ch]$/;

/** `2`, `0..1`, `1..n` as bounds. */
export function bounds(times: string | number | undefined): { min: number; max: number } {
  const [low = '1', high] = String(times ?? 1).split('..');
  return {
    min: Number(low),
    max: high === undefined ? Number(low) : high === 'n' ? Number.POSITIVE_INFINITY : Number(high),
  };
}

/**
 * Makes a recipe's edits ready. The C parser is started only when a pattern needs it.
 * @throws UserError with the YAML place of a pattern that is not C.
 */
export async function compileEdits(
  loaded: LoadedRecipe,
  params: Params,
  version: PythonVersion,
): Promise<{ edits: CompiledEdit[]; skipped: SkippedEdit[] }> {
  const edits: CompiledEdit[] = [];
  const skipped: SkippedEdit[] = [];
  for (const [index, edit] of loaded.recipe.edits.entries()) {
    const why = edit.why ?? loaded.recipe.title;
    if (edit.versions !== undefined && !isVersion(edit.versions, version))
      skipped.push({ index, kind: edit.kind, why, reason: `it is for CPython ${edit.versions}` });
    else if (!holds(edit.when, params)) {
      const wanted = Object.entries(edit.when ?? {}).map(([k, v]) => `${k}=${Array.isArray(v) ? v.join('|') : v}`);
      skipped.push({ index, kind: edit.kind, why, reason: `it is for ${wanted.join(', ')}` });
    } else edits.push(await compileEdit(loaded, edit, index, why, params));
  }
  return { edits, skipped };
}

async function compileEdit(
  loaded: LoadedRecipe,
  edit: Edit,
  index: number,
  why: string,
  params: Params,
): Promise<CompiledEdit> {
  const parser = async (): Promise<Parser> => cParser();
  const pattern = async (text: string, key: string): Promise<Pattern> => {
    try {
      return compilePattern(await parser(), interpolate(text, params));
    } catch (error) {
      if (!(error instanceof BadPattern)) throw error;
      const place = loaded.placeOf(['edits', index, edit.kind, key]);
      throw new UserError({ code: 'recipe/bad-pattern', message: error.message, place, hint: 'correct the pattern' });
    }
  };
  const files = edit.files === undefined ? undefined : picomatch([...edit.files]);
  const testsOnly = edit.files?.every((f) => f.startsWith('Lib/test/')) ?? false;
  const base = { index, kind: edit.kind, why, ...bounds(edit.times), testsOnly };
  const inC = { ...base, concerns: (f: string) => C_FILE.test(f) && (files?.(f) ?? true) };
  const inAny = { ...base, concerns: (f: string) => files?.(f) ?? true };
  const c = (finder: Finder): CompiledEdit => ({ ...inC, finder, looksFor: finder.looksFor });
  switch (edit.kind) {
    case 'fold': {
      const dead = edit.dead === undefined ? [] : Array.isArray(edit.dead) ? edit.dead : [edit.dead];
      const patterns: Pattern[] = [];
      for (const d of dead) patterns.push(await pattern(d, 'dead'));
      return c(foldFinder({ condition: await pattern(edit.if, 'if'), is: edit.is, dead: patterns }));
    }
    case 'drop-statement':
      return c(dropStatementFinder(await pattern(edit.match, 'match')));
    case 'drop-guarded-load':
      return c(dropGuardedLoadFinder(await parser(), edit.field));
    case 'drop-field':
      return c(dropFieldFinder(edit.struct, edit.field));
    case 'drop-function':
      return c(dropFunctionFinder(edit.name));
    case 'replace-expression':
      return c(replaceExpressionFinder(await pattern(edit.match, 'match'), edit.with, edit.in));
    case 'insert': {
      const where = edit.before === undefined ? 'after' : 'before';
      const anchor = await pattern(edit.before ?? edit.after ?? '', where);
      return c(insertFinder({ anchor, where, text: edit.text, inFunction: edit.in }));
    }
    case 'set-define': {
      const value = interpolate(String(edit.value), params);
      const where = Object.entries(edit.given ?? {}).map(([macro, is]) => `${is ? '' : '!'}defined(${macro})`);
      return {
        ...inC,
        text: (t) => findDefine(t, edit.name, value, edit.given),
        looksFor: `#define ${edit.name}, to be ${value}${where.length === 0 ? '' : `, where ${where.join(' && ')}`}`,
      };
    }
    case 'edit-comment': {
      const by = interpolate(edit.with, params);
      return {
        ...inC,
        text: (t) => findComment(t, { ...edit, with: by }),
        looksFor: `the comment about "${edit.about}"`,
      };
    }
    case 'edit-text': {
      const choices = [{ find: edit.find, with: edit.with }, ...(edit.or ?? [])].map((x) => ({
        find: interpolate(x.find, params),
        with: interpolate(x.with, params),
      }));
      const looksFor = choices.map((x) => `"${x.find.split('\n')[0]?.trim()}"`).join(' or ');
      return { ...inAny, text: (t) => findText(t, choices), looksFor };
    }
    case 'build-option':
      return {
        ...base,
        concerns: () => false,
        configure: interpolate(edit.configure, params),
        looksFor: `configure ${edit.configure}`,
      };
  }
}
