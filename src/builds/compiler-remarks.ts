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

/** The errors and warnings in what a compiler printed, in order. */
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
