import { type Alias, type Document, isMap, isNode, isScalar, LineCounter, parseDocument, visit } from 'yaml';
import type { z } from 'zod';
import type { Diagnostic, Place } from '../system/diagnostic.ts';
import { sha256 } from '../system/hash.ts';
import { checkRecipe } from './check.ts';
import { suggest } from './did-you-mean.ts';
import { type Edit, type EditKind, editKinds, editSchemas, headSchema, type Recipe } from './schema.ts';
import type { LoadedRecipe, YamlPath } from './types.ts';
import { issueWords, yamlWords } from './wording.ts';

/** Parses a recipe's bytes; `file` is for messages. */
export function parseRecipe(
  file: string,
  bytes: Uint8Array,
): { loaded?: LoadedRecipe; diagnostics: readonly Diagnostic[] } {
  const lines = new LineCounter();
  const text = decode(bytes);
  if (text === undefined) {
    const hint = 'save it as text in UTF-8';
    return { diagnostics: [{ code: 'recipe/not-text', message: 'this is not text in UTF-8', place: { file }, hint }] };
  }
  const doc = parseDocument(text, { lineCounter: lines, strict: true, merge: false });
  const at = (range: readonly number[] | null | undefined): Place => {
    if (range === null || range === undefined) return { file };
    const { line, col } = lines.linePos(range[0] ?? 0);
    return { file, line: Math.max(1, line), column: Math.max(1, col), length: (range[1] ?? 0) - (range[0] ?? 0) };
  };
  const placeOf = (path: YamlPath): Place => at(rangeOf(doc, path));
  // The first alone: what comes after it is mostly its consequence. A tag that is not known is only a warning to the parser.
  const [wrong] = [...doc.errors, ...doc.warnings];
  if (wrong !== undefined) return { diagnostics: [{ code: 'recipe/yaml', ...yamlWords(wrong), place: at(wrong.pos) }] };
  if (doc.contents === null) {
    return {
      diagnostics: [{ code: 'recipe/empty', message: 'the recipe is empty', place: { file, line: 1, column: 1 } }],
    };
  }
  const diagnostics: Diagnostic[] = [];
  const report = (issues: readonly z.core.$ZodIssue[], path: YamlPath) => {
    for (const issue of issues) diagnostics.push(...describe(doc, issue, path, placeOf, at));
  };
  let data: unknown;
  try {
    data = doc.toJS({ maxAliasCount: 10 });
  } catch (error) {
    if (!(error instanceof ReferenceError)) throw error;
    return { diagnostics: [aliasProblem(doc, at)] };
  }
  const head = headSchema.safeParse(data);
  if (!head.success) report(head.error.issues, []);
  const edits: Edit[] = [];
  const rawEdits = (data as { edits?: unknown } | null)?.edits;
  for (const [i, raw] of (Array.isArray(rawEdits) ? rawEdits : []).entries()) {
    const keys = raw !== null && typeof raw === 'object' ? Object.keys(raw) : [];
    const kind = keys[0] as EditKind | undefined;
    if (kind === undefined) continue;
    if (keys.length > 1 || !editKinds.includes(kind)) {
      const wrong = editKinds.includes(kind) ? (keys[1] ?? kind) : kind;
      diagnostics.push({
        code: keys.length > 1 ? 'recipe/two-edits' : 'recipe/unknown-edit',
        message:
          keys.length > 1
            ? `one edit has one kind, but this one has ${keys.join(' and ')}`
            : `there is no edit "${wrong}"`,
        place: at(keyRange(doc, ['edits', i], wrong)),
        hint: keys.length > 1 ? "start each with its own '-'" : suggest(kind, editKinds, 'edits'),
      });
      continue;
    }
    const parsed = editSchemas[kind].safeParse((raw as Record<string, unknown>)[kind]);
    if (parsed.success) edits.push({ kind, ...parsed.data } as Edit);
    else report(parsed.error.issues, ['edits', i, kind]);
  }
  if (!head.success || diagnostics.length > 0) return { diagnostics };
  const recipe = { ...head.data, edits } as Recipe;
  const problems = checkRecipe(recipe, placeOf);
  if (problems.length > 0) return { diagnostics: problems };
  return { loaded: { recipe, file, hash: sha256(bytes), placeOf }, diagnostics: [] };
}

/** A recipe's text; `undefined` for bytes that are none. */
function decode(bytes: Uint8Array): string | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return text.includes('\0') ? undefined : text;
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}

