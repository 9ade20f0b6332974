import { unescapeValue } from './escape.ts';
import type { EvaluatedProject } from './evaluate.ts';
import { pathKey } from './files.ts';
import { splitList } from './items.ts';
import { refuse } from './refuse.ts';
import type { Item } from './scope.ts';
import { fullPath } from './static-functions.ts';
import { additionalOptions, COMPILE_SETTINGS, switchesOf } from './switches.ts';
import type { AssemblyUnit, BuildPath, CompileUnit, ResourceUnit } from './types.ts';

/** All that holds for an item, its definition's and its own; not escaped, by name in small letters. */
function settingsOf(item: Item, { state }: EvaluatedProject): ReadonlyMap<string, string> {
  const all = new Map([...state.definitionOf(item.type), ...item.metadata]);
  return new Map([...all].map(([name, value]) => [name, unescapeValue(value)]));
}

/** Refuses settings that nobody looks at: they could change the result. */
export function onlySettings(
  settings: ReadonlyMap<string, string>,
  known: readonly string[],
  item: Pick<Item, 'type' | 'place'>,
): void {
  for (const name of settings.keys())
    if (!known.includes(name)) refuse(`The setting ${name} of ${item.type} is not understood`, item.place);
}

const list = (text: string | undefined) => [...new Set(splitList(text ?? ''))];

/** A path of the project, absolute or relative to its folder. @throws UserError when it is below no root. */
export function pathIn(project: EvaluatedProject, file: string, { place }: Pick<Item, 'place'>): BuildPath {
  const { state } = project;
  const at = state.files.locate(fullPath(file, state.folder));
  return (
    at ??
    refuse(`${file} is outside of the sources and the externals: a property that it begins with is not defined`, place)
  );
}

const isBuilt = (settings: ReadonlyMap<string, string>) =>
  settings.get('excludedfrombuild')?.trim().toLowerCase() !== 'true';

/** `$(IntDir)` with a file's name; another folder's file of the same name gets its folder's in front. */
function objectNames(
  project: EvaluatedProject,
): (source: BuildPath, ending: string, place: Item['place']) => BuildPath {
  const taken = new Map<string, string>();
  const folder = unescapeValue(project.state.property('IntDir', project.state.projectFile));
  return (source, ending, place) => {
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

/** The project's translation units in its order. */
export function compileUnits(project: EvaluatedProject): readonly CompileUnit[] {
  const objects = objectNames(project);
  const units = new Map<string, CompileUnit>();
  for (const item of project.state.items('ClCompile')) {
    const settings = settingsOf(item, project);
    if (!isBuilt(settings)) continue;
    onlySettings(settings, [...Object.keys(COMPILE_SETTINGS), ...COMPILE_OWN], item);
    const source = pathIn(project, item.identity, item);
    const cpp = settings.get('compileas')?.toLowerCase() === 'compileascpp' || /\.(?:cpp|cxx|cc)$/i.test(source.path);
    const unit: CompileUnit = {
      source,
      object: objects(source, '.obj', item.place),
      language: cpp ? 'c++' : 'c',
      includes: uniquePaths(
        list(settings.get('additionalincludedirectories')).map((file) => pathIn(project, file, item)),
      ),
      defines: list(settings.get('preprocessordefinitions')),
      switches: [
        ...switchesOf(settings, COMPILE_SETTINGS, item.place),
        ...list(settings.get('disablespecificwarnings')).map((number) => `/wd${number}`),
        ...additionalOptions(settings.get('additionaloptions')),
      ],
      place: item.place,
    };
    // The last one of a file counts, as the last object written does.
    units.set(pathKey(source), unit);
  }
  return [...units.values()];
}

const COMPILE_OWN = [
  'additionalincludedirectories',
  'preprocessordefinitions',
  'disablespecificwarnings',
  'additionaloptions',
  'excludedfrombuild',
];

const uniquePaths = (paths: readonly BuildPath[]) => [...new Map(paths.map((at) => [pathKey(at), at])).values()];

/** The project's resource scripts. */
export function resourceUnits(project: EvaluatedProject): readonly ResourceUnit[] {
  const objects = objectNames(project);
  return project.state.items('ResourceCompile').flatMap((item) => {
    const settings = settingsOf(item, project);
    if (!isBuilt(settings)) return [];
    onlySettings(
      settings,
      ['additionalincludedirectories', 'preprocessordefinitions', 'culture', 'excludedfrombuild'],
      item,
    );
    const source = pathIn(project, item.identity, item);
    const includes = list(settings.get('additionalincludedirectories')).map((file) => pathIn(project, file, item));
    // The resource compiler's task does not quote: the projects do it themselves.
    const defines = list(settings.get('preprocessordefinitions')).map((define) => define.replaceAll('\\"', '"'));
    const object = objects(source, '.res', item.place);
    return [
      { source, object, includes: uniquePaths(includes), defines, culture: settings.get('culture'), place: item.place },
    ];
  });
}

/** The project's assembly sources; other custom builds are refused. */
export function assemblyUnits(project: EvaluatedProject): readonly AssemblyUnit[] {
  return project.state.items('CustomBuild').flatMap((item) => {
    const settings = settingsOf(item, project);
    if (!isBuilt(settings)) return [];
    onlySettings(settings, ['command', 'outputs', 'message', 'excludedfrombuild'], item);
    const output = list(settings.get('outputs')).find((file) => /\.obj$/i.test(file));
    if (!/\.asm$/i.test(item.identity) || output === undefined)
      return refuse(`What the custom build of ${item.identity} makes is not known`, item.place);
    const source = pathIn(project, item.identity, item);
    return [
      { source, object: pathIn(project, output, item), command: settings.get('command') ?? '', place: item.place },
    ];
  });
}
