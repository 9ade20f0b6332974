import type { Place } from '../../system/diagnostic.ts';
import type { EvaluatedProject } from './evaluate.ts';
import { splitList } from './items.ts';
import { refuse, unescapeValue } from './scope.ts';
import { additionalOptions, LINK_SETTINGS, switchesOf } from './switches.ts';
import { commandWords } from './tasks.ts';
import type { BuildStep, LinkLibrary, LinkStep } from './types.ts';
import { onlySettings, pathIn } from './units.ts';

const OWN = [
  'additionaldependencies',
  'additionallibrarydirectories',
  'additionaloptions',
  'delayloaddlls',
  'ignorespecificdefaultlibraries',
  'moduledefinitionfile',
  'stackcommitsize',
  'stackreservesize',
];

const KINDS: Readonly<Record<string, LinkStep['kind']>> = {
  application: 'exe',
  dynamiclibrary: 'dll',
  staticlibrary: 'lib',
};

/** What a project makes; `undefined` when that is no program or library of its own: Makefile, Utility. */
export function kindOf({ state }: EvaluatedProject): LinkStep['kind'] | undefined {
  return KINDS[state.property('ConfigurationType').toLowerCase()];
}

/** Each once, as first written. */
function list(text: string | undefined): readonly string[] {
  const found = new Map<string, string>();
  for (const one of splitList(text ?? '')) if (!found.has(one.toLowerCase())) found.set(one.toLowerCase(), one);
  return [...found.values()];
}

/** How a project is linked, without the libraries of other projects. */
export function linkStep(project: EvaluatedProject, kind: LinkStep['kind'], place: Place): LinkStep {
  const { state } = project;
  const property = (name: string) => unescapeValue(state.property(name));
  const type = kind === 'lib' ? 'Lib' : 'Link';
  const settings = new Map([...state.definitionOf(type)].map(([name, value]) => [name, unescapeValue(value)]));
  onlySettings(settings, [...Object.keys(LINK_SETTINGS), ...OWN], { type, place });
  const at = (file: string) => pathIn(project, file, { place });
  const name = property('TargetName') || property('ProjectName');
  const value = (setting: string) => settings.get(setting)?.trim() || undefined;
  const each = (option: string, setting: string) => list(value(setting)).map((one) => `/${option}:${one}`);
  const definition = value('moduledefinitionfile');
  const stack = [value('stackreservesize'), value('stackcommitsize')].filter((bytes) => bytes !== undefined);
  const libraries = list(value('additionaldependencies')).map(
    (file): LinkLibrary => (/[\\/]/.test(file) ? { kind: 'file', path: at(file) } : { kind: 'named', name: file }),
  );
  return {
    kind,
    output: at(`${property('OutDir')}\\${name}${property('TargetExt')}`),
    ...(kind === 'dll' ? { importLibrary: at(`${property('OutDir')}\\${name}.lib`) } : {}),
    libraries: kind === 'lib' ? [] : libraries,
    libraryFolders: list(value('additionallibrarydirectories')).map(at),
    ...(definition === undefined ? {} : { definition: at(definition) }),
    switches: [
      ...switchesOf(settings, LINK_SETTINGS, place),
      ...(stack.length === 0 ? [] : [`/stack:${stack.join(',')}`]),
      ...each('nodefaultlib', 'ignorespecificdefaultlibraries'),
      ...each('delayload', 'delayloaddlls'),
      ...additionalOptions(settings.get('additionaloptions')),
    ],
    place,
  };
}

/** What the build events do: `lib /def:X /out:Y` before 3.9's python3.dll is linked. Others are refused. */
export function eventSteps(project: EvaluatedProject, place: Place): readonly BuildStep[] {
  const command = (event: string) => unescapeValue(project.state.definition(event, 'Command') ?? '').trim();
  for (const event of ['PreBuildEvent', 'PostBuildEvent'])
    if (command(event) !== '') refuse(`The command of ${event} is not understood`, place);
  const text = command('PreLinkEvent');
  if (text === '') return [];
  const [program = '', ...words] = commandWords(text);
  const option = (name: string) =>
    words.find((word) => word.toLowerCase().startsWith(`/${name}:`))?.slice(name.length + 2);
  const [definition, output] = [option('def'), option('out')];
  if (!/^lib(?:\.exe)?$/i.test(program) || definition === undefined || output === undefined)
    return refuse('The command of PreLinkEvent is not understood', place);
  const at = (file: string) => pathIn(project, file, { place });
  const step = { kind: 'import-library', time: 'before-link', target: 'PreLinkEvent', place } as const;
  return [{ ...step, definition: at(definition), output: at(output) }];
}
