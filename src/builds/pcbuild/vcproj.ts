import path from 'node:path';
import type { Place } from '../../system/diagnostic.ts';
import { type BuildFiles, fullPath, windowsPath } from './files.ts';
import { refuse } from './scope.ts';
import { BUILD_HELPERS } from './solution.ts';
import { type Settings, TOOLS } from './vcproj-settings.ts';
import type { ProjectElement } from './xml.ts';

const KINDS: Readonly<Record<string, string>> = {
  0: 'Makefile',
  1: 'Application',
  2: 'DynamicLibrary',
  4: 'StaticLibrary',
  10: 'Utility',
};
const ENDINGS: Readonly<Record<string, string>> = { 1: '.exe', 2: '.dll', 4: '.lib' };
const CHARACTERS: Readonly<Record<string, string>> = { 0: 'NotSet', 1: 'Unicode', 2: 'MultiByte' };
const TYPES: Readonly<Record<string, string>> = {
  '.c': 'ClCompile',
  '.cc': 'ClCompile',
  '.cpp': 'ClCompile',
  '.cxx': 'ClCompile',
  '.rc': 'ResourceCompile',
};

/** `make_buildinfo.exe Release "$(IntDir)\"`, a command before linking, compiles a file so that the project links. */
const BUILD_INFO = {
  command: /^"\$\(SolutionDir\)make_buildinfo\.exe" Release "\$\(IntDir\)\\"$/,
  object: /"?\$\(IntDir\)getbuildinfo\.o"?/,
  file: '..\\Modules\\getbuildinfo.c',
  settings: {
    PreprocessorDefinitions: '_WIN32;USE_DL_EXPORT;_WINDOWS;WIN32;_WINDLL',
    AdditionalIncludeDirectories: '..\\Include;..\\PC',
    AdditionalOptions: '',
    Optimization: 'Disabled',
  },
};

const said = (one: ProjectElement, name: string) => one.attributes.get(name) ?? '';

function element(
  place: Place,
  name: string,
  children: readonly ProjectElement[],
  attributes: Readonly<Record<string, string>> = {},
): ProjectElement {
  return { name, place, children, text: '', attributes: new Map(Object.entries(attributes)) };
}

const values = (place: Place, texts: Readonly<Record<string, string>>): ProjectElement[] =>
  Object.entries(texts).map(([name, text]) => ({ ...element(place, name, []), text }));

/**
 * A project of Visual Studio 2008 (`.vcproj` with its property sheets, `.vsprops`) as one of MSBuild's, as Visual Studio's own
 * converter makes it, for one configuration. Folders of results and objects are the builder's.
 * @param root the file's `<VisualStudioProject>`. @param file its path among the sources.
 * @param configuration `Release|x64`. @param references the projects that its solution has before it, by name.
 * @throws UserError `pcbuild/not-understood` for what could change the result and is not known here; FileWanted.
 */
