/** Small projects in memory, read as a tree's would be. */
import { type EvaluatedProject, evaluateProject } from '../../../src/builds/pcbuild/evaluate.ts';
import { BuildFiles } from '../../../src/builds/pcbuild/files.ts';
import { readPcbuild } from '../../../src/builds/pcbuild/index.ts';
import type { EvaluationInput } from '../../../src/builds/pcbuild/project-state.ts';
import type { PcbuildPlan } from '../../../src/builds/pcbuild/types.ts';
import type { SourceTree } from '../../../src/checkout/index.ts';
import { UserError } from '../../../src/system/diagnostic.ts';

export type Files = Readonly<Record<string, string>>;

/** A tree of these files. */
export function treeOf(files: Files): SourceTree {
  const version = { major: 3, minor: 9, micro: 2, level: 'final', serial: 0, text: '3.9.2', short: '3.9' } as const;
  return {
    version,
    base: { kind: 'folder', treeHash: '0' },
    label: 'the test tree',
    list: async () => Object.keys(files).sort(),
    read: async (path) => {
      const text = files[path];
      return text === undefined ? undefined : { path, text, blob: '', executable: false };
    },
  };
}

/** Evaluates PCbuild/test.vcxproj with this inside of its root. */
export function evaluated(inside: string, files: Files = {}, more: Partial<EvaluationInput> = {}): EvaluatedProject {
  const all = { ...files, 'PCbuild/test.vcxproj': `<Project>\n${inside}\n</Project>` };
  return evaluateProject('PCbuild/test.vcxproj', {
    globals: { Configuration: 'Release', Platform: 'x64' },
    files: new BuildFiles(Object.keys(all), new Map(Object.entries(all))),
    ...more,
  });
}

/** A property after evaluation, as it is stored. */
export function propertyOf(
  inside: string,
  name: string,
  files: Files = {},
  more: Partial<EvaluationInput> = {},
): string {
  const { state } = evaluated(inside, files, more);
  return state.property(name);
}

/** What a text is expanded to as a property's value. */
export const expandedText = (text: string, files: Files = {}) =>
  propertyOf(
    `<PropertyGroup><Result>${text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')}</Result></PropertyGroup>`,
    'Result',
    files,
  );

/** The message and the line of a refusal. */
export function refusalOf(read: () => unknown): { readonly message: string; readonly line: number | undefined } {
  try {
    read();
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const [first] = error.diagnostics;
    return { message: first?.message ?? '', line: first?.place?.line };
  }
  throw new Error('nothing was refused');
}

export function planOf(files: Files): Promise<PcbuildPlan> {
  return readPcbuild(treeOf(files));
}

/** A pcbuild.proj that builds these. */
export function solution(...names: readonly string[]): string {
  return `<Project>
  <ItemDefinitionGroup><Projects><Platform>$(Platform)</Platform><Configuration>$(Configuration)</Configuration></Projects></ItemDefinitionGroup>
  <ItemGroup><Projects Include="${names.map((name) => `${name}.vcxproj`).join(';')}" /></ItemGroup>
  <Target Name="Build"><MSBuild Projects="@(Projects)" Targets="Build" /></Target>
</Project>`;
}

/** A whole project of one kind, with more inside. */
export function vcxproj(inside: string, { kind = 'DynamicLibrary', properties = '', beforeProps = '' } = {}): string {
  return `<Project DefaultTargets="Build">
  <ItemGroup Label="ProjectConfigurations"><ProjectConfiguration Include="Release|x64" /></ItemGroup>
  ${beforeProps}
  <Import Project="$(VCTargetsPath)\\Microsoft.Cpp.Default.props" />
  <PropertyGroup><ConfigurationType>${kind}</ConfigurationType></PropertyGroup>
  <Import Project="$(VCTargetsPath)\\Microsoft.Cpp.props" />
  <PropertyGroup><OutDir>$(BuildPath)</OutDir><IntDir>$(Py_IntDir)$(ProjectName)\\</IntDir>${properties}</PropertyGroup>
  ${inside}
  <Import Project="$(VCTargetsPath)\\Microsoft.Cpp.targets" />
</Project>`;
}
