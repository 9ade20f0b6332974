/** How many make jobs a build may run, and on which CPUs. */
export interface Share {
  readonly jobs: number;
  /** For `taskset -c`; absent where it is not needed or not known. */
  readonly cpus?: string | undefined;
}

/**
 * Builds that run at once, in rounds. Within a round the machine's jobs are divided, so that one build's serial phases
 * (configure; in 2.x the extension modules, compiled one by one) overlap with another's compiling, and no more than
 * `jobs` compilers run in all. With one job builds follow one another.
 * @param cpus the CPUs that this process may use.
 */
export function rounds<T>(
  builds: readonly T[],
  jobs: number,
  cpus: readonly number[],
): readonly (readonly [T, Share][])[] {
  const size = Math.max(1, Math.min(builds.length, jobs));
  const result: (readonly [T, Share][])[] = [];
  for (let first = 0; first < builds.length; first += size) {
    const round = builds.slice(first, first + size);
    const each = Math.max(1, Math.floor(jobs / round.length));
    result.push(
      round.map((build, index): [T, Share] => {
        const own = cpus.slice(index * each, (index + 1) * each);
        // setup.py of 3.5 - 3.11 compiles with as many threads as the machine has CPUs once it sees -j, whatever the
        // number; only fewer CPUs keep it within the share. Without -j it compiles one by one.
        const confined = each > 1 && own.length === each && each < cpus.length;
        return [build, { jobs: each, ...(confined ? { cpus: own.join(',') } : {}) }];
      }),
    );
  }
  return result;
}
