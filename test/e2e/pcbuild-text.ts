import type { BuildPath, BuildStep, LinkStep, PcbuildPlan, PcProject } from '../../src/builds/pcbuild/index.ts';

const at = ({ root, path }: BuildPath) => (root === 'source' ? path : `<${root}>/${path}`);
const line = (name: string, values: readonly string[]) =>
  values.length === 0 ? [] : [`  ${name} ${values.join(' ')}`];

/** What most units have, and what each has otherwise. */
function units(project: PcProject): string[] {
  const said = (how: (unit: PcProject['units'][number]) => readonly string[]) => {
    const counts = new Map<string, number>();
    for (const unit of project.units) counts.set(how(unit).join('\n'), (counts.get(how(unit).join('\n')) ?? 0) + 1);
    const [most = ''] = [...counts].sort((a, b) => b[1] - a[1])[0] ?? [];
    const usual = most.split('\n').filter((one) => one !== '');
    const own = (unit: PcProject['units'][number]) => [
      ...how(unit)
        .filter((one) => !usual.includes(one))
        .map((one) => `+${one}`),
      ...usual.filter((one) => !how(unit).includes(one)).map((one) => `-${one}`),
    ];
    return { usual, own };
  };
  const includes = said((unit) => unit.includes.map(at));
  const defines = said((unit) => unit.defines);
  const switches = said((unit) => [...unit.switches, ...(unit.language === 'c' ? [] : ['(C++)'])]);
  return [
    ...line('includes', includes.usual),
    ...line('defines', defines.usual),
    ...line('switches', switches.usual),
    ...project.units.map((unit) =>
      [`    ${at(unit.source)}`, ...includes.own(unit), ...defines.own(unit), ...switches.own(unit)].join(' '),
    ),
  ];
}

function link(step: LinkStep): string[] {
  const values = [
    `${step.kind} ${at(step.output)}`,
    ...(step.importLibrary === undefined ? [] : [`implib=${at(step.importLibrary)}`]),
    ...(step.definition === undefined ? [] : [`def=${at(step.definition)}`]),
    ...step.switches,
  ];
  const libraries = step.libraries.map((one) => (one.kind === 'named' ? one.name : `${one.kind}:${at(one.path)}`));
  return [...line('link', values), ...line('libraries', libraries)];
}

function step(one: BuildStep): string {
  switch (one.kind) {
    case 'write':
      return `write ${at(one.output)}`;
    case 'copy':
      return `copy ${at(one.from)} to ${at(one.output)}`;
    case 'import-library':
      return `import library ${at(one.output)} of ${at(one.definition)}`;
    default:
      return `${one.kind} ${at(one.program)} makes ${one.outputs.map(at).join(' ')}`;
  }
}

function projectText(project: PcProject): string[] {
  return [
    `${project.name}: ${project.units.length} units${project.test ? ', of the tests' : ''}`,
    ...line('after', project.references),
    ...units(project),
    ...project.resources.map((unit) => `    ${at(unit.source)} ${unit.defines.join(' ')}`),
    ...project.assemblies.map((unit) => `    ${at(unit.source)}`),
    ...link(project.link),
    ...project.steps.map((one) => `  ${one.time}, ${one.target}: ${step(one)}`),
    '',
  ];
}

const FACTS = ['PythonVersion', 'PyDllName', 'SysWinVer', 'Field3Value', 'PlatformToolset'];

/** A plan for a reader: names of files and options. */
export function planText(plan: PcbuildPlan): string {
  return [
    `${plan.configuration} ${FACTS.map((name) => `${name}=${plan.properties[name]}`).join(' ')}`,
    '',
    ...plan.projects.flatMap(projectText),
    'Skipped',
    ...plan.skipped.flatMap(({ reason, diagnostics }) =>
      diagnostics.map((one) => `  ${reason}: ${one.message} (${one.place?.file})`),
    ),
    '',
  ].join('\n');
}
