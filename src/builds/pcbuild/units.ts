import type { EvaluatedProject } from './evaluate.ts';
import { pathKey } from './files.ts';
import { splitList } from './items.ts';
import { type Item, refuse, unescapeValue } from './scope.ts';
import { additionalOptions, COMPILE_SETTINGS, switchesOf } from './switches.ts';
import type { BuildPath, CompileUnit, ResourceUnit, Unit } from './types.ts';

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

/** The project's resource scripts. */
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
