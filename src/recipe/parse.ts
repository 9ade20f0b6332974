import { type Document, isMap, isNode, isScalar, LineCounter, parseDocument } from 'yaml';
import type { z } from 'zod';
import type { Diagnostic, Place } from '../system/diagnostic.ts';
import { sha256 } from '../system/hash.ts';
import { checkRecipe } from './check.ts';
import { suggest } from './did-you-mean.ts';
import { type Edit, type EditKind, editKinds, editSchemas, headSchema, type Recipe } from './schema.ts';
import type { LoadedRecipe, YamlPath } from './types.ts';

/** Parses a recipe's bytes; `file` is for messages. */
export function parseRecipe(
  file: string,
  bytes: Uint8Array,
): { loaded?: LoadedRecipe; diagnostics: readonly Diagnostic[] } {
  const lines = new LineCounter();
  const doc = parseDocument(new TextDecoder().decode(bytes), { lineCounter: lines, strict: true, merge: false });
  const at = (range: readonly number[] | null | undefined): Place => {
    if (range === null || range === undefined) return { file };
    const { line, col } = lines.linePos(range[0] ?? 0);
    return { file, line: Math.max(1, line), column: Math.max(1, col), length: (range[1] ?? 0) - (range[0] ?? 0) };
  };
  const placeOf = (path: YamlPath): Place => at(rangeOf(doc, path));
  if (doc.errors.length > 0 || doc.contents === null) {
    const diagnostics = doc.errors.map((error) => ({
      code: 'recipe/yaml',
      message: `not valid YAML: ${error.message.split('\n')[0]?.replace(/ at line \d+, column \d+:?$/, '') ?? error.code}`,
      place: at(error.pos),
      hint: 'correct the YAML there',
    }));
    if (diagnostics.length > 0) return { diagnostics };
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
    const place = { file, line: 1, column: 1 };
    const hint = "write out what the aliases ('*name') stand for";
    return {
      diagnostics: [
        { code: 'recipe/alias', message: `aliases that cannot be resolved: ${error.message}`, place, hint },
      ],
    };
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
  const name = path.filter((p) => typeof p === 'string').join('.') || 'the recipe';
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
    const messages = [...new Set(issue.errors.flat().map((i) => i.message))];
    return [
      { code: 'recipe/invalid', message: `${name}: ${messages.join('; or ') || issue.message}`, place: placeOf(path) },
    ];
  }
  const missing = issue.code === 'invalid_type' && doc.getIn(path) === undefined;
  return [
    {
      code: missing ? 'recipe/missing-key' : 'recipe/invalid',
      message: missing ? `"${path.at(-1)}" is missing` : `${name}: ${issue.message}`,
      place: placeOf(missing ? path.slice(0, -1) : path),
      hint: missing ? `add ${path.at(-1)}` : undefined,
    },
  ];
}

function depth(issues: readonly z.core.$ZodIssue[]): number {
  return Math.max(0, ...issues.map((i) => i.path.length));
}
