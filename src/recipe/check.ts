import picomatch from 'picomatch';
import type { Diagnostic, Place } from '../system/diagnostic.ts';
import { nearest, suggest } from './did-you-mean.ts';
import { checkValue, otherParam } from './params.ts';
import type { Recipe, When } from './schema.ts';
import type { YamlPath } from './types.ts';

/** Edits of files in which `${…}` may be a variable of the shell. */
const OF_FILES: ReadonlySet<string> = new Set(['edit-text', 'add-lines', 'drop-lines']);

/** What no schema says: names refer to something, defaults are allowed values, paths stay inside the tree. */
export function checkRecipe(recipe: Recipe, placeOf: (path: YamlPath) => Place): Diagnostic[] {
  const out: Diagnostic[] = [];
  const params = recipe.params ?? {};
  const names = Object.keys(params);
  const say = (code: string, message: string, path: YamlPath, hint?: string) =>
    out.push({ code: `recipe/${code}`, message, place: placeOf(path), hint });

  for (const [name, param] of Object.entries(params)) {
    const other = otherParam(param);
    if (other !== undefined) {
      const meant = params[other];
      if (meant?.type !== 'int' || otherParam(meant) !== undefined || other === name)
        say(
          'bad-default',
          `the default of ${name} is not a whole number, nor another parameter that has one`,
          ['params', name, 'default'],
          meant === undefined ? suggest(other, names, 'parameters') : undefined,
        );
      continue;
    }
    const problem = checkValue(param, param.default);
    if (problem !== undefined) say('bad-default', `the default of ${name} ${problem}`, ['params', name, 'default']);
  }
  const checkWhen = (when: When | undefined, path: YamlPath) => {
    for (const [name, wanted] of Object.entries(when ?? {})) {
      const param = params[name];
      if (param === undefined) {
        say('unknown-param', `there is no parameter "${name}"`, [...path, name], suggest(name, names, 'parameters'));
        continue;
      }
      for (const value of Array.isArray(wanted) ? wanted : [wanted]) {
        const problem = checkValue(param, value);
        if (problem !== undefined) say('bad-value', `${name} ${problem}`, [...path, name]);
      }
    }
  };
  /** @param shell the shell and make have variables in braces, too: what is not like a parameter's name is one of them. */
  const checkText = (text: string, path: YamlPath, shell: boolean) => {
    for (const [, name = ''] of text.matchAll(/\$\{([^}]*)\}/g)) {
      const isTheirs = shell && (!/^[a-z][a-z0-9-]*$/.test(name) || nearest(name, names) === undefined);
      if (!names.includes(name) && !isTheirs)
        say('unknown-param', `there is no parameter "${name}"`, path, suggest(name, names, 'parameters'));
    }
  };
  const checkGlobs = (globs: readonly string[] | undefined, path: YamlPath) => {
    for (const [i, glob] of (globs ?? []).entries()) {
      const parts = glob.split('/');
      if (glob.startsWith('/') || glob.includes('\\') || parts.includes('..') || parts.includes('.'))
        say('bad-path', `"${glob}" is not a path inside the tree`, [...path, i], "write it relative, with '/'");
    }
  };
  checkGlobs(recipe.files, ['files']);
  for (const [i, edit] of recipe.edits.entries()) {
    const path = ['edits', i, edit.kind] as const;
    checkWhen(edit.when, [...path, 'when']);
    checkGlobs(edit.files, [...path, 'files']);
    for (const [key, value] of Object.entries(edit)) {
      if (typeof value === 'string' && key !== 'kind') checkText(value, [...path, key], OF_FILES.has(edit.kind));
    }
    const within = picomatch([...recipe.files]);
    if (edit.kind === 'add-file' && !within(edit.path))
      say(
        'file-not-listed',
        `"${edit.path}" is not among the recipe's files`,
        [...path, 'path'],
        "add it to the recipe's files: they are all that a recipe may touch",
      );
    for (const [j, file] of (edit.files ?? []).entries()) {
      if (!/[*?[{]/.test(file) && !within(file))
        say(
          'file-not-listed',
          `"${file}" is not among the recipe's files`,
          [...path, 'files', j],
          "add it to the recipe's files: they are all that a recipe may touch",
        );
    }
  }
  for (const [i, test] of (recipe.expect?.['cpython-tests'] ?? []).entries())
    checkWhen(test.when, ['expect', 'cpython-tests', i, 'when']);
  for (const [i, gone] of (recipe.expect?.gone ?? []).entries())
    if (typeof gone !== 'string') checkWhen(gone.when, ['expect', 'gone', i, 'when']);
  for (const key of ['after', 'needs', 'conflicts'] as const)
    if (recipe[key]?.includes(recipe.id)) say('self', `a recipe cannot name itself in ${key}`, [key]);
  return out;
}
