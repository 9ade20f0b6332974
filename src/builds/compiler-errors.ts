export interface CompilerError {
  readonly message: string;
  /** As the compiler names it: relative to the object folder, or absolute. */
  readonly file?: string | undefined;
  readonly line?: number | undefined;
  readonly column?: number | undefined;
  readonly kind: 'compile' | 'link' | 'configure' | 'make' | 'crash';
}

type Named = Readonly<Record<string, string | undefined>>;

/** What is no remark on code: each kind's form, and what is said of it. */
const FORMS: readonly (readonly [RegExp, (found: Named) => CompilerError])[] = [
  [
    /^(?:(?:\S*\/)?ld: )?(?:(?<file>[^\s:]+\.(?:c|cc|h)):(?<line>\d+): |[^\s:]+:\([^)]*\): )?undefined reference to [`'‘"](?<symbol>[^'’"]+)/,
    ({ file, line, symbol }) => {
      const place = line === undefined ? {} : { line: Number(line) };
      return { kind: 'link', message: `undefined reference to ${symbol}`, file, ...place };
    },
  ],
  [/^configure: error: (?<message>.*)$/, ({ message = '' }) => ({ kind: 'configure', message })],
  // make's own words when a program died: `make: *** [Makefile:504: pybuilddir.txt] Segmentation fault`.
  [
    /^make(?:\[\d+\])?: \*\*\* \[(?:[^\]]*: )?(?<target>[^\]:]+)\] (?<signal>(?!Error )[A-Z][a-z].*)$/,
    ({ signal, target }) => ({ kind: 'crash', message: `${signal} while making ${target}` }),
  ],
  // make's words for a source that is not there.
  [
    /^make(?:\[\d+\])?: \*\*\* (?<message>No rule to make target .*?)\.?\s+Stop\.$/,
    ({ message = '' }) => ({ kind: 'make', message }),
  ],
  // "ld returned 1 exit status" says only that the lines above were errors.
  [
    /^(?:\/\S*\/)?(?:ld|collect2|clang)\b.*?: (?:fatal )?error: (?<message>(?!.*returned \d+ exit status).*)$/,
    ({ message = '' }) => ({ kind: 'link', message }),
  ],
];

/** The first different errors in a log, in order. @param errorOf of a line, given those before it. */
export function firstErrors(
  log: string,
  errorOf: (line: string, before: readonly CompilerError[]) => CompilerError | undefined,
  limit = 5,
): readonly CompilerError[] {
  const errors = new Map<string, CompilerError>();
  for (const line of log.split(/\r?\n/)) {
    const error = errorOf(line, [...errors.values()]);
    if (error !== undefined) errors.set(JSON.stringify(error), error);
    if (errors.size === limit) break;
  }
  return [...errors.values()];
}

/**
 * The first errors in a log of configure or make. Extension modules that fail to compile are no failure of CPython's
 * build, but their errors are in the same log: what comes first is not always what stopped it.
 */
export const findErrors = (log: string): readonly CompilerError[] => firstErrors(log, errorOf);

function errorOf(line: string): CompilerError | undefined {
  const [remark] = compilerRemarks(line);
  if (remark?.severity === 'error') {
    const { severity: _, ...where } = remark;
    return { kind: 'compile', ...where };
  }
  for (const [form, error] of FORMS) {
    const found = form.exec(line)?.groups;
    if (found !== undefined) return error(found);
  }
  return undefined;
}

/** An error or a warning of gcc or clang. */
export interface CompilerRemark {
  readonly severity: 'error' | 'warning';
  readonly file: string;
  readonly line: number;
  readonly column?: number | undefined;
  readonly message: string;
}

const REMARK =
  /^(?<file>[^\s:][^:]*):(?<line>\d+):(?:(?<column>\d+):)? (?:fatal )?(?<severity>error|warning): (?<message>.*)$/;

export function compilerRemarks(output: string): readonly CompilerRemark[] {
  return output.split(/\r?\n/).flatMap((line) => {
    const found = REMARK.exec(line)?.groups;
    if (found?.file === undefined || found.message === undefined) return [];
    const severity = found.severity === 'error' ? ('error' as const) : ('warning' as const);
    const column = found.column === undefined ? {} : { column: Number(found.column) };
    return [{ severity, file: found.file, line: Number(found.line), ...column, message: found.message }];
  });
}

/** Those of `now` that `old` does not have, as often as it does not: lines move, so they do not tell two apart. */
export function newRemarks(old: readonly CompilerRemark[], now: readonly CompilerRemark[]): readonly CompilerRemark[] {
  const key = ({ severity, file, message }: CompilerRemark) => JSON.stringify([severity, file, message]);
  const left = new Map<string, number>();
  for (const remark of old) left.set(key(remark), (left.get(key(remark)) ?? 0) + 1);
  return now.filter((remark) => {
    const known = left.get(key(remark)) ?? 0;
    left.set(key(remark), known - 1);
    return known <= 0;
  });
}
