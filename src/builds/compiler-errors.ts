import { compilerRemarks } from './compiler-remarks.ts';

/** An error of a compiler, linker, configure or make, as it stands in a log. */
export interface CompilerError {
  readonly message: string;
  /** As the compiler names it: relative to the object folder, or absolute. */
  readonly file?: string | undefined;
  readonly line?: number | undefined;
  readonly column?: number | undefined;
  readonly kind: 'compile' | 'link' | 'configure' | 'make' | 'crash';
}

const UNDEFINED =
  /^(?:(?:\S*\/)?ld: )?(?:(?<file>[^\s:]+\.(?:c|cc|h)):(?<line>\d+): |[^\s:]+:\([^)]*\): )?undefined reference to [`'‘"](?<symbol>[^'’"]+)/;
const LINKER = /^(?:\/\S*\/)?(?:ld|collect2|clang)\b.*?: (?:fatal )?error: (?<message>.*)$/;
const CONFIGURE = /^configure: error: (?<message>.*)$/;
/** make's own words when a program died: `make: *** [Makefile:504: pybuilddir.txt] Segmentation fault`. */
const CRASH = /^make(?:\[\d+\])?: \*\*\* \[(?:[^\]]*: )?(?<target>[^\]:]+)\] (?<signal>(?!Error )[A-Z][a-z].*)$/;
/** make's words for a source that is not there. */
const NO_RULE = /^make(?:\[\d+\])?: \*\*\* (?<message>No rule to make target .*?)\.?\s+Stop\.$/;

/**
 * The first errors in a log, in order; the same error twice counts once. Extension modules that fail to compile are no
 * failure of CPython's build, but their errors are in the same log: what comes first is not always what stopped it.
 */
export function findErrors(log: string, limit = 5): readonly CompilerError[] {
  const errors = new Map<string, CompilerError>();
  for (const line of log.split(/\r?\n/)) {
    const error = errorOf(line);
    if (error === undefined) continue;
    errors.set(JSON.stringify(error), error);
    if (errors.size === limit) break;
  }
  return [...errors.values()];
}

function errorOf(line: string): CompilerError | undefined {
  const [remark] = compilerRemarks(line);
  if (remark?.severity === 'error') {
    const { severity: _, ...where } = remark;
    return { kind: 'compile', ...where };
  }
  const undefinedSymbol = UNDEFINED.exec(line)?.groups;
  if (undefinedSymbol?.symbol !== undefined) {
    const { file, line: at, symbol } = undefinedSymbol;
    const place = at === undefined ? {} : { line: Number(at) };
    return { kind: 'link', message: `undefined reference to ${symbol}`, file, ...place };
  }
  const configure = CONFIGURE.exec(line)?.groups;
  if (configure?.message !== undefined) return { kind: 'configure', message: configure.message };
  const crash = CRASH.exec(line)?.groups;
  if (crash?.signal !== undefined) return { kind: 'crash', message: `${crash.signal} while making ${crash.target}` };
  const noRule = NO_RULE.exec(line)?.groups;
  if (noRule?.message !== undefined) return { kind: 'make', message: noRule.message };
  const linker = LINKER.exec(line)?.groups;
  // "ld returned 1 exit status" says only that the lines above were errors.
  if (linker?.message !== undefined && !/returned \d+ exit status/.test(linker.message)) {
    return { kind: 'link', message: linker.message };
  }
  return undefined;
}
