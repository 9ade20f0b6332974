import type { RunDescriptor, TargetDescriptor, Toolchain } from '../targets/types.ts';

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
    ['run', runWords(target.run)],
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

function runWords(run: RunDescriptor): string {
  switch (run.runner) {
    case 'native':
      return 'here, as it is';
    case 'qemu': {
      const { program, sysroot, cpu, args = [] } = run;
      const words = [
        program,
        ...(sysroot === undefined ? [] : ['-L', sysroot]),
        ...(cpu === undefined ? [] : ['-cpu', cpu]),
      ];
      return `emulated: ${[...words, ...args].join(' ')}`;
    }
    case 'ssh':
      return `on another machine: ${run.url}`;
    case 'wine':
      return `under ${run.program ?? 'wine'}`;
    case 'manual':
      return run.how ?? 'by hand, on a machine that cannot be reached from here';
  }
}
