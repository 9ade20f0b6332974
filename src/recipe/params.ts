import { type Diagnostic, UserError } from '../system/diagnostic.ts';
import { suggest } from './did-you-mean.ts';
import type { ParamDeclaration, When } from './schema.ts';
import type { LoadedRecipe, Params, ParamValue } from './types.ts';

/** What is wrong with a value, to follow the parameter's name; `undefined` when it is fine. */
export function checkValue(param: ParamDeclaration, value: unknown): string | undefined {
  switch (param.type) {
    case 'enum':
      return param.values.includes(value as string)
        ? undefined
        : `is "${value}", but must be one of ${param.values.join(', ')}`;
    case 'bool':
      return typeof value === 'boolean' ? undefined : `is "${value}", but must be true or false`;
    case 'int': {
      if (typeof value !== 'number' || !Number.isSafeInteger(value)) return `is "${value}", but must be a whole number`;
      if (param.also?.includes(value)) return undefined;
      const or = param.also === undefined ? '' : `, or ${param.also.join(', ')}`;
      if (param.min !== undefined && value < param.min) return `is ${value}, but must be at least ${param.min}${or}`;
      if (param.max !== undefined && value > param.max) return `is ${value}, but must be at most ${param.max}${or}`;
      return undefined;
    }
  }
}

/** The parameter that a default names: `${all}`. */
export function otherParam(param: ParamDeclaration): string | undefined {
  return param.type === 'int' ? /^\$\{(.*)\}$/.exec(String(param.default))?.[1] : undefined;
}

function read(param: ParamDeclaration, given: string): ParamValue {
  if (param.type === 'bool' && /^(true|false)$/.test(given)) return given === 'true';
  if (param.type === 'int' && /^[+-]?\d+$/.test(given)) return Number(given);
  return given;
}

/**
 * The value of every parameter: as given, else its default.
 * @param given as typed: name → text.
 * @throws UserError (exit code 2) for a name or value that the recipe does not have.
 */
export function resolveParams(loaded: LoadedRecipe, given: Readonly<Record<string, string>>): Params {
  const declared = loaded.recipe.params ?? {};
  const names = Object.keys(declared);
  const problems: Diagnostic[] = [];
  const values: Record<string, ParamValue> = {};
  for (const [name, param] of Object.entries(declared)) values[name] = param.default;
  for (const [name, text] of Object.entries(given)) {
    const param = declared[name];
    if (param === undefined) {
      problems.push({
        code: 'recipe/unknown-param',
        message: `${loaded.recipe.id} has no parameter "${name}"`,
        hint: suggest(name, names, 'parameters'),
      });
      continue;
    }
    const value = read(param, text);
    const problem = checkValue(param, value);
    if (problem === undefined) values[name] = value;
    else
      problems.push({
        code: 'recipe/bad-value',
        message: `${loaded.recipe.id}: ${name} ${problem}`,
        hint: param.type === 'enum' ? suggest(text, param.values, 'values') : undefined,
      });
  }
  for (const [name, param] of Object.entries(declared)) {
    const other = otherParam(param);
    if (other === undefined || values[name] !== param.default) continue;
    const value = values[other];
    const problem = checkValue(param, value);
    if (problem !== undefined)
      problems.push({
        code: 'recipe/bad-value',
        message: `${loaded.recipe.id}: ${name}, which is as ${other}, ${problem}`,
        hint: `give ${name} a value of its own`,
      });
    else if (value !== undefined) values[name] = value;
  }
  if (problems.length > 0) throw new UserError(problems);
  return values;
}

export function holds(when: When | undefined, params: Params): boolean {
  return Object.entries(when ?? {}).every(([name, wanted]) =>
    (Array.isArray(wanted) ? wanted : [wanted]).some((value) => value === params[name]),
  );
}

export function interpolate(text: string, params: Params): string {
  return text.replace(/\$\{([^}]*)\}/g, (whole, name: string) => (name in params ? String(params[name]) : whole));
}
