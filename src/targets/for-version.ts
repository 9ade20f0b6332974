import type { PythonVersion } from '../checkout/types.ts';
import { isVersion } from '../recipe/version-range.ts';
import { UserError } from '../system/diagnostic.ts';
import type { BuildSettings, TargetDescriptor } from './types.ts';

/**
 * A target as it is for one version of Python: what its ranges say is merged in. Options follow one another, so that later
 * ones win; of answers and reasons with the same name the later one counts.
 * @throws UserError `target/version` with the descriptor's own sentence, when that version cannot be built for it.
 */
export function forVersion(target: TargetDescriptor, version: PythonVersion): TargetDescriptor {
  const refused = (why: string) =>
    new UserError({
      code: 'target/version',
      message: `CPython ${version.text} cannot be built for the target ${target.name}: ${why}`,
      hint: `\`forkwright targets show ${target.name}\` says which versions can`,
    });
  if (target.python !== undefined && !isVersion(target.python, version)) {
    throw refused(target.otherwise ?? `it is made for the versions ${target.python}`);
  }
  const { versions = [], ...rest } = target;
  let result: TargetDescriptor = rest;
  for (const { python, refuse, recipes = [], limits = [], cannot, ...settings } of versions) {
    if (!isVersion(python, version)) continue;
    if (refuse !== undefined) throw refused(refuse);
    result = {
      ...result,
      ...merged(result, settings),
      recipes: [...(result.recipes ?? []), ...recipes],
      limits: [...result.limits, ...limits],
      cannot: { ...result.cannot, ...cannot },
    };
  }
  return result;
}

function merged(a: BuildSettings, b: BuildSettings): BuildSettings {
  const words = (...values: readonly (string | undefined)[]) =>
    values.filter((value) => value !== undefined).join(' ') || undefined;
  return {
    cflags: words(a.cflags, b.cflags),
    ldflags: words(a.ldflags, b.ldflags),
    configure: [...(a.configure ?? []), ...(b.configure ?? [])],
    site: { ...a.site, ...b.site },
    modules: b.modules ?? a.modules,
    goals: [...(a.goals ?? []), ...(b.goals ?? [])],
  };
}
