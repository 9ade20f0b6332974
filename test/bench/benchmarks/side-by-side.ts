import { spawnSync } from 'node:child_process';

export interface Contender {
  readonly name: string;
  readonly command: readonly string[];
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Undoes what a run left, before the next one. Not timed. */
  readonly reset?: () => void;
}

export interface Timing {
  readonly name: string;
  readonly seconds: readonly number[];
  readonly median: number;
}

/** Runs whole processes in turn, ABBA, so that what disturbs the machine disturbs both; the ratio of the medians counts. */
export function sideBySide(a: Contender, b: Contender, rounds: number): { a: Timing; b: Timing; ratio: number } {
  const seconds = new Map<Contender, number[]>([
    [a, []],
    [b, []],
  ]);
  for (let round = 0; round < rounds; round += 1) {
    for (const contender of round % 2 === 0 ? [a, b] : [b, a]) {
      contender.reset?.();
      seconds.get(contender)?.push(time(contender));
    }
  }
  const timing = (contender: Contender): Timing => {
    const all = seconds.get(contender) ?? [];
    return { name: contender.name, seconds: all, median: median(all) };
  };
  const [first, second] = [timing(a), timing(b)];
  return { a: first, b: second, ratio: first.median / second.median };
}

/** What a command and all that it starts take of the processor, user and system together, in seconds. */
export function cpuSeconds({ name, command, cwd }: Contender): number {
  const timed = ['-c', 'TIMEFORMAT="%U %S"; time "$@" > /dev/null 2>&1', 'bash', ...command];
  const { status, stderr } = spawnSync('bash', timed, { cwd, encoding: 'utf8', timeout: 60 * 60_000 });
  if (status !== 0) throw new Error(`${name} failed (${status})`);
  return stderr
    .trim()
    .split(' ')
    .map(Number)
    .reduce((sum, seconds) => sum + seconds, 0);
}

function time({ name, command, cwd, env }: Contender): number {
  const [file = '', ...args] = command;
  const start = process.hrtime.bigint();
  const result = spawnSync(file, args, {
    cwd,
    env: { ...process.env, ...env },
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    timeout: 30 * 60_000,
  });
  const seconds = Number(process.hrtime.bigint() - start) / 1e9;
  if (result.status !== 0)
    throw new Error(`${name} failed (${result.status ?? result.signal}):\n${(result.stderr ?? '').slice(-2000)}`);
  return seconds;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((x, y) => x - y);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1
    ? (sorted[middle] ?? NaN)
    : ((sorted[middle - 1] ?? NaN) + (sorted[middle] ?? NaN)) / 2;
}