/** The first alias that stands for nothing; else there are too many of them. */
function aliasProblem(doc: Document, at: (range: Range) => Place): Diagnostic {
  let unknown: Alias | undefined;
  visit(doc, {
    Alias: (_key, alias) => {
      if (alias.resolve(doc) !== undefined) return undefined;
      unknown = alias;
      return visit.BREAK;
    },
  });
  const message =
    unknown === undefined ? 'aliases stand for more than a recipe can be' : `nothing is called "&${unknown.source}"`;
  const hint = "write out what the aliases ('*name') stand for; put text that starts with '*' in quotes";
  return { code: 'recipe/alias', message, place: at(unknown?.range ?? doc.contents?.range), hint };
}

type Range = readonly number[] | null | undefined;

/** The range of the deepest part of the path that is there. */
function rangeOf(doc: Document, path: YamlPath): Range {
  for (let n = path.length; n >= 0; n--) {
    const node = n === 0 ? doc.contents : doc.getIn(path.slice(0, n), true);
    if (isNode(node)) return node.range;
  }
  return undefined;
}

function keyRange(doc: Document, path: YamlPath, key: string): Range {
  const map = path.length === 0 ? doc.contents : doc.getIn(path, true);
  if (isMap(map)) {
    for (const pair of map.items) if (isScalar(pair.key) && String(pair.key.value) === key) return pair.key.range;
  }
  return rangeOf(doc, path);
}

/** The keys that a schema knows at a path, for "did you mean". */
function knownKeys(path: YamlPath): readonly string[] {
  if (path.length === 0) return Object.keys(headSchema.shape);
  if (path[0] === 'edits' && path.length === 3) {
    const schema = editSchemas[path[2] as EditKind];
    return schema === undefined ? [] : Object.keys(schema.shape);
  }
  if (path[0] === 'expect' && path.length === 1) return ['gone', 'cpython-tests', 'faster', 'slower', 'memory'];
  if (path[0] === 'expect' && path[1] === 'cpython-tests') return ['test', 'versions', 'when', 'fails', 'edited'];
  if (path[0] === 'expect' && path[1] === 'gone') return ['text', 'files', 'when', 'why'];
  if (path[0] === 'params') return ['type', 'values', 'default', 'min', 'max', 'why'];
  if (path[0] === 'probe') return ['identifier'];
  return [];
}

function describe(
  doc: Document,
  issue: z.core.$ZodIssue,
  base: YamlPath,
  placeOf: (path: YamlPath) => Place,
  at: (range: Range) => Place,
): Diagnostic[] {
  const path = [...base, ...(issue.path as (string | number)[])];
  const names = path.filter((p) => typeof p === 'string').join('.') || 'the recipe';
  const name = typeof path.at(-1) === 'number' ? `an entry of ${names}` : names;
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      code: 'recipe/unknown-key',
      message: `unknown key "${key}"${path.length === 0 ? '' : ` in ${name}`}`,
      place: at(keyRange(doc, path, key)),
      hint: suggest(key, knownKeys(path), 'keys'),
    }));
  }
  if (issue.code === 'invalid_union' && issue.errors.length > 0) {
    // The branch that came furthest says best what is wrong.
    const best = [...issue.errors].sort((a, b) => depth(b) - depth(a))[0] ?? [];
    if (depth(best) > 0 || best.some((i) => i.code === 'unrecognized_keys'))
      return best.flatMap((inner) => describe(doc, inner, path, placeOf, at));
  }
  const missing = doc.getIn(path) === undefined && (issue.code === 'invalid_type' || issue.code === 'invalid_union');
  const words = issueWords(issue, valueAt(doc, path));
  return [
    {
      code: missing ? 'recipe/missing-key' : 'recipe/invalid',
      message: missing ? `"${path.at(-1)}" is missing` : `${name}${words.message}`,
      place: placeOf(missing ? path.slice(0, -1) : path),
      hint: missing ? `add ${path.at(-1)}` : words.hint,
    },
  ];
}

/** What stands at a path, as plain data. */
function valueAt(doc: Document, path: YamlPath): unknown {
  const value = path.length === 0 ? doc.contents : doc.getIn(path, true);
  return isNode(value) ? value.toJS(doc) : value;
}

function depth(issues: readonly z.core.$ZodIssue[]): number {
  return Math.max(0, ...issues.map((i) => i.path.length));
}
