import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { z } from 'zod';
import { suggest } from '../recipe/did-you-mean.ts';
import type { YamlPath } from '../recipe/types.ts';
import { issueWords } from '../recipe/wording.ts';
import { readYaml, type Yaml } from '../recipe/yaml.ts';
import { assetPath } from '../system/assets.ts';
import { type Diagnostic, UserError } from '../system/diagnostic.ts';
import { byCodeUnit } from '../system/hash.ts';
import { targetSchema } from './schema.ts';
import { nearestSettings } from './settings.ts';
import type { TargetDescriptor } from './types.ts';

export async function builtInTargets(): Promise<readonly TargetDescriptor[]> {
  const folder = assetPath('targets/targets');
  const names = (await readdir(folder)).filter((name) => name.endsWith('.yaml')).sort(byCodeUnit);
  return Promise.all(
    names.map(async (name) => {
      const file = path.join(folder, name);
      const doc = readYaml(file, await readFile(file), 'target');
      if ('diagnostics' in doc) throw new UserError(doc.diagnostics);
      const { target, diagnostics } = check(doc, doc.data, [], []);
      if (target === undefined) throw new UserError(diagnostics);
      return target;
    }),
  );
}

/** Targets, and the file that describes them; none where there is no such file. */
export interface OwnTargets {
  readonly file?: string | undefined;
  readonly targets: readonly TargetDescriptor[];
}

/**
 * The targets in `targets:` of the `forkwright.yml` that is nearest above `folder`; none when there is no such file. What
 * else it says is not looked at. A target may extend one of `known` or one before it: what it says itself wins, maps member
 * by member, lists and text as a whole.
 * @throws UserError with every problem of the file, each with its place.
 */
export async function userTargets(folder: string, known: readonly TargetDescriptor[]): Promise<OwnTargets> {
  const settings = await nearestSettings(folder);
  if (settings === undefined) return { targets: [] };
  const doc = readYaml(settings.file, settings.bytes, 'target');
  if ('diagnostics' in doc) throw new UserError(doc.diagnostics);
  const list = isObject(doc.data) ? (doc.data.targets ?? []) : [];
  if (!Array.isArray(list)) {
    const message = '"targets" is a list of targets';
    const hint = "start each with '- name: …'";
    throw new UserError({ code: 'target/invalid', message, place: doc.placeOf(['targets']), hint });
  }
  const targets: TargetDescriptor[] = [];
  const problems: Diagnostic[] = [];
  for (const [index, entry] of list.entries()) {
    // The name of a target alone: one to build for, not one that is described here.
    if (typeof entry === 'string') continue;
    const { target, diagnostics } = check(doc, entry, ['targets', index], [...known, ...targets]);
    problems.push(...diagnostics);
    if (target !== undefined) targets.push(target);
  }
  if (problems.length > 0) throw new UserError(problems);
  return { file: settings.file, targets };
}

/** The target at a place of a file, or what is wrong with it: every problem, each with its place. */
function check(
  yaml: Yaml,
  raw: unknown,
  path: YamlPath,
  known: readonly TargetDescriptor[],
): { readonly target?: TargetDescriptor; readonly diagnostics: readonly Diagnostic[] } {
  let data = raw;
  if (isObject(raw) && 'extends' in raw) {
    const { extends: name, ...own } = raw;
    const base = known.find((target) => target.name === name);
    if (base === undefined) {
      const names = known.map((target) => target.name);
      const hint = suggest(String(name), names, 'targets');
      const place = yaml.placeOf([...path, 'extends']);
      const message = `there is no target "${name}" to extend`;
      return { diagnostics: [{ code: 'target/extends', message, place, hint }] };
    }
    data = merge(base, own);
  }
  const parsed = targetSchema.safeParse(data);
  if (parsed.success) return { target: parsed.data, diagnostics: [] };
  // A key that is not known first: it is often the one that is missing.
  const unknown = (issue: z.core.$ZodIssue) => (issue.code === 'unrecognized_keys' ? 0 : 1);
  const issues = parsed.error.issues.toSorted((a, b) => unknown(a) - unknown(b));
  return { diagnostics: issues.flatMap((issue) => describe(yaml, issue, path)) };
}

/** What `own` says on top of `base`: maps member by member; another runner has nothing of the former one's. */
function merge(base: unknown, own: unknown): unknown {
  if (!isObject(base) || !isObject(own)) return own;
  if ('runner' in base && 'runner' in own && base.runner !== own.runner) return own;
  const names = [...new Set([...Object.keys(base), ...Object.keys(own)])];
  return Object.fromEntries(names.map((name) => [name, name in own ? merge(base[name], own[name]) : base[name]]));
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function describe(yaml: Yaml, issue: z.core.$ZodIssue, base: YamlPath): readonly Diagnostic[] {
  const path = [...base, ...(issue.path as (string | number)[])];
  const names = issue.path.filter((part) => typeof part === 'string').join('.') || 'the target';
  if (issue.code === 'unrecognized_keys') {
    const known = issue.path.length === 0 ? ['extends', ...Object.keys(targetSchema.shape)] : [];
    return issue.keys.map((key) => ({
      code: 'target/unknown-key',
      message: `unknown key "${key}"${issue.path.length === 0 ? '' : ` in ${names}`}`,
      place: yaml.keyPlace(path, key),
      ...(known.length === 0 ? {} : { hint: suggest(key, known, 'keys') }),
    }));
  }
  const value = yaml.valueAt(path);
  if (value === undefined && issue.code === 'invalid_type') {
    const missing = String(path.at(-1));
    const place = yaml.placeOf(path.slice(0, -1));
    return [{ code: 'target/missing-key', message: `"${missing}" is missing`, place, hint: `add ${missing}` }];
  }
  const { message, hint } = issueWords(issue, value);
  return [{ code: 'target/invalid', message: `${names}${message}`, place: yaml.placeOf(path), hint }];
}
