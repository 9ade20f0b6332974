import type { z } from 'zod';
import type { Diagnostic } from '../system/diagnostic.ts';
import { sha256 } from '../system/hash.ts';
import { checkRecipe } from './check.ts';
import { suggest } from './did-you-mean.ts';
import { type Edit, type EditKind, editKinds, editSchemas, headSchema, type Recipe } from './schema.ts';
import type { LoadedRecipe, YamlPath } from './types.ts';
import { issueWords } from './wording.ts';
import { readYaml, type Yaml } from './yaml.ts';

export function parseRecipe(
  file: string,
  bytes: Uint8Array,
): { loaded?: LoadedRecipe; diagnostics: readonly Diagnostic[] } {
  const yaml = readYaml(file, bytes, 'recipe');
  if ('diagnostics' in yaml) return yaml;
  const { data, placeOf } = yaml;
  if (data === null) {
    return {
      diagnostics: [{ code: 'recipe/empty', message: 'the recipe is empty', place: { file, line: 1, column: 1 } }],
    };
  }
  const diagnostics: Diagnostic[] = [];
  const report = (issues: readonly z.core.$ZodIssue[], path: YamlPath) => {
    for (const issue of issues) diagnostics.push(...describe(yaml, issue, path));
  };
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
        place: yaml.keyPlace(['edits', i], wrong),
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

function describe(yaml: Yaml, issue: z.core.$ZodIssue, base: YamlPath): Diagnostic[] {
  const path = [...base, ...(issue.path as (string | number)[])];
  const names = path.filter((p) => typeof p === 'string').join('.') || 'the recipe';
  const name = typeof path.at(-1) === 'number' ? `an entry of ${names}` : names;
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      code: 'recipe/unknown-key',
      message: `unknown key "${key}"${path.length === 0 ? '' : ` in ${name}`}`,
      place: yaml.keyPlace(path, key),
      hint: suggest(key, knownKeys(path), 'keys'),
    }));
  }
  if (issue.code === 'invalid_union' && issue.errors.length > 0) {
    // The branch that came furthest says best what is wrong.
    const best = [...issue.errors].sort((a, b) => depth(b) - depth(a))[0] ?? [];
    if (depth(best) > 0 || best.some((i) => i.code === 'unrecognized_keys'))
      return best.flatMap((inner) => describe(yaml, inner, path));
  }
  const value = yaml.valueAt(path);
  const missing = value === undefined && (issue.code === 'invalid_type' || issue.code === 'invalid_union');
  const words = issueWords(issue, value);
  return [
    {
      code: missing ? 'recipe/missing-key' : 'recipe/invalid',
      message: missing ? `"${path.at(-1)}" is missing` : `${name}${words.message}`,
      place: yaml.placeOf(missing ? path.slice(0, -1) : path),
      hint: missing ? `add ${path.at(-1)}` : words.hint,
    },
  ];
}

function depth(issues: readonly z.core.$ZodIssue[]): number {
  return Math.max(0, ...issues.map((i) => i.path.length));
}