export function convertVcproj(
  root: ProjectElement,
  file: string,
  configuration: string,
  references: readonly string[],
  files: BuildFiles,
): ProjectElement {
  const inside = (name: string) => root.children.find((child) => child.name === name)?.children ?? [];
  const configurations = inside('Configurations');
  const known = configurations.map((one) =>
    element(one.place, 'ProjectConfiguration', [], { Include: said(one, 'Name') }),
  );
  const chosen = configurations.find((one) => said(one, 'Name') === configuration);
  if (chosen === undefined) return element(root.place, 'Project', [element(root.place, 'ItemGroup', known)]);
  const { place } = chosen;
  const layers = [...inherited(chosen, file, files), chosen];
  const all = layers.flatMap(({ children }) => children);
  const tools = all.filter(({ name }) => name === 'Tool');
  const macros = all.filter(({ name }) => name === 'UserMacro');
  const group = (texts: Readonly<Record<string, string>>) => element(place, 'PropertyGroup', values(place, texts));
  const [configured = '', platform = ''] = configuration.split('|');
  const type = said(chosen, 'ConfigurationType');
  const before = {
    ProjectName: said(root, 'Name'),
    ConfigurationName: configured,
    PlatformName: platform,
    ConfigurationType: KINDS[type] ?? refuse(`The ConfigurationType “${type}” is not known`, place),
    CharacterSet: CHARACTERS[said(chosen, 'CharacterSet') || '0'] ?? refuse('The CharacterSet is not known', place),
    PlatformToolset: 'v90',
    OutDir: '$(BuildPath)',
    IntDir: '$(Py_IntDir)$(ProjectName)\\',
  };
  const optimises = said(chosen, 'WholeProgramOptimization') === '1' ? { WholeProgramOptimization: 'true' } : {};
  const getsBuildInfo = tools.some((tool) => BUILD_INFO.command.test(said(tool, 'CommandLine').trim()));
  const buildInfo = element(place, 'ClCompile', values(place, BUILD_INFO.settings), { Include: BUILD_INFO.file });
  const needed = references.filter((name) => !BUILD_HELPERS.has(name));
  const standard = (name: string) =>
    element(place, 'Import', [], { Project: `$(VCTargetsPath)\\Microsoft.Cpp.${name}` });
  return element(root.place, 'Project', [
    element(place, 'ItemGroup', known),
    standard('Default.props'),
    group(before),
    standard('props'),
    ...macros.map((macro) => group({ [said(macro, 'Name')]: said(macro, 'Value') })),
    group(targetName(tools, said(root, 'Name'), ENDINGS[type] ?? '')),
    element(place, 'ItemDefinitionGroup', [
      ...tools.flatMap(definition),
      element(place, 'ClCompile', values(place, optimises)),
    ]),
    element(place, 'ItemGroup', [
      ...inside('Files').flatMap((one) => items(one, configuration)),
      ...(getsBuildInfo ? [buildInfo] : []),
      ...needed.map((name) => element(place, 'ProjectReference', [], { Include: `${name}.vcproj` })),
    ]),
    ...(references.includes('make_versioninfo') ? [versionInfo(files, place)] : []),
    standard('targets'),
  ]);
}

/** The property sheets of a configuration or a sheet, each behind those that it inherits; what comes later wins. */
function inherited(layer: ProjectElement, file: string, files: BuildFiles): readonly ProjectElement[] {
  const folder = path.win32.dirname(windowsPath({ root: 'source', path: file }));
  const names = said(layer, 'InheritedPropertySheets').split(';');
  return names.flatMap((name) => {
    if (name.trim() === '') return [];
    const full = fullPath(name.trim(), folder);
    const [at, sheet] = [files.locate(full), files.project(full)];
    if (at === undefined || sheet?.name !== 'VisualStudioPropertySheet')
      throw refuse(`The property sheet ${name} does not exist`, layer.place);
    return [...inherited(sheet, at.path, files), sheet];
  });
}

function definition(tool: ProjectElement): readonly ProjectElement[] {
  const { place } = tool;
  const [name, command] = [said(tool, 'Name'), said(tool, 'CommandLine').trim()];
  if (name === 'VCCustomBuildTool' && command !== '') refuse('The custom build of a project is not understood', place);
  const known = TOOLS[name];
  // Manifests, browsing, checks: they make nothing that is compiled or linked.
  if (known === undefined || BUILD_INFO.command.test(command)) return [];
  return [element(place, known[0], settingsOf(tool, known))];
}

/** What a tool is told, as MSBuild's settings. */
function settingsOf(tool: ProjectElement, [type, known]: readonly [string, Settings]): readonly ProjectElement[] {
  const { place } = tool;
  return [...tool.attributes].flatMap(([attribute, text]) => {
    if (attribute === 'Name') return [];
    if (!Object.hasOwn(known, attribute)) refuse(`The setting ${attribute} of ${type} is not understood`, place);
    const { name = attribute, kind = 'nothing' } = known[attribute] ?? {};
    const setting = (said: string) => values(place, { [name]: said });
    if (kind === 'nothing') return [];
    if (kind === 'same') return setting(text);
    if (kind === 'language') return setting(`0x${Number(text).toString(16).padStart(4, '0')}`);
    if (kind === 'words') return setting(`${text} %(${name})`);
    if (kind === 'list') return setting(`${text.replaceAll(',', ';')};%(${name})`);
    if (kind === 'libraries') {
      const found = text.replace(BUILD_INFO.object, '').matchAll(/"([^"]*)"|[^\s"]+/g);
      return setting(`${[...found].map(([word, inner]) => inner ?? word).join(';')};%(${name})`);
    }
    return setting(kind[text] ?? refuse(`The value “${text}” of ${attribute} is not known`, place));
  });
}

