import type { Macros } from '../../c/declared-macros.ts';
import { tokens } from '../../c/lex.ts';
import type { Parser } from '../../c/parser.ts';
import { LEVEL } from '../../c/precedence.ts';
import { readC } from '../../c/source.ts';
import { utf8AsLatin1 } from '../../checkout/latin1.ts';
import { interpolate } from '../../recipe/params.ts';
import type { Edit, EditKind } from '../../recipe/schema.ts';
import type { Params } from '../../recipe/types.ts';
import type { LayoutChange } from '../layout-users.ts';
import { formatOf, partsIn } from '../parts/index.ts';
import type { Part } from '../parts/part.ts';
import { BadPattern, type CKind, isStatement, type Pattern } from '../pattern.ts';
import { bounds, type Finder, type FinderContext, type NewFile } from '../site.ts';
import type { Dropped } from '../sources.ts';
import { compileTemplate, type Template, type TemplateOf } from '../template.ts';
import { findNewBranch, wholeConditionals } from './add-branch.ts';
import { findFieldPlace, layoutChange, type NewFields, readFields, readValue } from './add-field.ts';
import { findFunctionPlace, newName, readFunction } from './add-function.ts';
import { findRowPlace, readRowPattern, readRows } from './add-row.ts';
import { describePlace } from './beside.ts';
import { inLinesOfC } from './c-lines.ts';
import { compileCondition, findCondition } from './condition.ts';
import { dropFieldFinder } from './drop-field.ts';
import { dropFunctionFinder } from './drop-function.ts';
import { dropGuardedLoadFinder } from './drop-guarded-load.ts';
import { dropStatementFinder } from './drop-statement.ts';
import { foldFinder } from './fold.ts';
import { findGuardedLines, guardFinder, onlyDirectives, readDirective } from './guard.ts';
import { insertFinder } from './insert.ts';
import { findAddedLines, findDroppedLines, findReplacedParts } from './lines.ts';
import { checkName, findRename, type Renaming } from './rename.ts';
import { rewriteFinder } from './rewrite.ts';
import { type AddedFields, findStructFormat } from './struct-format.ts';
import { findComment, findDefine, findInclude, findText, type TextFinding } from './text.ts';

/** What an edit is made ready with. */
export interface Making {
  readonly params: Params;
  readonly parser: () => Promise<Parser>;
  /** Reads a pattern of the recipe, with parameters put in; `key` is where it stands in the edit, for messages. */
  readonly pattern: (text: string, key: string, kind?: CKind) => Promise<Pattern>;
  /** Text of the recipe as it stands in files: with parameters put in, and in bytes. */
  readonly inFile: (text: string) => string;
  /** Reads what comes in a pattern's place, or beside it. */
  readonly template: (text: string, key: string, of: TemplateOf) => Promise<Template>;
  /**
   * Reads what an edit makes of a pattern as a pattern, for finding it; `undefined` where nothing could be found by it.
   * What would be matched again is no result.
   */
  readonly made: (text: string, key: string, of: Pattern) => Promise<Pattern | undefined>;
  /** Reads C that is put in as it is, with parameters put in. */
  readonly code: <T>(text: string, key: string, read: (parser: Parser, text: string) => T) => Promise<T>;
  /** What the recipe says of macros that are no C by themselves. */
  readonly macros: Macros;
  /** Reads other text; `wrong` throws BadPattern when it is not as it must be. */
  readonly check: (text: string, key: string, wrong: (text: string) => unknown) => Promise<void>;
}

/** What an edit wants of a file's plain text. */
export type TextLook = (text: string, context: FinderContext, path: string) => TextFinding;

/** An edit made ready: it looks at parsed C, or at the text of C files, of all or of those with named parts, or it brings a file, or asks for an option of configure. */
export type Made =
  | Finder
  | {
      readonly in: 'c' | 'any' | 'parts';
      readonly looksFor: string;
      readonly text: TextLook;
      /** Where what it looks for stands outside of the part that it names. */
      readonly near?: (text: string) => readonly number[];
    }
  | { readonly looksFor: string; readonly file: NewFile }
  | { readonly looksFor: string; readonly configure: string }
  | { readonly looksFor: string; readonly make: readonly string[] };

export type EditOf<K extends EditKind> = Extract<Edit, { kind: K }>;

