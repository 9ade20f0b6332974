import { type CompilerError, firstErrors } from '../compiler-errors.ts';

/**
 * MSBuild's canonical form (learn.microsoft.com/visualstudio/msbuild/msbuild-diagnostic-format-for-tasks):
 * `origin(line,column): [subcategory] error CODE: text [project]`, with `1>` before it when several are built at once.
 * Looked for from its middle, and its ends then: no line takes long.
 */
const MIDDLE = /: (?:fatal |Command line )?error ([A-Z]{1,8}\d{1,6}) ?: /;
const NODE = /^\s*\d+(?::\d+)?>/;
const POSITION = /\((\d{1,9})(?:,(\d{1,9}))?(?:[-,][\d,]{1,30})?\)$/;
const PROJECT = / \[[^[\]]{1,1000}\]$/;
/** Programs that speak for themselves, not files. */
const PROGRAM = /^(LINK|MSBUILD|CL|RC|LIB|NMAKE|CVTRES|ML64|cl : Command line|link|EXEC|CSC)\b/i;

/**
 * The first errors in MSBuild's output, in order. Said twice, in its place and in the summary at the end, an error counts once.
 * LNK1120 ("n unresolved externals") only counts the LNK2001 and LNK2019 before it.
 */
export const findMsbuildErrors = (log: string): readonly CompilerError[] => firstErrors(log, errorOf);

function errorOf(line: string, before: readonly CompilerError[]): CompilerError | undefined {
  const middle = MIDDLE.exec(line);
  const code = middle?.[1];
  if (middle === null || code === undefined) return undefined;
  if (code === 'LNK1120' && before.some(({ kind }) => kind === 'link')) return undefined;
  const origin = line.slice(0, middle.index).replace(NODE, '').trim();
  const text = line.slice(middle.index + middle[0].length).trimEnd();
  const message = text.replace(PROJECT, '').trim();
  const [position = '', row, column] = POSITION.exec(origin) ?? [];
  const file = origin.slice(0, origin.length - position.length);
  return {
    kind: code.startsWith('LNK') ? 'link' : /^(C|RC|A)\d/.test(code) ? 'compile' : 'make',
    message: `${message} (${code})`,
    ...(file === '' || PROGRAM.test(file) ? {} : { file }),
    ...(row === undefined ? {} : { line: Number(row) }),
    ...(column === undefined ? {} : { column: Number(column) }),
  };
}
