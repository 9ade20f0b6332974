import { commandLine, ninjaPath, ninjaValue, type Shell } from './quoting.ts';
import type { HeaderDependencies, ToolCommand } from './toolset.ts';

/** One build statement. Paths are absolute. */
export interface NinjaEdge {
  /** `compile` finds its headers; `run` does not. */
  readonly rule: 'compile' | 'run';
  readonly label: string;
  readonly command: ToolCommand;
  /** Arguments between the program and the command's own: the compiler behind ccache. */
  readonly leading: readonly string[];
  readonly outputs: readonly string[];
  readonly inputs: readonly string[];
  readonly implicit: readonly string[];
  readonly orderOnly: readonly string[];
}

export interface NinjaFile {
  readonly title: string;
  readonly headers: HeaderDependencies;
  readonly shell: Shell;
  readonly phony: ReadonlyMap<string, readonly string[]>;
}

function rules({ headers }: NinjaFile): string[] {
  const found =
    headers.style === 'gcc'
      ? ['  deps = gcc', '  depfile = $out.d']
      : ['  deps = msvc', `  msvc_deps_prefix = ${ninjaValue(headers.prefix)}`];
  return [
    'rule compile',
    '  command = $command',
    '  description = $label',
    ...found,
    // A linker leaves an import library alone that would come out the same: it is not old then.
    'rule run',
    '  command = $command',
    '  description = $label',
    '  restat = 1',
    'rule run_with_file',
    '  command = $command',
    '  description = $label',
    '  restat = 1',
    '  rspfile = $out.rsp',
    '  rspfile_content = $arguments',
  ];
}

const paths = (before: string, files: readonly string[]) =>
  files.length === 0 ? '' : ` ${before}${before === '' ? '' : ' '}${files.map(ninjaPath).join(' ')}`;

function statement(edge: NinjaEdge, file: NinjaFile): string[] {
  const { command } = edge;
  const [output = '', ...others] = edge.outputs;
  const { headers } = file;
  const found = edge.rule !== 'compile' ? [] : headers.style === 'gcc' ? headers.args(`${output}.d`) : headers.args;
  const args = [...edge.leading, ...command.args, ...found];
  // Compile lines are short, and their rule has none.
  const isShort = command.responseFrom === undefined || edge.rule === 'compile';
  const from = isShort ? args.length : edge.leading.length + (command.responseFrom ?? 0);
  const inFile = args.slice(from);
  const shown = [command.program, ...args.slice(0, from), ...(inFile.length > 0 ? [`@${output}.rsp`] : [])];
  const rule = inFile.length > 0 ? 'run_with_file' : edge.rule;
  const outputs = `${ninjaPath(output)}${paths('|', others)}`;
  return [
    `build ${outputs}: ${rule}${paths('', edge.inputs)}${paths('|', edge.implicit)}${paths('||', edge.orderOnly)}`,
    `  command = ${ninjaValue(commandLine(shown, file.shell))}`,
    `  label = ${ninjaValue(edge.label)}`,
    // Response files are taken apart by Microsoft's rules on every machine.
    ...(inFile.length > 0
      ? [`  arguments = ${ninjaValue(commandLine(inFile, 'windows'))}`, `  rspfile = ${ninjaValue(`${output}.rsp`)}`]
      : []),
  ];
}

/** The file's text. */
export function ninjaText(edges: readonly NinjaEdge[], file: NinjaFile): string {
  const phony = [...file.phony].map(([name, outputs]) => `build ${ninjaPath(name)}: phony${paths('', outputs)}`);
  const all = [...new Set([...file.phony.values()].flat())];
  return [
    `# ${file.title}. Made anew for each build: edit the projects instead.`,
    'ninja_required_version = 1.7',
    ...rules(file),
    ...edges.flatMap((edge) => statement(edge, file)),
    ...phony,
    `build all: phony${paths('', all)}`,
    'default all',
    '',
  ].join('\n');
}