interface EditMaker<K extends EditKind> {
  make(edit: EditOf<K>, making: Making): Made | Promise<Made>;
  /** It says what becomes of a use, wherever it is: it is also made in files that the user includes. */
  readonly anywhere?: true;
  /** Whether what it makes may be there by chance, without the recipe. */
  byChance?(edit: EditOf<K>): boolean;
  /** An identifier that no code may use any more, wherever in the tree. */
  drops?(edit: EditOf<K>): Dropped;
  /** A name that it gives something else. */
  renames?(edit: EditOf<K>): Renaming;
  /** How often it must match, where a recipe does not say it; default: once. */
  readonly times?: string;
  /** The layout of a struct that it changes. */
  lays?(edit: EditOf<K>, making: Making): Promise<(isHandled: LayoutChange['isHandled']) => LayoutChange>;
  /** The members that it adds to a struct. */
  fields?(edit: EditOf<K>, making: Making): Promise<AddedFields & { readonly struct: string }>;
  /** A name that nothing else of the tree may define. */
  adds?(edit: EditOf<K>, making: Making): Promise<string | undefined>;
}

/** The value of a macro in parentheses, if what stands beside it in code could take it apart: `(1 << 4)`; a list is meant. */
async function whole(value: string, parser: Making['parser']): Promise<string> {
  if (/^-?[\w.]*$/.test(value) || isStatement(value)) return value;
  try {
    const { level } = compileTemplate({ parser: await parser() }, value);
    return LEVEL.comma < level && level < LEVEL.postfix ? `(${value})` : value;
  } catch (error) {
    // A macro may stand for what is no expression.
    if (error instanceof BadPattern) return value;
    throw error;
  }
}

async function newFields(edit: EditOf<'add-field'>, { code, macros }: Making): Promise<NewFields> {
  const initial =
    edit.initial === undefined
      ? undefined
      : await code(String(edit.initial), 'initial', (parser, text) => readValue({ parser, macros }, text));
  const fields = await code(edit.declare, 'declare', (parser, text) => readFields({ parser, macros }, text));
  return { ...edit, ...fields, initial };
}

const newFunction = (edit: EditOf<'add-function'>, { code, macros }: Making) =>
  code(edit.text, 'text', (parser, text) => readFunction({ parser, macros }, text));

function oneLine(value: string): void {
  if (/[\r\n]/.test(value) || [...tokens(value)].some((t) => t.kind === 'comment'))
    throw new BadPattern('the value of a macro is one line of code, without a comment');
}

function insideComment(text: string): void {
  if (/\*\/|\/\*/.test(text)) throw new BadPattern('the text would end the comment, or begin another');
}

function onlyStatements(pattern: Pattern): void {
  if (!pattern.isStatement)
    throw new BadPattern('an expression cannot stand under an #if by itself', 'write the whole statement');
}

/** Where an edit of an `#if` looks, for messages. */
const whereOf = ({ holds, in: name }: { readonly holds?: string | undefined; readonly in?: string | undefined }) => [
  ...(holds === undefined ? [] : [`around ${holds}`]),
  ...(name === undefined ? [] : [`in ${name}`]),
];

/** For messages: `, where !defined(X)`. */
export function givenText(given: Readonly<Record<string, boolean>> = {}): string {
  const said = Object.entries(given).map(([macro, is]) => `${is ? '' : '!'}defined(${macro})`);
  return said.length === 0 ? '' : `, where ${said.join(' && ')}`;
}

const quoted = (text: string): string => `"${text.split('\n')[0]?.trim()}"`;

/** An edit of text in named parts of files, or in whole files. */
function inParts(
  named: string | readonly string[] | undefined,
  inFile: Making['inFile'],
  what: string,
  isWhole: boolean,
  look: (text: string, parts: readonly Part[], path: string) => TextFinding,
): Made {
  const names = named === undefined ? [] : [named].flat().map(inFile);
  return {
    in: names.length === 0 ? 'any' : 'parts',
    looksFor: [what, ...[...names].reverse()].join(' in '),
    text: (text, _, path) => look(text, partsIn(text, formatOf(path), names), path),
    near: (text) =>
      isWhole || names.length === 0
        ? []
        : look(text, partsIn(text, undefined, []), '').places.map((p) => p.shown ?? p.start),
  };
}

const REWRITE = {
  make: async (edit: EditOf<'rewrite' | 'replace-expression'>, { pattern: read, template, made }: Making) => {
    const pattern = await read(edit.match, 'match', 'block');
    const by = await template(edit.with, 'with', { pattern });
    return rewriteFinder({ pattern, by, made: await made(edit.with, 'with', pattern) });
  },
  byChance: (edit: EditOf<'rewrite' | 'replace-expression'>) => bounds(edit.times).min === 0,
};

