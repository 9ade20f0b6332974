import { runnerFor } from '../targets/runner.ts';
import type { TargetDescriptor, Toolchain } from '../targets/types.ts';

/** What there is to say about a target, a row each: name and value. */
export function describeTarget(target: TargetDescriptor, env: Toolchain['env']): readonly (readonly string[])[] {
  const { toolchain, modules, site = {}, versions = [], cannot = {}, recipes = [] } = target;
  const some = (name: string, value: string | undefined) =>
    value === undefined || value === '' ? [] : [[name, value]];
  return [
    ['target', `${target.name}: ${target.title}`],
    ['built by', target.driver],
    ['triplet', target.host ?? 'this machine’s own'],
    ...some('versions', target.python),
    ...some('others', target.otherwise),
    ...Object.entries(env).map(([name, value]) => [
      name,
      `${value}${toolchain?.environment?.[name]?.why === undefined ? '' : ` (${toolchain.environment[name]?.why})`}`,
    ]),
    ...some('flags', target.cflags),
    ...some('link flags', target.ldflags),
    ...some('configure', target.configure?.map(quoted).join(' ')),
    ...some('answers', pairs(site)),
    ...(modules?.set === 'static'
      ? [['modules', `linked into the interpreter: ${modules.names?.join(' ') ?? 'those of --modules core'}`]]
      : []),
    ...some('never built', modules?.without?.join(' ')),
    ...some('port', recipes.length === 0 ? undefined : `${recipes.join(', ')}, for baseline and patched alike`),
    ['run', runnerFor(target).words],
    ...versions.map(({ python, refuse, configure = [], site: answers = {}, cflags, ldflags }) => [
      `for ${python}`,
      refuse === undefined
        ? [...configure.map(quoted), pairs(answers), cflags ?? '', ldflags ?? '']
            .filter((part) => part !== '')
            .join(' ')
        : `refused: ${refuse}`,
    ]),
    ...target.limits.map((limit) => ['limit', limit]),
    ...Object.entries(cannot).map(([what, why]) => [`no ${what}`, why]),
  ];
}

function pairs(values: Readonly<Record<string, string>>): string {
  return Object.entries(values)
    .map(([name, value]) => `${name}=${value}`)
    .join(' ');
}

const quoted = (word: string) => (/\s/.test(word) ? `"${word}"` : word);