/** What a project makes is called as its OutputFile says, and else as the project. */
function targetName(tools: readonly ProjectElement[], project: string, ending: string) {
  const last = (attribute: string) => {
    const tool = tools.findLast(({ attributes }) => attributes.has(attribute));
    if (tool === undefined) return undefined;
    const text = said(tool, attribute);
    const file = /^\$\(OutDir\)\\?([^\\]+)$/.exec(text)?.[1];
    const { place } = tool;
    return { ...path.win32.parse(file ?? refuse(`${text} is not in the folder of results`, place)), place };
  };
  const { name, ext } = last('OutputFile') ?? { name: project, ext: ending };
  const library = last('ImportLibrary');
  if (library !== undefined && library.name !== name && library.name !== '$(TargetName)')
    refuse(`The import library ${library.base} is called otherwise than ${name}${ext}`, library.place);
  return { TargetName: name, TargetExt: ext };
}

/** The files below a `<Filter>`, each with what holds for it alone. */
function items(one: ProjectElement, configuration: string): readonly ProjectElement[] {
  if (one.name === 'Filter') return one.children.flatMap((child) => items(child, configuration));
  const { place } = one;
  if (one.name !== 'File') return refuse(`<${one.name}> is not understood among files`, place);
  const file = said(one, 'RelativePath');
  const own = one.children.find((child) => said(child, 'Name') === configuration);
  const tool = own?.children.find(({ name }) => name === 'Tool');
  const excluded = own !== undefined && said(own, 'ExcludedFromBuild').toLowerCase() === 'true';
  const metadata = excluded ? values(place, { ExcludedFromBuild: 'true' }) : [];
  const item = (type: string, more: readonly ProjectElement[]) => [
    element(place, type, [...metadata, ...more], { Include: file }),
  ];
  if (tool !== undefined && said(tool, 'CommandLine') !== '')
    return item('CustomBuild', values(place, { Command: said(tool, 'CommandLine'), Outputs: said(tool, 'Outputs') }));
  const type = TYPES[path.win32.extname(file).toLowerCase()];
  if (type === undefined) return [];
  const known = Object.values(TOOLS).find(([of]) => of === type);
  return item(type, tool === undefined || known === undefined ? [] : settingsOf(tool, known));
}

/** The header that make_versioninfo.exe writes, for the resource compiler cannot compute. */
function versionInfo(files: BuildFiles, place: Place): ProjectElement {
  const header = files.read(windowsPath({ root: 'source', path: 'Include/patchlevel.h' })) ?? '';
  const number = (name: string): number => {
    const text = new RegExp(`^#define[ \\t]+${name}[ \\t]+(\\w+)`, 'm').exec(header)?.[1];
    if (text === undefined) return refuse(`Include/patchlevel.h does not define ${name}`, place);
    return text.startsWith('PY_') ? number(text) : Number(text);
  };
  const field3 = number('PY_MICRO_VERSION') * 1000 + number('PY_RELEASE_LEVEL') * 10 + number('PY_RELEASE_SERIAL');
  const [major, minor] = [number('PY_MAJOR_VERSION'), number('PY_MINOR_VERSION')];
  const lines = [
    '/* This file created by make_versioninfo.exe */',
    `#define FIELD3 ${field3}`,
    `#define MS_DLL_ID "${major}.${minor}"`,
    '#ifndef _DEBUG',
    `#define PYTHON_DLL_NAME "python${major}${minor}.dll"`,
    '#else',
    `#define PYTHON_DLL_NAME "python${major}${minor}_d.dll"`,
    '#endif',
  ];
  const write = element(place, 'WriteLinesToFile', [], {
    File: '..\\PC\\pythonnt_rc.h',
    Overwrite: 'true',
    Lines: lines.join('\n'),
  });
  return element(place, 'Target', [write], { Name: 'make_versioninfo', BeforeTargets: 'PrepareForBuild' });
}