/** All that the generator knows of each kind of edit; recipe/schema.ts says how a recipe writes it. */
export const EDITS: { readonly [K in EditKind]: EditMaker<K> } = {
  fold: {
    anywhere: true,
    make: async (edit, { pattern }) => {
      const dead: Pattern[] = [];
      for (const text of [edit.dead ?? []].flat()) dead.push(await pattern(text, 'dead'));
      return foldFinder({ condition: await pattern(edit.if, 'if', 'expression'), is: edit.is, dead });
    },
  },
  'drop-statement': {
    anywhere: true,
    make: async (edit, { pattern }) => dropStatementFinder(await pattern(edit.match, 'match', 'statement')),
  },
  'drop-guarded-load': {
    anywhere: true,
    make: async (edit, { parser }) => dropGuardedLoadFinder(await parser(), edit.field),
  },
  'drop-field': {
    make: (edit) => dropFieldFinder(edit.struct, edit.field),
    drops: (edit) => ({ name: edit.field, struct: edit.struct }),
  },
  'drop-function': {
    make: (edit) => dropFunctionFinder(edit.name),
    drops: (edit) => ({ name: edit.name }),
  },
  'add-field': {
    make: async (edit, making) => {
      const added = await newFields(edit, making);
      return {
        in: 'c',
        text: (t, context) => findFieldPlace(t, added, context.texts),
        looksFor: `the struct ${edit.struct}, to add a member ${describePlace(edit)}`,
      };
    },
    fields: newFields,
    lays: async (edit, making) => {
      const added = await newFields(edit, making);
      return (isHandled) => layoutChange(added, isHandled);
    },
  },
  'add-function': {
    make: async (edit, making) => {
      const added = await newFunction(edit, making);
      return {
        in: 'c',
        text: (t, { macros }, path) => findFunctionPlace(readC(path, t, macros), added, edit),
        looksFor: `a place for ${added.name}, ${describePlace(edit)}`,
      };
    },
    adds: async (edit, making) => newName(await newFunction(edit, making)),
  },
  'add-row': {
    make: async (edit, { code, macros }) => {
      const added = await code(edit.text, 'text', (parser, text) => readRows({ parser, macros }, text));
      const row = edit.before ?? edit.after;
      const key = edit.before === undefined ? 'after' : 'before';
      const beside = row === undefined ? undefined : await code(row, key, (_, text) => readRowPattern(text));
      return {
        in: 'any',
        text: (t, context, path) => findRowPlace(readC(path, t, context.macros), edit.table, added, edit, beside),
        looksFor: `the table ${edit.table}, to add a row ${describePlace(edit)}`,
      };
    },
  },
  'set-define': {
    byChance: () => true,
    make: async (edit, { inFile, parser, check }) => {
      await check(String(edit.value), 'value', oneLine);
      const wanted = inFile(String(edit.value));
      const value = await whole(wanted, parser);
      return {
        in: 'c',
        text: (t) => findDefine(t, edit.name, value, edit.given, [wanted, ...(edit.keep ?? [])].map(String)),
        looksFor: `#define ${edit.name}, to be ${value}${givenText(edit.given)}`,
      };
    },
  },
  rewrite: REWRITE,
  'replace-expression': REWRITE,
  'edit-condition': {
    make: async (edit, { code, parser }) => {
      const condition = await code(edit.if, 'if', compileCondition);
      const by = await code(edit.with, 'with', compileCondition);
      const found = { condition, by, holds: edit.holds, within: edit.in, labels: edit.labels ?? {} };
      const c = await parser();
      return {
        in: 'c',
        text: (t, _, path) => findCondition(c, path, t, found),
        looksFor: [`#if ${condition.text}, to be ${by.text}`, ...whereOf(edit)].join(', '),
      };
    },
    byChance: (edit) => edit.holds === undefined,
  },
  guard: {
    byChance: () => true,
    make: async (edit, { pattern: read, template, code, check, inFile }) => {
      const { line, condition } = await code(edit.under, 'under', (_, text) => readDirective(text, 'if'));
      const guard = { under: line, condition, label: edit.label };
      if (edit.match !== undefined) {
        const pattern = await read(edit.match, 'match', 'block');
        await check(edit.match, 'match', () => onlyStatements(pattern));
        const lines = { pattern, lines: true } as const;
        const by = edit.else === undefined ? undefined : await template(edit.else, 'else', lines);
        return guardFinder(guard, pattern, by);
      }
      const { lines = '' } = edit;
      await check(lines, 'lines', onlyDirectives);
      if (edit.else !== undefined) await check(edit.else, 'else', onlyDirectives);
      const otherwise = edit.else && inFile(edit.else);
      return {
        in: 'c',
        text: (t, _, path) => findGuardedLines(path, t, guard, inFile(lines), otherwise),
        looksFor: `the line ${quoted(lines)}, to stand under ${line}`,
      };
    },
  },
  'add-branch': {
    make: async (edit, { code, check, inFile, parser }) => {
      const to = await code(edit.to, 'to', (_, text) => readDirective(text, 'if').line);
      const elif = edit.elif && (await code(edit.elif, 'elif', (_, text) => readDirective(text, 'elif').line));
      await check(edit.text, 'text', wholeConditionals);
      const c = await parser();
      const added = { to, elif, text: inFile(edit.text), holds: edit.holds, within: edit.in };
      return {
        in: 'c',
        text: (t, _, path) => findNewBranch(c, path, t, added),
        looksFor: [`${to}, to get ${elif ?? '#else'}`, ...whereOf(edit)].join(', '),
      };
    },
  },
  'edit-include': {
    byChance: () => true,
    make: (edit) => ({
      in: 'c',
      text: (t) => findInclude(t, edit.header, edit.with),
      looksFor: `#include of ${edit.header}, to be of ${edit.with}`,
    }),
  },
  insert: {
    make: async (edit, { pattern, template }) => {
      const where = edit.before === undefined ? 'after' : 'before';
      const anchor = await pattern(edit.before ?? edit.after ?? '', where, 'statement');
      const lines = await template(edit.text, 'text', { pattern: anchor, lines: true });
      return insertFinder({ anchor, where, lines });
    },
  },
  'edit-comment': {
    make: async (edit, { inFile, check }) => {
      await check(edit.with, 'with', insideComment);
      const [about, from, by] = [inFile(edit.about), inFile(edit.from), inFile(edit.with)];
      const to = edit.to === undefined ? undefined : inFile(edit.to);
      return {
        in: 'c',
        text: (t) => findComment(t, { about, from, to, with: by }),
        looksFor: `the comment about "${edit.about}"`,
      };
    },
  },
  'edit-text': {
    make: (edit, { inFile }) => {
      const { find, with: by } = edit;
      if (find === undefined)
        return inParts(edit.in, inFile, 'the whole', true, (t, parts) => findReplacedParts(t, parts, inFile(by)));
      const choices = [{ find, with: by }, ...(edit.or ?? [])];
      const made = choices.map((x) => ({ find: inFile(x.find), with: inFile(x.with) }));
      return inParts(edit.in, inFile, choices.map((x) => quoted(x.find)).join(' or '), false, (t, parts) =>
        findText(t, made, parts),
      );
    },
  },
  'add-lines': {
    make: async (edit, { inFile, parser }) => {
      const c = await parser();
      const { before, after, at = 'end' } = edit;
      const where =
        before !== undefined ? { before: inFile(before) } : after !== undefined ? { after: inFile(after) } : { at };
      const looksFor = before ?? after;
      return inParts(
        edit.in,
        inFile,
        looksFor === undefined ? `the ${at}` : `the line ${quoted(looksFor)}`,
        looksFor === undefined,
        (t, parts, path) => inLinesOfC(c, path, t, findAddedLines(t, parts, inFile(edit.text), where)),
      );
    },
  },
  'drop-lines': {
    make: async (edit, { inFile, parser }) => {
      const c = await parser();
      const { find } = edit;
      return inParts(
        edit.in,
        inFile,
        find === undefined ? 'the whole' : `the line ${quoted(find)}`,
        find === undefined,
        (t, parts, path) => inLinesOfC(c, path, t, findDroppedLines(t, parts, find && inFile(find))),
      );
    },
  },
  'struct-format': {
    make: (edit) => ({
      in: 'any',
      text: (t, context) => findStructFormat(t, edit.struct, edit.names, context.pointers(edit.struct)),
      looksFor: `the format of ${edit.struct} beside ${edit.names.join(' or ')}`,
    }),
  },
  rename: {
    times: '1..n',
    make: async (edit, { check }) => {
      for (const key of ['from', 'to'] as const) await check(edit[key], key, checkName);
      return {
        in: 'c',
        text: (t, context) => findRename(t, edit, context.texts),
        looksFor: `the name ${edit.from}${edit.struct === undefined ? '' : ` of ${edit.struct}`}`,
      };
    },
    renames: (edit) => edit,
  },
  'add-file': {
    make: async (edit, { params }) => {
      const text = utf8AsLatin1(interpolate(edit.text, params));
      return {
        looksFor: `no file ${edit.path}`,
        file: { path: edit.path, text: text.endsWith('\n') ? text : `${text}\n` },
      };
    },
  },
  'build-option': {
    make: (edit, { params }) => ({
      configure: interpolate(edit.configure, params),
      looksFor: `configure ${edit.configure}`,
    }),
  },
  regenerate: {
    make: (edit) => {
      const make = [edit.make].flat();
      return { make, looksFor: `make ${make.join(' ')}` };
    },
  },
};
