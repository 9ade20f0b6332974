import type { Place } from '../../system/diagnostic.ts';
import type { EvaluatedProject } from './evaluate.ts';
import { pathKey } from './files.ts';
import { splitList } from './items.ts';
import { type Item, refuse, unescapeValue } from './scope.ts';
import { additionalOptions, COMPILE_SETTINGS, LINK_SETTINGS, switchesOf } from './switches.ts';
import { commandWords } from './tasks.ts';
import type { BuildPath, BuildStep, CompileUnit, LinkLibrary, LinkStep, ResourceUnit, Unit } from './types.ts';

/**
 * The items of a type that are built, each with all that holds for it, its definition's and its own; not escaped, by name
 * in small letters.
 * @param known the settings that somebody looks at.
 */
function builtItems(type: string, { state }: EvaluatedProject, known: readonly string[]) {
  return state.items(type).flatMap((item) => {
    const all = [...state.definitionOf(item.type), ...item.metadata];
    const settings = new Map(all.map(([name, value]) => [name, unescapeValue(value)]));
    if (settings.get('excludedfrombuild')?.trim().toLowerCase() === 'true') return [];
    onlySettings(settings, [...known, 'excludedfrombuild'], item);
    return [{ item, settings }];
  });
}

/** Refuses settings that nobody looks at: they could change the result. */
function onlySettings(
  settings: ReadonlyMap<string, string>,
  known: readonly string[],
  item: Pick<Item, 'type' | 'place'>,
) {
  for (const name of settings.keys())
    if (!known.includes(name)) refuse(`The setting ${name} of ${item.type} is not understood`, item.place);
}

const list = (text: string | undefined) => [...new Set(splitList(text ?? ''))];

/** A path of the project, absolute or relative to its folder. @throws UserError when it is below no root. */
function pathIn(project: EvaluatedProject, file: string, { place }: Pick<Item, 'place'>): BuildPath {
  const at = project.state.files.locate(project.state.absolute(file));
  const why = 'is outside of the sources and the externals: a property that it begins with is not defined';
  return at ?? refuse(`${file} ${why}`, place);
}

/** `$(IntDir)` with a file's name; another folder's file of the same name gets its folder's in front. */
function objectNames(project: EvaluatedProject) {
  const taken = new Map<string, string>();
  const folder = unescapeValue(project.state.property('IntDir'));
  return (source: BuildPath, ending: string, place: Item['place']): BuildPath => {
    const at = pathIn(project, folder, { place });
    const parts = source.path.split('/');
    const stem = (parts.at(-1) ?? '').replace(/\.[^.]*$/, '');
    const plain = `${stem}${ending}`;
    const owner = taken.get(plain.toLowerCase());
    const name = owner === undefined || owner === pathKey(source) ? plain : `${parts.slice(0, -1).join('_')}_${plain}`;
    taken.set(name.toLowerCase(), pathKey(source));
    return { root: at.root, path: at.path === '' ? name : `${at.path}/${name}` };
  };
}

/** AdditionalIncludeDirectories, each once. */
function includesOf({ item, settings }: ReturnType<typeof builtItems>[number], project: EvaluatedProject) {
  const paths = list(settings.get('additionalincludedirectories')).map((file) => pathIn(project, file, item));
  return [...new Map(paths.map((at) => [pathKey(at), at])).values()];
}

const COMPILE_OWN =
  'additionalincludedirectories preprocessordefinitions disablespecificwarnings additionaloptions'.split(' ');

/** The project's translation units in its order. */
export function compileUnits(project: EvaluatedProject): readonly CompileUnit[] {
  const objects = objectNames(project);
  const units = new Map<string, CompileUnit>();
  for (const built of builtItems('ClCompile', project, [...Object.keys(COMPILE_SETTINGS), ...COMPILE_OWN])) {
    const { item, settings } = built;
    const source = pathIn(project, item.identity, item);
    const cpp = settings.get('compileas')?.toLowerCase() === 'compileascpp' || /\.(?:cpp|cxx|cc)$/i.test(source.path);
    // The last one of a file counts, as the last object written does.
    units.set(pathKey(source), {
      source,
      object: objects(source, '.obj', item.place),
      language: cpp ? 'c++' : 'c',
      includes: includesOf(built, project),
      defines: list(settings.get('preprocessordefinitions')),
      switches: [
        ...switchesOf(settings, COMPILE_SETTINGS, item.place),
        ...list(settings.get('disablespecificwarnings')).map((number) => `/wd${number}`),
        ...additionalOptions(settings.get('additionaloptions')),
      ],
      place: item.place,
    });
  }
  return [...units.values()];
}

export function resourceUnits(project: EvaluatedProject): readonly ResourceUnit[] {
  const objects = objectNames(project);
  const known = ['additionalincludedirectories', 'preprocessordefinitions', 'culture'];
  return builtItems('ResourceCompile', project, known).map((built) => {
    const { item, settings } = built;
    const source = pathIn(project, item.identity, item);
    return {
      source,
      object: objects(source, '.res', item.place),
      includes: includesOf(built, project),
      // The resource compiler's task does not quote: the projects do it themselves.
      defines: list(settings.get('preprocessordefinitions')).map((define) => define.replaceAll('\\"', '"')),
      culture: settings.get('culture'),
      place: item.place,
    };
  });
}

/** The project's assembly sources; other custom builds are refused. */
export function assemblyUnits(project: EvaluatedProject): readonly Unit[] {
  return builtItems('CustomBuild', project, ['command', 'outputs', 'message']).map(({ item, settings }) => {
    const output = list(settings.get('outputs')).find((file) => /\.obj$/i.test(file));
    if (!/\.asm$/i.test(item.identity) || output === undefined)
      return refuse(`What the custom build of ${item.identity} makes is not known`, item.place);
    return { source: pathIn(project, item.identity, item), object: pathIn(project, output, item), place: item.place };
  });
}

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

/** Each once, as first written, whatever the case. */
function names(text: string | undefined): readonly string[] {
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
  const each = (option: string, setting: string) => names(value(setting)).map((one) => `/${option}:${one}`);
  const definition = value('moduledefinitionfile');
  const stack = [value('stackreservesize'), value('stackcommitsize')].filter((bytes) => bytes !== undefined);
  const libraries = names(value('additionaldependencies')).map(
    (file): LinkLibrary => (/[\\/]/.test(file) ? { kind: 'file', path: at(file) } : { kind: 'named', name: file }),
  );
  return {
    kind,
    output: at(`${property('OutDir')}\\${name}${property('TargetExt')}`),
    ...(kind === 'dll' ? { importLibrary: at(`${property('OutDir')}\\${name}.lib`) } : {}),
    libraries: kind === 'lib' ? [] : libraries,
    libraryFolders: names(value('additionallibrarydirectories')).map(at),
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
