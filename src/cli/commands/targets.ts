import type { TargetDescriptor, Toolchain } from '../../targets/types.ts';
import { SYSROOT_OPTION } from '../../work/run-options.ts';
import { command, group } from '../frame.ts';

const list = command({
  name: 'targets list',
  description: 'List the targets.',
  help: '\nExample:\n  $ forkwright targets list --json',
  async run(_, _options, ctx) {
    const { table } = await import('../../document/terminal/style.ts');
    const { allTargets } = await import('../../targets/descriptors.ts');
    const data = await allTargets();
    const rows = data.map(({ name, driver, run, title }) => [name, driver, run.runner, title]);
    const text = table([['TARGET', 'BUILT BY', 'RUN', 'WHAT IT IS'], ...rows], ctx.terminal.tableWidth);
    return { exitCode: 0, data, text };
  },
});

const show = command({
  name: 'targets show',
  description: 'Show a target as it resolves on this machine, with where each tool was found.',
  args: { '<target>': '' },
  options: SYSROOT_OPTION,
  help: '\nExample:\n  $ forkwright targets show ps3-linux',
  async run([name], { sysroot }, ctx) {
    const { table } = await import('../../document/terminal/style.ts');
    const { toolchainEnvironment } = await import('../../targets/environment.ts');
    const { findBinutils } = await import('../../targets/toolchain.ts');
    const { targetFor } = await import('../../targets/resolve.ts');
    const { driverOf } = await import('../../builds/drivers.ts');
    const { runnerFor } = await import('../../targets/runner.ts');
    const target = await targetFor(name, ctx, { sysroot });
    const environment = toolchainEnvironment(target, ctx);
    const driver = driverOf(target);
    const [requirements, binutils, way] = await Promise.all([
      driver.requirements(target, ctx),
      findBinutils(target, ctx),
      driver.way?.(target, ctx),
    ]);
    const rows = [
      ...describeTarget(target, environment, runnerFor(target).words),
      ...(way === undefined ? [] : [['way', way.text]]),
      ...requirements
        .filter(({ found, need }) => found !== undefined && !need.startsWith('binutils'))
        .map(({ found, need }) => [need, [found?.path, found?.version].filter((part) => part !== '').join('  ')]),
      ...Object.entries(binutils).map(([tool, file]) => [tool, file]),
    ];
    const missing = requirements.filter(({ found, optional }) => found === undefined && !optional);
    const note =
      missing.length === 0
        ? ''
        : `\n\nmissing: ${missing.map(({ need }) => need).join(', ')}; see: forkwright doctor --target ${name}`;
    const data = { target, toolchain: { environment, binutils }, way, requirements };
    return { exitCode: 0, data, text: `${table(rows, ctx.terminal.tableWidth)}${note}` };
  },
});

export const register = group(
  'targets',
  'list and show what can be built for',
  'Targets: what an interpreter is built for, and how it is run.',
  '\nExample:\n  $ forkwright targets show ps3-linux',
  [list, show],
);

/** What there is to say about a target, a row each: name and value. */
function describeTarget(target: TargetDescriptor, env: Toolchain['env'], run: string): readonly (readonly string[])[] {
  const { toolchain, modules, site = {}, versions = [], cannot = {}, recipes = [] } = target;
  const some = (name: string, value: string | undefined) => (value ? [[name, value]] : []);
  return [
    ['target', `${target.name}: ${target.title}`],
    ['built by', target.driver],
    ['triplet', target.host ?? 'this machine’s own'],
    ...some('versions', target.python),
    ...some('others', target.otherwise),
    ...Object.entries(env).map(([name, value]) => {
      const why = toolchain?.environment?.[name]?.why;
      return [name, `${value}${why === undefined ? '' : ` (${why})`}`];
    }),
    ...some('flags', target.cflags),
    ...some('link flags', target.ldflags),
    ...some('configure', target.configure?.map(quoted).join(' ')),
    ...some('answers', pairs(site)),
    ...(modules?.set === 'static'
      ? [['modules', `linked into the interpreter: ${modules.names?.join(' ') ?? 'those of --modules core'}`]]
      : []),
    ...some('never built', modules?.without?.join(' ')),
    ...some('port', recipes.length === 0 ? undefined : `${recipes.join(', ')}, for baseline and patched alike`),
    ['run', run],
    ...versions.map(({ python, refuse, configure = [], site: answers = {}, cflags = '', ldflags = '' }) => {
      const parts = [...configure.map(quoted), pairs(answers), cflags, ldflags].filter((part) => part !== '');
      return [`for ${python}`, refuse === undefined ? parts.join(' ') : `refused: ${refuse}`];
    }),
    ...target.limits.map((limit) => ['limit', limit]),
    ...Object.entries(cannot).map(([what, why]) => [`no ${what}`, why]),
  ];
}

const pairs = (values: Readonly<Record<string, string>>): string =>
  Object.entries(values)
    .map(([name, value]) => `${name}=${value}`)
    .join(' ');

const quoted = (word: string) => (/\s/.test(word) ? `"${word}"` : word);
